import Chronology

// Notations of time that playbooks have besides the rules of Chronology.

/// How often something is done again, without a day: the upkeep of the playbook, drills, reports.
public enum Rhythm: Hashable, Sendable {
    case weekly, monthly, quarterly, yearly
    case every(Duration)
}

extension Rhythm: CustomStringConvertible {
    public var description: String {
        switch self {
        case .weekly: "weekly"
        case .monthly: "monthly"
        case .quarterly: "quarterly"
        case .yearly: "yearly"
        case .every(let duration): duration.notation
        }
    }
}

/// A length of time, or the shortest and the longest that will do: 15 to 30 minutes.
public struct DurationSpan: Hashable, Sendable {
    public let shortest: Duration
    public let longest: Duration

    public init(_ shortest: Duration, _ longest: Duration) {
        self.shortest = shortest
        self.longest = longest
    }
}

/// How often an audience is told.
public enum UpdateInterval: Hashable, Sendable {
    case every(Cadence.Interval, within: BusinessCalendar?)
    /// When something happens, and not by the clock (S4-07).
    case onEvents
    /// Not at all: a decision.
    case none
}

/// When one role is called for one severity, in a matrix of roles and severities (S3-07 to S3-10).
public enum MatrixCell: Hashable, Sendable {
    /// At the time of the rule, but not outside the hours of the calendar.
    case due(TimeRule, within: BusinessCalendar?)
    /// Put on the agenda of the next meeting of that name.
    case agenda(Recurrence)
    /// Not at all: a decision.
    case none
}
