// When a recurrence falls. Every period has an occurrence, so a search ends after a few of them, however far ahead.

extension Recurrence {
    /// The first occurrence that is later than the instant: one that falls on it has begun without what comes now.
    public func next(after instant: Instant) -> Instant { first(near: instant) { $0 > instant } }

    /// The first occurrence that is not earlier than the instant.
    public func next(atOrAfter instant: Instant) -> Instant { first(near: instant) { $0 >= instant } }

    /// The occurrences in the range, in order, the first `limit` of them.
    public func occurrences(in range: Range<Instant>, limit: Int) -> [Instant] {
        var found: [Instant] = []
        guard !range.isEmpty else { return found }
        var occurrence = next(atOrAfter: range.lowerBound)
        while occurrence < range.upperBound, found.count < limit {
            found.append(occurrence)
            occurrence = next(after: occurrence)
        }
        return found
    }

    // MARK: Leaves

    private func first(near instant: Instant, _ isLateEnough: (Instant) -> Bool) -> Instant {
        // From the day before, whose occurrence may be moved to this instant by a gap.
        var earliest = zone.civil(at: instant).date.adding(days: -1)
        if let from { earliest = max(earliest, from) }
        var period = firstPeriod(from: earliest)
        while true {
            for date in dates(in: period) where date >= earliest {
                let occurrence = zone.start(of: CivilDateTime(date, time))
                if isLateEnough(occurrence) { return occurrence }
            }
            period += every
        }
    }

    /// The period of that date if it is one that counts, else the next that does.
    private func firstPeriod(from date: CivilDate) -> Int {
        let (period, base) = (period(of: date), period(of: from ?? date))
        return period + (base - period).dividedDown(by: every).remainder
    }

    /// Days, weeks from Monday on, months, quarters or years, counted from a fixed one.
    private func period(of date: CivilDate) -> Int {
        switch pattern {
        case .daily: date.dayNumber
        // 1970-01-01 was a Thursday.
        case .weekly: (date.dayNumber + 3).dividedDown(by: 7).quotient
        case .monthly: date.year * 12 + date.month - 1
        case .quarterly: date.year * 4 + (date.month - 1) / 3
        case .yearly: date.year
        }
    }

    private func dates(in period: Int) -> [CivilDate] {
        switch pattern {
        case .daily: [CivilDate(dayNumber: period)]
        case .weekly(let days): days.map { CivilDate(dayNumber: period * 7 - 3 + $0.rawValue - 1) }
        case .monthly(let day): [day.date(inMonth: period)]
        case .quarterly(let day, let month): [day.date(inMonth: period * 3 + month - 1)]
        case .yearly(let day, let month): [day.date(inMonth: period * 12 + month - 1)]
        }
    }
}

extension Recurrence.DayOfMonth {
    /// `index` counts months from January of year 0.
    fileprivate func date(inMonth index: Int) -> CivilDate {
        let (year, month) = index.dividedDown(by: 12)
        let first = CivilDate(checkedYear: year, month: month + 1, day: 1)
        let length = CivilDate.length(ofMonth: month + 1, year: year)
        switch self {
        case .day(let day): return first.adding(days: min(day, length) - 1)
        case .nth(let ordinal, let weekday):
            let toFirst = (weekday.rawValue - first.weekday.rawValue + 7) % 7
            let weeks =
                switch ordinal {
                case .first, .second, .third, .fourth: ordinal.rawValue - 1
                case .last: (length - 1 - toFirst) / 7
                }
            return first.adding(days: toFirst + weeks * 7)
        }
    }
}
