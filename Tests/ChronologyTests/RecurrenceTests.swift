import Chronology
import TestSupport
import Testing

@Suite struct RecurrenceTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let text: String
        let after: String
        let next: [String]

        init(_ text: String, after: String, _ next: String...) {
            self.text = text
            self.after = after
            self.next = next
        }

        var testDescription: String { "\(text), after \(after)" }
    }

    @Test(arguments: [
        Row("daily at 09:00 in UTC", after: "2024-02-28T09:00:00Z", "2024-02-29T09:00:00Z", "2024-03-01T09:00:00Z"),
        // New York's spring gap: the first instant after it. Then by the clock again.
        Row(
            "daily at 02:30", after: "2024-03-09T00:00:00Z", "2024-03-09T07:30:00Z", "2024-03-10T07:00:00Z",
            "2024-03-11T06:30:00Z"),
        // The autumn overlap: once, at the earlier of the two.
        Row(
            "daily at 01:30", after: "2024-11-02T12:00:00Z", "2024-11-03T05:30:00Z", "2024-11-04T06:30:00Z"),
        Row(
            "every 3 days from 2024-02-27 at 00:00 in UTC", after: "2024-02-01T00:00:00Z", "2024-02-27T00:00:00Z",
            "2024-03-01T00:00:00Z", "2024-03-04T00:00:00Z"),
        Row("weekly on wednesday at 10:00", after: "2024-03-13T14:00:00Z", "2024-03-20T14:00:00Z"),
        Row(
            "weekly on sunday, monday and thursday at 10:00 in UTC", after: "2024-12-28T00:00:00Z",
            "2024-12-29T10:00:00Z", "2024-12-30T10:00:00Z", "2025-01-02T10:00:00Z"),
        Row(
            "every 2 weeks on monday from 2024-01-01 at 09:00 in UTC", after: "2024-01-01T09:00:00Z",
            "2024-01-15T09:00:00Z", "2024-01-29T09:00:00Z"),
        // Weeks are counted from that of the first date, whose Monday lies before it.
        Row(
            "every 2 weeks on monday, friday from 2024-01-03 at 09:00 in UTC", after: "2023-12-01T00:00:00Z",
            "2024-01-05T09:00:00Z", "2024-01-15T09:00:00Z", "2024-01-19T09:00:00Z"),
        Row("monthly on first tuesday at 10:00", after: "2024-03-08T22:50:00Z", "2024-04-02T14:00:00Z"),
        Row(
            "monthly on last friday at 10:00 in UTC", after: "2024-02-23T10:00:00Z", "2024-03-29T10:00:00Z",
            "2024-04-26T10:00:00Z", "2024-05-31T10:00:00Z"),
        Row(
            "monthly on fourth friday at 10:00 in UTC", after: "2024-05-01T00:00:00Z", "2024-05-24T10:00:00Z"),
        Row(
            "monthly on day 31 at 09:00 in UTC", after: "2024-01-31T09:00:00Z", "2024-02-29T09:00:00Z",
            "2024-03-31T09:00:00Z", "2024-04-30T09:00:00Z"),
        Row(
            "every 5 months on last day from 2024-01-31 at 09:00 in UTC", after: "2024-01-01T00:00:00Z",
            "2024-01-31T09:00:00Z", "2024-06-30T09:00:00Z", "2024-11-30T09:00:00Z", "2025-04-30T09:00:00Z"),
        Row(
            "quarterly on day 1 at 00:00 in UTC", after: "2024-10-01T00:00:00Z", "2025-01-01T00:00:00Z",
            "2025-04-01T00:00:00Z"),
        Row(
            "quarterly on last friday of month 3 at 16:00 in UTC", after: "2024-03-29T16:00:00Z",
            "2024-06-28T16:00:00Z", "2024-09-27T16:00:00Z"),
        Row(
            "every 2 quarters on day 15 from 2024-04-01 at 16:00 in UTC", after: "2024-01-01T00:00:00Z",
            "2024-04-15T16:00:00Z", "2024-10-15T16:00:00Z"),
        Row(
            "yearly on 02-29 at 12:00 in UTC", after: "2024-02-29T12:00:00Z", "2025-02-28T12:00:00Z",
            "2026-02-28T12:00:00Z", "2027-02-28T12:00:00Z", "2028-02-29T12:00:00Z"),
        Row(
            "yearly on first monday of september at 09:00 in UTC", after: "2024-09-02T09:00:00Z", "2025-09-01T09:00:00Z"
        ),
        Row(
            "every 4 years on 03-01 from 2024-03-02 at 09:00 in UTC", after: "2020-01-01T00:00:00Z",
            "2028-03-01T09:00:00Z", "2032-03-01T09:00:00Z"),
        // Before 1970 the weeks and eras count down.
        Row(
            "weekly on monday at 00:00 in UTC", after: "1969-12-20T00:00:00Z", "1969-12-22T00:00:00Z",
            "1969-12-29T00:00:00Z", "1970-01-05T00:00:00Z"),
        Row("monthly on day 30 at 00:00 in UTC", after: "0000-02-01T00:00:00Z", "0000-02-29T00:00:00Z"),
        Row("daily at 04:15 in Asia/Kathmandu", after: "2026-11-21T00:00:00Z", "2026-11-21T22:30:00Z"),
    ])
    func `a recurrence falls on the dates that its words say`(_ row: Row) throws {
        let recurrence = try WorkingHours.notation().recurrence(row.text)
        let expected = try row.next.map { try Instant.at($0) }
        var found: [Instant] = []
        var instant = try Instant.at(row.after)
        for _ in expected {
            instant = recurrence.next(after: instant)
            found.append(instant)
            #expect(recurrence.next(atOrAfter: instant) == instant)
        }
        #expect(found == expected)
    }

    @Test func `two dates that fall on one instant are one occurrence`() throws {
        let samoa = try InstalledZones.zone("Pacific/Apia")
        let recurrence = try Recurrence(.daily, at: .midnight, in: samoa)
        let range = try Instant.at("2011-12-29T00:00:00Z")..<Instant.at("2012-01-01T00:00:00Z")
        // Midnight of the 30th, which there was not, is that of the 31st.
        #expect(
            recurrence.occurrences(in: range, limit: 10)
                == (try ["2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"].map { try .at($0) }))
        // Noon of the 30th is moved to the same instant, and comes before noon of the 31st.
        let noon = try Recurrence(.daily, at: LocalTime(hour: 12, minute: 0), in: samoa)
        #expect(
            noon.occurrences(in: try .at("2011-12-30T10:00:00Z")..<range.upperBound, limit: 10)
                == (try ["2011-12-30T10:00:00Z", "2011-12-30T22:00:00Z", "2011-12-31T22:00:00Z"].map { try .at($0) }))
        #expect(recurrence.occurrences(in: range, limit: 2).count == 2)
        #expect(recurrence.occurrences(in: range, limit: 0) == [])
        #expect(recurrence.occurrences(in: range.lowerBound..<range.lowerBound, limit: 9) == [])
    }

    /// Every date looked at by itself, without arithmetic on periods.
    @Test func `occurrences are those that a calendar on the wall shows`() throws {
        let seed: UInt64 = 0x0cc0
        var generator = SeededGenerator(seed: seed)
        let zones = try ["UTC", "America/New_York", "Australia/Lord_Howe"].map { try InstalledZones.zone($0) }
        let epoch = try CivilDate(iso8601: "2023-01-01")
        var wrong: [String] = []
        for _ in 0..<250 {
            let zone = zones[Int.random(in: 0..<zones.count, using: &generator)]
            let ordinals = Recurrence.Ordinal.allCases
            let day: Recurrence.DayOfMonth =
                Bool.random(using: &generator)
                ? .day(Int.random(in: 1...31, using: &generator))
                : .nth(
                    ordinals[Int.random(in: 0..<5, using: &generator)],
                    Weekday.allCases[Int.random(in: 0..<7, using: &generator)])
            let month = Int.random(in: 1...12, using: &generator)
            let days = Weekday.allCases.filter { _ in Bool.random(using: &generator) }
            let patterns: [Recurrence.Pattern] = [
                .daily, .weekly(days.isEmpty ? [.monday] : days), .monthly(day),
                .quarterly(day, month: (month - 1) % 3 + 1),
                .yearly(.day(min(28, month * 2)), month: month),
            ]
            let every = Int.random(in: 1...4, using: &generator)
            let from = epoch.adding(days: Int.random(in: 0..<900, using: &generator))
            let time = try LocalTime(hour: Int.random(in: 0...23, using: &generator), minute: 30)
            let recurrence = try Recurrence(
                patterns[Int.random(in: 0..<patterns.count, using: &generator)], every: every, at: time, in: zone,
                from: from)
            let first = epoch.adding(days: Int.random(in: 0..<900, using: &generator))
            let range = zone.start(of: first)..<zone.start(of: first.adding(days: 800))
            let expected = (0..<800).map { first.adding(days: $0) }
                .filter { $0 >= from && recurrence.falls(on: $0, countedFrom: from) }
                .map { zone.start(of: CivilDateTime($0, time)) }
            if recurrence.occurrences(in: range, limit: 1_000) != expected {
                wrong.append("\(recurrence) from \(first)")
            }
        }
        #expect(wrong == [], "seed \(seed)")
    }

    @Test func `a recurrence that cannot be is refused`() throws {
        let zone = Zone.utc
        let date = CivilDate(dayNumber: 0)
        func reason(
            _ pattern: Recurrence.Pattern, every: Int = 1, from: CivilDate? = nil, name: String? = nil
        ) -> String? {
            do throws(TimeFault) {
                _ = try Recurrence(pattern, every: every, at: .midnight, in: zone, from: from, name: name)
                return nil
            } catch {
                return error.reason
            }
        }
        #expect(
            [
                reason(.daily, every: 0, from: date), reason(.daily, every: 1_001, from: date),
                reason(.daily, every: 2),
                reason(.weekly([])), reason(.monthly(.day(0))), reason(.monthly(.day(32))),
                reason(.quarterly(.day(1), month: 4)), reason(.yearly(.day(1), month: 13)),
                reason(.yearly(.day(30), month: 2)), reason(.yearly(.day(31), month: 4)),
                reason(.daily, name: "next week"),
                reason(.daily, name: "weekly"), reason(.yearly(.day(29), month: 2)),
                reason(.daily, every: 1_000, from: date),
            ] == [
                "a recurrence is every 1 to 1000, not every 0", "a recurrence is every 1 to 1000, not every 1001",
                "a recurrence of every 2 needs the date from which it is counted",
                "a weekly recurrence needs a day of the week", "the day must be 1 to 31, not 0",
                "the day must be 1 to 31, not 32", "a quarter has months 1 to 3, not 4",
                "the month must be 1 to 12, not 13", "February has no day 30", "April has no day 31",
                "the name of a recurrence is made of letters, digits, -, _ and .",
                "\"weekly\" is a word of the rules and cannot name a recurrence", nil, nil,
            ])
        #expect(
            try Recurrence(.weekly([.friday, .monday, .friday]), at: .midnight, in: zone)
                == Recurrence(.weekly([.monday, .friday]), at: .midnight, in: zone))
    }

    @Test(arguments: [
        ("daily at 09:00:30", "every day at 09:00:30 America/New_York"),
        ("weekly on wednesday at 10:00", "every Wednesday at 10:00 America/New_York"),
        ("weekly on mon, wed and fri at 10:00", "every Monday, Wednesday and Friday at 10:00 America/New_York"),
        (
            "every 2 weeks on monday from 2024-01-01 at 09:00 in UTC",
            "every 2 weeks on Monday, from 2024-01-01 on, at 09:00 UTC"
        ),
        ("monthly on first tuesday at 10:00", "every month on the first Tuesday at 10:00 America/New_York"),
        ("monthly on day 31 at 09:00 in UTC", "every month on the last day at 09:00 UTC"),
        ("monthly on day 30 at 09:00 in UTC", "every month on day 30, or the last day if it is earlier, at 09:00 UTC"),
        ("quarterly on day 5 of month 2 at 09:00 in UTC", "every quarter on day 5 of its second month at 09:00 UTC"),
        ("yearly on 03-01 at 09:00 in UTC", "every year on 1 March at 09:00 UTC"),
        ("yearly on last friday of may at 09:00 in UTC", "every year on the last Friday of May at 09:00 UTC"),
        (
            "every 2 years on 12-31 from 2024-01-01 at 23:59 in UTC",
            "every 2 years on 31 December, from 2024-01-01 on, at 23:59 UTC"
        ),
    ])
    func `a recurrence is told in words`(_ text: String, _ words: String) throws {
        #expect(try WorkingHours.notation().recurrence(text).words == words)
    }
}

extension Recurrence {
    /// Whether it falls on that date, by looking at the date alone.
    fileprivate func falls(on date: CivilDate, countedFrom from: CivilDate) -> Bool {
        func monday(_ date: CivilDate) -> Int { date.adding(days: 1 - date.weekday.rawValue).dayNumber }
        let months = (date.year - from.year) * 12 + date.month - from.month
        switch pattern {
        case .daily: return (date.dayNumber - from.dayNumber) % every == 0
        case .weekly(let days):
            return days.contains(date.weekday) && (monday(date) - monday(from)) / 7 % every == 0
        case .monthly(let day): return day.isOn(date) && months % every == 0
        case .quarterly(let day, let month):
            let quarters = (date.year - from.year) * 4 + (date.month - 1) / 3 - (from.month - 1) / 3
            return day.isOn(date) && (date.month - 1) % 3 + 1 == month && quarters % every == 0
        case .yearly(let day, let month):
            return day.isOn(date) && date.month == month && (date.year - from.year) % every == 0
        }
    }
}

extension Recurrence.DayOfMonth {
    fileprivate func isOn(_ date: CivilDate) -> Bool {
        let isLast = date.adding(days: 1).month != date.month
        switch self {
        case .day(let day): return date.day == day || (isLast && date.day < day)
        case .nth(.last, let weekday): return date.weekday == weekday && date.adding(days: 7).month != date.month
        case .nth(let ordinal, let weekday):
            return date.weekday == weekday && (date.day + 6) / 7 == ordinal.rawValue
        }
    }
}
