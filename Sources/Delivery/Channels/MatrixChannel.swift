import Chronology
import Notation

/// Sends to a room of Matrix as a user of a homeserver (spec.matrix.org, client-server API v1.11, "PUT
/// /rooms/{roomId}/send/{eventType}/{txnId}").
///
/// The homeserver takes a message with the same id from the same access token once, so a repeat is shown once.
public struct MatrixChannel: Channel {
    public static let descriptor = ChannelDescriptor(
        kind: "matrix",
        label: "Matrix",
        fields: [
            .init(
                name: "room", label: "Room ID", kind: .text, isRequired: true,
                example: "!oKjBvWwrkdAbCdEfGh:example.com",
                hint: "Under \"Advanced\" in the room's settings. The account has to be in the room.", longest: 255)
        ],
        account: [
            .init(
                name: "homeserver", label: "Homeserver", kind: .webAddress, isRequired: true,
                example: "https://matrix.example.com",
                hint: "Where its client interface is, which need not be the server's name.", longest: 512),
            .init(
                name: "token", label: "Access token", kind: .secret, isRequired: true, example: "syt_…",
                hint: "Of an account of Tocsin's own.", longest: 1_024),
        ],
        // An event has 64 KiB. How many a user may send is each homeserver's own to say.
        limits: .init(messageBytes: 65_536, attemptTime: .seconds(20), concurrentAttempts: 4),
        acknowledgement: .link,
        receipts: .relay,
        about: """
            A room on any Matrix homeserver, with links to acknowledge and to open the incident. Encrypted rooms do not work: \
            Tocsin does not encrypt, and members would see an unencrypted message or none.
            """)

    /// With every byte escaped in JSON, both bodies together stay below the 65,536 bytes of an event ("Size limits").
    static let bodyBytes = 8_000
    static let formattedBytes = 16_000

    private let client: EgressClient

    public init(_ client: EgressClient) {
        self.client = client
    }

    /// Since room version 12 an ID has no server behind a colon.
    public static func check(destination: String, secret: Secret?) throws(InputFault) {
        try descriptor.check(destination: destination, secret: secret)
        guard destination.utf8.first == UInt8(ascii: "!"), destination.utf8.count > 1,
            !destination.contains(where: \.isWhitespace)
        else {
            throw InputFault(
                at: "destination",
                "Matrix needs the ID of a room, which starts with an exclamation mark; names such as #room:example.com change"
            )
        }
    }

    public static func check(account: ChannelAccount) throws(InputFault) {
        try descriptor.check(account: account)
        try ChatAPI.checkBase("homeserver", of: account)
        _ = try token(of: account)
    }

    public func attempt(_ message: OutgoingMessage, now: Instant) async -> AttemptResult {
        let request: EgressRequest
        do throws(InputFault) {
            try Self.check(destination: message.destination, secret: nil)
            guard !message.id.isEmpty else { throw InputFault(at: "id", "the message has no id") }
            let transaction = String(
                decoding: message.id.utf8.map { ChatAPI.isReference($0) ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
            request = try self.request(
                .put,
                "/rooms/\(FormText.percentEncode(message.destination))/send/m.room.message/\(transaction)",
                message.account, body: Array(Self.body(of: message).text.utf8))
        } catch {
            return .permanent(reason: error.reason, by: .tocsin)
        }
        return await Vendor(client: client).send(request, attempt: message.attempt) { Self.judge($0, now: now) }
    }

    /// Asks whose token it is.
    public func health(of account: ChannelAccount, now: Instant) async -> ChannelHealth? {
        let request: EgressRequest
        do throws(InputFault) { request = try self.request(.get, "/account/whoami", account) } catch {
            return .bad(error.reason)
        }
        switch await Vendor(client: client).ask(request) {
        case .failure(let silence): return .bad(silence.reason)
        case .success(let answer):
            guard (200...299).contains(answer.status) else {
                return .bad(Self.reason(answer) ?? "HTTP \(answer.status)")
            }
            guard let user = ChatAPI.name(Vendor.json(answer)?["user_id"]) else { return .bad(Self.noAnswer) }
            return .good(user)
        }
    }

    // MARK: The request

    private static func token(of account: ChannelAccount) throws(InputFault) -> Secret {
        try ChatAPI.token("token", of: account, called: "access token of Matrix")
    }

    private func request(
        _ method: EgressRequest.Method, _ path: String, _ account: ChannelAccount, body: [UInt8] = []
    ) throws(InputFault) -> EgressRequest {
        let token = try Self.token(of: account)
        guard let homeserver = account["homeserver"] else {
            throw InputFault(at: "homeserver", "the homeserver is missing")
        }
        var headers = [("User-Agent", "Tocsin"), Vendor.bearer(token)]
        if !body.isEmpty { headers.append(("Content-Type", "application/json")) }
        return EgressRequest(
            method: method, url: try ChatAPI.url(client, homeserver, "/_matrix/client/v3" + path), headers: headers,
            body: body, wantsBody: true)
    }

    /// `m.mentions` says who is called, so that no name in the text does: the room by a page that is urgent, and nobody
    /// otherwise. A homeserver heeds it as far as the room lets the account call everybody.
    private static func body(of message: OutgoingMessage) -> JSON {
        let chat = ChatMessage(message)
        let words = chat.text.isEmpty ? chat.subject : "\(chat.subject)\n\(chat.text)"
        let subject = ChatDialect.html.write(chat.subject, atMost: 2_000, .bytes)
        let opening = "<strong>\(subject)</strong>" + (chat.text.isEmpty && chat.allLinks.isEmpty ? "" : "<br>")
        let rest = ChatDialect.html.write(
            chat.text, links: chat.allLinks, atMost: formattedBytes - opening.utf8.count, .bytes)
        return [
            "msgtype": "m.text",
            "body": .string(ChatDialect.plain.write(words, links: chat.allLinks, atMost: bodyBytes, .bytes)),
            "format": "org.matrix.custom.html", "formatted_body": .string(opening + rest),
            "m.mentions": message.purpose == .page && message.isUrgent ? ["room": true] : [:],
        ]
    }

    // MARK: The answer

    private static let noAnswer = "HTTP 200 without an answer of Matrix in it"

    /// Words that are passed on; another one may hold anything ("Standard error response").
    private static let known: Set<String> = [
        "M_FORBIDDEN", "M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_LOCKED", "M_USER_SUSPENDED", "M_USER_DEACTIVATED",
        "M_GUEST_ACCESS_FORBIDDEN", "M_NOT_FOUND", "M_UNRECOGNIZED", "M_LIMIT_EXCEEDED", "M_RESOURCE_LIMIT_EXCEEDED",
        "M_CONSENT_NOT_GIVEN", "M_TOO_LARGE", "M_BAD_JSON", "M_NOT_JSON", "M_MISSING_PARAM", "M_INVALID_PARAM",
        "M_UNKNOWN",
    ]

    /// nil: the answer holds none of the known words.
    private static func reason(_ answer: EgressAnswer) -> String? {
        guard let word = Vendor.json(answer)?["errcode"]?.string, known.contains(word) else { return nil }
        return "HTTP \(answer.status) \(word)"
    }

    private static func judge(_ answer: EgressAnswer, now: Instant) -> AttemptResult {
        let body = Vendor.json(answer)
        if (200...299).contains(answer.status) {
            guard let event = ChatAPI.receipt(body?["event_id"]?.string) else { return .unknown(reason: noAnswer) }
            return .accepted(detail: "the homeserver has it", receipt: event)
        }
        switch Vendor.judge(answer, now: now) {
        case .permanent(let usual, let refuser): return .permanent(reason: reason(answer) ?? usual, by: refuser)
        case .transient(let usual, let retryAfter):
            return .transient(reason: reason(answer) ?? usual, retryAfter: wait(body) ?? retryAfter)
        case .accepted(let detail, let receipt): return .accepted(detail: detail, receipt: receipt)
        case .unknown(let reason): return .unknown(reason: reason)
        }
    }

    /// A body may say it in milliseconds; homeservers before version 1.10 of the specification have no header for it.
    private static func wait(_ body: JSON?) -> Duration? {
        guard let milliseconds = body?["retry_after_ms"]?.integer, milliseconds >= 0 else { return nil }
        return .milliseconds(min(milliseconds, RetryAfter.longest.wholeSeconds * 1_000))
    }
}
