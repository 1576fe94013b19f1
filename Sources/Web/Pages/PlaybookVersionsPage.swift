import Chronology

/// The versions of a playbook, newest first.
public struct PlaybookVersionsPage: WebPage {
    public struct Row: Sendable {
        public var version: Int
        public var at: Instant
        public var by: String
        public var isRemoval: Bool
        public var isInForce: Bool

        public init(version: Int, at: Instant, by: String, isRemoval: Bool = false, isInForce: Bool = false) {
            self.version = version
            self.at = at
            self.by = by
            self.isRemoval = isRemoval
            self.isInForce = isInForce
        }
    }

    public var id: String
    public var heading: String
    public var rows: [Row]
    /// One of that name comes with Tocsin.
    public var hasBuiltIn: Bool
    public var older: LocalPath?
    public var form: FormState

    public init(
        id: String, heading: String, rows: [Row], hasBuiltIn: Bool, older: LocalPath? = nil, form: FormState = .fresh
    ) {
        self.id = id
        self.heading = heading
        self.rows = rows
        self.hasBuiltIn = hasBuiltIn
        self.older = older
        self.form = form
    }

    public var section: PageSection? { .playbooks }
    public var title: String { "Versions" }
    public var trail: [Crumb] { [Crumb("Playbooks", "/playbooks"), Crumb(heading, "/playbooks/\(id)")] }

    public func actions(_ html: inout HTML, _ frame: PageFrame) {
        guard frame.canManage, rows.contains(where: \.isInForce) else { return }
        html.disclosure(
            "Take away…", id: "remove",
            consequence: hasBuiltIn
                ? "What was changed is undone: the one that comes with Tocsin is followed again. Open incidents keep theirs."
                : "No incident can be declared by it any more. Open incidents keep it. First no service and no setting may name it."
        ) { html in html.act("Take away", to: "/playbooks/\(id)/remove", frame, .danger) }
    }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        html.formFault(form)
        html.element(
            "p", .class("muted"),
            text:
                "An incident keeps the version that it began with, until somebody who responds moves it to the latest.")
        if !rows.isEmpty {
            html.table("Versions", [.word("Version"), .number("When"), .word("By")]) { html in
                for row in rows {
                    html.element("tr") { html in
                        html.element("th") { html in
                            html.element(
                                "a", .href("/playbooks/\(id)/versions/\(row.version)"), text: "Version \(row.version)")
                            if row.isInForce { html.state(StateMark("in force", .good)) }
                            if row.isRemoval { html.state(StateMark("taken away", .quiet)) }
                        }
                        html.element("td", .class("n")) { $0.absolute(row.at, frame.clock) }
                        html.element("td", .class("wrap"), text: row.by)
                    }
                }
            }
            html.older(older)
        }
        guard hasBuiltIn else { return }
        html.element("p", .class("part")) { html in
            html.element("a", .href("/playbooks/\(id)/versions/0"), text: "The one that comes with Tocsin")
        }
    }
}

/// One version of a playbook, and what it says otherwise than the one before.
public struct PlaybookVersionPage: WebPage {
    public struct Change: Sendable {
        public var sentence: String
        public var line: Int?

        public init(_ sentence: String, line: Int? = nil) {
            self.sentence = sentence
            self.line = line
        }
    }

    public var id: String
    public var heading: String
    /// 0: the one that comes with Tocsin.
    public var version: Int
    public var facts: [PlaybookBlock.Fact]
    /// The version that it is compared with; nil when it is the first.
    public var before: Int?
    public var topics: [(title: String, changes: [Change])]
    /// The playbook was taken away, or this binary cannot read it: there is nothing to compare.
    public var obstacle: String?

    public init(
        id: String, heading: String, version: Int, facts: [PlaybookBlock.Fact], before: Int?,
        topics: [(title: String, changes: [Change])], obstacle: String? = nil
    ) {
        self.id = id
        self.heading = heading
        self.version = version
        self.facts = facts
        self.before = before
        self.topics = topics
        self.obstacle = obstacle
    }

    public var section: PageSection? { .playbooks }
    public var title: String { version == 0 ? "As it comes with Tocsin" : "Version \(version)" }
    public var trail: [Crumb] {
        [
            Crumb("Playbooks", "/playbooks"), Crumb(heading, "/playbooks/\(id)"),
            Crumb("Versions", "/playbooks/\(id)/versions"),
        ]
    }

    private var document: LocalPath {
        LocalPath("/playbooks/\(id)/document").with("version", String(version))
    }

    public func actions(_ html: inout HTML, _ frame: PageFrame) {
        guard obstacle == nil else { return }
        html.element(
            "a", .class("button"), .href(LocalPath("/playbooks/\(id)").with("version", String(version))),
            text: "Read it")
        html.element("a", .class("button"), .href(document), text: "Document")
    }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        html.blocks([.facts(facts)], document: document)
        if let obstacle {
            html.element("p", .class("notice"), text: obstacle)
            return
        }
        guard let before else {
            html.element("p", .class("part muted"), text: "It is the first; there is nothing to compare it with.")
            return
        }
        html.part(before == 0 ? "Against the one of Tocsin" : "Against version \(before)", id: "changes") { html in
            html.changes(topics, document: document)
        }
    }
}

extension HTML {
    /// What changed in meaning, topic by topic.
    mutating func changes(_ topics: [(title: String, changes: [PlaybookVersionPage.Change])], document: LocalPath?) {
        guard !topics.isEmpty else {
            element("p", .class("muted"), text: "They mean the same.")
            return
        }
        for topic in topics {
            element("h3", text: topic.title)
            points(topic.changes.map { PlaybookPoint($0.sentence, line: $0.line) }, document: document)
        }
    }
}
