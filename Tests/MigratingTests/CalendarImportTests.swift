import Chronology
import Migrating
import Notation
import OnCall
import TestSupport
import Testing

@Suite struct CalendarImportTests {
    private func migrated(_ file: String = "rotation.ics") throws -> Migration {
        try Exports.migrated(file, "2026-03-01T00:00:00Z", "2026-06-01T00:00:00Z", people: Exports.everybody)
    }

    @Test func `a calendar's events are on call when they take place, by level, across the change of clocks`() throws {
        let schedule = try migrated().schedule("night-duty")
        let berlin = try InstalledZones.zone("Europe/Berlin")
        let first = try Wall(2026, 1, 5, 10)
        let found = try schedule.disagreements("2026-03-01T00:00:00Z", "2026-05-31T00:00:00Z") { instant in
            let wall = Wall(instant, berlin)
            if instant >= (try .at("2026-03-15T12:00:00Z")), instant < (try .at("2026-03-15T13:30:00Z")) {
                return ["dee"]
            }
            let day = CivilDate(dayNumber: wall.minutes / 1_440 - 3)
            if wall.weekday == 0, day.day <= 7, (1_080..<1_200).contains(wall.minuteOfDay) { return ["ana", "ben"] }
            if wall.minutes >= (try Wall(2026, 3, 2, 9).minutes), wall.weekday < 5,
                (540..<1_020).contains(wall.minuteOfDay)
            {
                return ["dee"]
            }
            let turn = wall.turns(of: 10_080, since: first)
            if turn == 13 { return [] }
            return turn == 11 ? ["dee"] : [["ana", "ben", "cy"].turn(turn)]
        }
        #expect(found == [])
    }

    @Test func `events that take turns are one layer, and only what differs is an override`() throws {
        let result = try migrated()
        let schedule = try result.schedule("night-duty")
        #expect(schedule.layers.map(\.name) == ["Ana Lopez and 2 more", "dee"])
        #expect(schedule.layers[0].groups.map { $0.map(\.text) } == [["ana"], ["ben"], ["cy"]])
        #expect(schedule.layers.map(\.priority) == [0, 2])
        // A week of Dee's in six pieces around office hours that are hers anyway, a week of nobody in as many, three
        // evenings and one afternoon.
        #expect(schedule.overrides.count <= 18)
    }

    @Test func `the report says of each event what became of it`() throws {
        let result = try migrated()
        #expect(
            result.findings.filter { $0.kind == "event" }.map { "\($0.verdict.rawValue) \($0.id)" } == [
                "left-out weekno", "left-out mars", "mapped ana-week", "mapped ben-week", "mapped cy-week",
                "mapped office",
                "changed month", "mapped once", "left-out stranger", "left-out past", "left-out cancelled",
            ])
        #expect(result.sentence("event", "stranger", .leftOut).contains("\"Zoe\" is not the name"))
        #expect(result.sentence("event", "weekno", .leftOut).contains("BYWEEKNO"))
        #expect(result.sentence("event", "mars", .leftOut).contains("Mars/Olympus"))
        #expect(result.sentence("event", "month", .changed).contains("until 1 Jun 2026 02:00:00 CEST"))
        #expect(result.report.hasPrefix("Left out (5):\n"))
    }

    @Test func `zones of Windows are those of the tz database where the calendar's rules agree, others are kept to`()
        throws
    {
        let file = try CalendarFile(name: "o.ics", bytes: try Exports.bytes("outlook.ics"), zone: Exports.zone)
        let span = TimeSpan(try .at("2026-03-01T00:00:00Z"), try .at("2026-12-01T00:00:00Z"))
        let found = try file.occurrences(in: span, floating: .utc)
        func begins(_ uid: String) -> [String] {
            found.filter { $0.uid == uid }.prefix(4).map { "\($0.span.start) \($0.span.length.wholeSeconds / 60)" }
        }
        #expect(begins("named").prefix(2) == ["2026-03-23T08:00:00Z 480", "2026-03-30T07:00:00Z 480"])
        #expect(
            begins("own") == [
                "2026-04-05T11:30:00Z 180", "2026-04-12T10:30:00Z 180", "2026-04-19T10:30:00Z 180",
                "2026-04-26T10:30:00Z 180",
            ])
        // Half past two is left out on 12 April: with the offset before, it is 02:00 UTC. It ends at 05:30 on the clock.
        #expect(begins("own-gap") == ["2026-04-12T02:00:00Z 120"])
        // On 8 November half past two is there twice, and the first counts.
        #expect(begins("own-overlap") == ["2026-11-08T01:00:00Z 240"])
        #expect(begins("path") == ["2026-03-10T13:00:00Z 60"])
        let result = try migrated("outlook.ics")
        #expect(result.verdicts("event").first == "mapped named")
        #expect(result.sentence("event", "own", .changed).contains("overrides"))
    }

    @Test func `what a calendar says of free time, attendees and whole days is there for whoever asks`() throws {
        let text = """
            BEGIN:VCALENDAR
            BEGIN:VEVENT
            UID:holiday
            DTSTART;VALUE=DATE:20260328
            DTEND;VALUE=DATE:20260330
            TRANSP:TRANSPARENT
            STATUS:TENTATIVE
            SUMMARY:Away\\, far\\nand long
            ORGANIZER:mailto:ana@example.com
            ATTENDEE;PARTSTAT=DECLINED:mailto:ben@example.com
            ATTENDEE:mailto:cy@example.com
            END:VEVENT
            END:VCALENDAR
            """
        let file = try CalendarFile(name: "a.ics", bytes: Array(text.utf8), zone: Exports.zone)
        let found = try file.occurrences(
            in: TimeSpan(try .at("2026-03-29T12:00:00Z"), try .at("2026-03-29T13:00:00Z")),
            floating: try InstalledZones.zone("Europe/Berlin"))
        let one = try #require(found.first)
        #expect(one.span == TimeSpan(try .at("2026-03-27T23:00:00Z"), try .at("2026-03-29T22:00:00Z")))
        #expect(one.isAllDay && one.isFree && one.isTentative)
        #expect(one.summary == "Away, far\nand long")
        #expect(one.attendees == ["cy@example.com"])
        #expect(one.organizer == "ana@example.com")
    }

    @Test(arguments: [
        ("RRULE:FREQ=WEEKLY;BYDAY=MO", 1), ("RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", 1), ("RRULE:FREQ=DAILY", 1),
        ("RRULE:FREQ=DAILY;BYDAY=MO,TU,WE", 1), ("RRULE:FREQ=WEEKLY;COUNT=9", 1),
        ("RRULE:FREQ=WEEKLY;UNTIL=20260413T080000Z", 1), ("RRULE:FREQ=DAILY;UNTIL=20260413", 1),
        ("RRULE:FREQ=MONTHLY", 0), ("RRULE:FREQ=WEEKLY;INTERVAL=2", 0), ("RRULE:FREQ=WEEKLY;BYHOUR=9,12", 0),
    ])
    func `a rule that is a layer needs no override`(rule: String, layers: Int) throws {
        let text = """
            BEGIN:VCALENDAR
            BEGIN:VEVENT
            UID:one
            DTSTART;TZID=Europe/Berlin:20260302T100000
            DTEND;TZID=Europe/Berlin:20260303T080000
            \(rule)
            SUMMARY:ana
            END:VEVENT
            END:VCALENDAR
            """
        let result = try Migration(
            of: [.init(name: "duty.ics", bytes: Array(text.utf8))],
            try Exports.context("2026-03-01T00:00:00Z", "2026-06-01T00:00:00Z", people: Exports.everybody))
        let schedule = try result.schedule("duty")
        #expect(schedule.layers.count == layers)
        #expect(schedule.overrides.isEmpty == (layers == 1))
        #expect(result.verdicts("event") == [layers == 1 ? "mapped one" : "changed one"])
    }

    @Test func `times without a zone are left out where nobody says which is meant`() throws {
        let text = """
            BEGIN:VCALENDAR
            BEGIN:VEVENT
            UID:one
            DTSTART:20260302T100000
            DTEND:20260302T120000
            SUMMARY:ana
            END:VEVENT
            END:VCALENDAR
            """
        func run(_ usual: String?) throws -> Migration {
            try Migration(
                of: [.init(name: "duty.ics", bytes: Array(text.utf8))],
                try Exports.context(
                    "2026-03-01T00:00:00Z", "2026-06-01T00:00:00Z", people: Exports.everybody, usual: usual))
        }
        #expect(try run(nil).documents == [])
        #expect(try run(nil).sentence("event", "one", .leftOut).contains("name no zone"))
        #expect(
            try run("Asia/Tokyo").schedule("duty").lines("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")
                == ["ana 2026-03-02T01:00:00Z 2h"])
    }
}
