import Chronology
import Foundation
import Testing

@Suite struct CivilDateTests {
    @Test(arguments: [
        ("1970-01-01", 0, Weekday.thursday), ("1969-12-31", -1, .wednesday), ("2000-02-29", 11_016, .tuesday),
        ("2000-03-01", 11_017, .wednesday), ("2026-11-21", 20_778, .saturday), ("0001-01-01", -719_162, .monday),
        ("0000-03-01", -719_468, .wednesday), ("0000-01-01", -719_528, .saturday), ("9999-12-31", 2_932_896, .friday),
        ("2100-02-28", 47_540, .sunday), ("2100-03-01", 47_541, .monday),
    ])
    func `a date has a day number and a weekday`(_ text: String, _ dayNumber: Int, _ weekday: Weekday) throws {
        let date = try CivilDate(iso8601: text)
        #expect(date.dayNumber == dayNumber)
        #expect(date.weekday == weekday)
        #expect(CivilDate(dayNumber: dayNumber) == date)
        #expect(date.description == text)
    }

    @Test func `the days from year 0 to 9999 follow each other without gap or repetition`() throws {
        var expected = try CivilDate(year: 0, month: 1, day: 1)
        var checked = 0
        for dayNumber in expected.dayNumber...2_932_896 {
            let date = CivilDate(dayNumber: dayNumber)
            if date != expected || date.dayNumber != dayNumber {
                Issue.record("day \(dayNumber) is \(date), not \(expected)")
                break
            }
            checked += 1
            let lengths = [31, CivilDate.isLeap(year: date.year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            if date.day < lengths[date.month - 1] {
                expected = try CivilDate(year: date.year, month: date.month, day: date.day + 1)
            } else if date.month < 12 {
                expected = try CivilDate(year: date.year, month: date.month + 1, day: 1)
            } else if date.year < 9_999 {
                expected = try CivilDate(year: date.year + 1, month: 1, day: 1)
            }
        }
        #expect(checked == 3_652_425)
    }

    @Test(arguments: [
        (2026, 2, 29), (2100, 2, 29), (2026, 4, 31), (2026, 0, 1), (2026, 13, 1), (2026, 1, 0), (2026, 1, 32),
        (-1, 1, 1), (10_000, 1, 1), (Int.max, 1, 1), (2026, Int.min, 1),
    ])
    func `a date that no calendar shows is refused`(_ year: Int, _ month: Int, _ day: Int) {
        #expect(throws: TimeFault.self) { try CivilDate(year: year, month: month, day: day) }
    }

    @Test func `a refusal says which days there are`() {
        let fault = #expect(throws: TimeFault.self) { try CivilDate(year: 2026, month: 2, day: 29) }
        #expect(fault == TimeFault(at: "", "the day must be 1 to 28 in February 2026, not 29"))
    }

    @Test(arguments: [
        ("2026-01-31", 1, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"), ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"), ("2026-11-21", 0, "2026-11-21"), ("2026-11-21", 2, "2027-01-21"),
        ("2026-01-15", -1, "2025-12-15"), ("2026-03-31", -1, "2026-02-28"), ("2026-12-31", -13, "2025-11-30"),
        ("0001-01-01", -13, "-00001-12-01"),
    ])
    func `adding months keeps the day or takes the last one`(_ from: String, _ months: Int, _ to: String) throws {
        #expect(try CivilDate(iso8601: from).adding(months: months).description == to)
    }

    @Test(arguments: [
        ("2026-12-31", 1, "2027-01-01"), ("2024-02-28", 1, "2024-02-29"), ("2026-02-28", 1, "2026-03-01"),
        ("2026-01-01", -1, "2025-12-31"), ("2026-11-21", 365, "2027-11-21"), ("9999-12-31", 1, "+10000-01-01"),
    ])
    func `adding days crosses months and years`(_ from: String, _ days: Int, _ to: String) throws {
        #expect(try CivilDate(iso8601: from).adding(days: days).description == to)
    }

    @Test func `dates and times are in the order of the calendar`() throws {
        let texts = [
            "2025-12-31T23:59", "2026-01-01T00:00", "2026-01-01T00:00:00.000001", "2026-01-02T00:00",
            "2026-02-01T00:00",
        ]
        let moments = try texts.map { try CivilDateTime(iso8601: $0) }
        #expect(moments.shuffled().sorted() == moments)
        #expect(moments.map(\.date).sorted() == moments.map(\.date))
    }

    @Test(arguments: [
        ("00:00", "00:00:00", 0), ("23:59", "23:59:00", 86_340), ("03:12:04", "03:12:04", 11_524),
        ("03:12:04.5", "03:12:04.5", 11_524), ("03:12:04.1234567", "03:12:04.123456", 11_524),
    ])
    func `a time of day is read and printed`(_ text: String, _ printed: String, _ second: Int) throws {
        let time = try LocalTime(iso8601: text)
        #expect(time.description == printed)
        #expect(time.secondOfDay == second)
    }

    @Test(arguments: [
        "", "3:12", "03", "03:", "03:1", "24:00", "03:60", "03:12:60", "03:12:04.", "03:12 ", "03:12Z", " 03:12",
        "ab:cd",
        "٠٣:١٢",
    ])
    func `a time that no clock shows is refused`(_ text: String) {
        #expect(throws: TimeFault.self) { try LocalTime(iso8601: text) }
    }

    @Test(arguments: ["", "2026", "2026-1-1", "26-01-01", "2026-11-21T", "2026/11/21", "+2026-11-21", "2026-11-31"])
    func `a text that is not a date is refused`(_ text: String) {
        #expect(throws: TimeFault.self) { try CivilDate(iso8601: text) }
    }

    @Test func `numbers outside a clock's face are refused`() {
        for (hour, minute, second, microsecond) in [
            (24, 0, 0, 0), (-1, 0, 0, 0), (0, 60, 0, 0), (0, -1, 0, 0), (0, 0, 60, 0), (0, 0, 0, 1_000_000),
            (0, 0, 0, -1),
        ] {
            #expect(throws: TimeFault.self) {
                try LocalTime(hour: hour, minute: minute, second: second, microsecond: microsecond)
            }
        }
    }
}
