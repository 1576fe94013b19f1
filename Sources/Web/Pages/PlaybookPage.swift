import Chronology

/// A playbook to read: the ladder, what happens when for one severity, and everything that is looked up.
public struct PlaybookPage: WebPage {
    public struct Severity: Sendable {
        public var mark: SeverityMark
        public var name: String
        public var meaning: String
        public var line: Int?
        /// Criteria, examples and what else is said of it.
        public var blocks: [PlaybookBlock]

        public init(
            mark: SeverityMark, name: String, meaning: String, line: Int? = nil, blocks: [PlaybookBlock] = []
        ) {
            self.mark = mark
            self.name = name
            self.meaning = meaning
            self.line = line
            self.blocks = blocks
        }
    }

    /// What happens with an incident of one severity.
    public struct Course: Sendable {
        public var severity: SeverityMark
        public var escalation: EscalationPicture
        public var sections: [(title: String, points: [PlaybookPoint])]

        public init(
            severity: SeverityMark, escalation: EscalationPicture,
            sections: [(title: String, points: [PlaybookPoint])]
        ) {
            self.severity = severity
            self.escalation = escalation
            self.sections = sections
        }
    }

    /// A part of what is looked up: roles, messages, scenarios.
    public struct Chapter: Sendable {
        public var title: String
        public var blocks: [PlaybookBlock]

        public init(_ title: String, _ blocks: [PlaybookBlock]) {
            self.title = title
            self.blocks = blocks
        }
    }

    public struct Finding: Sendable {
        public var isError: Bool
        public var code: String
        public var sentence: String
        public var line: Int

        public init(isError: Bool, code: String, sentence: String, line: Int) {
            self.isError = isError
            self.code = code
            self.sentence = sentence
            self.line = line
        }
    }

    public var id: String
    public var heading: String
    /// Nil: the version in force.
    public var version: Int?
    public var summary: String?
    public var facts: [PlaybookBlock.Fact]
    /// Names that can be called and that nobody stands for, of how many.
    public var unfilled: (names: [String], of: Int)
    public var severities: [Severity]
    public var clocks: PlaybookGrid
    /// Impact by urgency, where the playbook has such a table.
    public var impact: PlaybookGrid?
    public var course: Course
    /// Who is called when, by severity.
    public var matrix: PlaybookGrid
    public var chapters: [Chapter]
    public var findings: [Finding]

    public init(
        id: String, heading: String, version: Int? = nil, summary: String? = nil, facts: [PlaybookBlock.Fact],
        unfilled: (names: [String], of: Int), severities: [Severity], clocks: PlaybookGrid,
        impact: PlaybookGrid? = nil, course: Course, matrix: PlaybookGrid, chapters: [Chapter], findings: [Finding]
    ) {
        self.id = id
        self.heading = heading
        self.version = version
        self.summary = summary
        self.facts = facts
        self.unfilled = unfilled
        self.severities = severities
        self.clocks = clocks
        self.impact = impact
        self.course = course
        self.matrix = matrix
        self.chapters = chapters
        self.findings = findings
    }

    public var section: PageSection? { .playbooks }
    public var title: String { heading }
    public var trail: [Crumb] { [Crumb("Playbooks", "/playbooks")] }

    private var path: LocalPath { LocalPath("/playbooks/\(id)").with("version", version.map(String.init)) }
    private var document: LocalPath {
        LocalPath("/playbooks/\(id)/document").with("version", version.map(String.init))
    }

    public func actions(_ html: inout HTML, _ frame: PageFrame) {
        html.element("a", .class("button"), .href("/playbooks/\(id)/people"), text: "People")
        html.element("a", .class("button"), .href("/playbooks/\(id)/versions"), text: "Versions")
        html.element("a", .class("button"), .href(document), text: "Document")
        guard frame.canManage, version == nil else { return }
        html.element(
            "a", .class("button primary"), .href("/playbooks/\(id)/edit"), .fixed("data-key", "n"), text: "Change")
    }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        if let version { old(version, &html) }
        if !unfilled.names.isEmpty, version == nil { gaps(&html) }
        if let summary { html.element("p", .class("summary"), text: summary) }
        html.element("section", .class("part"), .label("About")) { html in
            html.blocks([.facts(facts)], document: document)
        }
        jumps(&html)
        ladder(&html)
        courses(&html, frame)
        html.part("Who is called, by severity", id: "matrix") { html in
            html.grid(matrix, corner: "Who")
        }
        for (number, chapter) in chapters.enumerated() {
            html.part(chapter.title, id: "chapter-\(number + 1)") { html in
                html.blocks(chapter.blocks, document: document)
            }
        }
        if !findings.isEmpty {
            html.part("What the check found", id: "lint", note: PlaybookPage.count(findings)) { html in
                html.findings(findings, document: document)
            }
        }
    }

    private func old(_ version: Int, _ html: inout HTML) {
        html.element("p", .class("notice")) { html in
            html.element("span", .class("grow"), text: "This is version \(version), as it was.")
            html.element("a", .href("/playbooks/\(id)"), text: "Read the one in force")
        }
    }

    /// Names in the sentence about those that nobody stands for; the page of the people has all of them.
    private static let gapsNamed = 4

    private func gaps(_ html: inout HTML) {
        let (named, rest) = (unfilled.names.prefix(Self.gapsNamed), unfilled.names.count - Self.gapsNamed)
        html.element("p", .class("notice")) { html in
            html.icon(.person)
            html.element(
                "span", .class("grow"),
                text:
                    "Nobody stands for \(unfilled.names.count == unfilled.of ? "any" : String(unfilled.names.count)) of the \(unfilled.of) names, so calling them reaches nobody: "
                    + named.joined(separator: ", ") + (rest > 0 ? " and \(rest) more." : "."))
            html.element("a", .href("/playbooks/\(id)/people"), text: "Say who")
        }
    }

    private func jumps(_ html: inout HTML) {
        html.element("nav", .class("tabs contents"), .label("On this page")) { html in
            func jump(_ place: String, _ text: String) {
                html.element("a", .href(fragment: place), text: text)
            }
            jump("ladder", "Severities")
            jump("course", "What happens when")
            jump("matrix", "Who is called")
            for (number, chapter) in chapters.enumerated() { jump("chapter-\(number + 1)", chapter.title) }
            if !findings.isEmpty { jump("lint", "Check") }
        }
    }

    private func ladder(_ html: inout HTML) {
        html.part("Severities", id: "ladder") { html in
            html.blocks(
                severities.map { severity in
                    .fold(
                        .init(
                            severity.name, severity: severity.mark, note: severity.meaning, line: severity.line,
                            severity.blocks))
                }, document: document)
            if !clocks.columns.isEmpty {
                html.element("h3", text: "By when")
                html.grid(clocks, corner: "Severity")
            }
            if let impact {
                html.element("h3", text: impact.name)
                html.grid(impact, corner: "Impact by urgency")
            }
        }
    }

    private func courses(_ html: inout HTML, _ frame: PageFrame) {
        html.part("What happens when", id: "course") { html in
            html.element("div", .class("filters")) { html in
                html.tabs(
                    severities.map { severity in
                        (
                            severity.mark.label, path.with("severity", severity.mark.label).at("course"),
                            severity.mark == course.severity
                        )
                    }, label: "Severity")
            }
            html.element("h3") { html in
                html.raw("Escalation of ")
                html.severity(course.severity)
            }
            if course.escalation.steps.isEmpty {
                html.element("p", .class("muted"), text: "Nobody is called for this severity.")
            } else {
                html.element("p", .class("consequence")) { html in
                    html.raw("If it were declared now, ")
                    html.absolute(course.escalation.declared, frame.clock)
                    html.raw(
                        """
                        , and nobody did anything. A full bar pages, a grey one tells; a dashed one depends on a condition, \
                        which the table says.
                        """)
                }
                html.element("div", .class("ladder-columns")) { html in
                    html.escalation(course.escalation, severity: course.severity.label)
                    html.escalationTable(course.escalation, document: document)
                }
            }
            html.blocks(
                course.sections.enumerated().map { index, section in
                    .fold(.init(section.title, isOpen: index == 0, [.points(section.points)]))
                }, document: document)
        }
    }

    /// `1 error, 4 warnings`.
    static func count(_ findings: [Finding]) -> String {
        let errors = findings.count { $0.isError }
        let warnings = findings.count - errors
        return [
            errors == 0 ? nil : errors == 1 ? "1 error" : "\(errors) errors",
            warnings == 0 ? nil : warnings == 1 ? "1 warning" : "\(warnings) warnings",
        ].compactMap(\.self).joined(separator: ", ")
    }
}

extension HTML {
    /// More than these are folded away.
    private static var findingsShown: Int { 5 }

    mutating func findings(_ findings: [PlaybookPage.Finding], document: LocalPath?) {
        func list(_ findings: ArraySlice<PlaybookPage.Finding>, _ html: inout HTML) {
            html.element("ul", .class("lines")) { html in
                for finding in findings {
                    html.element("li") { html in
                        html.state(finding.isError ? StateMark("error", .bad) : StateMark("warning", .waiting))
                        html.element("span", .class("grow")) { html in
                            html.text(finding.sentence + " ")
                            html.code(finding.code)
                        }
                        html.line(finding.line, document)
                    }
                }
            }
        }
        // Errors keep the playbook from being followed as it stands: they come first.
        let sorted = findings.filter(\.isError) + findings.filter { !$0.isError }
        list(sorted.prefix(Self.findingsShown), &self)
        let rest = sorted.dropFirst(Self.findingsShown)
        guard !rest.isEmpty else { return }
        element("details", .class("request")) { html in
            html.element("summary", text: rest.count == 1 ? "1 more" : "\(rest.count) more")
            html.element("div", .class("fold")) { html in list(rest, &html) }
        }
    }
}
