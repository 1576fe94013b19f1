import Chronology

/// What a playbook makes of an incident of one severity, in plain sentences: what happens from the declaration on when
/// nobody does anything, who takes part, and what has to be true at the end.
///
/// Times are told as rules, `at the opening of the next business day`: a story is read when there is no incident. The
/// instant of the declaration decides nothing but the order of what depends on the week, and the due times of `chart`.
public struct PlaybookStory: Hashable, Sendable {
    public let playbook: ElementID<Playbook>
    public let severity: ElementID<Playbook.Severity>
    /// Those that have something to say.
    public let sections: [Section]
    public let chart: EscalationChart

    public struct Section: Hashable, Sendable {
        public let title: String
        public let sentences: [Sentence]

        public init(_ title: String, _ sentences: [Sentence]) {
            self.title = title
            self.sentences = sentences
        }
    }

    public struct Sentence: Hashable, Sendable, CustomStringConvertible {
        /// Without a full stop.
        public let text: String
        /// The line of the playbook that says so; nil for what every playbook has.
        public let line: Int?

        public init(_ text: String, line: Int? = nil) {
            self.text = text
            self.line = line
        }

        public var description: String { text + (line.map { " (line \($0))" } ?? "") }
    }

    /// Nil when the playbook has no such severity.
    public init?(of playbook: Playbook, severity: ElementID<Playbook.Severity>, declaredAt instant: Instant) {
        guard playbook.severity(severity) != nil else { return nil }
        self.playbook = playbook.id
        self.severity = severity
        let run = EscalationRun(playbook, severity: severity, declared: instant)
        chart = EscalationChart(run)
        let teller = Storyteller(run)
        sections = teller.sections().filter { !$0.sentences.isEmpty }
    }

    /// As a terminal shows it: each section under its title, one sentence a line.
    public var text: String {
        sections.map { section in
            ([section.title] + section.sentences.map { "  \($0)" }).joined(separator: "\n")
        }.joined(separator: "\n\n") + "\n"
    }
}
