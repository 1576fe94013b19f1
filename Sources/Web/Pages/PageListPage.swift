import Chronology

/// The list of pages: whom Tocsin woke, or tries to wake.
public struct PageListPage: WebPage {
    public struct Row: Sendable {
        public var id: String
        public var title: String
        public var severity: SeverityMark
        public var state: PageMark
        /// "waiting for Ana Cruz", "acknowledged by Ana Cruz".
        public var who: String
        public var service: String?
        public var started: Instant
        /// When the next rung is paged; nil if it no longer climbs.
        public var next: Instant?

        public init(
            id: String, title: String, severity: SeverityMark, state: PageMark, who: String, service: String? = nil,
            started: Instant, next: Instant? = nil
        ) {
            self.id = id
            self.title = title
            self.severity = severity
            self.state = state
            self.who = who
            self.service = service
            self.started = started
            self.next = next
        }
    }

    public enum Filter: String, CaseIterable, Sendable { case open, all }

    public var rows: [Row]
    public var filter: Filter
    public var older: LocalPath?
    public var after: Int64

    public init(rows: [Row], filter: Filter, older: LocalPath? = nil, after: Int64) {
        self.rows = rows
        self.filter = filter
        self.older = older
        self.after = after
    }

    public var section: PageSection? { .pages }
    public var title: String { "Pages" }
    public var live: LiveSource? { LiveSource(fragment: address(filter), after: after) }

    private func address(_ filter: Filter) -> LocalPath {
        let path: LocalPath = "/pages"
        return path.with("state", filter == .open ? nil : filter.rawValue)
    }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        html.element("div", .class("filters")) { html in
            html.tabs(Filter.allCases.map { ($0.rawValue, address($0), $0 == filter) }, label: "State")
        }
        html.element("div", .id("list"), .flag("data-part")) { html in
            if rows.isEmpty {
                html.empty(
                    "Nobody is being paged",
                    "A page starts when an alert or an incident has somebody to wake. Those that were, on a terminal:",
                    command: "tocsin page list")
            } else {
                table(&html, frame)
                html.older(older)
            }
        }
    }

    private func table(_ html: inout HTML, _ frame: PageFrame) {
        html.table(
            "Pages",
            [.word("Severity"), .word("Page"), .word("State"), .number("Started"), .number("Next rung in"), .actions]
        ) { html in
            for row in rows {
                html.element("tr") { html in
                    html.element("td") { $0.severity(row.severity) }
                    html.element("th") { html in
                        html.element("a", .href("/pages/\(row.id)"), text: row.title)
                        html.element(
                            "small", text: [row.service, row.who].compactMap { $0 }.joined(separator: " · "))
                    }
                    html.element("td") { $0.state(row.state.mark) }
                    html.element("td", .class("n")) { $0.ago(row.started, frame.clock) }
                    html.element("td", .class("n"), .fixed("data-th", row.next == nil ? nil : "next in")) { html in
                        if let next = row.next { html.countdown(to: next, frame.clock) }
                    }
                    html.element("td", .class("n do")) { html in
                        if frame.canRespond, row.state == .climbing {
                            html.act("Acknowledge", to: "/pages/\(row.id)/acknowledge", frame, .primary, key: "a")
                        }
                    }
                }
            }
        }
    }
}
