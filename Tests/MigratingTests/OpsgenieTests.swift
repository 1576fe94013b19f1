import Chronology
import Migrating
import Notation
import OnCall
import TestSupport
import Testing

@Suite struct OpsgenieTests {
    private func migrated() throws -> Migration {
        try Exports.migrated("opsgenie.json", "2026-03-01T00:00:00Z", "2026-05-01T00:00:00Z")
    }

    @Test func `people, their numbers and their roles are read`() throws {
        let result = try migrated()
        #expect(result.sources.map(\.source) == [.opsgenie])
        #expect(result.document(.user, "ana-lopez")?["role"] == "manager")
        #expect(result.document(.user, "ben-ode")?["disabled"] == true)
        #expect(result.document(.user, "cy-ng")?["role"] == "viewer")
        let contacts = result.document(.user, "ana-lopez")?["contacts"]?.array ?? []
        #expect(contacts.map { $0["destination"]?.string } == ["+12025550123", "ana@example.com"])
        #expect(contacts.map { $0["disabled"]?.bool } == [false, true])
        #expect(result.verdicts("contact method") == ["changed c-1", "left-out c-2", "mapped c-3", "left-out c-4"])
        #expect(result.document(.team, "shop")?["members"] == ["ana-lopez", "cy-ng"])
    }

    /// Opsgenie's rules said on a wall clock: every rotation is on call beside the others within its restrictions, and an
    /// override of all of them replaces everybody.
    @Test func `shifts are those of Opsgenie's rules across the change of clocks, quarter hour by quarter hour`() throws
    {
        let schedule = try migrated().schedule("shop-on-call")
        let york = try InstalledZones.zone("America/New_York")
        let override = (try Instant.at("2026-03-07T05:00:00Z"), try Instant.at("2026-03-09T04:00:00Z"))
        let end = try Instant.at("2026-04-05T04:00:00Z")
        let starts = (try Wall(2026, 1, 5, 9), try Wall(2026, 1, 5, 0), try Wall(2026, 2, 1, 0))
        let found = try schedule.disagreements("2026-03-01T00:00:00Z", "2026-04-30T00:00:00Z") { instant in
            if override.0 <= instant, instant < override.1 { return ["cy-ng"] }
            let wall = Wall(instant, york)
            var people: Set<String> = []
            let week = wall.minuteOfWeek
            if (540..<(4 * 1_440 + 1_110)).contains(week) || (5 * 1_440 + 1_320..<6 * 1_440 + 360).contains(week) {
                people.insert(["ana-lopez", "ben-ode"].turn(wall.turns(of: 10_080, since: starts.0)))
            }
            if instant < end, wall.minuteOfDay >= 1_155 || wall.minuteOfDay < 180 {
                people.insert(["cy-ng", "ana-lopez"].turn(wall.turns(of: 3 * 1_440, since: starts.1)))
            }
            let hourly = ["ben-ode", "", "cy-ng"].turn(wall.turns(of: 420, since: starts.2))
            if !hourly.isEmpty { people.insert(hourly) }
            return people
        }
        #expect(found == [])
    }

    @Test func `turns of nobody become overrides until the horizon, and a team that takes turns is left out`() throws {
        let result = try migrated()
        #expect(result.verdicts("rotation") == ["mapped r-1", "mapped r-2", "changed r-3", "left-out r-4"])
        #expect(result.sentence("rotation", "r-3", .changed).contains("until 30 Apr 2026 20:00:00 EDT"))
        #expect(result.verdicts("override") == ["mapped 0f-1"])
        let schedule = try result.schedule("shop-on-call")
        #expect(schedule.layers.map(\.name) == ["Weeks", "Evenings"])
    }

    @Test func `delays count from the alert there and from the rung before here`() throws {
        let result = try migrated()
        let plan = try result.plan("shop-escalation")
        #expect(plan.laps == 4)
        #expect(
            plan.rungs.map { "\($0.patience.wholeSeconds) " + $0.targets.map(\.text).joined(separator: " ") } == [
                "600 schedule:shop-on-call", "3000 user:cy-ng", "1200 team:shop",
            ])
        let changes = result.findings.filter { $0.kind == "escalation" && $0.verdict == .changed }.map(\.sentence)
        #expect(changes.count == 2)
        #expect(changes[0].contains("an acknowledgement stops the climbing"))
        #expect(changes[1].contains("not closed"))
        #expect(result.findings.first { $0.kind == "escalation rule" }?.sentence.contains("\"next\"") == true)
    }

    @Test func `an override of one rotation stands in for its people, where they are in no other`() throws {
        let text = """
            {"users": [{"id": "a", "username": "a@x.example", "fullName": "A"}, {"id": "b", "username": "b@x.example", \
            "fullName": "B"}, {"id": "c", "username": "c@x.example", "fullName": "C"}],
             "schedules": [{"id": "s", "name": "S", "timezone": "UTC", "rotations": [
               {"id": "r1", "name": "One", "startDate": "2026-03-02T00:00:00Z", "type": "daily", "length": 1,
                "participants": [{"type": "user", "id": "a"}, {"type": "user", "id": "b"}]},
               {"id": "r2", "name": "Two", "startDate": "2026-03-02T00:00:00Z", "type": "daily", "length": 1,
                "participants": [{"type": "user", "id": "c"}]}],
              "overrides": [{"alias": "o", "user": {"type": "user", "id": "c"}, "startDate": "2026-03-05T00:00:00Z",
                "endDate": "2026-03-06T12:00:00Z", "rotations": [{"id": "r1"}]}]}]}
            """
        let result = try Migration(
            of: [.init(name: "a.json", bytes: Array(text.utf8))],
            try Exports.context("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"))
        let schedule = try result.schedule("s")
        #expect(schedule.onCall(at: try .at("2026-03-04T10:00:00Z")).map(\.user.text) == ["a", "c"])
        #expect(schedule.onCall(at: try .at("2026-03-05T10:00:00Z")).map(\.user.text) == ["c"])
        #expect(schedule.onCall(at: try .at("2026-03-06T13:00:00Z")).map(\.user.text) == ["a", "c"])
    }
}
