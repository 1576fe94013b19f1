/// A date and a time of day, without a zone. Which instant it is, and whether it is one at all, is for a `Zone` to say.
public struct CivilDateTime: Hashable, Sendable {
    public let date: CivilDate
    public let time: LocalTime

    public init(_ date: CivilDate, _ time: LocalTime) {
        self.date = date
        self.time = time
    }

    /// Refuses a date that no calendar shows and a time that no clock shows.
    public init(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, microsecond: Int = 0
    ) throws(TimeFault) {
        self.date = try CivilDate(year: year, month: month, day: day)
        self.time = try LocalTime(hour: hour, minute: minute, second: second, microsecond: microsecond)
    }

    /// What a clock shows that runs `offset` seconds ahead of UTC.
    init(at instant: Instant, offset: Int) {
        let (day, microsecondOfDay) =
            (instant.microseconds.addingClamped(Int64(offset) * 1_000_000)).dividedDown(by: Self.microsecondsPerDay)
        self.date = CivilDate(dayNumber: Int(day))
        self.time = LocalTime(microsecondOfDay: microsecondOfDay)
    }

    /// Seconds from 1970-01-01T00:00:00 on the same clock to this reading, fraction dropped.
    var clockSecond: Int64 { Int64(date.dayNumber) * 86_400 + Int64(time.secondOfDay) }

    static let microsecondsPerDay: Int64 = 86_400_000_000
}

extension CivilDateTime: Comparable {
    public static func < (left: CivilDateTime, right: CivilDateTime) -> Bool {
        (left.date, left.time) < (right.date, right.time)
    }
}

extension Int64 {
    /// The sum, held at the ends of the range: within a day of the last representable instant, printing must not trap.
    func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        guard overflow else { return sum }
        return other < 0 ? .min : .max
    }
}
