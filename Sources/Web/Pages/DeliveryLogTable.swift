import Chronology

/// What was sent to whom, and what became of it.
public struct DeliveryLogTable: Sendable {
    public struct Row: Sendable {
        public var at: Instant
        public var who: String
        /// `Slack`, `E-mail`.
        public var channel: String
        /// `page`, `reminder`: what it was about.
        public var about: String
        public var title: String?
        public var page: String?
        public var state: StateMark
        public var detail: String

        public init(
            at: Instant, who: String, channel: String, about: String, title: String?, page: String?, state: StateMark,
            detail: String
        ) {
            self.at = at
            self.who = who
            self.channel = channel
            self.about = about
            self.title = title
            self.page = page
            self.state = state
            self.detail = detail
        }
    }

    public var rows: [Row]
    /// Of the states: the words of the address, and their names.
    public var states: [(text: String, path: LocalPath, isCurrent: Bool)]
    public var kinds: [(text: String, path: LocalPath, isCurrent: Bool)]
    public var older: LocalPath?

    public init(
        rows: [Row] = [], states: [(text: String, path: LocalPath, isCurrent: Bool)] = [],
        kinds: [(text: String, path: LocalPath, isCurrent: Bool)] = [], older: LocalPath? = nil
    ) {
        self.rows = rows
        self.states = states
        self.kinds = kinds
        self.older = older
    }

    func write(_ html: inout HTML, _ frame: PageFrame) {
        html.part("Messages", id: "log", note: "newest first") { html in
            html.element("div", .class("filters scroll")) { html in
                html.tabs(states, label: "What became of them")
                html.tabs(kinds, label: "What they are about")
            }
            guard !rows.isEmpty else { return html.element("p", .class("muted")) { $0.raw("There is none.") } }
            html.table(
                "Messages", [.number("Decided"), .word("To"), .word("About"), .word("State")]
            ) { html in
                for row in rows {
                    html.element("tr") { html in
                        html.element("td", .class("n")) { $0.ago(row.at, frame.clock) }
                        html.element("th") { html in
                            html.element("b", text: row.who)
                            html.element("small", text: row.channel)
                        }
                        html.element("td", .class("wrap")) { html in
                            if let page = row.page {
                                html.element("a", .href("/pages/\(page)"), text: row.about)
                            } else {
                                html.text(row.about)
                            }
                            if let title = row.title { html.element("small", text: title) }
                        }
                        html.element("td", .class("wrap")) { html in
                            html.state(row.state)
                            if !row.detail.isEmpty { html.element("small", text: row.detail) }
                        }
                    }
                }
            }
            html.older(older)
        }
    }
}
