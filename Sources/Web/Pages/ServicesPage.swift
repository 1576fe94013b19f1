/// Services: what breaks. POSTs to `/settings/services` (name, plan, playbook), `/settings/services/{id}/plan` (plan),
/// `/settings/services/{id}/playbook` (playbook), `/settings/services/{id}/remove`.
public struct ServicesPage: SettingsPage {
    public struct Row: Sendable {
        public var id: String
        public var name: String
        /// The escalation plan's id; nil: nobody is paged for it.
        public var plan: String?
        /// The id of the playbook that its incidents follow; nil: the usual one.
        public var playbook: String?
        public var openAlerts: Int
        /// How urgent its pages are, and how floods are taken, where that is not as usual.
        public var urgency: String?

        public init(
            id: String, name: String, plan: String? = nil, playbook: String? = nil, openAlerts: Int,
            urgency: String? = nil
        ) {
            self.urgency = urgency
            self.id = id
            self.name = name
            self.plan = plan
            self.playbook = playbook
            self.openAlerts = openAlerts
        }
    }

    public var rows: [Row]
    public var plans: [Choice]
    public var playbooks: [Choice]
    public var form: FormState

    public init(rows: [Row], plans: [Choice], playbooks: [Choice], form: FormState = .fresh) {
        self.rows = rows
        self.plans = plans
        self.playbooks = playbooks
        self.form = form
    }

    public var tab: SettingsTab { .services }

    private var planChoices: [Choice] { [Choice("", "nobody is paged")] + plans }
    private var playbookChoices: [Choice] { [Choice("", "the usual one")] + playbooks }

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
            html.table(
                "Services",
                [.word("Service"), .word("Escalation plan"), .word("Playbook"), .number("Open alerts"), .actions]
            ) { html in
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
                    html.field(
                        FormField(
                            name: "playbook", label: "Playbook", kind: .choice(playbookChoices), isRequired: false),
                        form)
                }
                html.element("div", .class("row")) { $0.button("Add service", .primary) }
            }
        }
    }

    private func row(_ row: Row, _ html: inout HTML, _ frame: PageFrame) {
        html.element("tr") { html in
            html.element("th") { html in
                if frame.canManage {
                    html.element("a", .href("/settings/services/\(row.id)"), text: row.name)
                } else {
                    html.element("b", text: row.name)
                }
                if let urgency = row.urgency { html.element("small", text: urgency) }
            }
            html.element("td") { html in
                choose("plan", "Escalation plan", planChoices, row.plan, of: row, &html, frame)
            }
            html.element("td") { html in
                choose("playbook", "Playbook", playbookChoices, row.playbook, of: row, &html, frame)
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

    /// One member of a service with a small form that sets it, for those who may.
    private func choose(
        _ member: String, _ label: String, _ choices: [Choice], _ value: String?, of row: Row, _ html: inout HTML,
        _ frame: PageFrame
    ) {
        guard frame.canManage else {
            html.text(choices.first { $0.value == value ?? "" }?.label ?? choices[0].label)
            return
        }
        html.form(to: "/settings/services/\(row.id)/\(member)", frame, class: "inline") { html in
            let id = "\(member)-\(row.id)"
            html.element("label", .class("unseen"), .for(id), text: "\(label) of \(row.name)")
            html.element("select", .id(id), .name(member)) { html in
                for choice in choices {
                    html.element(
                        "option", .value(choice.value), .flag("selected", choice.value == value ?? ""),
                        text: choice.label)
                }
            }
            html.button("Set", .quiet)
        }
    }
}
