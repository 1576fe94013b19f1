import Chronology

/// How long a turn of a rotation is. Turns are counted on the wall clock, so that a hand-off at nine stays at nine: a turn in
/// which the clocks are changed is an hour shorter or longer.
public enum Turn: Hashable, Sendable {
    case hours(Int)
    case days(Int)
    case weeks(Int)
    /// From a day of the month to the same day: of a rotation that begins on the 31st, the last day of shorter months.
    case months(Int)
    /// At several fixed times of each week, in the order of the week: Monday 09:00, Friday 17:00.
    case handOffs([HandOff])

    public struct HandOff: Hashable, Comparable, Sendable {
        public let weekday: Weekday
        public let time: LocalTime

        /// Seconds are left out: nobody hands over by the second.
        public init(_ weekday: Weekday, _ time: LocalTime) {
            self.weekday = weekday
            self.time = LocalTime.midnight.adding(minutes: time.secondOfDay / 60)
        }

        public static func < (left: HandOff, right: HandOff) -> Bool {
            (left.weekday.rawValue, left.time) < (right.weekday.rawValue, right.time)
        }

        /// From Monday 00:00.
        var minuteOfWeek: Int { (weekday.rawValue - 1) * Turn.minutesPerDay + time.secondOfDay / 60 }
    }

    static let minutesPerDay = 1_440
    static let minutesPerWeek = 7 * minutesPerDay
    /// As many as a week has half days; more is a rotation by hours.
    public static let handOffLimit = 14
    /// The largest count of hours, days, weeks or months: longer turns are no rotation.
    public static let countLimit = 1_000

    /// When the turn of that number begins on the wall clock; 0 is the first.
    func beginning(of number: Int, from start: CivilDateTime) -> CivilDateTime {
        switch self {
        case .hours(let count): return start.adding(minutes: number * count * 60)
        case .days(let count): return CivilDateTime(start.date.adding(days: number * count), start.time)
        case .weeks(let count): return CivilDateTime(start.date.adding(days: number * count * 7), start.time)
        case .months(let count): return CivilDateTime(start.date.adding(months: number * count), start.time)
        case .handOffs(let points):
            let monday = Self.monday(of: start)
            let first = Self.first(of: points, from: start)
            let (week, index) = (number + first).flooredDivision(by: points.count)
            return monday.adding(minutes: week * Self.minutesPerWeek + points[index].minuteOfWeek)
        }
    }

    /// The number of the turn that a wall clock is in, or one beside it: where clocks are changed the caller looks closer.
    func number(at local: CivilDateTime, from start: CivilDateTime) -> Int {
        switch self {
        case .hours(let count): return local.minutes(since: start).flooredDivision(by: count * 60).quotient
        case .days(let count):
            return local.minutes(since: start).flooredDivision(by: count * Self.minutesPerDay).quotient
        case .weeks(let count):
            return local.minutes(since: start).flooredDivision(by: count * Self.minutesPerWeek).quotient
        case .months(let count):
            let months = (local.date.year - start.date.year) * 12 + local.date.month - start.date.month
            return months.flooredDivision(by: count).quotient
        case .handOffs(let points):
            let monday = Self.monday(of: start)
            let (week, minute) = local.minutes(since: monday).flooredDivision(by: Self.minutesPerWeek)
            let passed = points.count { $0.minuteOfWeek <= minute }
            return week * points.count + passed - 1 - Self.first(of: points, from: start)
        }
    }

    private static func monday(of local: CivilDateTime) -> CivilDateTime {
        CivilDateTime(local.date.adding(days: 1 - local.date.weekday.rawValue), .midnight)
    }

    /// Which hand-off of its week is the first at or after the start; past the last of them the first of the next week.
    private static func first(of points: [HandOff], from start: CivilDateTime) -> Int {
        let minute = start.minutes(since: monday(of: start))
        return points.firstIndex { $0.minuteOfWeek >= minute } ?? points.count
    }
}

extension Int {
    func flooredDivision(by divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
