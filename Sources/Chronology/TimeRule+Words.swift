extension TimeRule {
    /// For people: `3 business days in support, by close`; stands after "the rule is".
    public var words: String {
        switch self {
        case .immediate(let bound): "at once" + (bound.map { ", within \(Self.elapsed($0))" } ?? "")
        case .elapsed(let time): Self.elapsed(time)
        case .businessElapsed(let time, let calendar): "\(Self.businessTime(time)) in \(calendar.name)"
        case .calendarDays(let count, let time):
            count.counted("calendar day") + (time.map { ", at \($0.shortText)" } ?? "")
        case .businessDays(let count, let calendar, let point):
            "\(count.counted("business day")) in \(calendar.name), \(point.words)"
        case .nextBusinessDay(let calendar, let point): "the next business day in \(calendar.name), \(point.words)"
        case .nextOccurrence(let recurrence):
            "the next " + (recurrence.name.map { "\($0), which is" } ?? "of") + " \(recurrence.words)"
        case .window(let min, let max): "between \(min.words) and \(max.words)"
        case .none: "that nothing is owed"
        case .unspecified: "not given: nobody has said by when"
        }
    }

    /// From a day on also in hours, since a day of elapsed time is not always a day of the calendar.
    private static func elapsed(_ time: Duration) -> String {
        time >= .days(1) ? "\(time.exactText) (\(time.hoursText))" : time.exactText
    }

    /// `4 business hours`, in the largest unit from hours down of which it is a whole number.
    static func businessTime(_ time: Duration) -> String {
        let total = max(time.wholeMicroseconds, 0)
        let units: [(Int64, String)] = [
            (3_600_000_000, "hour"), (60_000_000, "minute"), (1_000_000, "second"), (1_000, "millisecond"),
        ]
        for (size, unit) in units where total.isMultiple(of: size) {
            return Int(total / size).counted("business \(unit)")
        }
        return Int(total).counted("business microsecond")
    }
}

extension TimeRule.DayPoint {
    /// `by open`, `by close`, `at 10:00`; also their notation.
    var words: String {
        switch self {
        case .open: "by open"
        case .close: "by close"
        case .time(let time): "at \(time.shortText)"
        }
    }
}

// What a test or a log prints of these is what a person would say: the fields hold whole time zones.

extension TimeRule: CustomStringConvertible {
    public var description: String { words }
}

extension Deadline: CustomStringConvertible {
    /// `48 h, forward in support`.
    public var description: String {
        switch roll {
        case .none: "\(rule)"
        case .forward(let calendar): "\(rule), forward in \(calendar)"
        case .back(let calendar): "\(rule), back in \(calendar)"
        }
    }
}

extension Recurrence: CustomStringConvertible {
    public var description: String { words }
}

extension BusinessCalendar: CustomStringConvertible {
    /// The name.
    public var description: String { name }
}

extension Due: CustomStringConvertible {
    /// The explanation, in one line.
    public var description: String { explanation.joined(separator: " ") }
}
