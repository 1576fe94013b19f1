extension TimeRuleNotation {
    /// Words that begin a recurrence.
    static let periodWords: Set<String> = ["daily", "weekly", "monthly", "quarterly", "yearly", "every"]

    private enum Period {
        case day, week, month, quarter, year

        init?(adverb: String) {
            switch adverb {
            case "daily": self = .day
            case "weekly": self = .week
            case "monthly": self = .month
            case "quarterly": self = .quarter
            case "yearly": self = .year
            default: return nil
            }
        }

        init?(noun: String) {
            switch noun {
            case "day", "days": self = .day
            case "week", "weeks": self = .week
            case "month", "months": self = .month
            case "quarter", "quarters": self = .quarter
            case "year", "years": self = .year
            default: return nil
            }
        }
    }

    func recurrence(_ reader: inout NotationReader, name: String?) throws(TimeNotationFault) -> Recurrence {
        let start = reader.next
        var pattern: Recurrence.Pattern?
        var every = 1
        let period: Period
        if let adverb = Period(adverb: reader.next.key) {
            _ = reader.take()
            period = adverb
        } else if reader.skip("every") {
            if reader.next.key == "weekday" || Weekday.named(reader.next.key) != nil {
                period = .week
                pattern = .weekly(try weekdays(&reader))
            } else {
                if let count = NotationReader.number(reader.next) {
                    every = count
                    _ = reader.take()
                }
                guard let noun = Period(noun: reader.next.key) else {
                    throw reader.missing("a period", write: "days, weeks, months, quarters, years or a day of the week")
                }
                _ = reader.take()
                period = noun
            }
        } else {
            throw reader.missing(
                "a recurrence", write: "daily, weekly, monthly, quarterly, yearly or \"every 2 weeks\"")
        }
        var (time, from, zone): (LocalTime?, CivilDate?, Zone?) = (nil, nil, nil)
        while true {
            if pattern == nil, period != .day, reader.skip("on") {
                pattern = try self.pattern(&reader, period)
            } else if time == nil, reader.skip("at") {
                time = try reader.localTime()
            } else if from == nil, reader.skip("from") {
                from = try reader.date()
            } else if zone == nil, reader.skip("in") {
                zone = try namedZone(&reader)
            } else {
                break
            }
        }
        guard let complete = pattern ?? (period == .day ? .daily : nil) else {
            throw reader.missing("the day", write: Self.example(of: period))
        }
        guard let time else { throw reader.missing("the time of day", write: "\"at HH:MM\"") }
        do throws(TimeFault) {
            return try Recurrence(
                complete, every: every, at: time, in: zone ?? self.zone, from: from, name: name)
        } catch {
            throw TimeNotationFault(at: start.column, error.reason)
        }
    }

    private static func example(of period: Period) -> String {
        switch period {
        case .day: "\"at 09:00\""
        case .week: "\"on monday\""
        case .month: "\"on first tuesday\" or \"on day 15\""
        case .quarter: "\"on first tuesday of month 1\" or \"on day 15\""
        case .year: "\"on 03-01\" or \"on first monday of september\""
        }
    }

    /// What follows "on".
    private func pattern(
        _ reader: inout NotationReader, _ period: Period
    ) throws(TimeNotationFault) -> Recurrence.Pattern {
        switch period {
        case .day: return .daily
        case .week: return .weekly(try weekdays(&reader))
        case .month: return .monthly(try dayOfMonth(&reader))
        case .quarter:
            let day = try dayOfMonth(&reader)
            guard reader.skip("of") else { return .quarterly(day, month: 1) }
            guard reader.skip("month"), let month = NotationReader.number(reader.next), (1...3).contains(month) else {
                throw reader.missing("a month of the quarter", write: "\"of month 1\", 2 or 3")
            }
            _ = reader.take()
            return .quarterly(day, month: month)
        case .year:
            if let (month, day) = try monthAndDay(&reader) { return .yearly(.day(day), month: month) }
            let day = try dayOfMonth(&reader)
            guard reader.skip("of"), let month = Self.months.firstIndex(where: { $0.contains(reader.next.key) }) else {
                throw reader.missing("a month", write: "\"of january\" to \"of december\"")
            }
            _ = reader.take()
            return .yearly(day, month: month + 1)
        }
    }

    /// `monday`, `monday, wednesday and friday`, `weekdays`.
    private func weekdays(_ reader: inout NotationReader) throws(TimeNotationFault) -> [Weekday] {
        if reader.skip(anyOf: ["weekday", "weekdays"]) { return Array(Weekday.allCases.prefix(5)) }
        var days: [Weekday] = [try reader.weekday()]
        while reader.skip(anyOf: [",", "and"]) {
            _ = reader.skip("and")
            let place = reader.next
            let day = try reader.weekday()
            guard !days.contains(day) else {
                throw TimeNotationFault(at: place.column, "\(place.quoted) is there twice")
            }
            days.append(day)
        }
        return days
    }

    /// `day 31`, `last day`, `first tuesday`, with or without "the".
    private func dayOfMonth(_ reader: inout NotationReader) throws(TimeNotationFault) -> Recurrence.DayOfMonth {
        _ = reader.skip("the")
        if reader.skip("day") {
            guard let day = NotationReader.number(reader.next), (1...31).contains(day) else {
                throw reader.missing("a day of the month", write: "1 to 31")
            }
            _ = reader.take()
            return .day(day)
        }
        guard let ordinal = Recurrence.Ordinal.allCases.first(where: { $0.name == reader.next.key }) else {
            throw reader.missing("a day of the month", write: "\"day 15\", \"first tuesday\" or \"last friday\"")
        }
        _ = reader.take()
        if ordinal == .last, reader.skip("day") { return .day(31) }
        return .nth(ordinal, try reader.weekday())
    }

    /// `03-01`; nil when the next word does not look like it.
    private func monthAndDay(_ reader: inout NotationReader) throws(TimeNotationFault) -> (month: Int, day: Int)? {
        let text = reader.next.text
        guard text.unicodeScalars.first.map({ ("0"..."9").contains($0) }) == true else { return nil }
        do throws(TimeFault) {
            // A leap year, so that 29 February can be written.
            let date = try CivilDate(iso8601: "2000-\(text)")
            _ = reader.take()
            return (date.month, date.day)
        } catch {
            throw reader.fault("\(reader.next.quoted) is not a day of the year as MM-DD, 01-01 to 12-31")
        }
    }

    /// The names of the months, long and short, in lower case.
    private static let months: [[String]] = (1...12).map { month in
        let name = CivilDate.name(ofMonth: month).lowercased()
        return [name, String(name.prefix(3))]
    }
}
