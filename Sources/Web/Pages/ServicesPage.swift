/// Services: what breaks. POSTs to `/settings/services` (name, plan), `/settings/services/{id}/plan` (plan),
/// `/settings/services/{id}/remove`.
public struct ServicesPage: SettingsPage {
    public struct Row: Sendable {
        public var id: String
        public var name: String
        /// The escalation plan's id; nil: nobody is paged for it.
        public var plan: String?
        public var openAlerts: Int

        public init(id: String, name: String, plan: String? = nil, openAlerts: Int) {
            self.id = id
            self.name = name
            self.plan = plan
            self.openAlerts = openAlerts
        }
    }

    public var rows: [Row]
    public var plans: [Choice]
    public var form: FormState

    public init(rows: [Row], plans: [Choice], form: FormState = .fresh) {
        self.rows = rows
        self.plans = plans
        self.form = form
    }

    public var tab: SettingsTab { .services }

    private var planChoices: [Choice] { [Choice("", "nobody is paged")] + plans }

    public func settings(_ html: inout HTML, _ frame: PageFrame) {
        if rows.isEmpty {
            html.empty(
                "No services",
                "A service is what breaks, and says whom to page for it. Add one below, or with the API:",
                command: """
                    curl -H "Authorization: Bearer $TOCSIN_TOKEN" -H "Content-Type: application/json" \\
                      -d '{"name": "checkout"}' $TOCSIN_URL/api/v1/services
                    """)
        } else {
            html.table("Services", [.word("Service"), .word("Escalation plan"), .number("Open alerts"), .actions]) {
                html in
                for row in rows { self.row(row, &html, frame) }
            }
        }
        guard frame.canManage else { return }
        html.part("Add a service", id: "add") { html in
            html.form(to: "/settings/services", frame, class: "sheet-form") { html in
                html.formFault(form)
                html.element("div", .class("pair")) { html in
                    html.field(
                        FormField(name: "name", label: "Name", placeholder: "checkout", longest: FormField.longestName),
                        form)
                    html.field(
                        FormField(
                            name: "plan", label: "Escalation plan", kind: .choice(planChoices), isRequired: false),
                        form)
                }
                html.element("div", .class("row")) { $0.button("Add service", .primary) }
            }
        }
    }

    private func row(_ row: Row, _ html: inout HTML, _ frame: PageFrame) {
        html.element("tr") { html in
            html.element("th") { html in html.element("b", text: row.name) }
            html.element("td") { html in
                guard frame.canManage else {
                    html.text(planChoices.first { $0.value == row.plan ?? "" }?.label ?? "nobody is paged")
                    return
                }
                html.form(to: "/settings/services/\(row.id)/plan", frame, class: "inline") { html in
                    html.element(
                        "label", .class("unseen"), .for("plan-\(row.id)"), text: "Escalation plan of \(row.name)")
                    html.element("select", .id("plan-\(row.id)"), .name("plan")) { html in
                        for plan in planChoices {
                            html.element(
                                "option", .value(plan.value), .flag("selected", plan.value == row.plan ?? ""),
                                text: plan.label)
                        }
                    }
                    html.button("Set", .quiet)
                }
            }
            html.element("td", .class("n"), .fixed("data-th", "open alerts")) { $0.text(row.openAlerts) }
            html.element("td", .class("n do")) { html in
                guard frame.canManage else { return }
                html.disclosure(
                    "Remove…", id: "remove-\(row.id)",
                    consequence: "Only a service that no route and no integration names can be removed."
                ) { html in html.act("Remove \(row.name)", to: "/settings/services/\(row.id)/remove", frame, .danger) }
            }
        }
    }
}
