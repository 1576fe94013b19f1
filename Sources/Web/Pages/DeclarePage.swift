/// The form that declares an incident. POSTs to `/incidents`: title, severity, service, note, playbook, chosen, type, why and
/// `field-ID` for each question of the playbook.
public struct DeclarePage: WebPage {
    /// A question of the playbook whose answer it needs now, or from which it tells the severity.
    public struct Question: Sendable {
        public enum Kind: Sendable {
            case text, lines, number
            case yesNo
            case choice([Choice])
            /// Any of them; each is a field of its own, `field-ID-N`.
            case choices([String])
        }

        /// The field's name: `type`, or `field-` and the id.
        public var name: String
        public var title: String
        public var kind: Kind
        public var help: String?
        public var isRequired: Bool

        public init(name: String, title: String, kind: Kind, help: String? = nil, isRequired: Bool) {
            self.name = name
            self.title = title
            self.kind = kind
            self.help = help
            self.isRequired = isRequired
        }
    }

    /// Playbooks to choose from; none or one: nothing to choose.
    public var playbooks: [Choice]
    /// The one whose words the form speaks.
    public var playbook: String
    /// Somebody chose it, whatever the service follows.
    public var isChosen: Bool
    /// Value and meaning, worst first; the label says what it means ("SEV1: customers cannot pay").
    public var severities: [Choice]
    /// The answers can tell the severity.
    public var suggests: Bool
    public var questions: [Question]
    public var services: [Choice]
    /// The severity was milder than the playbook suggests: the form asks why.
    public var asksWhy: Bool
    public var form: FormState

    public init(
        playbooks: [Choice] = [], playbook: String = "", isChosen: Bool = false, severities: [Choice],
        suggests: Bool = false, questions: [Question] = [], services: [Choice], asksWhy: Bool = false,
        form: FormState = .fresh
    ) {
        self.playbooks = playbooks
        self.playbook = playbook
        self.isChosen = isChosen
        self.severities = severities
        self.suggests = suggests
        self.questions = questions
        self.services = services
        self.asksWhy = asksWhy
        self.form = form
    }

    public var section: PageSection? { .incidents }
    public var title: String { "Declare an incident" }
    public var trail: [Crumb] { [Crumb("Incidents", "/incidents")] }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        if playbooks.count > 1 {
            html.element("div", .class("filters")) { html in
                let path = LocalPath("/incidents/new").with("service", form.values["service"])
                html.tabs(
                    playbooks.map { ($0.label, path.with("playbook", $0.value), $0.value == playbook) },
                    label: "Playbook")
            }
        }
        html.form(to: "/incidents", frame, class: "sheet-form") { html in
            html.formFault(form)
            if !playbook.isEmpty {
                html.void("input", .type("hidden"), .name("playbook"), .value(playbook))
                if isChosen { html.void("input", .type("hidden"), .name("chosen"), .value("yes")) }
            }
            html.field(
                FormField(
                    name: "title", label: "Title",
                    hint: "What is broken, as a user would say it. It can be changed later.",
                    placeholder: "Checkout answers 502 for some customers", longest: FormField.longestTitle), form)
            html.field(
                FormField(
                    name: "service", label: "Service",
                    kind: .choice([Choice("", "not known yet")] + services), isRequired: false), form)
            if !questions.isEmpty { asked(&html) }
            severity(&html)
            html.field(
                FormField(
                    name: "note", label: "What is known", kind: .lines(4), isRequired: false,
                    placeholder: "Since when, who is affected, what was tried", longest: FormField.longestText), form)
            html.element("p", .class("consequence")) {
                $0.raw(
                    "Declaring starts the record, pages whoever the service's escalation plan names, and begins what the playbook asks for."
                )
            }
            html.element("div", .class("row")) { html in
                html.button("Declare", .primary)
                html.raw(#"<a class="button quiet" href="/incidents">Cancel</a>"#)
            }
        }
    }

    private func severity(_ html: inout HTML) {
        let open = suggests ? [Choice("", "open: the answers decide")] : []
        html.field(
            FormField(
                name: "severity", label: "Severity", kind: .choice(open + severities),
                hint: "When in doubt, the worse one: it is easier to lower than to raise.", isRequired: !suggests), form
        )
        guard asksWhy else { return }
        html.field(
            FormField(
                name: "why", label: "Why this severity",
                hint: "It stands in the record. Or choose the severity that the playbook suggests.", isRequired: false),
            form)
    }

    private func asked(_ html: inout HTML) {
        html.element("fieldset", .class("pair")) { html in
            html.raw(#"<legend class="unseen">Questions of the playbook</legend>"#)
            for question in questions { ask(question, &html) }
        }
    }

    private func ask(_ question: Question, _ html: inout HTML) {
        var field = FormField(
            name: question.name, label: question.title, hint: question.help, isRequired: question.isRequired,
            longest: 4_096)
        switch question.kind {
        case .text: field.kind = .text("text")
        case .lines: field.kind = .lines(2)
        case .number: field.placeholder = "12, 0.5 or 12%"
        case .yesNo:
            field.kind = .choice([Choice("", "not known yet"), Choice("yes"), Choice("no")])
        case .choice(let choices): field.kind = .choice([Choice("", "not known yet")] + choices)
        case .choices(let choices):
            html.element("fieldset", .class("field rung-fields")) { html in
                html.element("legend", text: question.title)
                for (index, choice) in choices.enumerated() {
                    html.field(FormField(name: "\(question.name)-\(index)", label: choice, kind: .check), form)
                }
            }
            return
        }
        html.field(field, form)
    }
}
