/// A thing that happens again and again at a time of day: the weekly review, the monthly report, the end of a sprint.
///
/// A wall-clock time in a zone. When the clocks skip it, the occurrence is the first instant after; when they show it
/// twice, the earlier one. Occurrences of two dates that fall on one instant, as around a date that a zone left out, are
/// one occurrence.
public struct Recurrence: Hashable, Sendable {
    /// On which dates of a period; how many periods lie between is `every`.
    public enum Pattern: Hashable, Sendable {
        case daily
        /// On these days of weeks that begin on Monday, each once, in the order of the week.
        case weekly([Weekday])
        case monthly(DayOfMonth)
        /// In the first, second or third month of the calendar year's quarters.
        case quarterly(DayOfMonth, month: Int)
        /// In that month, 1 to 12. 29 February is the 28th in years without it.
        case yearly(DayOfMonth, month: Int)
    }

    /// A date of every month.
    public enum DayOfMonth: Hashable, Sendable {
        /// 1 to 31; the last day of months that are shorter.
        case day(Int)
        case nth(Ordinal, Weekday)
    }

    /// Which of a month's Mondays. There is no fifth, which most months lack.
    public enum Ordinal: Int, CaseIterable, Hashable, Sendable {
        case first = 1
        case second, third, fourth, last

        /// The English word, `first`.
        public var name: String {
            switch self {
            case .first: "first"
            case .second: "second"
            case .third: "third"
            case .fourth: "fourth"
            case .last: "last"
            }
        }
    }

    /// What a rule calls it; nil when the rule spells it out.
    public let name: String?
    public let pattern: Pattern
    /// 1 for every day, week, month, quarter or year; 2 for every second one, counted from that of `from`.
    public let every: Int
    public let time: LocalTime
    public let zone: Zone
    /// No occurrence is on an earlier date.
    public let from: CivilDate?

    /// Rarer is never, as far as a procedure is concerned.
    public static let everyLimit = 1_000

    /// Refuses a pattern without a day or with one that no month has, an `every` outside 1 to 1,000, one above 1
    /// without a date from which to count, and a name that a rule could not call.
    public init(
        _ pattern: Pattern, every: Int = 1, at time: LocalTime, in zone: Zone, from: CivilDate? = nil,
        name: String? = nil
    ) throws(TimeFault) {
        guard (1...Self.everyLimit).contains(every) else {
            throw TimeFault("a recurrence is every 1 to \(Self.everyLimit), not every \(every)")
        }
        guard every == 1 || from != nil else {
            throw TimeFault("a recurrence of every \(every) needs the date from which it is counted")
        }
        if let name { try ReferableName.check(name, of: "recurrence") }
        self.name = name
        self.pattern = try Self.checked(pattern)
        self.every = every
        self.time = time
        self.zone = zone
        self.from = from
    }

    private static func checked(_ pattern: Pattern) throws(TimeFault) -> Pattern {
        switch pattern {
        case .daily: return pattern
        case .weekly(let days):
            guard !days.isEmpty else { throw TimeFault("a weekly recurrence needs a day of the week") }
            return .weekly(Weekday.allCases.filter(days.contains))
        case .monthly(let day): try check(day)
        case .quarterly(let day, let month):
            try check(day)
            guard (1...3).contains(month) else { throw TimeFault("a quarter has months 1 to 3, not \(month)") }
        case .yearly(let day, let month):
            guard (1...12).contains(month) else { throw TimeFault("the month must be 1 to 12, not \(month)") }
            try check(day)
            // A leap year: that 29 February is a day of the year is all that is asked here.
            if case .day(let number) = day, number > CivilDate.length(ofMonth: month, year: 2_000) {
                throw TimeFault("\(CivilDate.name(ofMonth: month)) has no day \(number)")
            }
        }
        return pattern
    }

    private static func check(_ day: DayOfMonth) throws(TimeFault) {
        guard case .day(let number) = day, !(1...31).contains(number) else { return }
        throw TimeFault("the day must be 1 to 31, not \(number)")
    }
}
