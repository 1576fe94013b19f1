import Chronology

/// A part of each week on the wall clock: weekdays from nine to five, Friday evening to Monday morning.
public struct WeekWindow: Hashable, Sendable {
    public let from: Turn.HandOff
    /// On the wall clock; at most a week.
    public let minutes: Int

    /// Nil where it would be empty or longer than a week.
    public init?(from: Turn.HandOff, minutes: Int) {
        guard (1...Turn.minutesPerWeek).contains(minutes) else { return nil }
        self.from = from
        self.minutes = minutes
    }

    /// From one point of the week to another; equal points are the whole week.
    public init(from: Turn.HandOff, to: Turn.HandOff) {
        let length = (to.minuteOfWeek - from.minuteOfWeek).flooredDivision(by: Turn.minutesPerWeek).remainder
        self.from = from
        minutes = length == 0 ? Turn.minutesPerWeek : length
    }

    /// On one day from one time to another: past midnight where that is not later; equal times are the whole day.
    public init(on weekday: Weekday, from: LocalTime, to: LocalTime) {
        let length = (to.secondOfDay / 60 - from.secondOfDay / 60).flooredDivision(by: Turn.minutesPerDay).remainder
        self.from = Turn.HandOff(weekday, from)
        minutes = length == 0 ? Turn.minutesPerDay : length
    }

    /// The window's latest beginning on or before that day, on the wall clock.
    func beginning(before date: CivilDate) -> CivilDateTime {
        let back = (date.weekday.rawValue - from.weekday.rawValue + 7) % 7
        return CivilDateTime(date.adding(days: -back), from.time)
    }

    /// From when to when it lasts that begins then. The clocks may be changed in it: it begins at the earlier and ends at
    /// the later of two, and behind a gap.
    func span(from beginning: CivilDateTime, in zone: Zone) -> TimeSpan {
        TimeSpan(zone.start(of: beginning), zone.windowEnd(of: beginning.adding(minutes: minutes)))
    }

    /// Whether the week's minute lies in it, on clocks that are not changed nearby.
    func contains(minuteOfWeek minute: Int) -> Bool {
        (minute - from.minuteOfWeek).flooredDivision(by: Turn.minutesPerWeek).remainder < minutes
    }
}

/// A time from an instant on until before another.
public struct TimeSpan: Hashable, Sendable {
    public let start: Instant
    public let end: Instant

    public init(_ start: Instant, _ end: Instant) {
        self.start = start
        self.end = end
    }

    public var isEmpty: Bool { start >= end }
    public var length: Duration { end - start }

    public func contains(_ instant: Instant) -> Bool { start <= instant && instant < end }

    public func overlaps(_ other: TimeSpan) -> Bool { max(start, other.start) < min(end, other.end) }

    public func clamped(to other: TimeSpan) -> TimeSpan {
        let begin = max(start, other.start)
        return TimeSpan(begin, max(begin, min(end, other.end)))
    }
}
