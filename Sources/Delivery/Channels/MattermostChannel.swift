import Chronology
import Notation

/// Posts to a channel of Mattermost by an incoming webhook, and hears the button below it (developers.mattermost.com,
/// "Incoming webhooks" and "Interactive messages").
///
/// Mattermost has no key against repeats and names no message in its answer: one that is sent again after its answer was lost
/// is shown twice, and none is changed afterwards except by its own button.
public struct MattermostChannel: AnsweringChannel {
    public static let descriptor = ChannelDescriptor(
        kind: "mattermost",
        label: "Mattermost",
        fields: [
            .init(
                name: "url", label: "Address of the webhook", kind: .webAddress, isRequired: true,
                example: "https://mattermost.example.com/hooks/xxxxxxxxxxxxxxxxxxxxxxxxxx",
                hint: "Under \"Integrations\", \"Incoming Webhooks\". Whoever has the address can post there.")
        ],
        limits: .init(messageBytes: 131_072, attemptTime: .seconds(20), concurrentAttempts: 8),
        acknowledgement: .button,
        receipts: .endpoint,
        about: """
            A channel of a Mattermost server, with a button where Mattermost can reach this server. An incoming webhook has no \
            priority: whoever has muted the channel is not woken.
            """)

    /// Characters of a post (`PostMessageMaxRunesV2` of the server); an attachment's text is kept to the same.
    static let textScalars = 16_383
    /// The line above the attachment, which is what notifications show.
    static let subjectScalars = 500
    /// What a button does is told apart by this member of its context.
    static let actions = (acknowledge: "acknowledge", escalate: "escalate")

    private let client: EgressClient

    public init(_ client: EgressClient) {
        self.client = client
    }

    /// Also where Mattermost lies below a path of its host. An address of its REST interface would not work.
    public static func check(destination: String, secret: Secret?) throws(InputFault) {
        try descriptor.check(destination: destination, secret: secret)
        let path = try ChatAPI.webhook(destination).target.prefix { $0 != "?" }
        let segments = path.split(separator: "/")
        guard segments.count >= 2, segments[segments.count - 2] == "hooks" else {
            throw InputFault(
                at: "destination", "the address of an incoming webhook ends in /hooks/ and the key of the webhook")
        }
    }

    /// Scheme, host and port: the path is a secret.
    public func farEnd(of destination: String) -> String {
        ChatAPI.farEnd(ofWebhook: destination, kind: Self.descriptor.kind)
    }

    public func attempt(_ message: OutgoingMessage, now: Instant) async -> AttemptResult {
        let request: EgressRequest
        do throws(InputFault) {
            try Self.check(destination: message.destination, secret: nil)
            let url = try client.egress.url(message.destination)
            // It says "ok". The status says as much.
            request = Vendor(client: client).post(url, Self.body(of: message), wantsBody: false)
        } catch {
            return .permanent(reason: error.reason, by: .tocsin)
        }
        return await Vendor(client: client).send(request, attempt: message.attempt) { answer in
            // Servers answer an address that they do not know with their start page, and that with 200.
            guard answer.status != 200 || !(answer.header("Content-Type") ?? "").hasPrefix("text/html") else {
                return .permanent(reason: "HTTP 200 with a web page: the address is not that of an incoming webhook")
            }
            return Vendor.judge(answer, now: now)
        }
    }

    // MARK: The request

    private static func body(of message: OutgoingMessage) -> JSON {
        let chat = ChatMessage(message)
        let subject = "**\(ChatDialect.markdown.write(chat.subject, atMost: subjectScalars, .scalars))**"
        // The first link is the title's. The one that acknowledges stands there even if there is a button: Mattermost must be
        // allowed by its own settings to call an inner address.
        let below = (chat.acknowledge.map { [$0] } ?? []) + chat.links.dropFirst()
        var attachment: [JSON.Member] = [
            .init("fallback", .string(ChatDialect.plain.write(chat.subject, atMost: subjectScalars, .scalars))),
            .init("color", .string(message.purpose == .page && message.isUrgent ? "#d92d20" : "#667085")),
        ]
        if let details = chat.links.first {
            attachment.append(.init("title", .string(details.label)))
            attachment.append(.init("title_link", .string(details.address)))
        }
        attachment.append(
            .init(
                "text", .string(ChatDialect.markdown.write(chat.text, links: below, atMost: textScalars, .scalars))))
        if let acknowledgement = message.acknowledgement, message.purpose == .page,
            let callback = message.account.callback
        {
            func button(_ name: String, _ action: String) -> JSON {
                let context: JSON = [
                    "reference": .string(acknowledgement.reference), "action": .string(action),
                    "subject": .string(subject),
                ]
                return [
                    // Letters and digits only: others make a button that does nothing.
                    "id": .string(action), "name": .string(name), "type": "button",
                    "integration": ["url": .string(callback + "/button"), "context": context],
                ]
            }
            attachment.append(
                .init(
                    "actions",
                    [button("Acknowledge", actions.acknowledge), button("Ask for help", actions.escalate)]))
        }
        return ["text": .string(subject), "attachments": [.object(attachment)]]
    }

    // MARK: What was pressed

    /// Mattermost signs nothing: the secret in the callback's address, which it never shows to a browser, is the proof. Whoever
    /// is in the channel may press the button; the reference alone is the right to.
    public static func read(_ call: InboundCall) throws(InboundFault) -> [Said] {
        guard call.path == "button" else { throw .unknownPath }
        let body = try body(of: call)
        guard let reference = ChatAPI.reference(body["context"]?["reference"]) else {
            throw .unreadable("the button's context holds no reference")
        }
        let subject = Said.Subject.reference(reference, from: nil)
        switch body["context"]?["action"]?.string {
        case nil, actions.acknowledge: return [.acknowledge(subject)]
        case actions.escalate: return [.escalate(subject)]
        default: throw .unreadable("the button's context holds an action that Tocsin does not have")
        }
    }

    /// Tells whoever pressed it, and for the button that takes the page everybody in the channel: the line above the attachment
    /// is followed by what came of it, and the attachment stays.
    public static func response(to call: InboundCall, outcome: String?) -> InboundResponse {
        var members: [JSON.Member] = []
        if let outcome {
            let words = ChatDialect.markdown.write(
                LineText(flattening: outcome, limit: 1_000).text, atMost: 2_000, .scalars)
            members.append(.init("ephemeral_text", .string(words)))
            members.append(.init("skip_slack_parsing", true))
            // The post changes only once somebody has the page: why a press came to nothing is for whoever pressed.
            // Losing the fault is right: what cannot be read is answered without a change to the post.
            if outcome.hasPrefix("Acknowledged") || outcome.contains(" has it"),
                let context = (try? body(of: call))?["context"], context["action"]?.string != actions.escalate
            {
                let subject = context["subject"]?.string.map { $0 + "\n" } ?? ""
                members.append(.init("update", ["message": .string(subject + words)]))
            }
        }
        return InboundResponse(contentType: "application/json; charset=utf-8", body: JSON.object(members).text)
    }

    private static func body(of call: InboundCall) throws(InboundFault) -> JSON {
        do throws(InputFault) { return try JSON(parsing: call.body, limits: .vendor) } catch {
            throw .unreadable("the body is not JSON of a usual size")
        }
    }
}
