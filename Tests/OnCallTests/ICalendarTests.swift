import Chronology
import OnCall
import Testing

@Suite struct ICalendarTests {
    private static func calendar(_ summary: String, name: String = "On call") throws -> String {
        let span = TimeSpan(try Instant(rfc3339: "2026-01-31T18:00:00Z"), try Instant(rfc3339: "2026-02-01T06:30:00Z"))
        return ICalendar(
            name: name, events: [.init(uid: "a@tocsin", span, summary: summary, description: "Weekly")],
            made: try Instant(rfc3339: "2026-01-30T00:00:00.123Z")
        ).text
    }

    @Test func `times are in UTC, and lines end with CR LF (RFC 5545 3.1, 3.3.5)`() throws {
        let text = try Self.calendar("Ana")
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(lines.first == "BEGIN:VCALENDAR" && lines.last == "" && lines.dropLast().last == "END:VCALENDAR")
        #expect(lines.contains("DTSTART:20260131T180000Z") && lines.contains("DTEND:20260201T063000Z"))
        #expect(lines.contains("DTSTAMP:20260130T000000Z"))
    }

    @Test(arguments: [
        ("a;b,c\\d", "a\\;b\\,c\\\\d"), ("one\ntwo", "one\\ntwo"), ("a\rBEGIN:VEVENT", "aBEGIN:VEVENT"),
        ("\u{0}x", "x"),
    ])
    func `no text leaves its line (3.3.11)`(text: String, escaped: String) throws {
        #expect(try Self.calendar(text).contains("\r\nSUMMARY:\(escaped)\r\n"))
    }

    @Test func `long lines are folded between characters (3.1)`() throws {
        let summary = String(repeating: "Café \u{1F525}", count: 40)
        let text = try Self.calendar(summary)
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) { #expect(line.count <= 76) }
        let unfolded = text.replacing("\r\n ", with: "")
        #expect(unfolded.contains("SUMMARY:\(summary)"))
    }
}
