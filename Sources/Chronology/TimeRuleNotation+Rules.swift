extension TimeRuleNotation {
    func rule(_ reader: inout NotationReader) throws(TimeNotationFault) -> TimeRule {
        if reader.skip("none") { return .none }
        if reader.skip("unspecified") { return .unspecified }
        if reader.skip("immediately") { return .immediate(bound: try bound(&reader)) }
        let first = try point(&reader)
        guard reader.skip("..") else { return first }
        let place = reader.next
        let second = try point(&reader)
        guard !TimeRule.isBackwards(first, second) else {
            throw TimeNotationFault(at: place.column, "the window ends before it begins")
        }
        guard reader.next.key != ".." else { throw reader.fault("a window has two ends, and here is a third") }
        return .window(min: first, max: second)
    }

    private func bound(_ reader: inout NotationReader) throws(TimeNotationFault) -> Duration? {
        let comma = reader.skip(",")
        if reader.skip("within") { return try reader.duration() }
        if comma { throw reader.missing("the word \"within\"", write: "\"immediately, within 5m\"") }
        guard reader.next.key != ".." else {
            throw reader.fault("\"immediately\" begins no window: write \"immediately, within\" and a length of time")
        }
        return nil
    }

    /// One end of a window, or a rule that has none.
    private func point(_ reader: inout NotationReader) throws(TimeNotationFault) -> TimeRule {
        if reader.skip("next") { return try next(&reader) }
        let word = reader.next
        guard word.text.unicodeScalars.first.map({ ("0"..."9").contains($0) }) == true else {
            throw noRule(reader)
        }
        guard let count = NotationReader.number(word) else { return .elapsed(try reader.duration()) }
        _ = reader.take()
        if reader.skip("calendar") {
            try days(&reader, count, word, atLeast: 0)
            return .calendarDays(count, at: reader.skip("at") ? try reader.localTime() : nil)
        }
        guard reader.skip(anyOf: ["business", "working"]) else { return .elapsed(try reader.duration(count, word)) }
        if ["day", "days"].contains(reader.next.key) {
            try days(&reader, count, word, atLeast: 1)
            let (point, calendar) = try pointAndCalendar(&reader)
            return .businessDays(count, calendar, at: point)
        }
        guard NotationReader.unitNames.contains(where: { $0.names.contains(reader.next.key) }) else {
            throw reader.missing("a unit of business time", write: "hours, minutes or days")
        }
        return .businessElapsed(try reader.duration(count, word), try calendar(&reader))
    }

    /// What follows "next".
    private func next(_ reader: inout NotationReader) throws(TimeNotationFault) -> TimeRule {
        switch reader.next.key {
        case "business", "working":
            _ = reader.take()
            guard reader.skip("day") else { throw reader.missing("the word \"day\"", write: "\"next business day\"") }
            let (point, calendar) = try pointAndCalendar(&reader)
            return .nextBusinessDay(calendar, at: point)
        case "day", "days":
            throw reader.fault(
                "\"next day\" can mean two things: write \"1 calendar day\" or \"next business day\"", ambiguous: true)
        case "week", "month", "quarter", "year":
            throw reader.fault(
                "\"next \(reader.next.key)\" has no day: write a recurrence such as \"next weekly on monday at 10:00\"",
                ambiguous: true)
        case let key where Self.periodWords.contains(key):
            return .nextOccurrence(try recurrence(&reader, name: nil))
        default:
            return .nextOccurrence(try namedRecurrence(&reader))
        }
    }

    private func namedRecurrence(_ reader: inout NotationReader) throws(TimeNotationFault) -> Recurrence {
        guard !reader.next.isEnd else {
            throw reader.missing("what is next", write: "\"next business day\" or the name of a recurrence")
        }
        let word = reader.take()
        let named = try namedCalendar(&reader)
        guard let calendar = named ?? standard else {
            throw TimeNotationFault(
                at: word.column, "no calendar says what \(word.quoted) is: write \"in\" and its name after it")
        }
        guard let recurrence = calendar.recurrence(named: word.text) else {
            throw TimeNotationFault(
                at: word.column,
                "the calendar \"\(calendar.name)\" has no recurrence \(word.quoted): write one of "
                    + Self.list(calendar.recurrences.compactMap(\.name)))
        }
        return recurrence
    }

    /// `by close in support` or `in support by close`.
    private func pointAndCalendar(
        _ reader: inout NotationReader
    ) throws(TimeNotationFault) -> (TimeRule.DayPoint, BusinessCalendar) {
        let named = try namedCalendar(&reader)
        let point = try point(ofDay: &reader)
        if let named { return (point, named) }
        return (point, try calendar(&reader))
    }

    private func point(ofDay reader: inout NotationReader) throws(TimeNotationFault) -> TimeRule.DayPoint {
        if reader.skip("at") { return .time(try reader.localTime()) }
        guard reader.skip("by") else {
            throw reader.missing("the time of the day", write: "\"by open\", \"by close\" or \"at HH:MM\"")
        }
        if reader.skip("open") { return .open }
        if reader.skip("close") { return .close }
        throw reader.missing("a time of the day", write: "\"by open\", \"by close\" or \"at HH:MM\"")
    }

    /// The word "days" after a count that a calendar can look ahead.
    private func days(
        _ reader: inout NotationReader, _ count: Int, _ number: NotationReader.Word, atLeast least: Int
    ) throws(TimeNotationFault) {
        guard reader.skip(anyOf: ["day", "days"]) else {
            throw reader.missing("the word \"days\"", write: "\"\(count) calendar days\"")
        }
        guard (least...BusinessCalendar.horizon).contains(count) else {
            throw TimeNotationFault(
                at: number.column, "there are \(least) to \(BusinessCalendar.horizon) days, not \(count)")
        }
    }

    /// For a text that begins like none of the rules.
    private func noRule(_ reader: NotationReader) -> TimeNotationFault {
        switch reader.next.key {
        case "": reader.fault("the rule is missing: write one such as 15m, \"4 business hours\" or \"none\"")
        case "tomorrow":
            reader.fault(
                "\"tomorrow\" can mean two things: write \"1 calendar day\" or \"next business day\"", ambiguous: true)
        case "immediate", "now", "asap", "at":
            reader.fault("\(reader.next.quoted) is no rule: write \"immediately, within\" and a length of time")
        default:
            if Self.periodWords.contains(reader.next.key) {
                reader.fault("a recurrence is not a rule: write \"next\" before \(reader.next.quoted)")
            } else {
                reader.fault(
                    "\(reader.next.quoted) is no rule: write one such as 15m, \"4 business hours\" or \"none\"")
            }
        }
    }
}
