import Chronology
import TestSupport
import Testing

/// What people are told about a due time: rule, anchor, arithmetic, what was moved, result.
@Suite struct ExplanationTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let rule: String
        let roll: String
        let anchor: String
        let pauses: [(String, String)]
        let openSince: String
        let sentences: [String]

        init(
            _ rule: String, roll: String = "none", from anchor: String = GoldenVectorTests.declared,
            pauses: [(String, String)] = [], openSince: String = "", _ sentences: [String]
        ) {
            self.rule = rule
            self.roll = roll
            self.anchor = anchor
            self.pauses = pauses
            self.openSince = openSince
            self.sentences = sentences
        }

        var testDescription: String { "\(rule), roll \(roll), from \(anchor)" }
    }

    @Test(arguments: [
        Row(
            "4 business hours",
            [
                "The rule is 4 business hours in support.",
                "It counts from Fri 2024-03-08 17:50 EST.",
                "It uses 10 min until Fri 2024-03-08 18:00 EST, which leaves 3 h 50 min from Mon 2024-03-11 09:00 EDT.",
                "It is due Mon 2024-03-11 12:50 EDT.",
            ]),
        Row(
            "30 business hours", from: "2024-03-09T12:00:00Z",
            [
                "The rule is 30 business hours in support.",
                "It counts from Sat 2024-03-09 07:00 EST.",
                "The clock begins to run at Mon 2024-03-11 09:00 EDT: support is closed before.",
                "It uses 9 h until Mon 2024-03-11 18:00 EDT, 18 h more until Wed 2024-03-13 18:00 EDT, which leaves 3 h "
                    + "from Thu 2024-03-14 09:00 EDT.",
                "It is due Thu 2024-03-14 12:00 EDT.",
            ]),
        Row(
            "48h", roll: "forward", from: GoldenVectorTests.resolved,
            [
                "The rule is 2 d (48 h).",
                "It counts from Fri 2024-03-08 18:30 EST.",
                "In between the clocks are put forward by 1 h, from EST to EDT.",
                "Sun 2024-03-10 19:30 EDT is outside the hours of support: moved on to Mon 2024-03-11 09:00 EDT.",
                "It is due Mon 2024-03-11 09:00 EDT.",
            ]),
        Row(
            "48h", roll: "back", from: "2024-03-08T18:00:00Z",
            [
                "The rule is 2 d (48 h).",
                "It counts from Fri 2024-03-08 13:00 EST.",
                "In between the clocks are put forward by 1 h, from EST to EDT.",
                "Sun 2024-03-10 14:00 EDT is outside the hours of support: moved back to Fri 2024-03-08 18:00 EST.",
                "It is due Fri 2024-03-08 18:00 EST.",
            ]),
        Row(
            "3 business days by close",
            [
                "The rule is 3 business days in support, by close.",
                "It counts from Fri 2024-03-08 17:50 EST.",
                "Business day 3 after Fri 2024-03-08 is Wed 2024-03-13.",
                "It is due Wed 2024-03-13 18:00 EDT.",
            ]),
        Row(
            "2 business days at 02:30 in rota", from: "2024-03-08T15:00:00Z",
            [
                "The rule is 2 business days in rota, at 02:30.",
                "It counts from Fri 2024-03-08 10:00 EST.",
                "Sat 2024-03-09 is a holiday in rota: Moving.",
                "Mon 2024-03-11 has other hours in rota, 10:00-12:00: Half day.",
                "Business day 2 after Fri 2024-03-08 is Mon 2024-03-11.",
                "It is due Mon 2024-03-11 02:30 EDT.",
            ]),
        Row(
            "1 calendar day at 02:30", from: "2024-03-09T15:00:00Z",
            [
                "The rule is 1 calendar day, at 02:30.",
                "It counts from Sat 2024-03-09 10:00 EST.",
                "The clocks of America/New_York skip Sun 2024-03-10 02:30: the first instant after takes its place.",
                "In between the clocks are put forward by 1 h, from EST to EDT.",
                "It is due Sun 2024-03-10 03:00 EDT.",
            ]),
        Row(
            "0 calendar days at 09:00",
            [
                "The rule is 0 calendar days, at 09:00.",
                "It counts from Fri 2024-03-08 17:50 EST.",
                "Fri 2024-03-08 09:00 EST has passed by then: it is due at once.",
                "It is due Fri 2024-03-08 17:50 EST.",
            ]),
        Row(
            "1h..4 business hours", from: "2024-03-08T22:50:12.75Z",
            [
                "The rule is between 1 h and 4 business hours in support.",
                "It counts from Fri 2024-03-08 17:50:12 EST.",
                "The limit is 4 business hours in support.",
                "It uses 9 min 47 s until Fri 2024-03-08 18:00 EST, which leaves 3 h 50 min from Mon 2024-03-11 09:00 EDT.",
                "The target is Fri 2024-03-08 18:50:12 EST and the limit Mon 2024-03-11 12:50:12 EDT.",
            ]),
        Row(
            "immediately",
            [
                "The rule is at once.", "It counts from Fri 2024-03-08 17:50 EST.",
                "The target is Fri 2024-03-08 17:50 EST, and there is no limit.",
            ]),
        Row(
            "none",
            [
                "The rule is that nothing is owed.", "It counts from Fri 2024-03-08 17:50 EST.", "Nothing is due.",
            ]),
        Row(
            "next weekly-review",
            [
                "The rule is the next weekly-review, which is every Wednesday at 10:00 America/New_York.",
                "It counts from Fri 2024-03-08 17:50 EST.", "It is due Wed 2024-03-13 10:00 EDT.",
            ]),
        Row(
            "4h", pauses: [("2024-03-08T23:00:00Z", "2024-03-09T01:00:00Z")],
            [
                "The rule is 4 h.",
                "It counts from Fri 2024-03-08 17:50 EST.",
                "The clock stands still for 2 h, from Fri 2024-03-08 18:00 EST until Fri 2024-03-08 20:00 EST.",
                "It uses 10 min until Fri 2024-03-08 18:00 EST, which leaves 3 h 50 min from Fri 2024-03-08 20:00 EST.",
                "It is due Fri 2024-03-08 23:50 EST.",
            ]),
        Row(
            "1h..4h", openSince: "2024-03-09T00:00:00Z",
            [
                "The rule is between 1 h and 4 h.",
                "It counts from Fri 2024-03-08 17:50 EST.",
                "The target is Fri 2024-03-08 18:50 EST. The clock stands still since Fri 2024-03-08 19:00 EST: the "
                    + "limit is not known until it runs again.",
            ]),
        Row(
            "next weekly-review", pauses: [("2024-03-13T13:00:00Z", "2024-03-13T15:00:00Z")],
            [
                "The rule is the next weekly-review, which is every Wednesday at 10:00 America/New_York.",
                "It counts from Fri 2024-03-08 17:50 EST.",
                "The clock stands still for 2 h, from Wed 2024-03-13 09:00 EDT until Wed 2024-03-13 11:00 EDT.",
                "The occurrence of Wed 2024-03-13 10:00 EDT falls into the pause and does not count.",
                "It is due Wed 2024-03-20 10:00 EDT.",
            ]),
    ])
    func `a due time is explained in sentences`(_ row: Row) throws {
        let rota = try WorkingHours.calendar(
            "rota", "America/New_York", "09:00-17:00", weekend: "09:00-12:00",
            holidays: [
                WorkingHours.holiday("2024-03-09", "Moving"),
                WorkingHours.holiday("2024-03-11", "Half day", "10:00-12:00"),
            ])
        let notation = try WorkingHours.notation([rota])
        let pauses = Pauses(
            try row.pauses.map { try .at($0.0)..<(.at($0.1)) }, openSince: try .at(row.openSince))
        let deadline = Deadline(try notation.rule(row.rule), roll: try notation.roll(row.roll))
        let due = deadline.due(from: try .at(row.anchor), pauses: pauses, in: .init(zone: notation.zone))
        #expect(due.explanation == row.sentences)
    }

    @Test func `many holidays are counted and not listed`() throws {
        let holidays = try (1...8).map { try WorkingHours.holiday("2024-03-0\($0)", "Day \($0)") }
        let closed = try WorkingHours.calendar(
            "closed", "UTC", "09:00-17:00", weekend: "09:00-17:00", holidays: holidays)
        let due = TimeRule.nextBusinessDay(closed, at: .open).due(
            from: try .at("2024-02-29T12:00:00Z"), in: .init(zone: .utc))
        #expect(
            due.explanation == [
                "The rule is the next business day in closed, by open.", "It counts from Thu 2024-02-29 12:00 UTC.",
                "Fri 2024-03-01 is a holiday in closed: Day 1.", "Sat 2024-03-02 is a holiday in closed: Day 2.",
                "Sun 2024-03-03 is a holiday in closed: Day 3.", "Mon 2024-03-04 is a holiday in closed: Day 4.",
                "Tue 2024-03-05 is a holiday in closed: Day 5.", "3 later holidays change the hours too.",
                "The next business day after Thu 2024-02-29 is Sat 2024-03-09.", "It is due Sat 2024-03-09 09:00 UTC.",
            ])
    }

    @Test func `a cadence is explained with the step that applies`() throws {
        let support = try WorkingHours.support()
        let cadence = try Cadence(
            every: .elapsed(.minutes(20)), within: support, roll: .carry,
            after: [.init(after: .hours(2), every: .window(target: .minutes(45), limit: .hours(1)))])
        let due = cadence.next(
            after: try .at("2024-03-08T22:50:00Z"), started: try .at("2024-03-08T20:00:00Z"), in: .init(zone: .utc))
        #expect(
            due.explanation == [
                "An update is owed every 45 min to 1 h during the hours of support.",
                "This holds from 2 h after the start on, which was Fri 2024-03-08 15:00 EST.",
                "It counts from Fri 2024-03-08 17:50 EST.",
                "The target is 45 business minutes in support.",
                "It uses 10 min until Fri 2024-03-08 18:00 EST, which leaves 35 min from Mon 2024-03-11 09:00 EDT.",
                "The limit is 1 business hour in support.",
                "It uses 10 min until Fri 2024-03-08 18:00 EST, which leaves 50 min from Mon 2024-03-11 09:00 EDT.",
                "The target is Mon 2024-03-11 09:35 EDT and the limit Mon 2024-03-11 09:50 EDT.",
            ])
    }

    @Test func `a calendar that stays closed is said to be the reason`() throws {
        let closed = try BusinessCalendar(
            name: "fair", zone: .utc, hours: [:],
            holidays: [WorkingHours.holiday("2024-03-01", "The fair", "10:00-12:00")])
        let due = TimeRule.businessElapsed(.hours(1), closed).due(
            from: try .at("2024-03-02T00:00:00Z"), in: .init(zone: .utc))
        #expect([due.target, due.limit, due.pausedSince] == [nil, nil, nil])
        #expect(
            due.explanation == [
                "The rule is 1 business hour in fair.", "It counts from Sat 2024-03-02 00:00 UTC.",
                "fair is not open for long enough in the 3653 days around it: there is no due time.", "Nothing is due.",
            ])
    }

    @Test func `lint hears what a rule leaves open`() throws {
        let support = try WorkingHours.support()
        #expect(
            TimeRule.immediate(bound: nil).findings == [
                "\"immediately\" has no bound, so it is never late: say within what time"
            ])
        #expect(TimeRule.unspecified.findings == ["nobody has said by when: say \"none\" if nothing is owed"])
        #expect(
            TimeRule.window(min: .businessElapsed(.hours(4), support), max: .businessElapsed(.hours(1), support))
                .findings
                == ["the window ends before it begins"])
        #expect(TimeRule.window(min: .elapsed(.hours(4)), max: .businessElapsed(.hours(1), support)).findings == [])
        #expect(TimeRule.none.findings == [])
    }
}
