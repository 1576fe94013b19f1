import Chronology

// Which of two rules is due first, when they count from the same instant. Often only the calendar knows; then nothing
// is said.

extension TimeRule {
    /// How long after the anchor something is due: at least and, where that is certain whatever the anchor, at most.
    private struct Span {
        let least: Duration
        let most: Duration?
    }

    /// Clocks are put back or forth by an hour, and sometimes by two.
    private static let clockChange = Duration.hours(2)

    private func span(isLimit: Bool) -> Span? {
        switch self {
        case .immediate(let bound):
            let time = isLimit ? bound ?? .zero : .zero
            return Span(least: time, most: time)
        case .elapsed(let time): return Span(least: time, most: time)
        case .businessElapsed(let time, _): return Span(least: time, most: nil)
        case .calendarDays(let days, let time):
            let length = Duration.days(Int64(days))
            let slack = Self.clockChange + (time == nil ? .zero : .days(1))
            return Span(least: max(length - slack, .zero), most: length + slack)
        case .businessDays(let days, _, _):
            return Span(least: max(.days(Int64(days) - 1) - Self.clockChange, .zero), most: nil)
        case .nextBusinessDay, .nextOccurrence: return Span(least: .zero, most: nil)
        case .window(let min, let max): return isLimit ? max.span(isLimit: true) : min.span(isLimit: false)
        case .none, .unspecified: return nil
        }
    }

    /// Whether the target of this one comes after that of the other, whatever they count from.
    func isCertainlyLater(than other: TimeRule, otherWithin hours: BusinessCalendar? = nil) -> Bool {
        if hours == nil, let days = businessDay, let others = other.businessDay, days.calendar == others.calendar {
            return days.count > others.count
        }
        guard let mine = span(isLimit: false), let most = other.span(isLimit: false)?.most, hours == nil else {
            return false
        }
        return mine.least > most
    }

    /// Whether this one is late only after the other is, whatever they count from.
    func isCertainlyLateAfter(_ other: TimeRule) -> Bool {
        let (mine, others) = (limitSide, other.limitSide)
        if let days = mine.businessDay, let bound = others.businessDay, days.calendar == bound.calendar {
            return days.count > bound.count
        }
        guard let span = mine.span(isLimit: true), let most = others.span(isLimit: true)?.most else { return false }
        return span.least > most
    }

    private var limitSide: TimeRule {
        if case .window(_, let max) = self { return max.limitSide }
        return self
    }

    private var businessDay: (count: Int, calendar: BusinessCalendar)? {
        switch self {
        case .businessDays(let count, let calendar, _): (count, calendar)
        case .nextBusinessDay(let calendar, _): (1, calendar)
        case .immediate, .elapsed, .businessElapsed, .calendarDays, .nextOccurrence, .window, .none, .unspecified: nil
        }
    }

    /// Whether one of its ends is not given.
    var isUnspecified: Bool {
        switch self {
        case .unspecified: true
        case .window(let min, let max): min.isUnspecified || max.isUnspecified
        case .immediate, .elapsed, .businessElapsed, .calendarDays, .businessDays, .nextBusinessDay, .nextOccurrence,
            .none:
            false
        }
    }

    /// Whether it is never late though it is wanted at once (X2).
    var isUnbounded: Bool {
        if case .immediate(bound: nil) = self { return true }
        return false
    }

    /// The time of a rule that is nothing but a length of elapsed time.
    var fixedTime: Duration? {
        switch self {
        case .immediate: .zero
        case .elapsed(let time): time
        case .businessElapsed, .calendarDays, .businessDays, .nextBusinessDay, .nextOccurrence, .window, .none,
            .unspecified:
            nil
        }
    }
}
