extension CivilDateTime {
    /// What the same clock shows that many minutes later, were it never put forward or back; earlier when negative.
    public func adding(minutes: Int) -> CivilDateTime {
        let total = time.secondOfDay + minutes * 60
        let (days, second) = total.dividedDown(by: 86_400)
        return CivilDateTime(
            date.adding(days: days),
            LocalTime(microsecondOfDay: Int64(second) * 1_000_000 + Int64(time.microsecond)))
    }

    /// Whole minutes on the clock's face from the other reading to this one; negative when this one is earlier.
    public func minutes(since other: CivilDateTime) -> Int {
        let seconds = clockSecond - other.clockSecond
        return Int(seconds.dividedDown(by: 60).quotient)
    }
}

extension LocalTime {
    /// What the clock shows that many minutes later, past midnight from the beginning; earlier when negative.
    public func adding(minutes: Int) -> LocalTime {
        let second = (secondOfDay + minutes * 60).dividedDown(by: 86_400).remainder
        return LocalTime(microsecondOfDay: Int64(second) * 1_000_000 + Int64(microsecond))
    }
}
