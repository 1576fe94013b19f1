/// The form in which the document of a playbook is written, and the look at what it would change.
///
/// POSTs to `/playbooks/{id}/edit`, or to `/playbooks/-/new`: text, seen, step (`check`, `edit`, `save`). Nothing is put in
/// force that was not shown before as what it changes.
public struct PlaybookEditPage: WebPage {
    /// A mistake in the text that was sent.
    public struct Fault: Sendable {
        public var line: Int
        public var column: Int
        public var sentence: String
        /// That line of the text.
        public var source: String

        public init(line: Int, column: Int, sentence: String, source: String) {
            self.line = line
            self.column = column
            self.sentence = sentence
            self.source = source
        }
    }

    /// What the text would change, when it has no faults.
    public struct Preview: Sendable {
        public var id: String
        public var heading: String
        /// Nil: there is no playbook of that id yet.
        public var before: Int?
        public var topics: [(title: String, changes: [PlaybookVersionPage.Change])]
        public var findings: [PlaybookPage.Finding]
        /// Services whose incidents follow it; and whether the others do.
        public var services: [String]
        public var isUsual: Bool

        public init(
            id: String, heading: String, before: Int?,
            topics: [(title: String, changes: [PlaybookVersionPage.Change])], findings: [PlaybookPage.Finding],
            services: [String] = [], isUsual: Bool = false
        ) {
            self.id = id
            self.heading = heading
            self.before = before
            self.topics = topics
            self.findings = findings
            self.services = services
            self.isUsual = isUsual
        }
    }

    public enum Stage: Sendable {
        case writing(faults: [Fault])
        case deciding(Preview)
    }

    /// Nil for a new playbook.
    public var id: String?
    public var heading: String?
    public var text: String
    /// The version that the text was made from; 0 for none.
    public var seen: Int
    public var stage: Stage
    public var form: FormState

    public init(
        id: String? = nil, heading: String? = nil, text: String, seen: Int, stage: Stage, form: FormState = .fresh
    ) {
        self.id = id
        self.heading = heading
        self.text = text
        self.seen = seen
        self.stage = stage
        self.form = form
    }

    public var section: PageSection? { .playbooks }
    public var title: String {
        switch stage {
        case .writing: id == nil ? "Add a playbook" : "Change the playbook"
        case .deciding: "What would change"
        }
    }
    public var trail: [Crumb] {
        var trail = [Crumb("Playbooks", "/playbooks")]
        if let id, let heading { trail.append(Crumb(heading, "/playbooks/\(id)")) }
        return trail
    }

    private var path: LocalPath { id.map { "/playbooks/\($0)/edit" } ?? "/playbooks/-/new" }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        switch stage {
        case .writing(let faults): writing(faults, &html, frame)
        case .deciding(let preview): deciding(preview, &html, frame)
        }
    }

    private func writing(_ faults: [Fault], _ html: inout HTML, _ frame: PageFrame) {
        html.form(to: path, frame, class: "sheet-form document") { html in
            html.formFault(form)
            if !faults.isEmpty { self.faults(faults, &html) }
            html.void("input", .type("hidden"), .name("seen"), .value(String(seen)))
            html.field(
                FormField(
                    name: "text", label: "Document", kind: .lines(24), value: text,
                    hint: "YAML, at most 512 kB. Write it here, or paste the file that your team keeps.",
                    longest: 524_288, isCode: true), form)
            html.element("p", .class("consequence")) {
                $0.raw("Nothing is in force before you have seen what would change.")
            }
            html.element("div", .class("row")) { html in
                html.element(
                    "button", .type("submit"), .class("primary"), .name("step"), .value("check"), text: "Check it")
                html.element(
                    "a", .class("button quiet"), .href(id.map { "/playbooks/\($0)" } ?? "/playbooks"), text: "Cancel")
            }
        }
    }

    private func faults(_ faults: [Fault], _ html: inout HTML) {
        html.element("ol", .class("lines"), .fixed("role", "alert")) { html in
            for fault in faults {
                html.element("li") { html in
                    html.element("span", .class("fault"), text: "Line \(fault.line), column \(fault.column)")
                    html.element("span", .class("grow")) { html in
                        html.text(fault.sentence)
                        if !fault.source.isEmpty {
                            html.element("small") { html in html.code(fault.source) }
                        }
                    }
                }
            }
        }
    }

    private func deciding(_ preview: Preview, _ html: inout HTML, _ frame: PageFrame) {
        html.form(to: path, frame, class: "sheet-form") { html in
            html.formFault(form)
            html.void("input", .type("hidden"), .name("seen"), .value(String(seen)))
            html.void("input", .type("hidden"), .name("text"), .value(text))
            html.element("p", .class("consequence"), text: consequence(preview))
            html.element("div", .class("row")) { html in
                html.element(
                    "button", .type("submit"), .class("primary"), .name("step"), .value("save"),
                    text: preview.before == nil ? "Add \(preview.id)" : "Put it in force")
                html.element(
                    "button", .type("submit"), .class("quiet"), .name("step"), .value("edit"), text: "Go on writing")
            }
        }
        // Lines of a text that is not in force yet lead nowhere: they are told, and are no links.
        html.part("What it changes", id: "changes") { html in
            if preview.before == nil {
                html.element("p", .class("muted"), text: "\(preview.heading) is new.")
            } else if preview.topics.isEmpty {
                html.element("p", .class("muted"), text: "It means the same as the one in force.")
            } else {
                html.changes(preview.topics, document: nil)
            }
        }
        if !preview.findings.isEmpty {
            html.part("What the check found", id: "lint", note: PlaybookPage.count(preview.findings)) { html in
                html.findings(preview.findings, document: nil)
            }
        }
    }

    private func consequence(_ preview: Preview) -> String {
        var sentences: [String] = []
        switch (preview.isUsual, preview.services.isEmpty) {
        case (true, _): sentences.append("Incidents that name no other playbook will follow it.")
        case (false, false):
            sentences.append("Incidents of \(preview.services.joined(separator: ", ")) will follow it.")
        case (false, true):
            sentences.append("No incident follows it until a service names it, or somebody who declares.")
        }
        if preview.before != nil { sentences.append("Open incidents keep the version that they began with.") }
        return sentences.joined(separator: " ")
    }
}
