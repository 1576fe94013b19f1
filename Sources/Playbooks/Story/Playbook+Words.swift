import Chronology

/// How parts of a playbook are put for people, one by one; stories put them into sentences.
extension Playbook {
    /// `within 15 min`, `by the close of the 3rd business day (office)`; nil for what is not owed.
    public func owed(_ rule: TimeRule) -> String? {
        switch rule {
        case .none: nil
        case .immediate, .elapsed, .businessElapsed, .calendarDays, .businessDays, .nextBusinessDay, .nextOccurrence,
            .window, .unspecified:
            plainWords.owed(rule)
        }
    }

    /// What a clock asks of an incident of that severity; nil when nothing.
    public func owed(of clock: Clock, for severity: ElementID<Severity>) -> String? {
        owed(rule(of: clock.id, severity: severity))
    }

    /// `every 30 min within business hours`; nil for a cadence that says nothing of that severity.
    public func words(of cadence: CadenceRule, for severity: ElementID<Severity>) -> String? {
        StoryWords(playbook: self, severity: severity).every(cadence)
    }

    /// `"Customer-facing" is yes`; nil for what always holds.
    public func words(_ condition: Guard) -> String? {
        condition == .always ? nil : condition.words { self.field($0)?.title }
    }

    /// `when it is resolved`.
    public func words(_ moment: Moment) -> String {
        switch moment {
        case .phase(let id): "when the phase \"\(phase(id)?.title ?? id.text)\" begins"
        case .stage(let id): "when the status page reaches \"\(id)\""
        case .every: "with every update"
        case .event(let event): "when \(plainWords.happens(event))"
        }
    }

    /// `it is resolved`: from when something counts.
    public func words(_ anchor: Anchor) -> String { plainWords.event(anchor) }

    /// For what is put alike for every severity.
    private var plainWords: StoryWords { StoryWords(playbook: self, severity: ladder[0]) }
}
