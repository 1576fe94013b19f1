/// What holds where nothing else is said. POSTs to `/settings/general`: name, playbook, severity,
/// plan.
public struct GeneralSettingsPage: SettingsPage {
    /// What the severity is called that the middle of the ladder gives.
    public var middleSeverity: String
    public var severities: [Choice]
    public var plans: [Choice]
    public var playbooks: [Choice]
    public var form: FormState

    public init(
        middleSeverity: String, severities: [Choice], plans: [Choice], playbooks: [Choice], form: FormState
    ) {
        self.middleSeverity = middleSeverity
        self.severities = severities
        self.plans = plans
        self.playbooks = playbooks
        self.form = form
    }

    public var tab: SettingsTab { .general }

    public func settings(_ html: inout HTML, _ frame: PageFrame) {
        html.form(to: "/settings/general", frame, class: "sheet-form") { html in
            html.formFault(form)
            html.field(
                FormField(
                    name: "name", label: "Name of the organisation",
                    hint: "Stands beside the name of the program, and in test messages.", isRequired: false,
                    placeholder: "Example", longest: FormField.longestName), form)
            html.field(
                FormField(
                    name: "playbook", label: "Playbook",
                    kind: .choice([Choice("", "the starter that comes with Tocsin")] + playbooks),
                    hint: "What incidents follow whose service names no other. Routes and lists speak its words.",
                    isRequired: false), form)
            html.field(
                FormField(
                    name: "plan", label: "Fallback plan", kind: .choice([Choice("", "nobody is paged")] + plans),
                    hint: "For whatever has no escalation plan by its route or its service.", isRequired: false), form)
            html.field(
                FormField(
                    name: "severity", label: "Ordinary severity",
                    kind: .choice([Choice("", "\(middleSeverity), the middle of the ladder")] + severities),
                    hint: "For alerts whose own severity is not known, or missing.", isRequired: false), form)
            html.element("div", .class("row")) { $0.button("Save", .primary) }
        }
    }
}
