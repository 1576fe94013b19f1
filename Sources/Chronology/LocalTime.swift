/// A time of day, without a date or a zone: what a wall clock shows. It has no leap second and no 24:00; the end of a
/// day is 00:00 of the next one.
public struct LocalTime: Hashable, Sendable {
    /// 0 to 23.
    public let hour: Int
    public let minute: Int
    public let second: Int
    /// 0 to 999,999.
    public let microsecond: Int

    public static let midnight = LocalTime(microsecondOfDay: 0)

    /// Refuses a time that no clock shows.
    public init(hour: Int, minute: Int, second: Int = 0, microsecond: Int = 0) throws(TimeFault) {
        guard (0...23).contains(hour) else { throw TimeFault("the hour must be 0 to 23, not \(hour)") }
        guard (0...59).contains(minute) else { throw TimeFault("the minute must be 0 to 59, not \(minute)") }
        guard (0...59).contains(second) else { throw TimeFault("the second must be 0 to 59, not \(second)") }
        guard (0...999_999).contains(microsecond) else {
            throw TimeFault("the microsecond must be 0 to 999999, not \(microsecond)")
        }
        self.hour = hour
        self.minute = minute
        self.second = second
        self.microsecond = microsecond
    }

    /// The caller has checked that it is less than a day and not negative.
    init(microsecondOfDay: Int64) {
        let second = Int(microsecondOfDay / 1_000_000)
        self.hour = second / 3_600
        self.minute = second / 60 % 60
        self.second = second % 60
        self.microsecond = Int(microsecondOfDay % 1_000_000)
    }

    /// Whole seconds since midnight on the clock's face, 0 to 86,399. Not the time that has passed since midnight on a
    /// day whose clocks change.
    public var secondOfDay: Int { hour * 3_600 + minute * 60 + second }

    var microsecondOfDay: Int64 { Int64(secondOfDay) * 1_000_000 + Int64(microsecond) }
}

extension LocalTime: Comparable {
    public static func < (left: LocalTime, right: LocalTime) -> Bool {
        left.microsecondOfDay < right.microsecondOfDay
    }
}
