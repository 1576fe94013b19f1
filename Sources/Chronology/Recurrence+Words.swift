extension Recurrence {
    /// For people: `every Wednesday at 10:00 America/New_York`, `every month on the first Tuesday at 10:00 UTC`,
    /// `every 2 weeks on Monday, from 2024-01-01 on, at 09:00 UTC`.
    public var words: String {
        let start = from.map { ", from \($0) on," } ?? ""
        return "\(dateWords)\(start) at \(time.shortText) \(zone.name)"
    }

    private var dateWords: String {
        switch pattern {
        case .daily: return each("day")
        case .weekly(let days):
            let names = Self.joined(days.map(\.name))
            return every == 1 ? "every \(names)" : "\(each("week")) on \(names)"
        case .monthly(let day): return "\(each("month")) on \(day.words)"
        case .quarterly(let day, let month):
            let ordinal = Ordinal.allCases[month - 1].name
            return "\(each("quarter")) on \(day.words) of its \(ordinal) month"
        case .yearly(.day(let number), let month):
            return "\(each("year")) on \(number) \(CivilDate.name(ofMonth: month))"
        case .yearly(let day, let month):
            return "\(each("year")) on \(day.words) of \(CivilDate.name(ofMonth: month))"
        }
    }

    private func each(_ period: String) -> String { every == 1 ? "every \(period)" : "every \(every) \(period)s" }

    /// `Monday`, `Monday and Friday`, `Monday, Wednesday and Friday`.
    private static func joined(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }
}

extension Recurrence.DayOfMonth {
    fileprivate var words: String {
        switch self {
        case .day(31): "the last day"
        case .day(let day) where day > 28: "day \(day), or the last day if it is earlier,"
        case .day(let day): "day \(day)"
        case .nth(let ordinal, let weekday): "the \(ordinal.name) \(weekday.name)"
        }
    }
}
