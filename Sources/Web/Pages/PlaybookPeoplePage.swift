/// Who stands for the names of a playbook. POSTs to `/playbooks/{id}/people`: `who-NAME` for each name, as often as the form
/// has room for people; empty means nobody.
public struct PlaybookPeoplePage: WebPage {
    public struct Name: Sendable {
        public var id: String
        public var title: String
        /// `schedule`, `team`, `audience`.
        public var kind: String
        /// What the playbook says of it.
        public var note: String?
        /// What is missing: nobody stands for it.
        public var gap: StateMark?
        /// Targets as `EscalationPlan.Target.text` writes them.
        public var people: [String]
        public var line: Int?

        public init(
            id: String, title: String, kind: String, note: String? = nil, gap: StateMark? = nil, people: [String] = [],
            line: Int? = nil
        ) {
            self.id = id
            self.title = title
            self.kind = kind
            self.note = note
            self.gap = gap
            self.people = people
            self.line = line
        }
    }

    public var id: String
    public var heading: String
    public var names: [Name]
    public var choices: [Choice]
    public var form: FormState

    public init(id: String, heading: String, names: [Name], choices: [Choice], form: FormState = .fresh) {
        self.id = id
        self.heading = heading
        self.names = names
        self.choices = choices
        self.form = form
    }

    public var section: PageSection? { .playbooks }
    public var title: String { "People" }
    public var trail: [Crumb] { [Crumb("Playbooks", "/playbooks"), Crumb(heading, "/playbooks/\(id)")] }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        guard !names.isEmpty else {
            html.element("p", .class("muted"), text: "This playbook calls nobody and tells nobody.")
            return
        }
        html.element("p", .class("muted")) {
            $0.raw(
                "The playbook names roles and groups; here stands who they are. A step that calls a name without people calls nobody."
            )
        }
        guard frame.canManage else {
            table(&html) { name, html in
                html.text(
                    name.people.map { value in choices.first { $0.value == value }?.label ?? value }
                        .joined(separator: ", "))
            }
            return
        }
        html.form(to: "/playbooks/\(id)/people", frame, class: "part") { html in
            html.formFault(form)
            table(&html) { name, html in
                // One more than there are, so that somebody can be added; who is set to "nobody" is taken off.
                for index in 0...name.people.count {
                    html.field(
                        FormField(
                            name: "who-\(name.id)", label: "\(name.title), \(index + 1)",
                            kind: .choice([Choice("", index == 0 ? "nobody" : "nobody else")] + choices),
                            value: index < name.people.count ? name.people[index] : "", isRequired: false,
                            isLabelSeen: false), scope: "p\(index)")
                }
            }
            html.element("div", .class("row part")) { html in
                html.button("Save", .primary)
                html.element("a", .class("button quiet"), .href("/playbooks/\(id)"), text: "Cancel")
            }
        }
    }

    private func table(_ html: inout HTML, _ people: (Name, inout HTML) -> Void) {
        let document: LocalPath = "/playbooks/\(id)/document"
        html.table("People", [.word("Name"), .word("Who"), .word("Missing")]) { html in
            for name in names {
                html.element("tr") { html in
                    html.element("th") { html in
                        html.element("b", text: name.title)
                        html.element("small") { html in
                            html.text(name.kind + " ")
                            html.line(name.line, document)
                        }
                        if let note = name.note { html.element("small", text: note) }
                    }
                    html.element("td", .class("wrap")) { html in people(name, &html) }
                    html.element("td") { html in
                        if let gap = name.gap { html.state(gap) }
                    }
                }
            }
        }
    }
}
