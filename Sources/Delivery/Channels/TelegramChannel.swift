import Chronology
import Notation

/// Messages of a Telegram bot (core.telegram.org/bots/api). Its buttons take the page and ask for help; what was pressed is
/// fetched by long polling, so that the server need not be reachable from outside.
public struct TelegramChannel: PolledChannel {
    public static let descriptor = ChannelDescriptor(
        kind: "telegram", label: "Telegram",
        fields: [
            .init(
                name: "chat", label: "Chat id", kind: .text, isRequired: true, example: "123456789",
                hint: "Send /start to the bot, and it answers with the id. A group's begins with a minus.",
                longest: 64)
        ],
        account: [
            .init(
                name: "token", label: "Bot token", kind: .secret, isRequired: true, example: "123456789:AAF…",
                hint: "@BotFather gives it with /newbot.", longest: 128),
            .apiBase("https://api.telegram.org"),
        ],
        // About 30 messages a second over all chats (core.telegram.org/bots/faq).
        limits: .init(
            messageBytes: 16_384, attemptTime: .seconds(20), concurrentAttempts: 8, rate: .init(30, in: .seconds(1))),
        acknowledgement: .button, receipts: .relay, followsUp: true,
        about:
            "Free messages with buttons, without an address that can be reached from outside. Phones may mute it at night."
    )

    /// UTF-16 units of a text after its entities have been read.
    static let textUnits = 4_096
    static let titleUnits = 300
    /// A longer link is left out: the text would have no room beside it.
    static let linkUnits = 3_000

    let vendor: Vendor

    public init(_ client: EgressClient) { vendor = Vendor(client: client) }

    public static func check(destination: String, secret: Secret?) throws(InputFault) {
        try descriptor.check(destination: destination, secret: secret)
        let digits = destination.hasPrefix("-") ? destination.dropFirst() : destination[...]
        let isNumber = (1...20).contains(digits.utf8.count) && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
        let isName =
            destination.hasPrefix("@") && destination.dropFirst().count >= 4 && String(destination.dropFirst()).isWord
        guard isNumber || isName else {
            throw InputFault(at: "destination", "a chat is a number such as 123456789 or a channel such as @my_channel")
        }
    }

    public static func check(account: ChannelAccount) throws(InputFault) {
        try descriptor.check(account: account)
        let parts = (account.secret("token")?.reveal() ?? "").split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }), String(parts[1]).isWord else {
            throw InputFault(at: "token", "a bot token has digits, a colon, and letters and digits")
        }
    }

    public func attempt(_ message: OutgoingMessage, now: Instant) async -> AttemptResult {
        if message.purpose == .settled, message.earlier == nil {
            return .accepted(detail: "nothing to change", receipt: nil)
        }
        let request: EgressRequest
        do throws(InputFault) {
            request = try call(
                message.account, message.purpose == .settled ? "editMessageText" : "sendMessage", Self.body(message))
        } catch {
            return .permanent(reason: error.reason, by: .tocsin)
        }
        return await vendor.send(request, attempt: message.attempt) { answer in
            Self.judge(answer, message, now: now)
        }
    }

    func call(_ account: ChannelAccount, _ method: String, _ body: JSON) throws(InputFault) -> EgressRequest {
        guard let token = account.secret("token") else {
            throw InputFault(at: "token", "the channel's account is not set up")
        }
        return vendor.post(try vendor.url(account, "https://api.telegram.org", "/bot\(token.reveal())/\(method)"), body)
    }

    private static func judge(_ answer: EgressAnswer, _ message: OutgoingMessage, now: Instant) -> AttemptResult {
        let json = Vendor.json(answer)
        if json?["ok"]?.bool == true {
            let id = json?["result"]?["message_id"]?.integer
            return .accepted(
                detail: "Telegram has it",
                receipt: message.purpose == .settled ? nil : id.map { "\(message.destination):\($0)" })
        }
        if message.purpose == .settled, answer.status == 400, let done = edited(json?["description"]?.string ?? "") {
            return .accepted(detail: done, receipt: nil)
        }
        switch json?["error_code"]?.integer ?? Int64(answer.status) {
        case 403: return .permanent(reason: "the bot may not write there: it was blocked, or never started")
        case 429:
            let seconds = json?["parameters"]?["retry_after"]?.integer.map { Duration.seconds(max(0, min($0, 3_600))) }
            return .transient(reason: "HTTP 429", retryAfter: seconds ?? answer.retryAfter(now: now))
        // Something else answered, in front of Telegram or in its place.
        case 200...299: return .unknown(reason: "HTTP \(answer.status) without an answer of Telegram in it")
        default: return Vendor.judge(answer, now: now)
        }
    }

    /// Why a message that was refused to be edited needs no editing; nil: it does. Telegram says it in words alone, which the
    /// server of its interface has kept for years (github.com/tdlib/telegram-bot-api).
    private static func edited(_ description: String) -> String? {
        let words = description.lowercased()
        if words.contains("message is not modified") { return "it was changed before" }
        let isBeyond = ["message to edit not found", "message can't be edited"].contains { words.contains($0) }
        return isBeyond ? "there is no message any more that could be changed" : nil
    }

    private static func body(_ message: OutgoingMessage) -> JSON {
        if message.purpose == .settled {
            let number = message.earlier?.split(separator: ":").last.flatMap { Int64($0) } ?? 0
            let words = "\(message.subject)\n\(message.body)"
            return [
                "chat_id": .string(message.destination), "message_id": .integer(number),
                "text": .string(words.shortened(toUnits: textUnits).markupEscaped), "parse_mode": "HTML",
            ]
        }
        let title = message.subject.shortened(toUnits: titleUnits)
        // A button refuses addresses without a dot in the host: those stand below the text.
        let button = message.details.flatMap { isForButton($0.address) ? $0 : nil }
        var below = button == nil ? message.details.map { "\n\($0.address)" } ?? "" : ""
        if below.utf16.count > linkUnits { below = "" }
        let rest = message.body.shortened(toUnits: textUnits - title.utf16.count - 1 - below.utf16.count)
        var members: [JSON.Member] = [
            .init("chat_id", .string(message.destination)),
            .init("text", .string("<b>\(title.markupEscaped)</b>\n\(rest.markupEscaped)\(below.markupEscaped)")),
            .init("parse_mode", "HTML"),
            .init("disable_notification", .bool(!message.isUrgent && message.purpose == .news)),
            .init("link_preview_options", ["is_disabled": true]),
        ]
        var rows: [JSON] = []
        if message.asks, let reference = message.acknowledgement?.reference, reference.utf8.count <= 60 {
            rows.append([
                ["text": "Acknowledge", "callback_data": .string("ack:\(reference)")],
                ["text": "Ask for help", "callback_data": .string("esc:\(reference)")],
            ])
        }
        if let button { rows.append([["text": .string(button.label), "url": .string(button.address)]]) }
        if !rows.isEmpty { members.append(.init("reply_markup", ["inline_keyboard": .array(rows)])) }
        return .object(members)
    }

    private static func isForButton(_ address: String) -> Bool {
        address.hasPrefix("https://") && address.dropFirst(8).prefix(while: { $0 != "/" }).contains(".")
    }

    public func health(of account: ChannelAccount, now: Instant) async -> ChannelHealth? {
        do throws(InputFault) {
            switch await vendor.ask(try call(account, "getMe", [:])) {
            case .success(let answer):
                guard Vendor.json(answer)?["ok"]?.bool == true else {
                    return .bad("HTTP \(answer.status): it does not accept the token")
                }
                return .good("The bot is @\(answer.word("result", "username") ?? "?").")
            case .failure(let silence): return .bad(silence.reason)
            }
        } catch { return .bad(error.reason) }
    }
}

extension String {
    /// At most so many UTF-16 units, cut between characters, with an ellipsis where something is left out.
    func shortened(toUnits limit: Int) -> String {
        guard utf16.count > limit else { return self }
        var kept = ""
        var used = 1
        for character in self {
            used += character.utf16.count
            guard used <= limit else { break }
            kept.append(character)
        }
        return kept + "…"
    }
}
