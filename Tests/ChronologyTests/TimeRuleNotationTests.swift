import Chronology
import TestSupport
import Testing

/// How rules are written and read back.
@Suite struct TimeRuleNotationTests {
    /// `support`, which is the standard, and `eu.west` and `24x7` beside it.
    static func notation() throws -> TimeRuleNotation {
        let berlin = try InstalledZones.zone("Europe/Berlin")
        return try WorkingHours.notation([
            WorkingHours.calendar(
                "eu.west", "Europe/Berlin", "08:00-16:00",
                recurrences: [
                    Recurrence(.weekly([.friday]), at: LocalTime(hour: 15, minute: 0), in: berlin, name: "Retro")
                ]),
            BusinessCalendar.always(name: "24x7", zone: .utc),
        ])
    }

    /// What is written, how it is written back when that differs, and what it says.
    @Test(arguments: [
        ("15m", "", "15 min"), ("1h30m", "", "1 h 30 min"), ("90m", "1h30m", "1 h 30 min"), ("2d", "", "2 d (48 h)"),
        ("1w", "", "7 d (168 h)"), ("8d", "", "8 d (192 h)"), ("48 hours", "2d", "2 d (48 h)"),
        ("15 Min", "15m", "15 min"), ("0m", "0s", "0 s"), ("1d2h3m4s5ms6us", "", "1 d 2 h 3 min 4 s 5 ms (26 h 3 min)"),
        ("3653d", "", "3653 d (87672 h)"), ("\u{a0}15m\t", "15m", "15 min"),
        ("immediately", "", "at once"), ("Immediately, within 5m", "immediately, within 5m", "at once, within 5 min"),
        ("immediately within 5 minutes", "immediately, within 5m", "at once, within 5 min"),
        ("4 business hours", "", "4 business hours in support"),
        ("1 business hour in support", "1 business hour", "1 business hour in support"),
        ("90 business minutes in 24x7", "", "90 business minutes in 24x7"),
        ("4 working hours in eu.west", "4 business hours in eu.west", "4 business hours in eu.west"),
        ("1500 business milliseconds", "", "1500 business milliseconds in support"),
        ("3 calendar days", "", "3 calendar days"), ("1 calendar day at 18:30", "", "1 calendar day, at 18:30"),
        ("3 calendar days at 18:30:15", "", "3 calendar days, at 18:30:15"),
        ("3 business days by close", "", "3 business days in support, by close"),
        ("1 business day at 10:00 in 24x7", "", "1 business day in 24x7, at 10:00"),
        (
            "3 business days in eu.west by open", "3 business days by open in eu.west",
            "3 business days in eu.west, by open"
        ),
        ("next business day by open", "", "the next business day in support, by open"),
        (
            "NEXT Working DAY at 08:05 in eu.west", "next business day at 08:05 in eu.west",
            "the next business day in eu.west, at 08:05"
        ),
        ("next weekly-review", "", "the next weekly-review, which is every Wednesday at 10:00 America/New_York"),
        ("next Retro in eu.west", "", "the next Retro, which is every Friday at 15:00 Europe/Berlin"),
        (
            "next every friday at 09:30", "next weekly on friday at 09:30",
            "the next of every Friday at 09:30 America/New_York"
        ),
        ("next weekly on friday at 09:30", "", "the next of every Friday at 09:30 America/New_York"),
        ("next daily at 09:30 in Asia/Kathmandu", "", "the next of every day at 09:30 Asia/Kathmandu"),
        ("1h..4h", "", "between 1 h and 4 h"), ("1 h .. 4 h", "1h..4h", "between 1 h and 4 h"),
        (
            "4 business hours in 24x7..next business day by close", "",
            "between 4 business hours in 24x7 and the next business day in support, by close"
        ),
        ("1 calendar day..7 calendar days at 12:00", "", "between 1 calendar day and 7 calendar days, at 12:00"),
        (
            "1h..next monthly on last friday at 10:00", "",
            "between 1 h and the next of every month on the last Friday at 10:00 America/New_York"
        ),
        ("none", "", "that nothing is owed"), ("Unspecified", "unspecified", "not given: nobody has said by when"),
    ])
    func `a rule is read, told in words and written back`(_ text: String, _ written: String, _ words: String) throws {
        let notation = try Self.notation()
        let rule = try notation.rule(text)
        #expect(rule.words == words)
        #expect(notation.text(rule) == (written.isEmpty ? text : written))
        #expect(try notation.rule(notation.text(rule)) == rule)
    }

    @Test(arguments: [
        ("daily at 09:00", ""), ("every day at 09:00", "daily at 09:00"), ("weekly on wednesday at 10:00", ""),
        ("every wednesday at 10:00", "weekly on wednesday at 10:00"),
        ("every weekday at 10:00", "weekly on monday, tuesday, wednesday, thursday, friday at 10:00"),
        ("weekly at 10:00 on Fri and mon", "weekly on monday, friday at 10:00"),
        ("weekly on mon, wed, and fri at 10:00", "weekly on monday, wednesday, friday at 10:00"),
        ("every 2 weeks on monday from 2024-01-01 at 09:00", ""),
        ("weekly on monday from 2024-01-01 at 09:00 in UTC", ""),
        ("every 1 week on monday at 09:00", "weekly on monday at 09:00"),
        ("monthly on first tuesday at 10:00", ""),
        ("monthly on the last friday at 10:00", "monthly on last friday at 10:00"),
        ("monthly on day 31 at 09:00", ""), ("monthly on last day at 09:00", "monthly on day 31 at 09:00"),
        ("every 3 months on day 1 from 2024-01-01 at 09:00", ""), ("quarterly on day 15 at 09:00", ""),
        ("quarterly on last friday of month 3 at 16:00:30", ""),
        ("every 2 quarters on first monday of month 2 from 2024-01-01 at 09:00", ""),
        ("yearly on 03-01 at 09:00", ""), ("yearly on 02-29 at 09:00", ""),
        ("yearly on first monday of Sep at 09:00", "yearly on first monday of september at 09:00"),
        ("every 2 years on 12-31 from 2024-01-01 at 23:59 in Europe/Berlin", ""),
        ("daily at 09:00 in America/New_York", "daily at 09:00"),
    ])
    func `a recurrence is read and written back`(_ text: String, _ written: String) throws {
        let notation = try Self.notation()
        let recurrence = try notation.recurrence(text)
        #expect(notation.text(recurrence) == (written.isEmpty ? text : written))
        #expect(try notation.recurrence(notation.text(recurrence)) == recurrence)
        #expect(try notation.recurrence(text, name: "review").name == "review")
    }

    @Test func `intervals and rolls are read and written back`() throws {
        let notation = try Self.notation()
        for (text, written) in [
            ("30m", "30m"), ("every 15 min", "15m"), ("15m..30m", "15m..30m"), ("every business day", "business day"),
        ] {
            let interval = try notation.interval(text)
            #expect(notation.text(interval) == written)
            #expect(try notation.interval(written) == interval)
        }
        for (text, written) in [
            ("none", "none"), ("forward", "forward"), ("back in support", "back"),
            ("Forward in 24x7", "forward in 24x7"),
        ] {
            let roll = try notation.roll(text)
            #expect(notation.text(roll) == written)
            #expect(try notation.roll(written) == roll)
        }
        #expect(throws: TimeNotationFault.self) { try notation.roll("sideways") }
    }

    @Test func `a recurrence that no calendar has is spelled out`() throws {
        let notation = try Self.notation()
        let review = try Recurrence(.daily, at: LocalTime(hour: 9, minute: 0), in: notation.zone, name: "review")
        #expect(notation.text(.nextOccurrence(review)) == "next daily at 09:00")
        // Of the same name as one of the calendar, and another.
        let other = try Recurrence(.daily, at: LocalTime(hour: 9, minute: 0), in: notation.zone, name: "weekly-review")
        #expect(notation.text(.nextOccurrence(other)) == "next daily at 09:00")
    }

    @Test func `without a standard calendar every rule names its own`() throws {
        let support = try WorkingHours.support()
        let notation = TimeRuleNotation(zone: .utc, calendars: [support])
        #expect(notation.standard == nil)
        let rule = try notation.rule("4 business hours in support")
        #expect(notation.text(rule) == "4 business hours in support")
        #expect(TimeRuleNotation(zone: .utc, calendars: [support], standard: "other").standard == nil)
        func fault(_ text: String) -> String? {
            do throws(TimeNotationFault) {
                _ = try notation.rule(text)
                return nil
            } catch {
                return "\(error)"
            }
        }
        #expect(
            fault("4 business hours")
                == "column 17: no calendar is named and none is the standard: write \"in\" and one of support")
        #expect(
            fault("next weekly-review")
                == "column 6: no calendar says what \"weekly-review\" is: write \"in\" and its name after it")
        #expect(
            fault("next daily at 09:00 in Mars/Phobos")
                == "column 24: there is no time zone \"Mars/Phobos\": write one such as Europe/Berlin")
    }

    @Test func `faults list names up to a point`() throws {
        let calendars = try (1...10).map { try BusinessCalendar.always(name: "c\($0)", zone: .utc) }
        let fault = #expect(throws: TimeNotationFault.self) {
            try TimeRuleNotation(zone: .utc, calendars: calendars).rule("1 business hour in d")
        }
        #expect(fault?.reason == "there is no calendar \"d\": write one of c1, c2, c3, c4, c5, c6, c7, c8 and 2 more")
        let none = #expect(throws: TimeNotationFault.self) {
            try TimeRuleNotation(zone: .utc).rule("1 business hour in d")
        }
        #expect(none?.reason == "there is no calendar \"d\": write one of (there are none)")
    }

    /// Rules of every kind, made of seeded numbers.
    @Test func `what is written is read again as the same rule`() throws {
        let notation = try Self.notation()
        let seed: UInt64 = 0x7e_8075
        var generator = SeededGenerator(seed: seed)
        var wrong: [String] = []
        for _ in 0..<2_000 {
            let rule = try arbitraryRule(notation, &generator)
            let text = notation.text(rule)
            do throws(TimeNotationFault) {
                if try notation.rule(text) != rule { wrong.append(text) }
            } catch {
                wrong.append("\(text): \(error)")
            }
        }
        #expect(wrong == [], "seed \(seed)")
    }

    private func arbitraryRule(_ notation: TimeRuleNotation, _ generator: inout SeededGenerator) throws -> TimeRule {
        func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
        func time() throws -> LocalTime {
            try LocalTime(
                hour: number(0...23), minute: number(0...59), second: number(0...3) == 0 ? number(0...59) : 0,
                microsecond: number(0...5) == 0 ? number(0...999_999) : 0)
        }
        func duration() -> Duration {
            let unit = [1, 1_000, 1_000_000, 60_000_000, 3_600_000_000, 86_400_000_000, 604_800_000_000][number(0...6)]
            return .microseconds(number(0...500) * unit)
        }
        func point() throws -> TimeRule.DayPoint { [.open, .close, .time(try time())][number(0...2)] }
        func recurrence() throws -> Recurrence {
            let day: Recurrence.DayOfMonth =
                number(0...1) == 0
                ? .day(number(1...31))
                : .nth(Recurrence.Ordinal.allCases[number(0...4)], Weekday.allCases[number(0...6)])
            let patterns: [Recurrence.Pattern] = [
                .daily, .weekly([Weekday.allCases[number(0...6)], Weekday.allCases[number(0...6)]]), .monthly(day),
                .quarterly(day, month: number(1...3)), .yearly(.day(number(1...28)), month: number(1...12)),
                .yearly(.nth(.last, Weekday.allCases[number(0...6)]), month: number(1...12)),
            ]
            let every = max(1, number(-3...5))
            return try Recurrence(
                patterns[number(0...5)], every: every, at: time(), in: number(0...1) == 0 ? notation.zone : .utc,
                from: every > 1 || number(0...1) == 0 ? CivilDate(dayNumber: number(-9_999...99_999)) : nil)
        }
        func point(of kind: Int) throws -> TimeRule {
            let calendar = notation.calendars[number(0...2)]
            return switch kind {
            case 0: .elapsed(duration())
            case 1: .businessElapsed(duration(), calendar)
            case 2: .calendarDays(number(0...3_653), at: number(0...1) == 0 ? nil : try time())
            case 3: .businessDays(number(1...3_653), calendar, at: try point())
            case 4: .nextBusinessDay(calendar, at: try point())
            case 5: .nextOccurrence(try recurrence())
            default: .nextOccurrence(notation.calendars[number(0...1)].recurrences[0])
            }
        }
        switch number(0...9) {
        case 0: return .immediate(bound: number(0...1) == 0 ? nil : duration())
        case 1:
            // Of different kinds, since ends of one kind may be the wrong way round.
            return .window(min: try point(of: number(0...2)), max: try point(of: number(3...6)))
        case 2: return [.none, .unspecified][number(0...1)]
        default: return try point(of: number(0...6))
        }
    }

    @Test func `durations are read again from what is written`() throws {
        let seed: UInt64 = 0xd0_4a7
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let magnitude = Int.random(in: 0...48, using: &generator)
            let duration = Duration.microseconds(Int.random(in: 0...(1 << magnitude), using: &generator))
            #expect(try Duration(notation: duration.notation) == duration, "seed \(seed)")
        }
        #expect(Duration.seconds(-5).notation == "0s")
        #expect(Duration.nanoseconds(1_999).notation == "1us")
    }
}
