// Writing back. What was read from a text, or could have been, is read again from what is written as the same value.

extension TimeRuleNotation {
    /// A rule as `rule(_:)` reads it. Calendars other than the standard one are named, also those that this notation does
    /// not know. A recurrence that no calendar has is spelled out, without its name.
    public func text(_ rule: TimeRule) -> String {
        switch rule {
        case .immediate(let bound): "immediately" + (bound.map { ", within \($0.notation)" } ?? "")
        case .elapsed(let time): time.notation
        case .businessElapsed(let time, let calendar): TimeRule.businessTime(time) + suffix(calendar)
        case .calendarDays(let count, let time):
            count.counted("calendar day") + (time.map { " at \($0.shortText)" } ?? "")
        case .businessDays(let count, let calendar, let point):
            "\(count.counted("business day")) \(point.words)\(suffix(calendar))"
        case .nextBusinessDay(let calendar, let point): "next business day \(point.words)\(suffix(calendar))"
        case .nextOccurrence(let recurrence): "next \(name(of: recurrence) ?? text(recurrence))"
        case .window(let min, let max): "\(text(min))..\(text(max))"
        case .none: "none"
        case .unspecified: "unspecified"
        }
    }

    /// A recurrence as `recurrence(_:name:)` reads it, with its zone when it is not that of the notation.
    public func text(_ recurrence: Recurrence) -> String {
        let from = recurrence.from.map { " from \($0)" } ?? ""
        let zone = recurrence.zone == zone ? "" : " in \(recurrence.zone.name)"
        return "\(Self.dates(recurrence))\(from) at \(recurrence.time.shortText)\(zone)"
    }

    /// As `interval(_:)` reads it.
    public func text(_ interval: Cadence.Interval) -> String {
        switch interval {
        case .elapsed(let time): time.notation
        case .window(let target, let limit): "\(target.notation)..\(limit.notation)"
        case .businessDay: "business day"
        }
    }

    /// As `roll(_:)` reads it.
    public func text(_ roll: Roll) -> String {
        switch roll {
        case .none: "none"
        case .forward(let calendar): "forward" + suffix(calendar)
        case .back(let calendar): "back" + suffix(calendar)
        }
    }

    // MARK: Leaves

    private func suffix(_ calendar: BusinessCalendar) -> String {
        calendar == standard ? "" : " in \(calendar.name)"
    }

    /// How a rule calls it; nil when no calendar has it.
    private func name(of recurrence: Recurrence) -> String? {
        guard let name = recurrence.name else { return nil }
        if standard?.recurrence(named: name) == recurrence { return name }
        return calendars.first { $0.recurrence(named: name) == recurrence }.map { "\(name) in \($0.name)" }
    }

    private static func dates(_ recurrence: Recurrence) -> String {
        func period(_ adverb: String, _ noun: String) -> String {
            recurrence.every == 1 ? adverb : "every \(recurrence.every) \(noun)s"
        }
        switch recurrence.pattern {
        case .daily: return period("daily", "day")
        case .weekly(let days):
            return "\(period("weekly", "week")) on " + days.map { $0.name.lowercased() }.joined(separator: ", ")
        case .monthly(let day): return "\(period("monthly", "month")) on \(day.notation)"
        case .quarterly(let day, let month):
            return "\(period("quarterly", "quarter")) on \(day.notation)" + (month == 1 ? "" : " of month \(month)")
        case .yearly(.day(let day), let month):
            return "\(period("yearly", "year")) on \(twoDigits(month))-\(twoDigits(day))"
        case .yearly(let day, let month):
            let name = CivilDate.name(ofMonth: month).lowercased()
            return "\(period("yearly", "year")) on \(day.notation) of \(name)"
        }
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

extension Recurrence.DayOfMonth {
    fileprivate var notation: String {
        switch self {
        case .day(let day): "day \(day)"
        case .nth(let ordinal, let weekday): "\(ordinal.name) \(weekday.name.lowercased())"
        }
    }
}
