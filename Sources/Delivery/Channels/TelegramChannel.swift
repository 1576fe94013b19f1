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
                hint: "Send /start to the bot, and to @userinfobot to learn your id; a group's id begins with a minus.",
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

    private let vendor: Vendor

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

    private func call(_ account: ChannelAccount, _ method: String, _ body: JSON) throws(InputFault) -> EgressRequest {
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
        // Edited before: it says already what it should say.
        if message.purpose == .settled, answer.status == 400 {
            return .accepted(detail: "it was changed before", receipt: nil)
        }
        switch json?["error_code"]?.integer ?? Int64(answer.status) {
        case 403: return .permanent(reason: "the bot may not write there: it was blocked, or never started")
        case 429:
            let seconds = json?["parameters"]?["retry_after"]?.integer.map { Duration.seconds(max(0, min($0, 3_600))) }
            return .transient(reason: "HTTP 429", retryAfter: seconds ?? answer.retryAfter(now: now))
        default: return Vendor.judge(answer, now: now)
        }
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
        let title = message.subject.shortened(toUnits: 300)
        let rest = message.body.shortened(toUnits: textUnits - 400)
        var members: [JSON.Member] = [
            .init("chat_id", .string(message.destination)),
            .init("text", .string("<b>\(title.markupEscaped)</b>\n\(rest.markupEscaped)")), .init("parse_mode", "HTML"),
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
        // A button refuses addresses without a dot in the host.
        if let details = message.details {
            if details.address.hasPrefix("https://"),
                details.address.dropFirst(8).prefix(while: { $0 != "/" }).contains(".")
            {
                rows.append([["text": .string(details.label), "url": .string(details.address)]])
            } else {
                members[1] = .init(
                    "text",
                    .string("<b>\(title.markupEscaped)</b>\n\(rest.markupEscaped)\n\(details.address.markupEscaped)"))
            }
        }
        if !rows.isEmpty { members.append(.init("reply_markup", ["inline_keyboard": .array(rows)])) }
        return .object(members)
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

    // MARK: What was pressed

    /// How long an asking waits at the far end: shorter than a request may take.
    static let wait = 8

    public func listen(
        _ account: ChannelAccount, cursor: String?, receipts: [String], now: Instant
    ) async -> PolledChannelAnswer {
        var body: JSON = ["timeout": .integer(Int64(Self.wait)), "allowed_updates": ["callback_query", "message"]]
        if let offset = cursor.flatMap({ Int64($0) }) {
            body = [
                "offset": .integer(offset), "timeout": .integer(Int64(Self.wait)),
                "allowed_updates": ["callback_query", "message"],
            ]
        }
        do throws(InputFault) {
            switch await vendor.ask(try call(account, "getUpdates", body)) {
            case .success(let answer):
                guard let json = Vendor.json(answer), json["ok"]?.bool == true else {
                    let why =
                        answer.status == 409 ? "another program reads this bot's updates" : "HTTP \(answer.status)"
                    return PolledChannelAnswer(cursor: cursor, fault: why)
                }
                return await read(json["result"]?.array ?? [], account, cursor: cursor)
            case .failure(let silence): return PolledChannelAnswer(cursor: cursor, fault: silence.reason)
            }
        } catch { return PolledChannelAnswer(cursor: cursor, fault: error.reason) }
    }

    private func read(_ updates: [JSON], _ account: ChannelAccount, cursor: String?) async -> PolledChannelAnswer {
        var found = PolledChannelAnswer(cursor: cursor)
        for update in updates {
            if let id = update["update_id"]?.integer { found.cursor = String(id + 1) }
            if let query = update["callback_query"], let id = query["id"]?.string {
                // The presser's own id: in a group the chat is everybody's.
                let chat = query["from"]?["id"]?.integer.map { String($0) }
                if let data = query["data"]?.string {
                    if data.hasPrefix("ack:") {
                        found.said.append(.acknowledge(.reference(String(data.dropFirst(4)), from: chat)))
                    } else if data.hasPrefix("esc:") {
                        found.said.append(.escalate(.reference(String(data.dropFirst(4)), from: chat)))
                    }
                }
                // It only ends the button's spinning: what it comes to changes nothing.
                if let request = try? call(account, "answerCallbackQuery", ["callback_query_id": .string(id)]) {
                    _ = await vendor.ask(request)
                }
            }
        }
        return found
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
