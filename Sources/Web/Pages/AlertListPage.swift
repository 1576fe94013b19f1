import Chronology

/// The list of alerts.
public struct AlertListPage: WebPage {
    public enum Filter: String, CaseIterable, Sendable { case open, all }

    public struct Row: Sendable {
        public var id: String
        public var title: String
        public var severity: SeverityMark
        public var state: AlertMark
        public var service: String?
        /// A few labels that tell it from its like (`pod=checkout-7`), already chosen.
        public var hint: String?
        public var count: Int
        public var firstSeen: Instant
        public var lastSeen: Instant
        /// The key of the incident that it belongs to.
        public var incident: String?

        public init(
            id: String, title: String, severity: SeverityMark, state: AlertMark, service: String? = nil,
            hint: String? = nil, count: Int, firstSeen: Instant, lastSeen: Instant, incident: String? = nil
        ) {
            self.id = id
            self.title = title
            self.severity = severity
            self.state = state
            self.service = service
            self.hint = hint
            self.count = count
            self.firstSeen = firstSeen
            self.lastSeen = lastSeen
            self.incident = incident
        }
    }

    public var rows: [Row]
    public var filter: Filter
    public var search: String
    public var service: String?
    public var services: [Choice]
    public var older: LocalPath?
    public var after: Int64

    public init(
        rows: [Row], filter: Filter, search: String, service: String? = nil, services: [Choice],
        older: LocalPath? = nil, after: Int64
    ) {
        self.rows = rows
        self.filter = filter
        self.search = search
        self.service = service
        self.services = services
        self.older = older
        self.after = after
    }

    public var section: PageSection? { .alerts }
    public var title: String { "Alerts" }
    public var live: LiveSource? { LiveSource(fragment: address(filter), after: after) }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        html.element("div", .class("filters")) { html in
            html.tabs(Filter.allCases.map { ($0.rawValue, address($0), $0 == filter) }, label: "State")
            searchForm(&html)
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

    private func address(_ filter: Filter) -> LocalPath {
        let path: LocalPath = "/alerts"
        return path.with("state", filter == .open ? nil : filter.rawValue).with("q", search).with("service", service)
    }

    private func searchForm(_ html: inout HTML) {
        html.element("form", .class("search"), .fixed("role", "search"), .action("/alerts")) { html in
            if filter != .open { html.void("input", .type("hidden"), .name("state"), .value(filter.rawValue)) }
            if !services.isEmpty {
                html.element("label", .class("unseen"), .for("service")) { $0.raw("Service") }
                html.element("select", .id("service"), .name("service")) { html in
                    for choice in [Choice("", "any service")] + services {
                        html.element(
                            "option", .value(choice.value), .flag("selected", choice.value == service ?? ""),
                            text: choice.label)
                    }
                }
            }
            html.element("label", .class("unseen"), .for("q")) { $0.raw("Search titles and labels") }
            html.void(
                "input", .type("search"), .id("q"), .name("q"), .value(search), .fixed("placeholder", "Title or label"),
                .number("maxlength", 200), .fixed("data-key", "/"))
            html.button("Search")
        }
    }

    private func empty(_ html: inout HTML) {
        if search.isEmpty, service == nil, filter == .open {
            html.empty(
                "No open alerts", "Nothing fires. To see that alerts arrive, send one from a terminal:",
                command: "tocsin alert send --title \"Test from $(hostname)\" --severity info")
        } else {
            html.empty("No alerts found", "Nothing matches these filters.")
        }
    }

    private func table(_ html: inout HTML, _ frame: PageFrame) {
        html.table(
            "Alerts",
            [
                .word("Severity"), .word("Alert"), .word("State"), .number("Repeats"), .extra("First seen"),
                .number("Last seen"),
            ]
        ) { html in
            for row in rows {
                html.element("tr") { html in
                    html.element("td") { $0.severity(row.severity) }
                    html.element("th") { html in
                        html.element("a", .href("/alerts/\(row.id)"), text: row.title)
                        html.element("small") { html in
                            html.text([row.service, row.hint].compactMap { $0 }.joined(separator: " · "))
                            if let incident = row.incident {
                                html.raw(" · ")
                                html.element("a", .href("/incidents/\(incident)"), text: incident)
                            }
                        }
                    }
                    html.element("td") { $0.state(row.state.mark) }
                    html.element("td", .class("n")) { $0.text("×\(row.count)") }
                    html.element("td", .class("n w")) { $0.ago(row.firstSeen, frame.clock) }
                    html.element("td", .class("n last")) { $0.ago(row.lastSeen, frame.clock) }
                }
            }
        }
    }
}
