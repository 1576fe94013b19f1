import Chronology
import TestSupport
import Testing

/// What cannot be read: which column, and what to write instead.
@Suite struct TimeRuleNotationFaultTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let text: String
        let column: Int
        let reason: String
        let isAmbiguous: Bool

        init(_ text: String, _ column: Int, _ reason: String, ambiguous: Bool = false) {
            self.text = text
            self.column = column
            self.reason = reason
            self.isAmbiguous = ambiguous
        }

        var testDescription: String { "\"\(text)\"" }
    }

    private static let example = "write one such as 15m, \"4 business hours\" or \"none\""

    @Test(arguments: [
        Row("", 1, "the rule is missing: \(example)"),
        Row("   ", 4, "the rule is missing: \(example)"),
        Row("soon", 1, "\"soon\" is no rule: \(example)"),
        Row("PT5M", 1, "\"PT5M\" is no rule: \(example)"),
        Row("-5m", 1, "\"-5m\" is no rule: \(example)"),
        Row("٥m", 1, "\"٥m\" is no rule: \(example)"),
        Row("no\u{1b}[2Jne", 1, "\"no?[2Jne\" is no rule: \(example)"),
        Row(String(repeating: "x", count: 256), 1, "\"\(String(repeating: "x", count: 40))…\" is no rule: \(example)"),
        Row(String(repeating: "x", count: 257), 1, "the text is longer than 256 bytes"),
        // X8 and its kin.
        Row(
            "next day", 6, "\"next day\" can mean two things: write \"1 calendar day\" or \"next business day\"",
            ambiguous: true),
        Row(
            "tomorrow", 1, "\"tomorrow\" can mean two things: write \"1 calendar day\" or \"next business day\"",
            ambiguous: true),
        Row(
            "3 days", 3,
            "\"3 days\" can mean three things: write 3d for 72 hours, \"3 calendar days\" or \"3 business days\"",
            ambiguous: true),
        Row(
            "1h..2 weeks", 7,
            "\"2 weeks\" can mean three things: write 2w for 336 hours, \"14 calendar days\" or \"10 business days\"",
            ambiguous: true),
        Row("1 month", 3, "\"month\" is no length of time: write a number of calendar days", ambiguous: true),
        Row(
            "next week", 6, "\"next week\" has no day: write a recurrence such as \"next weekly on monday at 10:00\"",
            ambiguous: true),
        // Lengths of time.
        Row("15", 3, "a unit is missing: write 15m, 15h or 15 business hours"),
        Row("15 parsecs", 4, "\"parsecs\" is not a unit: write 15m, 15h or 15 business hours"),
        Row("15x", 3, "\"x\" is not a unit: write w, d, h, m or s"),
        Row("15M", 3, "\"M\" is not a unit: write w, d, h, m or s"),
        Row("1h30", 5, "a unit is missing: write w, d, h, m or s after the number"),
        Row("30m1h", 4, "units go from the largest to the smallest, each once, as in 1h30m"),
        Row("1h2h", 3, "units go from the largest to the smallest, each once, as in 1h30m"),
        Row("1.5h", 1, "fractions are not read: write 1h30m for one hour and a half"),
        Row("3654d", 1, "\"3654d\" is longer than 3653d, the longest there is"),
        Row("3653d1us", 1, "\"3653d1us\" is longer than 3653d, the longest there is"),
        Row("99999999999999999999w", 1, "\"99999999999999999999w\" is longer than 3653d, the longest there is"),
        Row("999999999 hours", 1, "999999999 hours is longer than 3653d, the longest there is"),
        Row("15m 30s", 5, "nothing is expected after this, but \"30s\" follows"),
        Row("15m, 30s", 4, "nothing is expected after this, but \",\" follows"),
        // Immediately.
        Row("immediately,", 13, "the word \"within\" is missing: write \"immediately, within 5m\""),
        Row("immediately, 5m", 14, "\"5m\" is not the word \"within\": write \"immediately, within 5m\""),
        Row("immediately within", 19, "a length of time is missing: write one such as 15m or 1h30m"),
        Row("immediately within soon", 20, "\"soon\" is not a length of time: write one such as 15m or 1h30m"),
        Row(
            "immediately..4h", 12,
            "\"immediately\" begins no window: write \"immediately, within\" and a length of time"),
        Row("ASAP", 1, "\"ASAP\" is no rule: write \"immediately, within\" and a length of time"),
        // Days and hours of calendars.
        Row("4 business", 11, "a unit of business time is missing: write hours, minutes or days"),
        Row("4 business weeks", 12, "\"weeks\" is not a unit of business time: write hours, minutes or days"),
        Row("4 business hours in", 20, "the name of a calendar is missing: write one of support, eu.west, 24x7"),
        Row("4 business hours in suport", 21, "there is no calendar \"suport\": write one of support, eu.west, 24x7"),
        Row("4 business hours in Support", 21, "there is no calendar \"Support\": write one of support, eu.west, 24x7"),
        Row("4 business hours by close", 18, "nothing is expected after this, but \"by\" follows"),
        Row("3 business days", 16, "the time of the day is missing: write \"by open\", \"by close\" or \"at HH:MM\""),
        Row(
            "3 business days in 24x7", 24,
            "the time of the day is missing: write \"by open\", \"by close\" or \"at HH:MM\""),
        Row(
            "3 business days by noon", 20,
            "\"noon\" is not a time of the day: write \"by open\", \"by close\" or \"at HH:MM\""),
        Row(
            "next business day by", 21, "a time of the day is missing: write \"by open\", \"by close\" or \"at HH:MM\""),
        Row("next business day at 24:00", 22, "\"24:00\" is not a time of day as HH:MM, 00:00 to 23:59"),
        Row("3 calendar days at", 19, "a time of day is missing: write HH:MM"),
        Row("3 calendar days at 6pm", 20, "\"6pm\" is not a time of day as HH:MM, 00:00 to 23:59"),
        Row("3 calendar weeks", 12, "\"weeks\" is not the word \"days\": write \"3 calendar days\""),
        Row("3 calendar days by close", 17, "nothing is expected after this, but \"by\" follows"),
        Row("3654 calendar days", 1, "there are 0 to 3653 days, not 3654"),
        Row("0 business days by close", 1, "there are 1 to 3653 days, not 0"),
        Row("next", 5, "what is next is missing: write \"next business day\" or the name of a recurrence"),
        Row("next business", 14, "the word \"day\" is missing: write \"next business day\""),
        Row(
            "next weekly-reviw", 6,
            "the calendar \"support\" has no recurrence \"weekly-reviw\": write one of weekly-review, monthly-review"),
        Row(
            "next Retro", 6,
            "the calendar \"support\" has no recurrence \"Retro\": write one of weekly-review, monthly-review"),
        Row(
            "next Retro in 24x7", 6, "the calendar \"24x7\" has no recurrence \"Retro\": write one of (there are none)"),
        // Windows.
        Row("4h..1h", 5, "the window ends before it begins"),
        Row("3 business days by close..2 business days by open", 27, "the window ends before it begins"),
        Row("1h..", 5, "the rule is missing: \(example)"),
        Row("..4h", 1, "\"..\" is no rule: \(example)"),
        Row("1h..4h..8h", 7, "a window has two ends, and here is a third"),
        Row("1h...4h", 5, "\".4h\" is no rule: \(example)"),
        Row("none..4h", 5, "nothing is expected after this, but \"..\" follows"),
        Row("weekly on monday at 10:00", 1, "a recurrence is not a rule: write \"next\" before \"weekly\""),
    ])
    func `a rule that cannot be read is refused with its place`(_ row: Row) throws {
        let notation = try TimeRuleNotationTests.notation()
        let fault = #expect(throws: TimeNotationFault.self) { try notation.rule(row.text) }
        #expect(fault?.description == "column \(row.column): \(row.reason)")
        #expect(fault?.isAmbiguous == row.isAmbiguous)
    }

    @Test(arguments: [
        Row("", 1, "a recurrence is missing: write daily, weekly, monthly, quarterly, yearly or \"every 2 weeks\""),
        Row(
            "hourly", 1,
            "\"hourly\" is not a recurrence: write daily, weekly, monthly, quarterly, yearly or \"every 2 weeks\""),
        Row("every", 6, "a period is missing: write days, weeks, months, quarters, years or a day of the week"),
        Row(
            "every 2 hours", 9,
            "\"hours\" is not a period: write days, weeks, months, quarters, years or a day of the week"),
        Row("every 2 weeks on monday at 09:00", 1, "a recurrence of every 2 needs the date from which it is counted"),
        Row("every 0 days at 09:00", 1, "a recurrence is every 1 to 1000, not every 0"),
        Row("every 1001 days from 2024-01-01 at 09:00", 1, "a recurrence is every 1 to 1000, not every 1001"),
        Row("daily", 6, "the time of day is missing: write \"at HH:MM\""),
        Row("daily on monday at 09:00", 7, "\"on\" is not the time of day: write \"at HH:MM\""),
        Row("weekly", 7, "the day is missing: write \"on monday\""),
        Row("weekly at 09:00", 16, "the day is missing: write \"on monday\""),
        Row("weekly on", 10, "a day of the week is missing: write monday to sunday"),
        Row("weekly on funday at 09:00", 11, "\"funday\" is not a day of the week: write monday to sunday"),
        Row("weekly on monday, at 09:00", 19, "\"at\" is not a day of the week: write monday to sunday"),
        Row("weekly on monday and mon at 09:00", 22, "\"mon\" is there twice"),
        Row("weekly on monday on friday at 09:00", 18, "\"on\" is not the time of day: write \"at HH:MM\""),
        Row("weekly on monday at 9", 21, "\"9\" is not a time of day as HH:MM, 00:00 to 23:59"),
        Row("weekly on monday at 09:00 at 10:00", 27, "nothing is expected after this, but \"at\" follows"),
        Row(
            "weekly on monday from 2024-02-30 at 09:00", 23,
            "\"2024-02-30\" is not a date as YYYY-MM-DD: the day must be 1 to 29 in February 2024, not 30"),
        Row(
            "weekly on monday from at 09:00", 23,
            "\"at\" is not a date as YYYY-MM-DD: the year must have 4 digits, at character 1"),
        Row("weekly on monday at 09:00 from", 31, "a date is missing: write YYYY-MM-DD"),
        Row("weekly on monday at 09:00 in", 29, "the name of a zone is missing: write one such as Europe/Berlin"),
        Row(
            "weekly on monday at 09:00 in support", 30,
            "there is no time zone \"support\": write one such as Europe/Berlin"),
        Row("monthly at 09:00", 17, "the day is missing: write \"on first tuesday\" or \"on day 15\""),
        Row(
            "monthly on monday at 09:00", 12,
            "\"monday\" is not a day of the month: write \"day 15\", \"first tuesday\" or \"last friday\""),
        Row(
            "monthly on fifth monday at 09:00", 12,
            "\"fifth\" is not a day of the month: write \"day 15\", \"first tuesday\" or \"last friday\""),
        Row("monthly on day 32 at 09:00", 16, "\"32\" is not a day of the month: write 1 to 31"),
        Row("monthly on first at 09:00", 18, "\"at\" is not a day of the week: write monday to sunday"),
        Row(
            "quarterly on day 1 of month 4 at 09:00", 29,
            "\"4\" is not a month of the quarter: write \"of month 1\", 2 or 3"),
        Row("yearly on 13-01 at 09:00", 11, "\"13-01\" is not a day of the year as MM-DD, 01-01 to 12-31"),
        Row("yearly on 3-1 at 09:00", 11, "\"3-1\" is not a day of the year as MM-DD, 01-01 to 12-31"),
        Row("yearly on first monday at 09:00", 24, "\"at\" is not a month: write \"of january\" to \"of december\""),
        Row("yearly on day 31 of april at 09:00", 1, "April has no day 31"),
    ])
    func `a recurrence that cannot be read is refused with its place`(_ row: Row) throws {
        let notation = try TimeRuleNotationTests.notation()
        let fault = #expect(throws: TimeNotationFault.self) { try notation.recurrence(row.text) }
        #expect(fault?.description == "column \(row.column): \(row.reason)")
    }

    @Test(arguments: [
        Row("", 1, "a length of time is missing: write one such as 15m or 1h30m"),
        Row("business", 9, "the word \"day\" is missing: write it"),
        Row("30m..15m", 6, "the window ends before it begins"),
        Row("30m..", 6, "a length of time is missing: write one such as 15m or 1h30m"),
        Row(
            "3 days", 3,
            "\"3 days\" can mean three things: write 3d for 72 hours, \"3 calendar days\" or \"3 business days\""),
        Row("30m in support", 5, "nothing is expected after this, but \"in\" follows"),
    ])
    func `an interval that cannot be read is refused with its place`(_ row: Row) throws {
        let fault = #expect(throws: TimeNotationFault.self) { try TimeRuleNotationTests.notation().interval(row.text) }
        #expect(fault?.description == "column \(row.column): \(row.reason)")
    }

    /// Words of the notation in any order, and damaged bytes between them.
    @Test func `any text gives a rule or a fault within it`() throws {
        let notation = try TimeRuleNotationTests.notation()
        let seed: UInt64 = 0xf0_22
        var generator = SeededGenerator(seed: seed)
        let words = [
            "none", "unspecified", "immediately", ",", "within", "..", "15m", "4", "31", "1h30m", "business",
            "calendar",
            "working", "days", "day", "hours", "minutes", "at", "10:00", "24:00", "by", "open", "close", "in",
            "support",
            "24x7", "UTC", "next", "weekly-review", "weekly", "monthly", "yearly", "quarterly", "daily", "every", "2",
            "weeks", "on", "monday", "and", "first", "last", "of", "month", "september", "from", "2024-01-01", "03-01",
            "99999999999999999999", "\u{0}", "é", "👩‍👩‍👧", "\u{202e}", "...", "-", "0",
        ]
        let rules = [
            "immediately , within 5m", "4 business hours in support", "3 calendar days at 10:00",
            "1h30m .. 2 business days by close",
            "next business day by open in 24x7", "next weekly-review",
            "next every 2 weeks on monday from 2024-01-01 at 10:00",
            "next monthly on first monday at 10:00 in UTC", "next yearly on 03-01 at 10:00", "2 minutes .. 4 hours",
        ]
        var (read, refused) = (0, 0)
        var wrong: [String] = []
        for _ in 0..<10_000 {
            // Half of them are rules in which a word has been changed.
            var sentence =
                Bool.random(using: &generator)
                ? (0..<Int.random(in: 0...9, using: &generator)).map { _ in "" }
                : rules[Int.random(in: 0..<rules.count, using: &generator)].split(separator: " ").map(String.init)
            for place in sentence.indices
            where sentence[place].isEmpty || Int.random(in: 0...7, using: &generator) == 0 {
                sentence[place] = words[Int.random(in: 0..<words.count, using: &generator)]
            }
            var text = sentence.joined(separator: Int.random(in: 0...7, using: &generator) == 0 ? "" : " ")
            if Int.random(in: 0...3, using: &generator) == 0 {
                var bytes = Array(text.utf8)
                if !bytes.isEmpty {
                    bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
                        in: 0...255, using: &generator)
                }
                text = String(decoding: bytes, as: UTF8.self)
            }
            do throws(TimeNotationFault) {
                let rule = try notation.rule(text)
                read += 1
                if try notation.rule(notation.text(rule)) != rule { wrong.append(text) }
            } catch {
                refused += 1
                if error.column < 1 || error.column > text.unicodeScalars.count + 1 || error.reason.isEmpty {
                    wrong.append("\(text): \(error)")
                }
            }
        }
        #expect(wrong == [], "seed \(seed)")
        #expect(read > 1_000 && refused > 5_000, "seed \(seed): \(read) read, \(refused) refused")
    }
}
