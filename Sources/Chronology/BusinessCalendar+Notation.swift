// Opening hours as they stand in settings: `09:00-12:00, 13:00-18:00`, `00:00-24:00`, `closed`.

extension BusinessCalendar.Span {
    /// Reads the spans of a day. They are ordered and compared with each other by the calendar that they go into.
    public static func list(notation text: String) throws(TimeNotationFault) -> [BusinessCalendar.Span] {
        var reader = try NotationReader(text)
        if reader.skip("closed") {
            try reader.demandEnd()
            return []
        }
        var spans: [BusinessCalendar.Span] = []
        repeat { spans.append(try span(&reader)) } while reader.skip(anyOf: [",", "and"])
        try reader.demandEnd()
        return spans
    }

    /// What `list(notation:)` reads.
    public static func notation(_ spans: [BusinessCalendar.Span]) -> String {
        spans.isEmpty ? "closed" : spans.map(\.description).joined(separator: ", ")
    }

    private static func span(_ reader: inout NotationReader) throws(TimeNotationFault) -> BusinessCalendar.Span {
        let word = reader.next
        // The en dash is what word processors make of the hyphen.
        let times = word.text.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "–" }
        guard times.count == 2 else { throw reader.missing("a span of hours", write: "09:00-18:00 or \"closed\"") }
        _ = reader.take()
        let opens = try time(String(times[0]), at: word.column)
        let end = String(times[1])
        let closes = end == "24:00" ? LocalTime.midnight : try time(end, at: word.column + times[0].count + 1)
        guard end != "00:00" else {
            throw TimeNotationFault(
                at: word.column + times[0].count + 1, "a day ends at 24:00: write that for the end of the day")
        }
        do throws(TimeFault) {
            return try BusinessCalendar.Span(from: opens, to: closes)
        } catch {
            throw TimeNotationFault(at: word.column, error.reason)
        }
    }

    private static func time(_ text: String, at column: Int) throws(TimeNotationFault) -> LocalTime {
        do throws(TimeFault) {
            return try LocalTime(iso8601: text)
        } catch {
            let quoted = NotationReader.Word(text: text, key: text, column: column).quoted
            throw TimeNotationFault(at: column, "\(quoted) is not a time of day as HH:MM")
        }
    }
}
