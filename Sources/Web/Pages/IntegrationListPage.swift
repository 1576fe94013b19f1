import Chronology

/// The list of integrations: where alerts come from.
public struct IntegrationListPage: WebPage {
    public struct Row: Sendable {
        public var id: String
        public var name: String
        public var dialect: String
        public var service: String?
        public var isDisabled: Bool
        /// In the last 24 hours, in whole hours.
        public var accepted: Int
        /// In the last 24 hours: requests that could not be read.
        public var refused: Int
        public var lastRequest: Instant?

        public init(
            id: String, name: String, dialect: String, service: String? = nil, isDisabled: Bool = false, accepted: Int,
            refused: Int, lastRequest: Instant? = nil
        ) {
            self.id = id
            self.name = name
            self.dialect = dialect
            self.service = service
            self.isDisabled = isDisabled
            self.accepted = accepted
            self.refused = refused
            self.lastRequest = lastRequest
        }
    }

    public var rows: [Row]

    public init(rows: [Row]) {
        self.rows = rows
    }

    public var section: PageSection? { .integrations }
    public var title: String { "Integrations" }

    public func actions(_ html: inout HTML, _ frame: PageFrame) {
        guard frame.canManage else { return }
        html.raw(#"<a class="button primary" href="/integrations/new" data-key="n">New integration</a>"#)
    }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        guard !rows.isEmpty else {
            html.empty(
                "Nothing sends alerts yet",
                "An integration is an address that a monitoring system posts to. Make one here, or from a terminal:",
                command: """
                    curl -H "Authorization: Bearer $TOCSIN_TOKEN" -H "Content-Type: application/json" \\
                      -d '{"name": "Prometheus", "dialect": "alertmanager"}' $TOCSIN_URL/api/v1/integrations
                    """)
            return
        }
        html.table(
            "Integrations",
            [
                .word("Integration"), .word("State"), .number("Accepted in 24 h"), .number("Refused in 24 h"),
                .number("Last request"),
            ]
        ) { html in
            for row in rows {
                html.element("tr") { html in
                    html.element("th") { html in
                        html.element("a", .href("/integrations/\(row.id)"), text: row.name)
                        html.element(
                            "small",
                            text: [row.dialect, row.service].compactMap { $0 }.joined(separator: " · "))
                    }
                    html.element("td") { $0.state(row.state) }
                    html.element("td", .class("n"), .fixed("data-th", "accepted")) { $0.text(row.accepted) }
                    html.element("td", .class("n"), .fixed("data-th", "refused")) { html in
                        html.element("span", .class(row.refused > 0 ? "late" : nil)) { $0.text(row.refused) }
                    }
                    html.element("td", .class("n")) { html in
                        if let last = row.lastRequest { html.ago(last, frame.clock) } else { html.nothing("never") }
                    }
                }
            }
        }
    }
}

extension IntegrationListPage.Row {
    var state: StateMark {
        if isDisabled { return StateMark("disabled", .quiet) }
        if lastRequest == nil { return StateMark("nothing received yet", .waiting) }
        return refused > 0 ? StateMark("some refused", .bad) : StateMark("receiving", .good)
    }
}

/// The form that makes an integration. POSTs to `/integrations`: name, dialect, service.
public struct IntegrationFormPage: WebPage {
    public var dialects: [Choice]
    public var services: [Choice]
    public var form: FormState

    public init(dialects: [Choice], services: [Choice], form: FormState = .fresh) {
        self.dialects = dialects
        self.services = services
        self.form = form
    }

    public var section: PageSection? { .integrations }
    public var title: String { "New integration" }
    public var trail: [Crumb] { [Crumb("Integrations", "/integrations")] }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        html.form(to: "/integrations", frame, class: "sheet-form") { html in
            html.formFault(form)
            html.field(
                FormField(
                    name: "name", label: "Name", hint: "What sends: people see it on every alert.",
                    placeholder: "Prometheus eu-1", longest: FormField.longestName), form)
            html.element("div", .class("pair")) { html in
                html.field(
                    FormField(
                        name: "dialect", label: "Dialect", kind: .choice(dialects),
                        hint: "The format in which it sends."), form)
                html.field(
                    FormField(
                        name: "service", label: "Service",
                        kind: .choice([Choice("", "decided by routes")] + services), isRequired: false), form)
            }
            html.element("div", .class("row")) { html in
                html.button("Create integration", .primary)
                html.raw(#"<a class="button quiet" href="/integrations">Cancel</a>"#)
            }
        }
    }
}

/// Shown once, right after an integration was made or its key was rotated: the key, and what to paste where.
public struct IntegrationCreatedPage: WebPage {
    /// Something to paste, and where.
    public struct Snippet: Sendable {
        public var heading: String
        public var text: String

        public init(_ heading: String, _ text: String) {
            self.heading = heading
            self.text = text
        }
    }

    public var id: String
    public var name: String
    public var key: String
    public var url: String
    public var snippets: [Snippet]

    public init(id: String, name: String, key: String, url: String, snippets: [Snippet]) {
        self.id = id
        self.name = name
        self.key = key
        self.url = url
        self.snippets = snippets
    }

    public var section: PageSection? { .integrations }
    public var title: String { name }
    public var trail: [Crumb] { [Crumb("Integrations", "/integrations")] }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        html.element("p", .class("flash keep")) { html in
            html.icon(.lock)
            html.raw("<span>This key is shown once. Tocsin stores only its hash; if it is lost, rotate it.</span>")
        }
        html.part("Key", id: "key") { html in
            html.copyable(key, label: "Key")
            html.copyable(url, label: "Address")
        }
        for (index, snippet) in snippets.enumerated() {
            html.part(snippet.heading, id: "snippet-\(index + 1)") { $0.copyable(snippet.text, label: snippet.heading) }
        }
        html.element("p", .class("row")) { html in
            html.element("a", .class("button primary"), .href("/integrations/\(id)"), text: "See what arrives")
        }
    }
}

extension IntegrationCreatedPage {
    /// What to paste into an Alertmanager's configuration, and a first alert by hand.
    public static func snippets(dialect: String, url: String) -> [Snippet] {
        let curl = Snippet(
            "A first alert by hand",
            """
            curl --fail-with-body '\(url)' -H 'Content-Type: application/json' \\
              -d '{"dedupKey": "hello", "status": "firing", "title": "Hello from curl", "severity": "info"}'
            """)
        guard dialect == "alertmanager" else { return [curl] }
        return [
            Snippet(
                "alertmanager.yml",
                """
                route:
                  receiver: tocsin
                receivers:
                  - name: tocsin
                    webhook_configs:
                      - url: '\(url)'
                        send_resolved: true
                        max_alerts: 500
                """),
            Snippet(
                "A first alert by hand",
                """
                curl --fail-with-body '\(url)' -H 'Content-Type: application/json' -d '{"version": "4",
                  "status": "firing", "alerts": [{"status": "firing", "startsAt": "2026-01-01T00:00:00Z",
                  "labels": {"alertname": "Hello", "severity": "info"}, "annotations": {}}]}'
                """),
        ]
    }
}
