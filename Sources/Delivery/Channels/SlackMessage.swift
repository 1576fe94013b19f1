import Chronology
import Notation

/// A message as blocks of Slack (docs.slack.dev, "Block Kit"): what it is about, what it says, when it was decided on, and
/// buttons. `text` is what notifications and screen readers say.
struct SlackMessage {
    static let acknowledge = "tocsin_ack"
    static let escalate = "tocsin_escalate"

    /// Of the text of a section or a context. The unit is not documented; the largest count is kept to.
    private static let sectionUnits = 3_000
    /// Of the first section, which is a title.
    private static let subjectUnits = 500
    /// 40,000 are taken and 4,000 recommended.
    private static let fallbackUnits = 4_000

    private let message: OutgoingMessage
    private let chat: ChatMessage

    init(_ message: OutgoingMessage) {
        self.message = message
        chat = ChatMessage(message)
    }

    /// The body of `chat.postMessage`.
    var post: JSON {
        [
            "channel": .string(message.destination), "text": .string(fallback),
            "blocks": .array(said + [context(links: [])] + buttons), "unfurl_links": false, "unfurl_media": false,
            "metadata": [
                "event_type": "tocsin_message",
                "event_payload": ["id": .string(message.id), "thread": .string(message.thread)],
            ],
        ]
    }

    /// The body of `chat.update`. There is nothing to press any more.
    func update(of earlier: SlackReceipt) -> JSON {
        [
            "channel": .string(earlier.channel), "ts": .string(earlier.timestamp), "text": .string(fallback),
            "blocks": .array(said + [context(links: chat.links)]),
        ]
    }

    // MARK: Leaves

    private var fallback: String {
        ChatDialect.slack.write(
            chat.text.isEmpty ? chat.subject : "\(chat.subject)\n\(chat.text)", atMost: Self.fallbackUnits, .utf16)
    }

    private var said: [JSON] {
        let subject = ChatDialect.slack.write(chat.subject, atMost: Self.subjectUnits, .utf16)
        // An asterisk has no escape and would end the bold print too soon.
        var sections = [section(subject.contains("*") ? subject : "*\(subject)*")]
        let text = ChatDialect.slack.write(chat.text, atMost: Self.sectionUnits, .utf16)
        if !text.isEmpty { sections.append(section(text)) }
        return sections
    }

    private func section(_ text: String) -> JSON {
        ["type": "section", "text": ["type": "mrkdwn", "text": .string(text)]]
    }

    /// Slack writes the time as it is where the reader is.
    private func context(links: [OutgoingMessage.Link]) -> JSON {
        let seconds = message.created.microseconds / 1_000_000
        let time = "<!date^\(seconds)^{date_short_pretty}, {time_secs}|\(message.created.text())>"
        let parts = ["Tocsin", time] + links.map(ChatDialect.slack.link)
        var text = ""
        for part in parts {
            let longer = text.isEmpty ? part : "\(text) · \(part)"
            if longer.utf16.count <= Self.sectionUnits { text = longer }
        }
        return ["type": "context", "elements": [["type": "mrkdwn", "text": .string(text)]]]
    }

    private var buttons: [JSON] {
        var buttons: [JSON] = []
        if message.purpose == .page, let acknowledgement = message.acknowledgement, canCallBack {
            let reference = acknowledgement.reference
            buttons.append(button("Acknowledge", Self.acknowledge, "value", reference, isFirst: true))
            buttons.append(button("Ask for help", Self.escalate, "value", reference))
        } else if let acknowledge = chat.acknowledge {
            buttons.append(button("Acknowledge", "tocsin_link", "url", acknowledge.address, isFirst: true))
        }
        for (index, link) in chat.links.enumerated() {
            buttons.append(button(link.label, "tocsin_open_\(index + 1)", "url", link.address))
        }
        return buttons.isEmpty ? [] : [["type": "actions", "elements": .array(buttons)]]
    }

    /// A button that nobody hears would show a warning to whoever presses it.
    private var canCallBack: Bool {
        message.account.callback != nil && message.account.secret("signingSecret") != nil
    }

    private func button(
        _ label: String, _ action: String, _ does: String, _ what: String, isFirst: Bool = false
    ) -> JSON {
        let text = ChatDialect.verbatim.write(label, atMost: ChatMessage.longestLabel, .utf16)
        var members: [JSON.Member] = [
            .init("type", "button"),
            .init("text", ["type": "plain_text", "text": .string(text), "emoji": false]),
            .init("action_id", .string(action)), .init(does, .string(what)),
        ]
        if isFirst { members.append(.init("style", "primary")) }
        return .object(members)
    }
}
