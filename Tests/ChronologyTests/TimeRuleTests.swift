import Chronology
import TestSupport
import Testing

/// Rules at the edges of the clocks and calendars, and clocks that stand still.
@Suite struct TimeRuleTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let zone: String
        let rule: String
        let roll: String
        let anchor: String
        let due: String

        init(_ zone: String, _ rule: String, roll: String = "none", from anchor: String, _ due: String) {
            self.zone = zone
            self.rule = rule
            self.roll = roll
            self.anchor = anchor
            self.due = due
        }

        var testDescription: String { "\(zone): \(rule), roll \(roll), from \(anchor)" }
    }

    /// In each zone: Monday to Friday 09:00-17:00, and 00:00-04:00 on Saturday and Sunday.
    @Test(arguments: [
        // Spring: the time of day is kept, and taken after the gap when there is none.
        Row("America/New_York", "1 calendar day", from: "2024-03-09T12:00:00Z", "2024-03-10T11:00:00Z"),
        Row("America/New_York", "24h", from: "2024-03-09T12:00:00Z", "2024-03-10T12:00:00Z"),
        Row("America/New_York", "1 calendar day", from: "2024-03-09T07:30:00Z", "2024-03-10T07:00:00Z"),
        Row("America/New_York", "2 calendar days at 02:30", from: "2024-03-08T22:50:00Z", "2024-03-10T07:00:00Z"),
        Row("America/New_York", "4 business hours", from: "2024-03-10T04:00:00Z", "2024-03-11T14:00:00Z"),
        Row("America/New_York", "next business day by close", from: "2024-03-09T22:00:00Z", "2024-03-10T08:00:00Z"),
        // Autumn: the earlier for what starts, the later for the end of hours.
        Row("America/New_York", "1 calendar day at 01:30", from: "2024-11-02T12:00:00Z", "2024-11-03T05:30:00Z"),
        Row("America/New_York", "1 calendar day", from: "2024-11-02T05:30:00Z", "2024-11-03T05:30:00Z"),
        Row("America/New_York", "5 business hours", from: "2024-11-03T04:00:00Z", "2024-11-03T09:00:00Z"),
        Row("America/New_York", "0 calendar days at 01:15", from: "2024-11-03T05:20:00Z", "2024-11-03T05:20:00Z"),
        // Half an hour, and three quarters.
        Row("Australia/Lord_Howe", "1 calendar day", from: "2026-10-02T16:00:00Z", "2026-10-03T15:30:00Z"),
        Row("Australia/Lord_Howe", "1 calendar day at 01:45", from: "2026-04-04T01:00:00Z", "2026-04-04T14:45:00Z"),
        Row("Australia/Lord_Howe", "4 business hours", from: "2026-04-04T13:00:00Z", "2026-04-04T17:00:00Z"),
        Row("Asia/Kathmandu", "next business day by open", from: "2026-11-20T18:14:59Z", "2026-11-20T18:15:00Z"),
        Row("Asia/Kathmandu", "next business day by open", from: "2026-11-20T18:15:00Z", "2026-11-21T18:15:00Z"),
        // Ireland's saving is negative: standard time is the summer's.
        Row("Europe/Dublin", "2 calendar days", from: "2026-10-24T08:00:00Z", "2026-10-26T09:00:00Z"),
        Row("Europe/Dublin", "48h", from: "2026-10-24T08:00:00Z", "2026-10-26T08:00:00Z"),
        Row("Europe/Dublin", "5 business hours", from: "2026-10-24T23:00:00Z", "2026-10-25T04:00:00Z"),
        // Samoa's Friday that was not: no business day, and a time on it is the beginning of Saturday.
        Row("Pacific/Apia", "next business day by open", from: "2011-12-29T20:00:00Z", "2011-12-30T10:00:00Z"),
        Row("Pacific/Apia", "1 calendar day", from: "2011-12-29T20:00:00Z", "2011-12-30T10:00:00Z"),
        Row("Pacific/Apia", "2 calendar days", from: "2011-12-29T20:00:00Z", "2011-12-30T20:00:00Z"),
        Row("Pacific/Apia", "3 business days by close", from: "2011-12-29T20:00:00Z", "2012-01-02T03:00:00Z"),
        // Leap day and the end of the year.
        Row("UTC", "1 calendar day", from: "2024-02-28T12:00:00Z", "2024-02-29T12:00:00Z"),
        Row("UTC", "366 calendar days", from: "2023-12-31T23:59:59.999999Z", "2024-12-31T23:59:59.999999Z"),
        Row("UTC", "next business day at 23:59:59", from: "2026-12-31T09:00:00Z", "2027-01-01T23:59:59Z"),
        Row("UTC", "5 business days by close", from: "2024-12-29T12:00:00Z", "2025-01-03T17:00:00Z"),
        // Rolling: a closing is within hours, and back does not go before the anchor.
        Row("UTC", "next business day by close", roll: "forward", from: "2024-12-30T12:00:00Z", "2024-12-31T17:00:00Z"),
        Row("UTC", "next business day by close", roll: "back", from: "2024-12-30T12:00:00Z", "2024-12-31T17:00:00Z"),
        Row("UTC", "1s", roll: "forward", from: "2024-12-30T17:00:00Z", "2024-12-31T09:00:00Z"),
        Row("UTC", "12h", roll: "back", from: "2024-12-30T12:00:00Z", "2024-12-30T17:00:00Z"),
        Row("UTC", "1h", roll: "back", from: "2024-12-30T17:00:01Z", "2024-12-30T17:00:01Z"),
        // What ends where the hours do is due then; no time at all from a closed calendar is its opening.
        Row("UTC", "1 business hour", from: "2024-12-30T16:00:00Z", "2024-12-30T17:00:00Z"),
        Row("UTC", "0 business hours", from: "2024-12-30T17:00:00Z", "2024-12-31T09:00:00Z"),
        Row("UTC", "1us", from: "2024-12-30T16:00:00Z", "2024-12-30T16:00:00.000001Z"),
    ])
    func `a rule keeps to the clocks of its zone`(_ row: Row) throws {
        let calendar = try WorkingHours.calendar("a", row.zone, "09:00-17:00", weekend: "00:00-04:00")
        let notation = TimeRuleNotation(zone: calendar.zone, calendars: [calendar], standard: "a")
        let deadline = Deadline(try notation.rule(row.rule), roll: try notation.roll(row.roll))
        let due = deadline.due(from: try .at(row.anchor), in: .init(zone: calendar.zone))
        #expect([due.target, due.limit] == [try .at(row.due), try .at(row.due)])
    }

    @Test func `what asks for nothing is not due, and what has no bound is never late`() throws {
        let anchor = try Instant.at("2024-03-08T22:50:00Z")
        let terms = TimeRule.Terms(zone: .utc)
        let dues = [TimeRule.none, .unspecified, .immediate(bound: nil)].map { $0.due(from: anchor, in: terms) }
        #expect(dues.map(\.target) == [nil, nil, anchor])
        #expect(dues.map(\.limit) == [nil, nil, nil])
    }

    @Test func `the limit of a window wins over a target that is later`() throws {
        let support = try WorkingHours.support()
        let friday = try Instant.at("2024-03-08T22:50:00Z")
        let due = TimeRule.window(min: .businessElapsed(.hours(1), support), max: .elapsed(.hours(4)))
            .due(from: friday, in: .init(zone: .utc))
        #expect([due.target, due.limit] == [friday + .hours(4), friday + .hours(4)])
        let outer = TimeRule.window(
            min: .window(min: .elapsed(.hours(1)), max: .elapsed(.hours(2))),
            max: .window(min: .elapsed(.hours(3)), max: .elapsed(.hours(4)))
        ).due(from: friday, in: .init(zone: .utc))
        #expect([outer.target, outer.limit] == [friday + .hours(1), friday + .hours(4)])
    }

    @Test func `counts and durations below zero are read as zero`() throws {
        let support = try WorkingHours.support()
        let open = try Instant.at("2024-03-08T22:50:00Z")
        let rules: [TimeRule] = [
            .elapsed(.hours(-3)), .businessElapsed(.hours(-3), support), .calendarDays(-3, at: nil),
            .businessDays(-3, support, at: .close), .immediate(bound: .hours(-3)),
            .calendarDays(0, at: .midnight),
        ]
        for rule in rules {
            let due = rule.due(from: open, in: .init(zone: support.zone))
            #expect([due.target, due.limit] == [open, open], "\(rule)")
        }
    }

    // MARK: Pauses

    struct Paused: Sendable, CustomTestStringConvertible {
        let rule: String
        let pauses: [String]
        let openSince: String
        let target: String
        let limit: String

        init(_ rule: String, _ pauses: [String], openSince: String = "", _ target: String, limit: String? = nil) {
            self.rule = rule
            self.pauses = pauses
            self.openSince = openSince
            self.target = target
            self.limit = limit ?? target
        }

        var testDescription: String { "\(rule), \(pauses.joined(separator: ", ")) \(openSince)" }
    }

    /// From Thu 2024-03-07 at 14:00 in New York, 19:00Z.
    @Test(arguments: [
        Paused("4h", ["2024-03-07T20:00:00Z/2024-03-07T21:00:00Z"], "2024-03-08T00:00:00Z"),
        // Only what falls before the due time counts, as it moves; what begins at it does not.
        Paused(
            "4h", ["2024-03-07T22:30:00Z/2024-03-07T23:30:00Z", "2024-03-07T23:45:00Z/2024-03-08T00:00:00Z"],
            "2024-03-08T00:15:00Z"),
        Paused("4h", ["2024-03-07T23:00:00Z/2024-03-08T23:00:00Z"], "2024-03-07T23:00:00Z"),
        Paused("4h", ["2024-03-01T00:00:00Z/2024-03-07T20:00:00Z"], "2024-03-08T00:00:00Z"),
        Paused("4h", ["2024-03-01T00:00:00Z/2024-03-07T19:00:00Z"], "2024-03-07T23:00:00Z"),
        // Pauses in any order, meeting and overlapping, are one.
        Paused(
            "4h",
            [
                "2024-03-07T20:30:00Z/2024-03-07T21:00:00Z", "2024-03-07T20:00:00Z/2024-03-07T20:30:00Z",
                "2024-03-07T20:10:00Z/2024-03-07T20:40:00Z", "2024-03-07T20:05:00Z/2024-03-07T20:05:00Z",
            ],
            "2024-03-08T00:00:00Z"),
        Paused("4h", [], openSince: "2024-03-07T22:59:59Z", ""),
        Paused("4h", [], openSince: "2024-03-07T23:00:00Z", "2024-03-07T23:00:00Z"),
        Paused("4h", ["2024-03-07T20:00:00Z/2024-03-07T21:00:00Z"], openSince: "2024-03-07T21:00:00Z", ""),
        Paused("1h..4h", [], openSince: "2024-03-07T21:00:00Z", "2024-03-07T20:00:00Z", limit: ""),
        Paused(
            "immediately, within 15m", ["2024-03-07T18:00:00Z/2024-03-07T20:00:00Z"], "2024-03-07T20:00:00Z",
            limit: "2024-03-07T20:15:00Z"),
        Paused("immediately, within 15m", [], openSince: "2024-03-07T19:10:00Z", "2024-03-07T19:00:00Z", limit: ""),
        // Business time: of a pause over night only what lies within hours.
        Paused("4 business hours", ["2024-03-07T22:00:00Z/2024-03-08T15:00:00Z"], "2024-03-08T16:00:00Z"),
        Paused("4 business hours", ["2024-03-07T23:00:00Z/2024-03-08T14:00:00Z"], "2024-03-07T23:00:00Z"),
        Paused("5 business hours", ["2024-03-07T23:00:00Z/2024-03-08T14:00:00Z"], "2024-03-08T15:00:00Z"),
        Paused("5 business hours", [], openSince: "2024-03-08T13:00:00Z", ""),
        // Where dates are counted, the due time moves by the length of the pause.
        Paused("2 calendar days", ["2024-03-08T10:00:00Z/2024-03-08T15:00:00Z"], "2024-03-10T00:00:00Z"),
        Paused("2 business days by close", ["2024-03-08T10:00:00Z/2024-03-08T15:00:00Z"], "2024-03-12T03:00:00Z"),
        Paused("next business day by close", ["2024-03-08T23:00:00Z/2024-03-09T15:00:00Z"], "2024-03-08T23:00:00Z"),
        Paused("next business day by close", [], openSince: "2024-03-08T10:00:00Z", ""),
        // A recurrence stays where it is; an occurrence in the pause is left out.
        Paused("next weekly-review", ["2024-03-08T10:00:00Z/2024-03-13T13:59:59Z"], "2024-03-13T14:00:00Z"),
        Paused("next weekly-review", ["2024-03-08T10:00:00Z/2024-03-13T14:00:00Z"], "2024-03-13T14:00:00Z"),
        Paused(
            "next weekly-review",
            ["2024-03-13T14:00:00Z/2024-03-13T14:30:00Z", "2024-03-20T00:00:00Z/2024-03-21T00:00:00Z"],
            "2024-03-27T14:00:00Z"),
        Paused("next weekly-review", [], openSince: "2024-03-13T14:00:00Z", ""),
        Paused("next weekly-review", [], openSince: "2024-03-13T14:00:01Z", "2024-03-13T14:00:00Z"),
        Paused("none", [], openSince: "2024-03-01T00:00:00Z", ""),
    ])
    func `time in which a clock stands still does not count`(_ row: Paused) throws {
        let notation = try WorkingHours.notation()
        let ranges = try row.pauses.map { text in
            let ends = try text.split(separator: "/").map { try Instant.at(String($0)) }
            return ends[0]..<ends[1]
        }
        let pauses = Pauses(ranges, openSince: try .at(row.openSince))
        let due = try notation.rule(row.rule).due(
            from: .at("2024-03-07T19:00:00Z"), pauses: pauses, in: .init(zone: notation.zone))
        #expect([due.target, due.limit] == [try .at(row.target), try .at(row.limit)])
        #expect((due.pausedSince != nil) == (row.rule != "none" && row.limit.isEmpty))
        #expect(due.explanation.contains { $0.contains("stands still since") } == (due.pausedSince != nil))
    }

    /// Due on Thu 2024-03-07 at 19:00 in New York, an hour after closing.
    @Test(arguments: [
        Paused("5h", [], "2024-03-08T14:00:00Z"),
        Paused("5h", ["2024-03-08T13:00:00Z/2024-03-08T15:30:00Z"], "2024-03-08T15:30:00Z"),
        Paused(
            "5h", ["2024-03-08T13:00:00Z/2024-03-08T23:30:00Z", "2024-03-11T12:00:00Z/2024-03-11T13:30:00Z"],
            "2024-03-11T13:30:00Z"),
        Paused("5h", ["2024-03-08T14:00:00Z/2024-03-08T15:30:00Z"], "2024-03-08T14:00:00Z"),
        Paused("5h", [], openSince: "2024-03-08T13:00:00Z", ""),
        Paused("5h", [], openSince: "2024-03-08T14:00:00Z", "2024-03-08T14:00:00Z"),
        Paused("2h..5h", [], openSince: "2024-03-08T13:00:00Z", "2024-03-07T21:00:00Z", limit: ""),
        Paused("immediately, within 5h", [], openSince: "2024-03-08T13:00:00Z", "2024-03-07T19:00:00Z", limit: ""),
    ])
    func `nothing is moved into a pause`(_ row: Paused) throws {
        let notation = try WorkingHours.notation()
        let ranges = try row.pauses.map { text in
            let ends = try text.split(separator: "/").map { try Instant.at(String($0)) }
            return ends[0]..<ends[1]
        }
        let deadline = Deadline(try notation.rule(row.rule), roll: try notation.roll("forward"))
        let due = deadline.due(
            from: try .at("2024-03-07T19:00:00Z"), pauses: Pauses(ranges, openSince: try .at(row.openSince)),
            in: .init(zone: notation.zone))
        #expect([due.target, due.limit] == [try .at(row.target), try .at(row.limit)])
        #expect((due.pausedSince != nil) == row.limit.isEmpty)
    }

    @Test func `pauses are kept in order, apart from each other, and before the open one`() throws {
        func at(_ hour: Int64) -> Instant { Instant(seconds: hour * 3_600) }
        let pauses = Pauses([at(8)..<at(9), at(1)..<at(2), at(2)..<at(3), at(5)..<at(5), at(6)..<at(8)])
        #expect(pauses.past == [at(1)..<at(3), at(6)..<at(9)])
        #expect(Pauses(pauses.past, openSince: at(7)) == Pauses([at(1)..<at(3)], openSince: at(6)))
        #expect(Pauses(pauses.past, openSince: at(0)) == Pauses(openSince: at(0)))
        #expect(Pauses(pauses.past, openSince: at(9)) == Pauses([at(1)..<at(3)], openSince: at(6)))
        #expect(Pauses(pauses.past, openSince: at(10)).past == pauses.past)
    }
}
