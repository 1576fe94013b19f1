import Chronology
import Notation

/// Notifications by ntfy, at ntfy.sh or a server of one's own (docs.ntfy.sh, "Publish as JSON"). The topic's address is the
/// destination; on a public server its name is its password. An "Acknowledge" button takes the page from the lock screen.
public struct NtfyChannel: Channel {
    public static let descriptor = ChannelDescriptor(
        kind: "ntfy", label: "ntfy",
        fields: [
            .init(
                name: "topic", label: "Topic's address", kind: .webAddress, isRequired: true,
                example: "https://ntfy.sh/my-pages-7Qz2",
                hint: "Subscribe to the same topic in the app. On a public server choose a name that nobody guesses."),
            .init(
                name: "token", label: "Access token", kind: .secret, isRequired: false, example: "tk_…",
                hint: "Only where the server asks for one.", longest: 256),
        ],
        // A longer body becomes an attachment (docs.ntfy.sh, "Limitations"): 4,096 bytes of message.
        limits: .init(
            messageBytes: 16_384, attemptTime: .seconds(20), concurrentAttempts: 16),
        acknowledgement: .button, receipts: .relay,
        about:
            "Free notifications with an acknowledge button, by an app for Android and iOS. No account, no telephone contract."
    )

    /// Bytes of the message before ntfy turns it into an attachment.
    static let messageBytes = 4_096

    private let vendor: Vendor

    public init(_ client: EgressClient) { vendor = Vendor(client: client) }

    public static func check(destination: String, secret: Secret?) throws(InputFault) {
        try descriptor.check(destination: destination, secret: secret)
        _ = try place(destination)
    }

    public func farEnd(of destination: String) -> String {
        do throws(InputFault) { return try EgressURL(destination).description } catch { return destination }
    }

    public func attempt(_ message: OutgoingMessage, now: Instant) async -> AttemptResult {
        let request: EgressRequest
        do {
            let (root, topic) = try Self.place(message.destination)
            let headers = message.secrets.first.map { [Vendor.bearer($0)] } ?? []
            request = vendor.post(try vendor.client.egress.url(root), Self.body(message, topic), headers: headers)
        } catch {
            return .permanent(reason: error.reason, by: .tocsin)
        }
        return await vendor.send(request, attempt: message.attempt) { answer in
            Vendor.judge(answer, now: now, receipt: answer.word("id"))
        }
    }

    /// The server's root, to which JSON is published, and the topic: the last segment of the path.
    private static func place(_ destination: String) throws(InputFault) -> (root: String, topic: String) {
        let url = try EgressURL(destination)
        guard !url.target.contains("?"), let slash = destination.lastIndex(of: "/") else {
            throw InputFault(at: "destination", "a topic's address ends in the topic, without a question mark")
        }
        let topic = String(destination[destination.index(after: slash)...])
        guard (1...64).contains(topic.utf8.count), url.target.count > 1,
            topic.utf8.allSatisfy({ byte in
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                    || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            })
        else {
            throw InputFault(
                at: "destination", "a topic is made of 1 to 64 letters, digits, - and _, as in https://ntfy.sh/my-topic"
            )
        }
        return (String(destination[...slash]), topic)
    }

    private static func body(_ message: OutgoingMessage, _ topic: String) -> JSON {
        var members: [JSON.Member] = [
            .init("topic", .string(topic)), .init("title", .string(message.subject.shortened(toBytes: 250))),
            .init("message", .string(message.body.shortened(toBytes: messageBytes))),
            .init("priority", .integer(message.isUrgent && message.purpose == .page ? 5 : 3)),
            .init("tags", [message.purpose == .page ? "rotating_light" : "information_source"]),
        ]
        if let details = message.details { members.append(.init("click", .string(details.address))) }
        var actions: [JSON] = []
        if message.asks, let acknowledgement = message.acknowledgement {
            actions.append([
                "action": "http", "label": "Acknowledge", "url": .string(acknowledgement.action), "method": "POST",
                "clear": true,
            ])
        }
        if let details = message.details {
            actions.append(["action": "view", "label": "Open", "url": .string(details.address)])
        }
        if !actions.isEmpty { members.append(.init("actions", .array(actions))) }
        return .object(members)
    }
}
