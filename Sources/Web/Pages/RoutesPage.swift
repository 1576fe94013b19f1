/// Routes: the ordered rules from an alert's labels to what is done. The first that matches decides. POSTs to
/// `/settings/routes/{id}/up`, `…/down`, `…/remove`.
public struct RoutesPage: SettingsPage {
    public struct Row: Sendable {
        public var id: String
        public var name: String
        /// `severity="critical"`, one each.
        public var matchers: [String]
        public var service: String?
        public var severity: SeverityMark?
        public var plan: String?
        /// The only integration whose alerts it takes.
        public var integration: String?
        /// The mildest severity for which an incident is declared; nil: by hand only.
        public var declaresFrom: String?

        public init(
            id: String, name: String, matchers: [String] = [], service: String? = nil, severity: SeverityMark? = nil,
            plan: String? = nil, integration: String? = nil, declaresFrom: String? = nil
        ) {
            self.id = id
            self.name = name
            self.matchers = matchers
            self.service = service
            self.severity = severity
            self.plan = plan
            self.integration = integration
            self.declaresFrom = declaresFrom
        }
    }

    /// In order.
    public var rows: [Row]

    public init(rows: [Row]) {
        self.rows = rows
    }

    public var tab: SettingsTab { .routes }

    public func actions(_ html: inout HTML, _ frame: PageFrame) {
        guard frame.canManage else { return }
        html.raw(#"<a class="button primary" href="/settings/routes/new" data-key="n">New route</a>"#)
    }

    public func settings(_ html: inout HTML, _ frame: PageFrame) {
        guard !rows.isEmpty else {
            html.empty(
                "No routes",
                "Without a route an alert pages whoever its service names, and is not made an incident. Make a route here."
            )
            return
        }
        html.element("p", .class("muted")) {
            $0.raw(
                "The first route that matches an alert decides. No match: the plan of its service, or else the fallback."
            )
        }
        html.table("Routes", [.number("Order"), .word("Route"), .word("Then"), .actions]) { html in
            for (index, row) in rows.enumerated() { self.row(row, index, &html, frame) }
        }
    }

    private func row(_ row: Row, _ index: Int, _ html: inout HTML, _ frame: PageFrame) {
        html.element("tr") { html in
            html.element("td", .class("n")) { $0.text(index + 1) }
            html.element("th") { html in
                html.element("a", .href("/settings/routes/\(row.id)"), text: row.name)
                html.element("small") { html in
                    if let integration = row.integration { html.text("from \(integration) ") }
                    if row.matchers.isEmpty { html.raw("every alert") }
                    for matcher in row.matchers { html.element("code", .class("matcher"), text: matcher) }
                }
            }
            html.element("td", .class("wrap")) { html in
                html.element("ul", .class("then")) { html in
                    if let severity = row.severity { html.element("li") { $0.severity(severity) } }
                    if let service = row.service { html.element("li", text: "service \(service)") }
                    html.element("li", text: row.plan.map { "pages \($0)" } ?? "pages the service's plan")
                    if let label = row.declaresFrom {
                        html.element("li", text: "declares an incident from \(label) on")
                    }
                }
            }
            html.element("td", .class("n do")) { html in
                guard frame.canManage else { return }
                if index > 0 { html.act("Up", to: "/settings/routes/\(row.id)/up", frame, .quiet) }
                if index + 1 < rows.count { html.act("Down", to: "/settings/routes/\(row.id)/down", frame, .quiet) }
                html.disclosure(
                    "Remove…", id: "remove-\(row.id)", .quiet,
                    consequence: "Alerts that it matched fall through to the routes below it."
                ) { html in html.act("Remove \(row.name)", to: "/settings/routes/\(row.id)/remove", frame, .danger) }
            }
        }
    }
}

/// The form of one route. POSTs to `/settings/routes` or `/settings/routes/{id}`: name, matchers (one a line), integration,
/// service, severity, plan, declare (the mildest severity).
public struct RouteFormPage: SettingsPage {
    /// Nil for a new route.
    public var id: String?
    public var integrations: [Choice]
    public var services: [Choice]
    public var severities: [Choice]
    /// The labels of the severities, worst first.
    public var thresholds: [String]
    public var plans: [Choice]
    public var form: FormState

    public init(
        id: String? = nil, integrations: [Choice], services: [Choice], severities: [Choice], thresholds: [String],
        plans: [Choice], form: FormState = .fresh
    ) {
        self.id = id
        self.integrations = integrations
        self.services = services
        self.severities = severities
        self.thresholds = thresholds
        self.plans = plans
        self.form = form
    }

    public var tab: SettingsTab { .routes }
    public var title: String { id == nil ? "New route" : "Change a route" }
    public var trail: [Crumb] { [Crumb("Settings", "/settings"), Crumb("Routes", "/settings/routes")] }

    public func settings(_ html: inout HTML, _ frame: PageFrame) {
        let path: LocalPath = id.map { "/settings/routes/\($0)" } ?? "/settings/routes"
        html.form(to: path, frame, class: "sheet-form") { html in
            html.formFault(form)
            html.field(
                FormField(
                    name: "name", label: "Name", placeholder: "Critical in production", longest: FormField.longestName),
                form)
            html.field(
                FormField(
                    name: "matchers", label: "Labels that must match", kind: .lines(4),
                    hint:
                        "One a line, all must match: name=\"value\" or name!=\"value\". Empty matches every alert.",
                    isRequired: false, placeholder: "severity=\"critical\"\nenv!=\"staging\"", longest: 4_000,
                    isCode: true), form)
            html.element("div", .class("pair")) { html in
                html.field(
                    FormField(
                        name: "integration", label: "Integration",
                        kind: .choice([Choice("", "any")] + integrations), isRequired: false), form)
                html.field(
                    FormField(
                        name: "service", label: "Service",
                        kind: .choice([Choice("", "from the label service")] + services), isRequired: false), form)
                html.field(
                    FormField(
                        name: "severity", label: "Severity",
                        kind: .choice([Choice("", "from the label severity")] + severities), isRequired: false), form)
                html.field(
                    FormField(
                        name: "plan", label: "Escalation plan",
                        kind: .choice([Choice("", "the service's")] + plans), isRequired: false), form)
                html.field(
                    FormField(
                        name: "declare", label: "Declare an incident",
                        kind: .choice(
                            [Choice("", "never, by hand only")] + thresholds.map { Choice($0, threshold($0)) }),
                        isRequired: false), form)
            }
            html.element("div", .class("row")) { html in
                html.button(id == nil ? "Create route" : "Save", .primary)
                html.raw(#"<a class="button quiet" href="/settings/routes">Cancel</a>"#)
            }
        }
    }

    private func threshold(_ label: String) -> String {
        label == thresholds.last ? "for every alert" : "for \(label)\(label == thresholds.first ? "" : " and worse")"
    }
}
