import Chronology
import TestSupport
import Testing

@Suite struct BusinessCalendarTests {
    // MARK: What is refused

    @Test(arguments: [
        ("09:00-18:00", "09:00-18:00"), ("13:00-18:00, 09:00-12:00", "09:00-12:00, 13:00-18:00"),
        ("09:00-12:00 and 12:00-18:00", "09:00-12:00, 12:00-18:00"), ("00:00-24:00", "00:00-24:00"),
        ("00:00-06:00,22:00-24:00", "00:00-06:00, 22:00-24:00"), ("09:00–18:00", "09:00-18:00"),
        ("09:00:30-18:00:00.5", "09:00:30-18:00:00.5"), ("closed", "closed"), ("Closed", "closed"),
    ])
    func `hours are read, ordered and written back`(_ text: String, _ written: String) throws {
        let calendar = try BusinessCalendar(
            name: "a", zone: .utc, hours: [.monday: .list(text), .tuesday: [.wholeDay]])
        #expect(BusinessCalendar.Span.notation(calendar.hours(on: .monday)) == written)
        #expect(calendar.hours(on: .wednesday) == [])
    }

    @Test(arguments: [
        ("", 1, "a span of hours is missing: write 09:00-18:00 or \"closed\""),
        ("09:00", 1, "\"09:00\" is not a span of hours: write 09:00-18:00 or \"closed\""),
        ("09:00-", 7, "\"\" is not a time of day as HH:MM"),
        ("9:00-18:00", 1, "\"9:00\" is not a time of day as HH:MM"),
        ("09:00-18:60", 7, "\"18:60\" is not a time of day as HH:MM"),
        ("09:00-12:00 13:00-18:00", 13, "nothing is expected after this, but \"13:00-18:00\" follows"),
        ("09:00-12:00,", 13, "a span of hours is missing: write 09:00-18:00 or \"closed\""),
        ("09:00-00:00", 7, "a day ends at 24:00: write that for the end of the day"),
        ("24:00-06:00", 1, "\"24:00\" is not a time of day as HH:MM"),
        ("09:00-09:00", 1, "a span from 09:00 to 09:00 is empty"),
        (
            "08:00-09:00, 22:00-06:00", 14,
            "a span from 22:00 to 06:00 goes over midnight: write it as two, to 24:00 and from 00:00 of the next day"
        ),
        ("closed, 09:00-10:00", 7, "nothing is expected after this, but \",\" follows"),
    ])
    func `hours that cannot be are refused with the place`(_ text: String, _ column: Int, _ reason: String) throws {
        let fault = #expect(throws: TimeNotationFault.self) { try BusinessCalendar.Span.list(notation: text) }
        #expect(fault?.column == column)
        #expect(fault?.reason == reason)
    }

    @Test func `a calendar that cannot be is refused with the place`() throws {
        let zone = Zone.utc
        let day = try [BusinessCalendar.Span].list("09:00-18:00")
        let overlapping = try [
            BusinessCalendar.Span(from: .init(hour: 9, minute: 0), to: .init(hour: 12, minute: 0)),
            BusinessCalendar.Span(from: .init(hour: 11, minute: 59), to: .midnight),
        ]
        let christmas = try CivilDate(iso8601: "2024-12-25")
        let review = try Recurrence(.daily, at: .midnight, in: zone, name: "review")
        let nameless = try Recurrence(.daily, at: .midnight, in: zone)
        func fault(
            name: String = "a", _ hours: [Weekday: [BusinessCalendar.Span]],
            _ holidays: [BusinessCalendar.Holiday] = [],
            _ recurrences: [Recurrence] = []
        ) -> TimeFault? {
            do throws(TimeFault) {
                _ = try BusinessCalendar(
                    name: name, zone: zone, hours: hours, holidays: holidays, recurrences: recurrences)
                return nil
            } catch {
                return error
            }
        }
        let faults: [TimeFault?] = [
            fault([.tuesday: overlapping]), fault([:]), fault([.monday: []], [.init(christmas, "Christmas")]),
            fault([.monday: day], [.init(christmas, "A"), .init(christmas, "B", hours: day)]),
            fault([.monday: day], [.init(christmas, "Christmas", hours: overlapping)]),
            fault([.monday: day], [], [review, review]), fault([.monday: day], [], [review, nameless]),
            fault([.monday: Array(repeating: day[0], count: 13)]),
            fault([.monday: day], [.init(christmas, String(repeating: "x", count: 101))]),
            fault([.monday: day], (0...1_000).map { .init(CivilDate(dayNumber: $0), "") }),
            fault(name: "", [.monday: day]), fault(name: "Büro", [.monday: day]), fault(name: "a..b", [.monday: day]),
            fault(name: ".a", [.monday: day]), fault(name: "-a", [.monday: day]),
            fault(name: "Business", [.monday: day]),
            fault(name: String(repeating: "x", count: 65), [.monday: day]), fault(name: "24x7.eu", [.monday: day]),
            fault([:], [.init(christmas, "Open day", hours: day)]),
        ]
        #expect(
            faults == [
                TimeFault(at: "Tuesday", "09:00-12:00 and 11:59-24:00 overlap"),
                TimeFault(at: "", "the calendar \"a\" is never open: give at least one day its hours"),
                TimeFault(at: "", "the calendar \"a\" is never open: give at least one day its hours"),
                TimeFault(at: "2024-12-25", "the date is a holiday twice"),
                TimeFault(at: "2024-12-25", "09:00-12:00 and 11:59-24:00 overlap"),
                TimeFault(at: "recurrences", "two recurrences are named \"review\""),
                TimeFault(at: "recurrences", "recurrence 2 has no name"),
                TimeFault(at: "Monday", "there are 13 spans, more than 12"),
                TimeFault(at: "2024-12-25", "the holiday's name is longer than 100 bytes"),
                TimeFault(at: "holidays", "there are 1001, more than 1000"),
                TimeFault(at: "", "the name of a calendar has 1 to 64 characters, not 0"),
                TimeFault(at: "", "the name of a calendar is made of letters, digits, -, _ and ."),
                TimeFault(at: "", "the name of a calendar does not begin with . or hold \"..\""),
                TimeFault(at: "", "the name of a calendar does not begin with . or hold \"..\""),
                TimeFault(at: "", "the name of a calendar begins with a letter or a digit"),
                nil,
                TimeFault(at: "", "the name of a calendar has 1 to 64 characters, not 65"), nil, nil,
            ])
    }

    // MARK: Instants

    /// Where a calendar stands at an instant: open or not, the first open instant, the next closing.
    struct Row: Sendable, CustomTestStringConvertible {
        let calendar: String
        let zone: String
        let hours: (weekdays: String, weekend: String)
        let at: String
        let isOpen: Bool
        let nextOpen: String
        let nextClosing: String
        let span: String

        init(
            _ calendar: String, _ zone: String, _ weekdays: String, weekend: String = "closed", at: String,
            open: Bool = false, nextOpen: String = "", nextClosing: String, since: String = ""
        ) {
            self.calendar = calendar
            self.zone = zone
            self.hours = (weekdays, weekend)
            self.at = at
            self.isOpen = open
            self.nextOpen = open ? at : nextOpen
            self.nextClosing = nextClosing
            self.span = since
        }

        var testDescription: String { "\(calendar) \(zone) \(hours.weekdays) at \(at)" }
    }

    @Test(arguments: [
        Row(
            "day", "America/New_York", "09:00-18:00", at: "2024-03-08T14:00:00Z", open: true,
            nextClosing: "2024-03-08T23:00:00Z", since: "2024-03-08T14:00:00Z"),
        Row(
            "day", "America/New_York", "09:00-18:00", at: "2024-03-08T23:00:00Z", nextOpen: "2024-03-11T13:00:00Z",
            nextClosing: "2024-03-11T22:00:00Z"),
        Row(
            "lunch", "UTC", "09:00-12:00, 13:00-18:00", at: "2024-03-08T12:30:00Z", nextOpen: "2024-03-08T13:00:00Z",
            nextClosing: "2024-03-08T18:00:00Z"),
        Row(
            "touching", "UTC", "09:00-12:00, 12:00-18:00", at: "2024-03-08T15:00:00Z", open: true,
            nextClosing: "2024-03-08T18:00:00Z", since: "2024-03-08T09:00:00Z"),
        Row(
            "night", "UTC", "00:00-06:00, 22:00-24:00", at: "2024-03-07T23:00:00Z", open: true,
            nextClosing: "2024-03-08T06:00:00Z", since: "2024-03-07T22:00:00Z"),
        // The night of Friday ends with the day: the span after midnight is Saturday's, which is closed.
        Row(
            "night", "UTC", "00:00-06:00, 22:00-24:00", at: "2024-03-08T23:00:00Z", open: true,
            nextClosing: "2024-03-09T00:00:00Z", since: "2024-03-08T22:00:00Z"),
        // Spring: the hours begin in the gap, and do so at its end.
        Row(
            "gap", "America/New_York", "09:00-10:00", weekend: "02:30-05:00", at: "2024-03-10T06:59:59Z",
            nextOpen: "2024-03-10T07:00:00Z", nextClosing: "2024-03-10T09:00:00Z"),
        // Hours that lie in the gap are not there on that day.
        Row(
            "in the gap", "America/New_York", "09:00-10:00", weekend: "02:00-03:00", at: "2024-03-10T06:59:59Z",
            nextOpen: "2024-03-11T13:00:00Z", nextClosing: "2024-03-11T14:00:00Z"),
        // Autumn: from the earlier 01:15 to the later 01:45, an hour and a half.
        Row(
            "overlap", "America/New_York", "09:00-10:00", weekend: "01:15-01:45", at: "2024-11-03T05:50:00Z",
            open: true,
            nextClosing: "2024-11-03T06:45:00Z", since: "2024-11-03T05:15:00Z"),
        // Two spans that meet in the hour that is shown twice overlap, and are one.
        Row(
            "overlapping", "America/New_York", "09:00-10:00", weekend: "00:00-01:30, 01:40-04:00",
            at: "2024-11-03T05:35:00Z", open: true, nextClosing: "2024-11-03T09:00:00Z", since: "2024-11-03T04:00:00Z"),
        // Lord Howe Island puts its clocks back by half an hour, at 02:00 to 01:30.
        Row(
            "half an hour", "Australia/Lord_Howe", "09:00-10:00", weekend: "01:00-01:45", at: "2026-04-04T15:00:00Z",
            open: true, nextClosing: "2026-04-04T15:15:00Z", since: "2026-04-04T14:00:00Z"),
        Row(
            "Kathmandu", "Asia/Kathmandu", "10:00-17:00", at: "2026-11-20T11:15:00Z", nextOpen: "2026-11-23T04:15:00Z",
            nextClosing: "2026-11-23T11:15:00Z"),
        // Ireland's daylight saving time is in winter, with a negative saving: on Sun 2026-10-25 IST ends at 02:00.
        Row(
            "Dublin", "Europe/Dublin", "09:00-10:00", weekend: "00:30-03:00", at: "2026-10-25T00:45:00Z", open: true,
            nextClosing: "2026-10-25T03:00:00Z", since: "2026-10-24T23:30:00Z"),
        // Havana's clocks go back at 01:00 to midnight: a day that ends at 24:00 ends with the later one.
        Row(
            "midnight twice", "America/Havana", "09:00-10:00", weekend: "20:00-24:00", at: "2026-11-01T04:30:00Z",
            open: true, nextClosing: "2026-11-01T05:00:00Z", since: "2026-11-01T00:00:00Z"),
        // Samoa had no Friday, 30 December 2011.
        Row(
            "no Friday", "Pacific/Apia", "09:00-17:00", at: "2011-12-30T04:00:00Z", nextOpen: "2012-01-01T19:00:00Z",
            nextClosing: "2012-01-02T03:00:00Z"),
        Row(
            "no Friday", "Pacific/Apia", "00:00-24:00", at: "2011-12-30T09:59:59Z", open: true,
            nextClosing: "2011-12-30T10:00:00Z", since: "2011-12-26T10:00:00Z"),
        Row(
            "always", "America/New_York", "00:00-24:00", weekend: "00:00-24:00", at: "2024-11-03T06:30:00Z", open: true,
            nextClosing: ""),
        Row(
            "leap day", "UTC", "09:00-17:00", at: "2024-02-28T17:00:00Z", nextOpen: "2024-02-29T09:00:00Z",
            nextClosing: "2024-02-29T17:00:00Z"),
        Row(
            "year end", "UTC", "09:00-17:00", at: "2026-12-31T18:00:00Z", nextOpen: "2027-01-01T09:00:00Z",
            nextClosing: "2027-01-01T17:00:00Z"),
    ])
    func `a calendar is open or says when it will be`(_ row: Row) throws {
        let calendar = try WorkingHours.calendar("a", row.zone, row.hours.weekdays, weekend: row.hours.weekend)
        let instant = try Instant.at(row.at)
        #expect(calendar.isOpen(at: instant) == row.isOpen)
        #expect(calendar.nextOpen(atOrAfter: instant) == (try .at(row.nextOpen)))
        #expect(calendar.nextClosing(after: instant) == (try .at(row.nextClosing)))
        let span = calendar.openSpan(containing: instant)
        if row.isOpen, !row.span.isEmpty {
            let expected = (try Instant.at(row.span))..<(try Instant.at(row.nextClosing))
            #expect(span == expected)
            // Every minute of it counts, and counts once.
            let length = expected.upperBound - expected.lowerBound
            #expect(calendar.instant(length, after: expected.lowerBound) == expected.upperBound)
            #expect(calendar.openTime(from: expected.lowerBound, to: expected.upperBound) == length)
        } else {
            #expect((span == nil) == !row.isOpen)
        }
    }

    // MARK: Dates

    @Test func `holidays move business days, also back to back over the year's end`() throws {
        let calendar = try WorkingHours.calendar(
            "berlin", "Europe/Berlin", "09:00-18:00",
            holidays: [
                WorkingHours.holiday("2025-01-01", "New Year"),
                WorkingHours.holiday("2024-12-24", "Eve", "09:00-12:00"),
                WorkingHours.holiday("2024-12-25", "Christmas"), WorkingHours.holiday("2024-12-26", "Second Day"),
                WorkingHours.holiday("2024-12-28", "Stocktaking", "10:00-16:00"),
            ])
        let days = try (0..<11).map { try CivilDate(iso8601: "2024-12-23").adding(days: $0) }
        #expect(
            days.filter(calendar.isBusinessDay).map(\.description) == [
                "2024-12-23", "2024-12-24", "2024-12-27", "2024-12-28", "2024-12-30", "2024-12-31", "2025-01-02",
            ])
        let eve = try CivilDate(iso8601: "2024-12-24")
        #expect(
            [calendar.opening(on: eve), calendar.closing(on: eve)] == [
                try .at("2024-12-24T08:00:00Z"), try .at("2024-12-24T11:00:00Z"),
            ])
        #expect(calendar.holiday(on: eve)?.name == "Eve")
        #expect(calendar.opening(on: eve.adding(days: 1)) == nil)
        #expect(calendar.closing(on: eve.adding(days: 1)) == nil)
        #expect(
            (1...5).map { calendar.businessDay($0, after: eve)?.description } == [
                "2024-12-27", "2024-12-28", "2024-12-30", "2024-12-31", "2025-01-02",
            ])
        #expect(calendar.businessDay(0, after: eve) == nil)
        #expect(
            calendar.holidays(in: eve.adding(days: 1)...eve.adding(days: 4)).map(\.name) == [
                "Christmas", "Second Day", "Stocktaking",
            ])
        #expect(
            calendar.instant(.hours(11), after: try .at("2024-12-24T10:00:00Z")) == (try .at("2024-12-28T10:00:00Z")))
    }

    @Test func `a date that the zone left out is no business day`() throws {
        let calendar = try WorkingHours.calendar("samoa", "Pacific/Apia", "09:00-17:00")
        let thursday = try CivilDate(iso8601: "2011-12-29")
        #expect(!calendar.isBusinessDay(thursday.adding(days: 1)))
        #expect(calendar.businessDay(1, after: thursday)?.description == "2012-01-02")
    }

    // MARK: Ends

    @Test func `a calendar that is always open counts elapsed time`() throws {
        let always = try BusinessCalendar.always(name: "always", zone: try InstalledZones.zone("America/New_York"))
        let start = try Instant.at("2024-03-08T22:50:30.25Z")
        #expect(always.instant(.days(400), after: start) == start + .days(400))
        #expect(always.openTime(from: start, to: start + .days(400)) == .days(400))
        #expect(always.openSpans(in: start..<start + .days(3)) == [start..<start + .days(3)])
        #expect(always.nextClosing(after: start) == nil)
        #expect(always.openSpan(containing: start)?.contains(start + .days(3_000)) == true)
    }

    @Test func `a calendar that stays closed gives nil and not a search without end`() throws {
        let closed = try BusinessCalendar(
            name: "fair", zone: .utc, hours: [:], holidays: [WorkingHours.holiday("2024-03-01", "Fair", "10:00-12:00")])
        let (before, after) = try (Instant.at("2024-03-01T09:00:00Z"), Instant.at("2024-03-01T12:00:00Z"))
        #expect(closed.instant(.hours(2), after: before) == after)
        #expect(closed.nextClosing(after: before) == after)
        #expect(closed.instant(.hours(3), after: before) == nil)
        #expect(closed.nextOpen(atOrAfter: after) == nil)
        #expect(closed.nextClosing(after: after) == nil)
        #expect(closed.businessDay(1, after: try CivilDate(iso8601: "2024-03-01")) == nil)
        #expect(closed.nextOpen(atOrAfter: before - .days(4_000)) == nil)
        #expect(closed.openTime(from: before, to: after + .days(3_000)) == .hours(2))
    }

    @Test func `business time is measured within the horizon only`() throws {
        let support = try WorkingHours.support()
        let start = try Instant.at("2024-03-08T22:50:00Z")
        #expect(support.openTime(from: start, to: try .at("2024-03-11T13:20:00Z")) == .minutes(30))
        #expect(support.openTime(from: start, to: start) == .zero)
        #expect(support.openTime(from: start, to: start - .days(9)) == .zero)
        #expect(
            support.openTime(from: start, to: start + .days(3_653)) == .hours(9) * 2_609)
        #expect(support.openTime(from: start, to: start + .days(3_654)) == nil)
        #expect(support.openSpans(in: start..<start + .days(3_654)) == nil)
    }
}
