// What a calendar says about dates.

extension BusinessCalendar {
    /// Whether the calendar is open at some instant of the date. Not on a date that the zone left out, such as
    /// 2011-12-30 in Samoa.
    public func isBusinessDay(_ date: CivilDate) -> Bool { !pieces(on: date).isEmpty }

    /// When the calendar first opens on that date; nil when it is not a business day.
    public func opening(on date: CivilDate) -> Instant? { pieces(on: date).first?.lowerBound }

    /// When the calendar last closes on that date; nil when it is not a business day.
    public func closing(on date: CivilDate) -> Instant? { pieces(on: date).map(\.upperBound).max() }

    /// The n-th business day after that date, which does not count itself. Nil when `count` is below one, or when there
    /// are fewer business days within the horizon.
    public func businessDay(_ count: Int, after date: CivilDate) -> CivilDate? {
        guard count > 0 else { return nil }
        var left = count
        var date = date
        for _ in 0..<Self.horizon {
            date = date.adding(days: 1)
            guard isBusinessDay(date) else { continue }
            left -= 1
            if left == 0 { return date }
        }
        return nil
    }
}
