/// One service: what it is called, who is paged for it, how urgently, and whether a flood is one page. POSTs to
/// `/settings/services/{id}` (name, description, plan, playbook, bundles, from, days, hours-from, hours-to, zone, outside).
public struct ServicePage: SettingsPage {
    public var id: String
    public var name: String
    public var plans: [Choice]
    public var playbooks: [Choice]
    public var severities: [Choice]
    public var form: FormState

    public init(
        id: String, name: String, plans: [Choice], playbooks: [Choice], severities: [Choice], form: FormState
    ) {
        self.id = id
        self.name = name
        self.plans = plans
        self.playbooks = playbooks
        self.severities = severities
        self.form = form
    }

    public var tab: SettingsTab { .services }
    public var title: String { name }
    public var trail: [Crumb] { [Crumb("Settings", "/settings"), Crumb("Services", "/settings/services")] }

    public func settings(_ html: inout HTML, _ frame: PageFrame) {
        html.form(to: "/settings/services/\(id)", frame, class: "sheet-form") { html in
            html.formFault(form)
            html.element("div", .class("pair")) { html in
                html.field(FormField(name: "name", label: "Name", longest: FormField.longestName), form)
                html.field(
                    FormField(name: "description", label: "What it is", isRequired: false, longest: 1_000), form)
                html.field(
                    FormField(
                        name: "plan", label: "Escalation plan", kind: .choice([Choice("", "nobody is paged")] + plans),
                        isRequired: false), form)
                html.field(
                    FormField(
                        name: "playbook", label: "Playbook", kind: .choice([Choice("", "the usual one")] + playbooks),
                        isRequired: false), form)
            }
            html.element("fieldset") { html in
                html.raw("<legend>A flood of alerts</legend>")
                html.field(
                    FormField(
                        name: "bundles",
                        label:
                            "Alerts join a page that nobody has taken yet, which counts them, instead of waking people again",
                        kind: .check), form)
            }
            html.element("fieldset") { html in
                html.raw("<legend>How urgent its pages are</legend>")
                html.element("p", .class("hint")) {
                    $0.raw("What is not urgent goes by each person's quiet ways, and not while they sleep.")
                }
                html.field(
                    FormField(
                        name: "from", label: "Urgent",
                        kind: .choice(
                            [Choice("", "always")] + severities.map { Choice($0.value, "from \($0.label) on") }),
                        isRequired: false), form)
                html.element("div", .class("pair")) { html in
                    html.field(
                        FormField(
                            name: "days", label: "Business days", isRequired: false,
                            condition: "for other rules outside", placeholder: "Mon, Tue, Wed, Thu, Fri", longest: 100),
                        form)
                    html.field(
                        FormField(
                            name: "zone", label: "Time zone", isRequired: false, condition: "needed with hours",
                            placeholder: "Europe/Berlin", longest: 64), form)
                    html.field(
                        FormField(name: "hours-from", label: "Hours from", kind: .text("time"), isRequired: false), form
                    )
                    html.field(
                        FormField(name: "hours-to", label: "Hours to", kind: .text("time"), isRequired: false), form)
                }
                html.field(
                    FormField(
                        name: "outside", label: "Outside of these hours",
                        kind: .choice(
                            [Choice("", "the same")]
                                + severities.map { Choice($0.value, "urgent from \($0.label) on") }
                                + [Choice("waits", "what is not urgent waits for the next business hours")]),
                        isRequired: false), form)
            }
            html.element("div", .class("row")) { html in
                html.button("Save", .primary)
                html.raw(#"<a class="button quiet" href="/settings/services">Cancel</a>"#)
            }
        }
    }
}
