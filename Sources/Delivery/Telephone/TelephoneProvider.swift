import Chronology
import Notation

/// A company, or a box in a cellar, that sends text messages and calls telephones.
protocol TelephoneProvider: Sendable {
    /// What a text message or a call is asked for with.
    func request(for order: TelephoneOrder) throws(InputFault) -> EgressRequest
    func judge(_ answer: EgressAnswer, of order: TelephoneOrder, now: Instant) -> AttemptResult
    /// A request that tells nobody anything; nil: there is none.
    func healthCheck(_ account: ChannelAccount) throws(InputFault) -> EgressRequest?
    /// Refuses what does not prove where it comes from.
    static func prove(_ call: InboundCall) throws(InboundFault)
    /// What a proved call says.
    static func read(_ call: InboundCall) throws(InboundFault) -> [Said]
}

/// One message to one number.
struct TelephoneOrder: Sendable {
    enum Kind: String, Sendable { case sms, voice }

    let kind: Kind
    let to: String
    /// What is written, or said twice.
    let words: String
    let message: OutgoingMessage

    var account: ChannelAccount { message.account }
    /// What stands for the message when the far end calls back; nil: it cannot.
    var reference: String? { message.acknowledgement?.reference }
}

/// Which provider an account is with.
enum TelephoneProviders {
    static let names = ["twilio", "http"]

    static func make(_ account: ChannelAccount, _ vendor: Vendor) -> any TelephoneProvider {
        account["provider"] == "http" ? GatewayProvider(vendor: vendor) : TwilioProvider(vendor: vendor)
    }

    static func type(of account: ChannelAccount) -> any TelephoneProvider.Type {
        account["provider"] == "http" ? GatewayProvider.self : TwilioProvider.self
    }

    static let fields: [ChannelDescriptor.Field] = [
        .init(
            name: "provider", label: "Provider", kind: .choice, isRequired: true, example: "twilio",
            hint: "twilio, or http for a gateway of your own.", choices: names),
        .init(
            name: "accountSid", label: "Twilio: account SID", kind: .text, isRequired: false, example: "AC…",
            longest: 64),
        .init(
            name: "authToken", label: "Twilio: auth token", kind: .secret, isRequired: false, example: "",
            hint: "Proves what Twilio calls back with, too.", longest: 128),
        .init(
            name: "from", label: "Number that is shown", kind: .phoneNumber, isRequired: false, example: "+15005550006"),
        .apiBase("https://api.twilio.com"),
        .init(
            name: "url", label: "http: gateway's address", kind: .webAddress, isRequired: false,
            example: "https://sms-gateway.example.com/send"),
        .init(name: "token", label: "http: token", kind: .secret, isRequired: false, example: "", longest: 512),
    ]

    /// What the chosen provider cannot do without.
    static func check(_ account: ChannelAccount, senders: [String]) throws(InputFault) {
        let needed = account["provider"] == "http" ? ["url", "token"] : ["accountSid", "authToken"]
        for name in needed where account[name] == nil && account.secret(name) == nil {
            throw InputFault(at: name, "it is needed for this provider")
        }
        if account["provider"] != "http" {
            guard let sid = account["accountSid"], sid.hasPrefix("AC"), sid.isWord else {
                throw InputFault(at: "accountSid", "an account SID begins with AC")
            }
            guard senders.contains(where: { account[$0] != nil }) else {
                throw InputFault(at: senders[0], "say which number it is sent from")
            }
        }
    }
}

/// Words that people reply with, and keys that they press.
enum TelephoneReply {
    static let optedOut = "the receiver asked for no more messages"

    /// `ACK 1234`, `ack`, `ESC 1234`, in upper or lower case.
    ///
    /// `STOP`, `STOPALL`, `UNSUBSCRIBE`, `REVOKE` and `OPTOUT`, each alone, switch the number off: they mean nothing else.
    /// `CANCEL`, `END` and `QUIT` are on the same list of Twilio's (twilio.com/docs, "Advanced Opt-Out"), and are also what
    /// somebody answers who wants a page to end; whom they switch off would not be woken the next time. So they are no answer
    /// here. Where they did opt out, the provider says so itself: by `OptOutType` beside the reply, or by error 21610 for the
    /// next message, after which the next way is used.
    static func read(_ text: String, from: String) -> Said {
        let words = text.trimmed.split(whereSeparator: \.isWhitespace).map(String.init)
        let verb = words.first?.uppercased() ?? ""
        let isCode =
            words.count == 2 && words[1].utf8.count == 4 && words[1].utf8.allSatisfy { (0x30...0x39).contains($0) }
        let subject: Said.Subject = isCode ? .code(words[1], from: from) : .only(from: from)
        guard words.count == 1 || isCode else { return .unclear(from: from, words: text.shortened(to: 200)) }
        switch verb {
        case "ACK", "ACKNOWLEDGE", "OK": return .acknowledge(subject)
        case "ESC", "ESCALATE", "HELPME": return .escalate(subject)
        // With a code behind it, it is about a page.
        case "STOP", "STOPALL", "UNSUBSCRIBE", "REVOKE", "OPTOUT":
            guard words.count == 1 else { return .unclear(from: from, words: text.shortened(to: 200)) }
            return .gone(destination: from, reason: optedOut)
        default: return .unclear(from: from, words: text.shortened(to: 200))
        }
    }

    /// GoAlert's keys, which many know: 4 takes the page, 5 asks for help.
    static func key(_ digit: String, _ reference: String, from: String?) -> Said? {
        switch digit {
        case "4": .acknowledge(.reference(reference, from: from))
        case "5": .escalate(.reference(reference, from: from))
        default: nil
        }
    }
}
