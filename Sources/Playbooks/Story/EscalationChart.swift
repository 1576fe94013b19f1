import Chronology

/// Who is called when for incidents of one severity: the rows of a picture.
public struct EscalationChart: Hashable, Sendable {
    public let severity: ElementID<Playbook.Severity>
    /// In the order of time; what has no time comes last.
    public let rows: [Row]

    public struct Row: Hashable, Sendable {
        /// What people call them; nil for a step that calls nobody.
        public let target: String?
        /// `at once`, `after 15 min`, `at the opening of the next business day (office)`.
        public let offset: String
        /// For an incident that is declared at the instant that was asked for; nil when the time depends on what has
        /// not happened.
        public let due: Instant?
        /// `page`, `notify`, `digest`, `agenda`.
        public let via: EscalationPlan.Via
        /// The title of the plan, or its id.
        public let plan: String
        /// What has to hold for it; nil where it is certain.
        public let condition: String?
        /// False for what is only shown: somebody who was called before, or whom another plan alone calls.
        public let isCalled: Bool
        /// What is said with it; of a step that calls nobody, what it says.
        public let note: String?
        public let line: Int
    }

    /// Nil when the playbook has no such severity.
    public init?(of playbook: Playbook, severity: ElementID<Playbook.Severity>, declaredAt instant: Instant) {
        guard playbook.severity(severity) != nil else { return nil }
        self.init(EscalationRun(playbook, severity: severity, declared: instant))
    }

    /// One for each severity, worst first.
    public static func all(of playbook: Playbook, declaredAt instant: Instant) -> [EscalationChart] {
        playbook.ladder.map { EscalationChart(EscalationRun(playbook, severity: $0, declared: instant)) }
    }

    init(_ run: EscalationRun) {
        severity = run.severity
        let words = StoryWords(playbook: run.playbook, severity: run.severity)
        let rows = run.steps.flatMap { step -> [Row] in
            let condition = step.isCertain ? nil : words.condition(step.condition)
            func row(_ target: String?, isCalled: Bool) -> Row {
                Row(
                    target: target, offset: words.offset(of: step), due: step.due, via: step.rung.via.kind,
                    plan: step.plan.title ?? step.plan.id.text, condition: condition, isCalled: isCalled,
                    note: step.rung.note, line: step.rung.line)
            }
            guard !step.rung.isSilent else { return [row(nil, isCalled: false)] }
            return step.rung.targets.map { row(words.title($0), isCalled: step.calls.contains($0)) }
        }
        self.rows = rows.enumerated().sorted { left, right in
            switch (left.element.due, right.element.due) {
            case (let one?, let other?): one == other ? left.offset < right.offset : one < other
            case (_?, nil): true
            case (nil, _?): false
            case (nil, nil): left.offset < right.offset
            }
        }.map(\.element)
    }
}

extension Rung.Delivery {
    /// The word for it.
    fileprivate var kind: EscalationPlan.Via {
        switch self {
        case .page: .page
        case .notify: .notify
        case .digest: .digest
        case .agenda: .agenda
        }
    }
}
