import Chronology
import Migrating
import Notation
import OnCall
import TestSupport
import Testing

@Suite struct PagerDutyTests {
    private func migrated() throws -> Migration {
        try Exports.migrated("pagerduty.json", "2026-03-01T00:00:00Z", "2026-06-01T00:00:00Z")
    }

    @Test func `the source is recognised, and documents come in the order in which they refer to one another`() throws {
        let result = try migrated()
        #expect(result.sources.map(\.source) == [.pagerDuty])
        #expect(
            result.documents.map { "\($0.kind.rawValue) \($0.id)" } == [
                "user ana-lopez", "user ben-ode", "user cy-ng", "user dee-mueller", "team platform",
                "schedule primary", "schedule secondary", "schedule ghosts", "override primary-i-POVR001",
                "plan default",
            ])
    }

    @Test func `people have their ways and rules, and what Tocsin cannot use is said`() throws {
        let result = try migrated()
        let ana = try #require(result.document(.user, "ana-lopez"))
        #expect(
            ana == [
                "name": "Ana Lopez", "email": "ana@example.com", "role": "manager", "disabled": false,
                "contacts": [
                    [
                        "id": "email-PCM0001", "channel": "email", "destination": "ana@example.com", "disabled": false,
                    ],
                    ["id": "sms-PCM0002", "channel": "sms", "destination": "+491701234567", "disabled": false],
                ],
                "zone": "Europe/Berlin",
                "rules": [
                    "high": [["contact": "sms-PCM0002", "delaySeconds": 0]],
                    "low": [["contact": "email-PCM0001", "delaySeconds": 300]],
                ],
            ])
        #expect(result.verdicts("user").contains("changed PANA001"), "An administrator does not become one unasked.")
        #expect(
            result.verdicts("contact method") == [
                "mapped PCM0001", "changed PCM0002", "left-out PCM0003", "left-out PCM0004", "left-out PCM0011",
            ])
        #expect(result.sentence("contact method", "PCM0011", .leftOut).contains("include[]=contact_methods"))
        #expect(result.verdicts("notification rule") == ["mapped PNR0001", "mapped PNR0002", "left-out PNR0003"])
        #expect(result.document(.user, "dee-mueller")?["zone"] == .null)
        #expect(result.document(.user, "dee-mueller")?["role"] == "viewer")
        #expect(result.sentence("user", "PDEE001", .leftOut).contains("Mars/Olympus"))
        #expect(result.sentence("user", "PNOMAIL", .leftOut).contains("no e-mail address"))
        #expect(result.document(.team, "platform")?["members"] == ["ana-lopez", "ben-ode"])
    }

    @Test func `layers that are over or name strangers are left out, and the report says why`() throws {
        let result = try migrated()
        #expect(result.sentence("layer", "PLAY000", .leftOut) == "It is over.")
        #expect(result.sentence("layer", "PLAY021", .leftOut).hasPrefix("Somebody Gone (PGONE01) of it"))
        #expect(result.document(.schedule, "ghosts")?["layers"] == [])
        #expect(result.sentence("schedule", "PSCHED3", .changed).contains("Nobody is on call by it"))
        #expect(
            result.verdicts("override") == ["mapped POVR001", "left-out POVR002", "left-out POVR003"],
            "Of two that overlap nothing says which counts, and what is over is over.")
    }

    /// PagerDuty's rules said on a wall clock: turns of fixed seconds from the virtual start, restrictions, the layer that
    /// is listed first covers the others, and an override covers all.
    @Test func `shifts are those of PagerDuty's rules across the change of clocks, quarter hour by quarter hour`()
        throws
    {
        let schedule = try migrated().schedule("primary")
        let berlin = try InstalledZones.zone("Europe/Berlin")
        let override = (try Instant.at("2026-03-28T11:00:00Z"), try Instant.at("2026-03-29T10:00:00Z"))
        let nights = (try Instant.at("2026-03-10T09:00:00Z"), try Instant.at("2026-04-20T08:00:00Z"))
        let week = try Instant.at("2026-03-18T13:00:00Z")
        let starts = (try Wall(2025, 11, 3, 9), try Wall(2026, 3, 1, 20), try Wall(2025, 12, 1, 10))
        let found = try schedule.disagreements("2026-03-02T00:00:00Z", "2026-05-04T00:00:00Z") { instant in
            let wall = Wall(instant, berlin)
            if override.0 <= instant, instant < override.1 { return ["dee-mueller"] }
            let isOffice =
                ([0, 2].contains(wall.weekday) && (540..<1_020).contains(wall.minuteOfDay))
                || (wall.weekday == 6 && wall.minuteOfDay >= 1_320) || (wall.weekday == 0 && wall.minuteOfDay < 480)
            if isOffice { return [["dee-mueller", "cy-ng"].turn(wall.turns(of: 1_440, since: starts.0))] }
            let isNight = wall.minuteOfDay >= 1_200 || wall.minuteOfDay < 480
            if nights.0 <= instant, instant < nights.1, isNight {
                return [["ben-ode", "cy-ng", "ana-lopez"].turn(wall.turns(of: 720, since: starts.1))]
            }
            if instant >= week {
                return [["ana-lopez", "ben-ode", "cy-ng"].turn(wall.turns(of: 10_080, since: starts.2))]
            }
            return []
        }
        #expect(found == [])
    }

    /// Worked out by hand: turns of two days from 09:00 New York, counted from 1 February; clocks go forward on 8 March.
    @Test func `a turn of days stays at nine when the clocks are put forward`() throws {
        let schedule = try migrated().schedule("secondary")
        #expect(
            try schedule.lines("2026-03-05T14:00:00Z", "2026-03-13T13:00:00Z") == [
                "cy-ng 2026-03-05T14:00:00Z 48h", "ben-ode 2026-03-07T14:00:00Z 47h", "cy-ng 2026-03-09T13:00:00Z 48h",
                "ben-ode 2026-03-11T13:00:00Z 48h",
            ])
    }

    @Test func `a layer that begins within a turn to come begins there, with whoever has that turn`() throws {
        let layers = try #require(try migrated().document(.schedule, "primary")?["layers"]?.array)
        #expect(
            layers.map { $0["name"]?.string } == ["Week, first turn", "Week", "Nights, first turn", "Nights", "Office"])
        #expect(layers.map { $0["priority"]?.integer } == [1, 1, 2, 2, 3])
        #expect(
            layers.map { $0["start"]?.string } == [
                "2026-03-18T14:00", "2026-03-23T10:00", "2026-03-10T10:00", "2026-03-10T20:00", "2025-11-03T09:00",
            ])
    }

    @Test func `an escalation policy is climbed as often as it loops, and says what works differently`() throws {
        let result = try migrated()
        let plan = try result.plan("default")
        #expect(plan.laps == 3)
        #expect(
            plan.rungs.map { rung in "\(rung.patience.wholeSeconds) " + rung.targets.map(\.text).joined(separator: " ")
            }
                == ["300 schedule:primary", "900 schedule:secondary user:ana-lopez"])
        #expect(result.verdicts("escalation policy") == ["changed PESC001", "changed PESC001", "mapped PESC001"])
        #expect(result.sentence("escalation rule", "PGONE01", .leftOut).contains("Somebody Gone"))
    }

    @Test func `a list and an answer about one schedule are put together`() throws {
        let list = #"{"schedules": [{"id": "P1", "type": "schedule", "name": "A", "time_zone": "UTC"}], "limit": 25}"#
        let one =
            #"{"schedule": {"id": "P1", "type": "schedule", "name": "A", "time_zone": "UTC", "schedule_layers": []}}"#
        let context = try Exports.context("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")
        func run(_ texts: String...) throws -> Migration {
            try Migration(
                of: texts.enumerated().map { .init(name: "\($0).json", bytes: Array($1.utf8), source: .pagerDuty) },
                context)
        }
        #expect(try run(list).sentence("schedule", "P1", .leftOut).contains("/schedules/P1"))
        #expect(try run(list, one).documents.map(\.id) == ["a"])
    }
}
