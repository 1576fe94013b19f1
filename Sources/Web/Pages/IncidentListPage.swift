import Chronology

/// The list of incidents, the open ones first.
public struct IncidentListPage: WebPage {
    public enum Filter: String, CaseIterable, Sendable { case open, closed, all }

    public struct Row: Sendable {
        public var key: String
        public var title: String
        public var severity: SeverityMark
        public var status: StateMark
        public var service: String?
        public var lead: String?
        public var declared: Instant
        /// Nil while it lasts.
        public var ended: Instant?
        public var isDrill: Bool

        public init(
            key: String, title: String, severity: SeverityMark, status: StateMark, service: String? = nil,
            lead: String? = nil, declared: Instant, ended: Instant? = nil, isDrill: Bool = false
        ) {
            self.key = key
            self.title = title
            self.severity = severity
            self.status = status
            self.service = service
            self.lead = lead
            self.declared = declared
            self.ended = ended
            self.isDrill = isDrill
        }
    }

    public var rows: [Row]
    public var filter: Filter
    /// The labels to filter by, worst first.
    public var severities: [String]
    public var severity: String?
    /// The next page of the list; nil on the last.
    public var older: LocalPath?
    public var after: Int64

    public init(
        rows: [Row], filter: Filter, severities: [String], severity: String? = nil, older: LocalPath? = nil,
        after: Int64
    ) {
        self.rows = rows
        self.filter = filter
        self.severities = severities
        self.severity = severity
        self.older = older
        self.after = after
    }

    public var section: PageSection? { .incidents }
    public var title: String { "Incidents" }
    public var live: LiveSource? { LiveSource(fragment: address(filter, severity), after: after) }

    public func actions(_ html: inout HTML, _ frame: PageFrame) {
        guard frame.canRespond else { return }
        html.element(
            "a", .class("button primary"), .href("/incidents/new"), .fixed("data-key", "n"), text: "Declare incident")
    }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        html.element("div", .class("filters")) { html in
            html.tabs(Filter.allCases.map { ($0.rawValue, address($0, severity), $0 == filter) }, label: "State")
            if !severities.isEmpty {
                let all = ("any severity", address(filter, nil), severity == nil)
                html.tabs([all] + severities.map { ($0, address(filter, $0), $0 == severity) }, label: "Severity")
            }
        }
        html.element("div", .id("list"), .flag("data-part")) { html in
            if rows.isEmpty {
                empty(&html)
            } else {
                table(&html, frame)
                html.older(older)
            }
        }
    }

    private func address(_ filter: Filter, _ severity: String?) -> LocalPath {
        let path: LocalPath = "/incidents"
        return path.with("state", filter == .open ? nil : filter.rawValue).with("severity", severity)
    }

    private func empty(_ html: inout HTML) {
        switch filter {
        case .open:
            html.empty(
                "No open incidents",
                "An incident is declared here, by a route when an alert asks for it, or from a terminal:",
                command: "tocsin declare --title \"Checkout answers 502\" --severity SEV2 --service checkout")
        case .closed, .all:
            html.empty(
                "No incidents found", "Nothing matches these filters. Rehearse one without paging anybody:",
                command: "tocsin declare --drill --title \"Drill: database is read-only\" --severity SEV2")
        }
    }

    private func table(_ html: inout HTML, _ frame: PageFrame) {
        html.table(
            "Incidents",
            [
                .word("Severity"), .word("Incident"), .word("Status"), .word("Lead"), .number("Declared"),
                .extra("Lasted"),
            ]
        ) { html in
            for row in rows {
                html.element("tr") { html in
                    html.element("td") { $0.severity(row.severity) }
                    html.element("th") { html in
                        html.element("a", .href("/incidents/\(row.key)"), text: row.title)
                        html.element("small") { html in
                            html.code(row.key)
                            if let service = row.service { html.text(" · " + service) }
                            if row.isDrill { html.raw(" · drill") }
                        }
                    }
                    html.element("td") { $0.state(row.status) }
                    html.element("td", .class("who")) { html in
                        if let lead = row.lead { html.text(lead) } else { html.nothing("no lead") }
                    }
                    html.element("td", .class("n")) { $0.ago(row.declared, frame.clock) }
                    if let ended = row.ended {
                        html.element(
                            "td", .class("n w"), .fixed("data-th", "lasted"), text: ClockFace.span(ended - row.declared)
                        )
                    } else {
                        html.element("td", .class("n w")) { $0.nothing("ongoing") }
                    }
                }
            }
        }
    }
}
