import Chronology
import Notation

/// Posts a card to a channel or a chat of Microsoft Teams by a workflow that begins "When a Teams webhook request is received"
/// (learn.microsoft.com, "Create incoming webhooks with Workflows"; adaptivecards.io, schema 1.4).
///
/// The workflow takes the card over and runs later: accepted means that it will run, not that the card is there. It names no
/// message, so none is changed later; the id of ours is the run's tracking id, and a repeat is shown twice.
public struct TeamsChannel: Channel {
    public static let descriptor = ChannelDescriptor(
        kind: "teams",
        label: "Microsoft Teams",
        fields: [
            .init(
                name: "url", label: "Address of the workflow", kind: .webAddress, isRequired: true,
                example: "https://prod-00.westeurope.logic.azure.com/workflows/…/triggers/manual/paths/invoke?sig=…",
                hint: """
                    In Teams: the channel's menu, "Workflows", "When a Teams webhook request is received". Whoever has the \
                    address can post there.
                    """)
        ],
        limits: .init(
            messageBytes: bodyBytes, attemptTime: .seconds(20), concurrentAttempts: 4,
            rate: .init(4, in: .seconds(1))),
        acknowledgement: .link,
        receipts: .relay,
        about: """
            A card in a channel or a chat of Microsoft Teams, with links to acknowledge and to open the incident. Teams may show \
            it late and rings for nobody: use it to tell, and something else to wake.
            """)

    /// Teams documents 28 KB; larger bodies than this have been refused with 413.
    static let bodyBytes = 20_000
    /// Of the title.
    static let subjectUnits = 400

    private let client: EgressClient

    public init(_ client: EgressClient) {
        self.client = client
    }

    public static func check(destination: String, secret: Secret?) throws(InputFault) {
        try descriptor.check(destination: destination, secret: secret)
        let url = try ChatAPI.webhook(destination)
        if case .name(let host) = url.host, isConnector(host, url.target) {
            throw InputFault(
                at: "destination",
                """
                this is the address of an Office 365 connector, which Microsoft is retiring: make a workflow \
                "When a Teams webhook request is received" in the channel and use its address
                """)
        }
        guard url.scheme == .https else {
            throw InputFault(at: "destination", "the address of a workflow starts with https://: its key is in it")
        }
    }

    /// Scheme, host and port: the query is a secret.
    public func farEnd(of destination: String) -> String {
        ChatAPI.farEnd(ofWebhook: destination, kind: Self.descriptor.kind)
    }

    public func attempt(_ message: OutgoingMessage, now: Instant) async -> AttemptResult {
        let request: EgressRequest
        do throws(InputFault) {
            try Self.check(destination: message.destination, secret: nil)
            let url = try client.egress.url(message.destination)
            var headers: [(name: String, value: String)] = []
            // learn.microsoft.com, "Monitor workflows": the run is found by it.
            if message.id.utf8.allSatisfy(ChatAPI.isReference), (1...128).contains(message.id.utf8.count) {
                headers.append(("x-ms-client-tracking-id", message.id))
            }
            request = Vendor(client: client).post(url, Self.body(of: message), headers: headers, wantsBody: false)
        } catch {
            return .permanent(reason: error.reason, by: .tocsin)
        }
        return await Vendor(client: client).send(request, attempt: message.attempt) { Vendor.judge($0, now: now) }
    }

    // MARK: Leaves

    private static func isConnector(_ host: String, _ target: String) -> Bool {
        if host == "webhook.office.com" || host.hasSuffix(".webhook.office.com") { return true }
        return ["outlook.office.com", "outlook.office365.com"].contains(host) && target.hasPrefix("/webhook")
    }

    private static func body(of message: OutgoingMessage) -> JSON {
        let chat = ChatMessage(message)
        let subject = ChatDialect.markdown.write(chat.subject, atMost: subjectUnits, .utf16)
        let title: JSON = [
            "type": "TextBlock", "text": .string(subject), "size": "Large", "weight": "Bolder", "wrap": true,
        ]
        let facts: JSON = [
            "type": "FactSet", "facts": [["title": "Sent", "value": .string(message.created.text())]],
        ]
        let actions: [JSON] = chat.allLinks.map { link in
            ["type": "Action.OpenUrl", "title": .string(link.label), "url": .string(link.address)]
        }
        let frame = card([title, facts], actions).text.utf8.count
        return card([title] + blocks(of: chat.text, atMost: bodyBytes - frame) + [facts], actions)
    }

    private static func card(_ body: [JSON], _ actions: [JSON]) -> JSON {
        var content: [JSON.Member] = [
            .init("$schema", "http://adaptivecards.io/schemas/adaptive-card.json"), .init("type", "AdaptiveCard"),
            .init("version", "1.4"), .init("body", .array(body)),
        ]
        if !actions.isEmpty { content.append(.init("actions", .array(actions))) }
        content.append(.init("msteams", ["width": "Full"]))
        return [
            "type": "message",
            "attachments": [
                [
                    "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": .null,
                    "content": .object(content),
                ]
            ],
        ]
    }

    /// A block for each line, since Markdown joins lines. The last ones are left out where the card has no room for them, and
    /// a block says so.
    private static func blocks(of text: String, atMost limit: Int) -> [JSON] {
        let lines = text.split(separator: "\n")
        var blocks: [JSON] = []
        // Each block is followed by a comma.
        var room = limit - block(leftOut(lines.count)).text.utf8.count - 1
        for (index, line) in lines.enumerated() {
            let whole = block(ChatDialect.markdown.write(String(line), atMost: limit, .bytes))
            let size = whole.text.utf8.count + 1
            guard size > room else {
                blocks.append(whole)
                room -= size
                continue
            }
            // Quotation marks and backslashes take two bytes in JSON, and there are no characters that take more.
            let bytes = (room - block("").text.utf8.count - 1) / 2
            let isCut = bytes >= 200
            if isCut { blocks.append(block(ChatDialect.markdown.write(String(line), atMost: bytes, .bytes))) }
            let missing = lines.count - index - (isCut ? 1 : 0)
            if missing > 0 { blocks.append(block(leftOut(missing))) }
            return blocks
        }
        return blocks
    }

    private static func block(_ text: String) -> JSON {
        ["type": "TextBlock", "text": .string(text), "wrap": true, "spacing": "Small"]
    }

    private static func leftOut(_ lines: Int) -> String {
        lines == 1 ? "… The last line did not fit." : "… The last \(lines) lines did not fit."
    }
}
