/// When a team works: opening hours for each day of the week, on the wall clock of one zone, and the dates that differ.
///
/// A value with its zone, so that a rule that holds it can be evaluated without anything else. Its spans are wall-clock
/// times: where the clocks are put forward over one, it begins or ends at the first instant after the gap; where they
/// are put back, it begins at the earlier and ends at the later instant. Questions about instants are in
/// `BusinessCalendar+OpenTime`, those about dates in `BusinessCalendar+Days`.
public struct BusinessCalendar: Hashable, Sendable {
    public let name: String
    public let zone: Zone
    /// By date, each date once.
    public let holidays: [Holiday]
    /// What rules of this calendar call by name, as in `next weekly-review`. In the order in which they were given.
    public let recurrences: [Recurrence]
    /// Seven lists of spans, Monday's first, each in the order of the day.
    private let week: [[Span]]
    /// `holidays[i].date.dayNumber`, for the search.
    private let holidayNumbers: [Int]

    /// A part of a day in which the calendar is open. Hours that go on over midnight are two spans, one of each day.
    public struct Span: Hashable, Sendable {
        public let opens: LocalTime
        /// 00:00 is the end of the day, 24:00, since a span cannot end where the day begins.
        public let closes: LocalTime

        /// Refuses a span that ends where it begins or before.
        public init(from opens: LocalTime, to closes: LocalTime) throws(TimeFault) {
            guard opens < closes || closes == .midnight else {
                throw TimeFault(
                    opens == closes
                        ? "a span from \(opens.shortText) to \(closes.shortText) is empty"
                        : "a span from \(opens.shortText) to \(closes.shortText) goes over midnight: write it as two, "
                            + "to 24:00 and from 00:00 of the next day")
            }
            self.opens = opens
            self.closes = closes
        }

        /// The whole day, 00:00 to 24:00.
        public static let wholeDay = Span()

        private init() {
            opens = .midnight
            closes = .midnight
        }

        /// The end in microseconds on the clock's face, a whole day for 24:00.
        var end: Int64 { closes == .midnight ? CivilDateTime.microsecondsPerDay : closes.microsecondOfDay }
    }

    /// A date whose hours are not those of its weekday.
    public struct Holiday: Hashable, Sendable {
        public let date: CivilDate
        public let name: String
        /// None when it is closed all day. Shortened hours of a working day, or the hours of a Saturday that is one.
        public let hours: [Span]

        public init(_ date: CivilDate, _ name: String, hours: [Span] = []) {
            self.date = date
            self.name = name
            self.hours = hours
        }
    }

    /// How many dates a search looks at, ten years of them. No procedure owes anything later than that, so a calendar
    /// that stays closed for longer has been entered wrongly; without a limit a search in it would not end.
    public static let horizon = 3_653
    /// More spans than this in a day are a list of appointments.
    public static let spanLimit = 12
    /// Ten years of more holidays than any country has.
    public static let holidayLimit = 1_000
    /// Names of holidays are printed in explanations, one line each.
    public static let holidayNameLimit = 100
    /// A calendar with more named recurrences than this is a diary.
    public static let recurrenceLimit = 100

    /// Refuses spans of a day that overlap, a date that is a holiday twice, two recurrences of one name or one without,
    /// a calendar that is never open, and whatever is past the limits above. A day that `hours` does not name is closed.
    public init(
        name: String, zone: Zone, hours: [Weekday: [Span]], holidays: [Holiday] = [], recurrences: [Recurrence] = []
    ) throws(TimeFault) {
        try ReferableName.check(name, of: "calendar")
        var week: [[Span]] = []
        for day in Weekday.allCases {
            week.append(try Self.ordered(hours[day] ?? [], at: day.name))
        }
        guard holidays.count <= Self.holidayLimit else {
            throw TimeFault(at: "holidays", "there are \(holidays.count), more than \(Self.holidayLimit)")
        }
        var dated: [Holiday] = []
        for holiday in holidays.sorted(by: { $0.date < $1.date }) {
            let place = "\(holiday.date)"
            guard dated.last?.date != holiday.date else { throw TimeFault(at: place, "the date is a holiday twice") }
            guard holiday.name.utf8.count <= Self.holidayNameLimit else {
                throw TimeFault(at: place, "the holiday's name is longer than \(Self.holidayNameLimit) bytes")
            }
            dated.append(Holiday(holiday.date, holiday.name, hours: try Self.ordered(holiday.hours, at: place)))
        }
        guard week.contains(where: { !$0.isEmpty }) || dated.contains(where: { !$0.hours.isEmpty }) else {
            throw TimeFault("the calendar \"\(name)\" is never open: give at least one day its hours")
        }
        try Self.check(recurrences)
        self.name = name
        self.zone = zone
        self.week = week
        self.holidays = dated
        self.holidayNumbers = dated.map(\.date.dayNumber)
        self.recurrences = recurrences
    }

    /// A calendar that is always open; business time in it is elapsed time.
    public static func always(name: String, zone: Zone) throws(TimeFault) -> BusinessCalendar {
        var hours: [Weekday: [Span]] = [:]
        for day in Weekday.allCases { hours[day] = [.wholeDay] }
        return try BusinessCalendar(name: name, zone: zone, hours: hours)
    }

    /// The spans of that day of the week, in the order of the day; none when it is closed.
    public func hours(on weekday: Weekday) -> [Span] { week[weekday.rawValue - 1] }

    /// The spans of that date: a holiday's own, else those of its weekday.
    public func hours(on date: CivilDate) -> [Span] { holiday(on: date)?.hours ?? hours(on: date.weekday) }

    public func holiday(on date: CivilDate) -> Holiday? {
        let number = date.dayNumber
        let index = holidayIndex(from: number)
        return index < holidayNumbers.count && holidayNumbers[index] == number ? holidays[index] : nil
    }

    /// The holidays from the first date to the last, both included, in order.
    public func holidays(in dates: ClosedRange<CivilDate>) -> ArraySlice<Holiday> {
        holidays[holidayIndex(from: dates.lowerBound.dayNumber)..<holidayIndex(from: dates.upperBound.dayNumber + 1)]
    }

    /// Nil when there is none of that name.
    public func recurrence(named name: String) -> Recurrence? { recurrences.first { $0.name == name } }

    // MARK: Leaves

    /// The index of the first holiday on that day or later.
    private func holidayIndex(from number: Int) -> Int {
        var (low, high) = (0, holidayNumbers.count)
        while low < high {
            let middle = (low + high) / 2
            if holidayNumbers[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func ordered(_ spans: [Span], at place: String) throws(TimeFault) -> [Span] {
        guard spans.count <= spanLimit else {
            throw TimeFault(at: place, "there are \(spans.count) spans, more than \(spanLimit)")
        }
        let ordered = spans.sorted { $0.opens < $1.opens }
        for (earlier, later) in zip(ordered, ordered.dropFirst())
        where later.opens.microsecondOfDay < earlier.end {
            throw TimeFault(at: place, "\(earlier) and \(later) overlap")
        }
        return ordered
    }

    private static func check(_ recurrences: [Recurrence]) throws(TimeFault) {
        guard recurrences.count <= recurrenceLimit else {
            throw TimeFault(at: "recurrences", "there are \(recurrences.count), more than \(recurrenceLimit)")
        }
        var names: Set<String> = []
        for (index, recurrence) in recurrences.enumerated() {
            guard let name = recurrence.name else {
                throw TimeFault(at: "recurrences", "recurrence \(index + 1) has no name")
            }
            guard names.insert(name).inserted else {
                throw TimeFault(at: "recurrences", "two recurrences are named \"\(name)\"")
            }
        }
    }
}

extension BusinessCalendar.Span: CustomStringConvertible {
    /// `09:00-18:00`, with 24:00 for the end of the day.
    public var description: String { "\(opens.shortText)-\(closes == .midnight ? "24:00" : closes.shortText)" }
}
