import Chronology
import Migrating
import Notation
import OnCall
import TestSupport
import Testing

@Suite struct GrafanaTests {
    private func migrated() throws -> Migration {
        try Exports.migrated("grafana.json", "2026-03-16T00:00:00Z", "2026-05-04T00:00:00Z")
    }

    /// Of those who are on call by several shifts whoever has the highest level.
    private func highest(_ people: [(level: Int, user: String)]) -> Set<String> {
        let best = people.map(\.level).max() ?? 0
        return Set(people.filter { $0.level == best }.map(\.user))
    }

    @Test func `people and teams are read`() throws {
        let result = try migrated()
        #expect(result.sources.map(\.source) == [.grafanaOnCall])
        #expect(
            result.documents.filter { $0.kind != .override }.map { "\($0.kind.rawValue) \($0.id)" } == [
                "user ana-lopez", "user ben", "user cy", "user dee", "team platform", "schedule web",
                "schedule calendar", "plan default-chain",
            ])
        #expect(result.document(.team, "platform")?["members"] == ["ana-lopez", "ben"])
    }

    @Test func `a web schedule's turns and levels are OnCall's across the change of clocks`() throws {
        let schedule = try migrated().schedule("web")
        let berlin = try InstalledZones.zone("Europe/Berlin")
        let weeks = try Wall(2026, 1, 7, 10)
        // Sunday 1 February is none of its days: the first turn is on Monday the 2nd, and each day of it is a turn.
        let first = try Wall(2026, 2, 2, 8)
        let from = try Instant.at("2026-03-20T11:00:00Z")
        let override = (try Instant.at("2026-03-28T19:00:00Z"), try Instant.at("2026-03-29T06:00:00Z"))
        let found = try schedule.disagreements("2026-03-16T00:00:00Z", "2026-05-03T00:00:00Z") { instant in
            if override.0 <= instant, instant < override.1 { return ["ben"] }
            let wall = Wall(instant, berlin)
            var people: [(level: Int, user: String)] = []
            for user in [["ben", "cy"], ["dee"], ["ana-lopez"]].turn(wall.turns(of: 10_080, since: weeks)) {
                people.append((0, user))
            }
            // The shift that had begun when the rotation was changed counts as well.
            if instant >= from - .hours(4), let day = [0, 2, 4].firstIndex(of: wall.weekday),
                (480..<1_080).contains(wall.minuteOfDay)
            {
                people.append((1, ["cy", "dee"].turn(wall.turns(of: 10_080, since: first) * 3 + day)))
            }
            return highest(people)
        }
        #expect(found == [])
        #expect(schedule.layers.count == 2)
        #expect(schedule.overrides.count == 1, "Only what is an override there is one here.")
    }

    @Test func `a calendar schedule's shifts are OnCall's across the change of clocks, within the horizon`() throws {
        let schedule = try migrated().schedule("calendar")
        let berlin = try InstalledZones.zone("Europe/Berlin")
        let york = try InstalledZones.zone("America/New_York")
        let week = try Wall(2026, 2, 2, 0)
        let nights = try Wall(2026, 1, 1, 20)
        let last = try Wall(2026, 4, 15, 0)
        let odd = try Wall(2026, 1, 5, 12)
        let once = (try Instant.at("2026-03-29T00:00:00Z"), try Instant.at("2026-03-29T01:00:00Z"))
        let found = try schedule.disagreements("2026-03-16T00:00:00Z", "2026-05-03T00:00:00Z") { instant in
            let (wall, away) = (Wall(instant, berlin), Wall(instant, york))
            var people: [(level: Int, user: String)] = []
            if (0...4).contains(away.weekday), (540..<1_020).contains(away.minuteOfDay) {
                people.append((2, ["ana-lopez", "ben"].turn(away.turns(of: 10_080, since: week))))
            }
            let night = wall.turns(of: 1_440, since: nights)
            let begin = nights.minutes + night * 1_440
            if begin <= last.minutes, wall.minutes - begin < 720 {
                people.append((1, ["ben", "cy", "dee"].turn(night)))
            }
            let day = Wall.day(wall)
            if [1, 15].contains(day), (360..<600).contains(wall.minuteOfDay) { people.append((3, "dee")) }
            if once.0 <= instant, instant < once.1 { people += [(4, "ana-lopez"), (4, "ben")] }
            if wall.weekday >= 5 { people.append((1, "ana-lopez")) }
            let biweek = wall.turns(of: 2 * 10_080, since: odd)
            if wall.minutes - odd.minutes - biweek * 2 * 10_080 < 1_440 {
                people.append((0, ["cy", "dee"].turn(biweek)))
            }
            return highest(people)
        }
        #expect(found == [])
    }

    @Test func `what is a layer is mapped, what is none becomes overrides, and calendars elsewhere are left out`()
        throws
    {
        let result = try migrated()
        #expect(
            result.verdicts("on-call shift") == [
                "left-out H-GONE", "mapped H-WEEK", "mapped H-DAYS", "mapped H-OVR", "mapped H-BYDAY",
                "mapped H-NIGHT",
                "changed H-MONTH", "mapped H-ONCE", "mapped H-REC", "changed H-BIWEEK",
            ])
        #expect(result.sentence("schedule", "SICAL", .leftOut).contains("ical_url_primary"))
        #expect(result.sentence("schedule", "SCAL", .leftOut).contains("ical_url_overrides"))
        #expect(try result.schedule("calendar").layers.map(\.name) == ["Business hours", "Nights", "Weekends"])
    }

    /// Overrides would hide a layer that is wrong, so each of these shifts is imported alone: there must be none.
    @Test(arguments: [
        (
            "weekly", #""duration": 604800, "frequency": "weekly", "interval": 1, "week_start": "MO""#,
            "2026-01-07T10:00:00", 1
        ),
        ("two weeks", #""duration": 1209600, "frequency": "weekly", "interval": 2"#, "2026-01-07T10:00:00", 1),
        (
            "days of the week", #""duration": 28800, "frequency": "weekly", "by_day": ["MO", "TU", "FR"]"#,
            "2026-01-07T10:00:00", 1
        ),
        (
            "days of the week, weeks from Monday, into the night",
            #""duration": 50400, "frequency": "weekly", "by_day": ["SU", "FR"], "week_start": "MO""#,
            "2026-01-07T20:00:00", 1
        ),
        ("every day", #""duration": 86400, "frequency": "daily", "interval": 1"#, "2026-01-07T09:00:00", 1),
        ("nights", #""duration": 43200, "frequency": "daily", "interval": 1"#, "2026-01-07T20:00:00", 1),
        (
            "nights that end", #""duration": 43200, "frequency": "daily", "until": "2026-04-02T20:00:00""#,
            "2026-01-07T20:00:00", 1
        ),
        ("three days", #""duration": 259200, "frequency": "daily", "interval": 3"#, "2026-01-07T20:00:00", 1),
        (
            "a turn on each of some days", #""duration": 36000, "frequency": "daily", "by_day": ["MO", "WE", "TH"]"#,
            "2026-01-08T08:00:00", 1
        ),
        ("begins in the future", #""duration": 604800, "frequency": "weekly""#, "2026-03-25T10:00:00", 1),
        (
            "days of the week, begins in the future",
            #""duration": 28800, "frequency": "weekly", "by_day": ["MO", "TU", "FR"], "week_start": "SU""#,
            "2026-03-24T10:00:00", 2
        ),
        ("hours", #""duration": 21600, "frequency": "hourly", "interval": 6"#, "2026-01-07T06:00:00", 1),
    ])
    func `a shift that is a layer needs no override`(name: String, rule: String, start: String, layers: Int) throws {
        let text = """
            {"users": [{"id": "A", "username": "a", "email": "a@x.example"}, {"id": "B", "username": "b", "email":             "b@x.example"}, {"id": "C", "username": "c", "email": "c@x.example"}],
             "schedules": [{"id": "S", "name": "S", "type": "web", "time_zone": "Europe/Berlin", "shifts": ["H"]}],
             "on_call_shifts": [{"id": "H", "name": "H", "type": "rolling_users", "start": "\(start)", \(rule),
               "rolling_users": [["A"], ["B"], ["C"]], "start_rotation_from_user_index": 2}]}
            """
        let result = try Migration(
            of: [.init(name: "a.json", bytes: Array(text.utf8))],
            try Exports.context("2026-03-16T00:00:00Z", "2026-05-04T00:00:00Z"))
        #expect(result.verdicts("on-call shift") == ["mapped H"])
        let overrides = result.documents.filter { $0.kind == .override }
        // Six hours from 20:00 UTC are an hour off after a change of clocks, where a wall clock repeats an hour.
        #expect(overrides.map(\.body.text) == [])
        #expect(try result.schedule("s").layers.count == layers)
    }

    @Test func `a chain's steps become rungs, and what has no rung is said`() throws {
        let result = try migrated()
        let plan = try result.plan("default-chain")
        #expect(plan.laps == 6)
        #expect(
            plan.rungs.map { "\($0.patience.wholeSeconds) " + $0.targets.map(\.text).joined(separator: " ") } == [
                "300 schedule:web", "600 user:cy team:platform",
            ])
        #expect(result.verdicts("escalation policy") == ["left-out E3", "left-out E4", "left-out E5", "left-out E8"])
        #expect(result.sentence("escalation policy", "E3", .leftOut).contains("09:00:00Z"))
    }
}

extension Wall {
    /// The day of the month.
    static func day(_ wall: Wall) -> Int { CivilDate(dayNumber: wall.minutes / 1_440 - 3).day }
}
