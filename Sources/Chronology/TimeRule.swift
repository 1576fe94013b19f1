/// By when something is owed, counted from an anchor that the user of the rule names: the answer to a page, the next
/// rung, the review of an incident.
///
/// A value that holds the calendars and recurrences it speaks of, so that evaluating it needs no look-up. How it is
/// written in a document is `TimeRuleNotation`'s business; `due` says what it comes to, and why. Source: the time rule
/// of the seeds' data model, X2 to X4, X8.
public indirect enum TimeRule: Hashable, Sendable {
    /// At once. The bound is what "immediately" may take before it is late; without one it is never late, which is a
    /// finding (X2).
    case immediate(bound: Duration?)
    /// So much time on a clock that never stops: 48 h is 48 h, whatever wall clocks do.
    case elapsed(Duration)
    /// So much time within a calendar's hours.
    case businessElapsed(Duration, BusinessCalendar)
    /// So many dates later on the home zone's wall calendar, at that time or else at the anchor's own.
    case calendarDays(Int, at: LocalTime?)
    /// On the n-th business day after the anchor's date, which does not count itself, however early the anchor is.
    case businessDays(Int, BusinessCalendar, at: DayPoint)
    /// On the first business day after the anchor's date.
    case nextBusinessDay(BusinessCalendar, at: DayPoint)
    /// At the first occurrence after the anchor. One that begins at the anchor is under way and does not count.
    case nextOccurrence(Recurrence)
    /// Not before the one and not after the other: the first gives the target, the second the limit (X4).
    case window(min: TimeRule, max: TimeRule)
    /// Nothing is owed. A decision.
    case none
    /// Nobody has said. A finding.
    case unspecified

    /// When on a business day.
    public enum DayPoint: Hashable, Sendable {
        /// At its first opening, or its last closing.
        case open, close
        /// At that time on the calendar's wall clock, be it within the hours or not.
        case time(LocalTime)
    }

    /// What a rule needs to know besides its anchor.
    public struct Terms: Hashable, Sendable {
        /// Whose wall clock and calendar count where the rule names no other, and in which instants are explained.
        public var zone: Zone

        public init(zone: Zone) {
            self.zone = zone
        }
    }

    /// Sentences about what the rule leaves open or cannot mean, for lint; none when there is nothing to say.
    public var findings: [String] {
        switch self {
        case .immediate(bound: nil):
            ["\"immediately\" has no bound, so it is never late: say within what time"]
        case .unspecified: ["nobody has said by when: say \"none\" if nothing is owed"]
        case .window(let min, let max):
            min.findings + max.findings
                + (Self.isBackwards(min, max) ? ["the window ends before it begins"] : [])
        case .immediate, .elapsed, .businessElapsed, .calendarDays, .businessDays, .nextBusinessDay, .nextOccurrence,
            .none:
            []
        }
    }

    /// Whether the one is certainly later than the other, for rules of one kind; rules of different kinds depend on the
    /// anchor.
    static func isBackwards(_ min: TimeRule, _ max: TimeRule) -> Bool {
        if case .elapsed(let first) = min, case .elapsed(let second) = max { return first > second }
        if case .businessElapsed(let first, let one) = min, case .businessElapsed(let second, let other) = max {
            return one == other && first > second
        }
        if case .calendarDays(let first, _) = min, case .calendarDays(let second, _) = max { return first > second }
        if case .businessDays(let first, let one, _) = min, case .businessDays(let second, let other, _) = max {
            return one == other && first > second
        }
        return false
    }
}

/// What becomes of a due time outside the hours of a calendar. A due time at a closing counts as within them.
public enum Roll: Hashable, Sendable {
    case none
    /// To the next opening.
    case forward(BusinessCalendar)
    /// To the last closing before, but not to before the anchor.
    case back(BusinessCalendar)
}

/// A rule and what becomes of its due times outside hours: the part of a clock that is arithmetic.
public struct Deadline: Hashable, Sendable {
    public var rule: TimeRule
    public var roll: Roll

    public init(_ rule: TimeRule, roll: Roll = .none) {
        self.rule = rule
        self.roll = roll
    }
}

/// What becomes of a clock's anchor when the severity changes.
public enum Reclassification: String, CaseIterable, Hashable, Sendable {
    /// The clock counts on from where it did: after an upgrade, what is past due by the new rules is due at once.
    case keep
    /// The clock begins anew with the change.
    case rebase

    /// The anchor that applies after a change. A change recorded at an earlier time than the anchor does not move it
    /// back.
    public func anchor(was anchor: Instant, changedAt change: Instant) -> Instant {
        switch self {
        case .keep: anchor
        case .rebase: max(anchor, change)
        }
    }
}
