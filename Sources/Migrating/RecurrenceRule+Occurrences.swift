import Chronology
import Notation

extension RecurrenceRule {
    /// The local times at which it happens, in order, each once, DTSTART first: it is the first occurrence whether the rule
    /// says so or not (RFC 5545 §3.8.5.3).
    ///
    /// - Parameters:
    ///   - range: only those within it; what is before still counts for COUNT.
    ///   - isOver: whether a local time is behind UNTIL.
    ///   - place: of the fault where a limit is passed.
    func occurrences(
        from start: CivilDateTime, in range: ClosedRange<CivilDateTime>, isOver: (CivilDateTime) -> Bool,
        at place: String
    ) throws(InputFault) -> [CivilDateTime] {
        var found: [CivilDateTime] = []
        var last: CivilDateTime?
        var number = 0
        /// False: there are no more.
        func take(_ local: CivilDateTime) throws(InputFault) -> Bool {
            if let last, local <= last { return true }
            if let count, number >= count { return false }
            if local > range.upperBound || isOver(local) { return false }
            number += 1
            last = local
            guard local >= range.lowerBound else { return true }
            found.append(local)
            guard found.count <= MigrationLimits.occurrences else {
                throw InputFault(
                    at: place,
                    "it happens more than \(MigrationLimits.occurrences) times in the time that is asked about")
            }
            return true
        }
        guard try take(start) else { return found }
        var period = count == nil ? firstPeriod(from: start, near: range.lowerBound) : 0
        let end = period + MigrationLimits.periods
        while period < end {
            guard let beginning = beginning(ofPeriod: period, from: start), beginning <= range.upperBound else {
                return found
            }
            for local in candidates(inPeriod: period, from: start) where local > start {
                guard try take(local) else { return found }
            }
            period += 1
        }
        throw InputFault(
            at: place, "its rule goes over more than \(MigrationLimits.periods) periods; say less at once")
    }

    // MARK: Periods

    /// A period that is not behind that time, so that a rule of thirty years is not gone through from its beginning.
    private func firstPeriod(from start: CivilDateTime, near local: CivilDateTime) -> Int {
        let days = local.date.dayNumber - start.date.dayNumber
        guard days > 0 else { return 0 }
        let periods =
            switch frequency {
            case .hourly: days * 24 / interval
            case .daily: days / interval
            case .weekly: days / 7 / interval
            case .monthly: days / 31 / interval
            case .yearly: days / 366 / interval
            }
        return max(periods - 2, 0)
    }

    /// When a period begins at the earliest; nil beyond the years that are written.
    private func beginning(ofPeriod number: Int, from start: CivilDateTime) -> CivilDateTime? {
        let steps = number * interval
        let date: CivilDate
        switch frequency {
        case .hourly: return hour(steps, from: start)
        case .daily: date = start.date.adding(days: steps)
        case .weekly: date = week(of: start.date).adding(days: steps * 7)
        case .monthly:
            date = CivilDate(dayNumber: start.date.dayNumber - start.date.day + 1).adding(months: steps)
        case .yearly:
            do throws(TimeFault) {
                date = try CivilDate(year: start.date.year + steps, month: 1, day: 1)
            } catch { return nil }
        }
        return date.year <= 9_999 ? CivilDateTime(date, .midnight) : nil
    }

    private func hour(_ steps: Int, from start: CivilDateTime) -> CivilDateTime {
        let full = start.adding(minutes: -start.time.minute)
        return full.adding(minutes: steps * 60)
    }

    private func week(of date: CivilDate) -> CivilDate {
        date.adding(days: -(date.weekday.rawValue - weekStart.rawValue).remainder(of: 7))
    }

    // MARK: What happens in a period

    private func candidates(inPeriod number: Int, from start: CivilDateTime) -> [CivilDateTime] {
        guard let beginning = beginning(ofPeriod: number, from: start) else { return [] }
        var found: [CivilDateTime] = []
        let hours: [Int]
        let dates: [CivilDate]
        if frequency == .hourly {
            let hour = beginning.time.hour
            guard self.hours.isEmpty || self.hours.contains(hour) else { return [] }
            hours = [hour]
            dates = [beginning.date].filter { isDay($0, start) }
        } else {
            hours = self.hours.isEmpty ? [start.time.hour] : Set(self.hours).sorted()
            dates = self.dates(from: beginning.date).filter { isDay($0, start) }
        }
        let minutes = self.minutes.isEmpty ? [start.time.minute] : Set(self.minutes).sorted()
        let seconds = self.seconds.isEmpty ? [start.time.second] : Set(self.seconds).sorted()
        for date in dates {
            for hour in hours {
                for minute in minutes {
                    for second in seconds {
                        let midnight = CivilDateTime(date, .midnight)
                        found.append(midnight.adding(seconds: hour * 3_600 + minute * 60 + second))
                    }
                }
            }
        }
        guard !positions.isEmpty else { return found }
        let chosen = Set(
            positions.compactMap { position -> Int? in
                let index = position > 0 ? position - 1 : found.count + position
                return found.indices.contains(index) ? index : nil
            })
        return chosen.sorted().map { found[$0] }
    }

    /// Every date of the period that begins on that date.
    private func dates(from first: CivilDate) -> [CivilDate] {
        let length: Int
        switch frequency {
        case .hourly, .daily: length = 1
        case .weekly: length = 7
        case .monthly: length = Self.length(ofMonth: first.month, year: first.year)
        case .yearly: length = CivilDate.isLeap(year: first.year) ? 366 : 365
        }
        return (0..<length).map { first.adding(days: $0) }
    }

    /// Whether a date of the period is one on which it happens: the table of RFC 5545 §3.3.10 as one condition.
    private func isDay(_ date: CivilDate, _ start: CivilDateTime) -> Bool {
        if !months.isEmpty, !months.contains(date.month) { return false }
        let length = Self.length(ofMonth: date.month, year: date.year)
        if !monthDays.isEmpty, !monthDays.contains(date.day), !monthDays.contains(date.day - length - 1) {
            return false
        }
        if !days.isEmpty {
            return days.contains { day in
                guard day.weekday == date.weekday else { return false }
                guard let ordinal = day.ordinal else { return true }
                // Of the year where it is a rule of years without months, else of the month.
                if frequency == .yearly, months.isEmpty {
                    return Self.isNth(ordinal, Self.dayOfYear(date), of: CivilDate.isLeap(year: date.year) ? 366 : 365)
                }
                return Self.isNth(ordinal, date.day, of: length)
            }
        }
        guard monthDays.isEmpty else { return true }
        switch frequency {
        case .hourly, .daily: return true
        case .weekly: return date.weekday == start.date.weekday
        case .monthly: return date.day == start.date.day
        case .yearly:
            return date.day == start.date.day && (!months.isEmpty || date.month == start.date.month)
        }
    }

    private static func isNth(_ ordinal: Int, _ day: Int, of length: Int) -> Bool {
        ordinal > 0 ? (day - 1) / 7 + 1 == ordinal : -((length - day) / 7 + 1) == ordinal
    }

    private static func dayOfYear(_ date: CivilDate) -> Int {
        var day = date.day
        for month in 1..<date.month { day += length(ofMonth: month, year: date.year) }
        return day
    }

    static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: CivilDate.isLeap(year: year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
