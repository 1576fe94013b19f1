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
        // What is too long is shortened (docs.ntfy.sh, "Limitations").
        limits: .init(
            messageBytes: 16_384, attemptTime: .seconds(20), concurrentAttempts: 16),
        acknowledgement: .button, receipts: .relay,
        about:
            "Free notifications with an acknowledge button, by an app for Android and iOS. No account, no telephone contract."
    )

    /// Bytes of a message; with one more, ntfy makes an attachment of it, which a phone does not show.
    static let messageBytes = 4_095
    /// Bytes of the whole document. ntfy reads twice as many as of a message and refuses a longer one.
    static let bodyBytes = 8_191
    static let titleBytes = 250
    /// Bytes of an address as JSON writes it. A longer one is left out: three stand in a document, and beside them the message.
    static let addressBytes = 1_500

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
            let id = answer.word("id")
            // Something else answered, in front of ntfy or in its place: nothing says that the message is on its way.
            if (200...299).contains(answer.status), id == nil {
                return .unknown(reason: "HTTP \(answer.status) without an answer of ntfy in it")
            }
            return Vendor.judge(answer, now: now, receipt: id)
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
        let frame = body(message, topic, text: "").text.utf8.count
        return body(message, topic, text: fitted(message.body, written: bodyBytes - frame))
    }

    private static func body(_ message: OutgoingMessage, _ topic: String, text: String) -> JSON {
        let title = LineText(flattening: message.subject, limit: titleBytes).text.shortened(toBytes: titleBytes)
        var members: [JSON.Member] = [
            .init("topic", .string(topic)), .init("title", .string(title)), .init("message", .string(text)),
            .init("priority", .integer(message.isUrgent && message.purpose == .page ? 5 : 3)),
            .init("tags", [message.purpose == .page ? "rotating_light" : "information_source"]),
        ]
        let details = message.details.flatMap { fits($0.address) ? $0.address : nil }
        if let details { members.append(.init("click", .string(details))) }
        var actions: [JSON] = []
        if let action = message.personalAction, fits(action) {
            actions.append([
                "action": "http", "label": "Acknowledge", "url": .string(action), "method": "POST", "clear": true,
            ])
        }
        if let details { actions.append(["action": "view", "label": "Open", "url": .string(details)]) }
        if !actions.isEmpty { members.append(.init("actions", .array(actions))) }
        return .object(members)
    }

    private static func fits(_ address: String) -> Bool { written(address) <= addressBytes }

    /// Bytes of a text between its quotation marks, as JSON writes it.
    private static func written(_ text: String) -> Int { JSON.string(text).text.utf8.count - 2 }

    /// The text in at most `messageBytes`, of which JSON makes no more than `limit`: cut between characters, with an ellipsis
    /// where something is left out.
    private static func fitted(_ text: String, written limit: Int) -> String {
        let text = text.shortened(toBytes: messageBytes)
        guard written(text) > limit else { return text }
        var kept = ""
        var used = written("…")
        for character in text {
            used += written(String(character))
            guard used <= limit else { break }
            kept.append(character)
        }
        return kept + "…"
    }
}
