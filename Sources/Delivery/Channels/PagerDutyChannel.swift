import Chronology
import Notation

/// Opens an alert in PagerDuty, which then pages by its own plans, and resolves it (developer.pagerduty.com, "Events API v2").
///
/// The thread of a message is the key of the alert: whatever belongs to one page is one alert there, a repeat changes nothing,
/// and a message about a page that has been taken or has ended resolves it. PagerDuty takes an event over and looks at it
/// later, so an accepted one may still have a routing key that nobody has.
public struct PagerDutyChannel: Channel {
    public static let descriptor = ChannelDescriptor(
        kind: "pagerduty",
        label: "PagerDuty",
        fields: [
            .init(
                name: "routingKey", label: "Integration key", kind: .text, isRequired: true,
                example: "R0EXAMPLEKEY00000000000000000001",
                hint: "Of the integration \"Events API v2\" of a service. Whoever has it can open alerts there.",
                longest: 32)
        ],
        account: [ChatAPI.base(usualBase, hint: "Accounts in Europe use https://events.eu.pagerduty.com.")],
        // 512 KB, and 120 events a minute of one key ("Rate limits").
        limits: .init(
            messageBytes: 512_000, attemptTime: .seconds(20), concurrentAttempts: 8,
            rate: .init(120, in: .seconds(60))),
        acknowledgement: .none,
        receipts: .relay,
        followsUp: true,
        about: """
            Opens an alert in a service of PagerDuty, which pages by its own plan, and resolves it when the page is taken or \
            ends here. Acknowledging in PagerDuty does not reach Tocsin.
            """)

    static let usualBase = "https://events.pagerduty.com"
    /// Characters of `payload.summary` and of `dedup_key`.
    static let summaryUnits = 1_024
    static let longestKey = 255
    /// Of `custom_details.text`: far below the limit of the event even when every character is escaped.
    static let textBytes = 100_000

    private let client: EgressClient

    public init(_ client: EgressClient) {
        self.client = client
    }

    public static func check(destination: String, secret: Secret?) throws(InputFault) {
        try descriptor.check(destination: destination, secret: secret)
        guard destination.utf8.count == 32, destination.utf8.allSatisfy(isLetterOrDigit) else {
            throw InputFault(at: "destination", "the integration key of PagerDuty has 32 letters and digits")
        }
    }

    public static func check(account: ChannelAccount) throws(InputFault) {
        try descriptor.check(account: account)
        try ChatAPI.checkBase("apiBase", of: account)
    }

    public func attempt(_ message: OutgoingMessage, now: Instant) async -> AttemptResult {
        let request: EgressRequest
        let key = message.purpose == .settled ? message.earlier ?? message.thread : message.thread
        do throws(InputFault) {
            try Self.check(destination: message.destination, secret: nil)
            guard (1...Self.longestKey).contains(key.utf8.count) else {
                throw InputFault(at: "thread", "PagerDuty takes a key of 1 to \(Self.longestKey) characters")
            }
            let url = try ChatAPI.url(client, message.account["apiBase"] ?? Self.usualBase, "/v2/enqueue")
            request = Vendor(client: client).post(
                url, message.purpose == .settled ? Self.end(key, message) : Self.start(key, message))
        } catch {
            return .permanent(reason: error.reason, by: .tocsin)
        }
        return await Vendor(client: client).send(request, attempt: message.attempt) { answer in
            // An answer that repeats no key is still about the one that was sent.
            Vendor.judge(
                answer, now: now, receipt: ChatAPI.receipt(Vendor.json(answer)?["dedup_key"]?.string) ?? key)
        }
    }

    // MARK: Leaves

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        ChatAPI.isReference(byte) && byte != UInt8(ascii: "_") && byte != UInt8(ascii: "-")
    }

    private static func end(_ key: String, _ message: OutgoingMessage) -> JSON {
        ["routing_key": .string(message.destination), "event_action": "resolve", "dedup_key": .string(key)]
    }

    private static func start(_ key: String, _ message: OutgoingMessage) -> JSON {
        let chat = ChatMessage(message)
        let summary = ChatDialect.verbatim.write(chat.subject, atMost: summaryUnits, .utf16)
        let text = ChatDialect.verbatim.write(chat.text, atMost: textBytes, .bytes)
        var members: [JSON.Member] = [
            .init("routing_key", .string(message.destination)), .init("event_action", "trigger"),
            .init("dedup_key", .string(key)),
            .init(
                "payload",
                [
                    "summary": .string(summary), "source": "tocsin",
                    "severity": message.isUrgent ? "critical" : "warning",
                    "timestamp": .string(WireDate(message.created).iso8601), "custom_details": ["text": .string(text)],
                ]),
            .init(
                "links",
                .array(chat.links.map { ["href": .string($0.address), "text": .string($0.label)] })),
            .init("client", "Tocsin"),
        ]
        if let details = chat.links.first { members.append(.init("client_url", .string(details.address))) }
        return .object(members)
    }
}
