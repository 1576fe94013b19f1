import Chronology
import Notation

/// Text messages. A page names its code, and a reply with it takes the page; what the provider reports later stands on the page.
public struct SMSChannel: AnsweringChannel {
    public static let descriptor = ChannelDescriptor(
        kind: "sms", label: "Text message",
        fields: [
            .init(
                name: "number", label: "Number", kind: .phoneNumber, isRequired: true, example: "+4915112345678",
                hint: "With the country's code.")
        ],
        account: TelephoneProviders.fields + [
            .init(
                name: "messagingServiceSid", label: "Twilio: messaging service", kind: .text, isRequired: false,
                example: "MG…", hint: "Instead of a number that is shown.", longest: 64)
        ],
        // A long number sends about one a second (twilio.com/docs, "Rate limits").
        limits: .init(
            messageBytes: 6_400, attemptTime: .seconds(20), concurrentAttempts: 8, rate: .init(1, in: .seconds(1))),
        acknowledgement: .reply, receipts: .reported, needsVerification: true,
        about: "Reaches a telephone without an app or data. Costs money for each message; a reply takes the page.")

    private let vendor: Vendor

    public init(_ client: EgressClient) { vendor = Vendor(client: client) }

    public static func check(account: ChannelAccount) throws(InputFault) {
        try descriptor.check(account: account)
        try TelephoneProviders.check(account, senders: ["from", "messagingServiceSid"])
    }

    public func attempt(_ message: OutgoingMessage, now: Instant) async -> AttemptResult {
        let provider = TelephoneProviders.make(message.account, vendor)
        do throws(InputFault) {
            let order = TelephoneOrder(
                kind: .sms, to: message.destination, words: Self.words(of: message), message: message)
            let request = try provider.request(for: order)
            return await vendor.send(request, attempt: message.attempt) {
                provider.judge($0, of: order, now: now)
            }
        } catch {
            return .permanent(reason: error.reason, by: .tocsin)
        }
    }

    /// At most two parts; the link and the code are kept whole, and the title gives way.
    static func words(of message: OutgoingMessage) -> String {
        if message.purpose == .verification { return ShortText.plain("\(message.subject): \(message.text.trimmed)") }
        var tail = ""
        if message.asks, let acknowledgement = message.acknowledgement {
            tail = "\nReply ACK \(acknowledgement.code), or \(acknowledgement.link)"
        } else if let details = message.details {
            tail = "\n\(details.address)"
        }
        let title = ShortText.plain(message.subject)
        var length = title.count
        while length > 20 {
            let words = title.shortened(to: length).replacing("…", with: "..") + tail
            if ShortText.parts(of: words) <= ShortText.parts { return words }
            length -= max(1, length / 10)
        }
        return title.shortened(to: 20).replacing("…", with: "..") + tail
    }

    public func health(of account: ChannelAccount, now: Instant) async -> ChannelHealth? {
        await TelephoneHealth.ask(account, vendor)
    }

    public static func read(_ call: InboundCall) throws(InboundFault) -> [Said] {
        let provider = TelephoneProviders.type(of: call.account)
        try provider.prove(call)
        return try provider.read(call)
    }

    public static func response(to call: InboundCall, outcome: String?) -> InboundResponse {
        TelephoneHealth.response(to: call, outcome, isSpoken: false)
    }
}

/// Telephone calls. The page is read out twice; a key takes it. That somebody picked up is no acknowledgement: it may have been a
/// machine.
public struct VoiceChannel: AnsweringChannel {
    public static let descriptor = ChannelDescriptor(
        kind: "voice", label: "Phone call",
        fields: [
            .init(
                name: "number", label: "Number", kind: .phoneNumber, isRequired: true, example: "+4915112345678",
                hint: "With the country's code. Let its number through the do-not-disturb of your telephone.")
        ],
        account: TelephoneProviders.fields,
        // One new call a second (twilio.com/docs, "Calls per second").
        limits: .init(
            messageBytes: 4_000, attemptTime: .seconds(20), concurrentAttempts: 8, rate: .init(1, in: .seconds(1))),
        acknowledgement: .reply, receipts: .reported, needsVerification: true,
        about: "What wakes. Reads the page out twice and waits for a key: 4 takes it, 5 asks the next for help.")

    private let vendor: Vendor

    public init(_ client: EgressClient) { vendor = Vendor(client: client) }

    public static func check(account: ChannelAccount) throws(InputFault) {
        try descriptor.check(account: account)
        try TelephoneProviders.check(account, senders: ["from"])
    }

    public func attempt(_ message: OutgoingMessage, now: Instant) async -> AttemptResult {
        let provider = TelephoneProviders.make(message.account, vendor)
        do throws(InputFault) {
            let order = TelephoneOrder(
                kind: .voice, to: message.destination, words: Self.words(of: message), message: message)
            let request = try provider.request(for: order)
            return await vendor.send(request, attempt: message.attempt) {
                provider.judge($0, of: order, now: now)
            }
        } catch {
            return .permanent(reason: error.reason, by: .tocsin)
        }
    }

    static func words(of message: OutgoingMessage) -> String {
        switch message.purpose {
        case .verification:
            // Digit by digit, or it is read as a number; what stands between the digits for the eye is not read.
            "Your code is "
                + message.text.filter { $0.isLetter || $0.isNumber }.map { String($0) }.joined(separator: ", ") + "."
        case .page: "This is Tocsin. " + message.subject.shortened(to: 400)
        case .news, .test, .settled: "This is Tocsin. " + message.subject.shortened(to: 400)
        }
    }

    public func health(of account: ChannelAccount, now: Instant) async -> ChannelHealth? {
        await TelephoneHealth.ask(account, vendor)
    }

    public static func read(_ call: InboundCall) throws(InboundFault) -> [Said] {
        let provider = TelephoneProviders.type(of: call.account)
        try provider.prove(call)
        return try provider.read(call)
    }

    public static func response(to call: InboundCall, outcome: String?) -> InboundResponse {
        TelephoneHealth.response(to: call, outcome, isSpoken: true)
    }
}

/// What both kinds share.
enum TelephoneHealth {
    static func ask(_ account: ChannelAccount, _ vendor: Vendor) async -> ChannelHealth? {
        do throws(InputFault) {
            let provider = TelephoneProviders.make(account, vendor)
            guard let request = try provider.healthCheck(account) else { return nil }
            switch await vendor.ask(request) {
            case .success(let answer) where answer.status == 200:
                return .good("The account is \(answer.word("status") ?? "there").")
            case .success(let answer): return .bad("HTTP \(answer.status): it does not accept the account's key")
            case .failure(let silence): return .bad(silence.reason)
            }
        } catch { return .bad(error.reason) }
    }

    static func response(to call: InboundCall, _ outcome: String?, isSpoken: Bool) -> InboundResponse {
        if call.account["provider"] == "http" {
            let body: JSON = ["outcome": outcome.map(JSON.string) ?? .null]
            return InboundResponse(contentType: "application/json", body: body.text)
        }
        let body =
            switch call.path {
            case "digit": outcome.map(TwiML.said) ?? TwiML.again(call)
            case "reply": outcome.map(TwiML.sent) ?? TwiML.nothing
            default: TwiML.nothing
            }
        return InboundResponse(contentType: "text/xml; charset=utf-8", body: body)
    }
}
