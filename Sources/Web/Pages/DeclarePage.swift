/// The form that declares an incident. POSTs to `/incidents`: title, severity, service, note.
public struct DeclarePage: WebPage {
    /// Value and meaning, worst first; the label says what it means ("SEV1: customers cannot pay").
    public var severities: [Choice]
    public var services: [Choice]
    public var form: FormState

    public init(severities: [Choice], services: [Choice], form: FormState = .fresh) {
        self.severities = severities
        self.services = services
        self.form = form
    }

    public var section: PageSection? { .incidents }
    public var title: String { "Declare an incident" }
    public var trail: [Crumb] { [Crumb("Incidents", "/incidents")] }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        html.form(to: "/incidents", frame, class: "sheet-form") { html in
            html.formFault(form)
            html.field(
                FormField(
                    name: "title", label: "Title",
                    hint: "What is broken, as a user would say it. It can be changed later.",
                    placeholder: "Checkout answers 502 for some customers", longest: FormField.longestTitle), form)
            html.element("div", .class("pair")) { html in
                html.field(
                    FormField(
                        name: "severity", label: "Severity", kind: .choice(severities),
                        hint: "When in doubt, the worse one: it is easier to lower than to raise."), form)
                html.field(
                    FormField(
                        name: "service", label: "Service",
                        kind: .choice([Choice("", "not known yet")] + services), isRequired: false), form)
            }
            html.field(
                FormField(
                    name: "note", label: "What is known", kind: .lines(4), isRequired: false,
                    placeholder: "Since when, who is affected, what was tried", longest: FormField.longestText), form)
            html.element("p", .class("consequence")) {
                $0.raw("Declaring starts the record and pages whoever the service's escalation plan names.")
            }
            html.element("div", .class("row")) { html in
                html.button("Declare", .primary)
                html.raw(#"<a class="button quiet" href="/incidents">Cancel</a>"#)
            }
        }
    }
}
