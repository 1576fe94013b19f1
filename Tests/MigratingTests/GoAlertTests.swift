import Chronology
import Migrating
import Notation
import OnCall
import TestSupport
import Testing

@Suite struct GoAlertTests {
    private let ana = "ana-lopez"
    private let ben = "ben-ode"
    private let cy = "cy-ng"

    private func migrated() throws -> Migration {
        try Exports.migrated("goalert.json", "2026-03-01T00:00:00Z", "2026-05-01T00:00:00Z")
    }

    @Test func `people, their ways and their rules are read`() throws {
        let result = try migrated()
        #expect(result.sources.map(\.source) == [.goAlert])
        #expect(result.verdicts("contact method") == ["changed cm-1", "left-out cm-2", "mapped cm-3", "left-out cm-4"])
        #expect(result.verdicts("notification rule") == ["mapped nr-1", "mapped nr-2", "left-out nr-3"])
        let steps: JSON = [
            ["contact": "email-cm-3", "delaySeconds": 0], ["contact": "sms-cm-1", "delaySeconds": 180],
        ]
        #expect(result.document(.user, ana)?["rules"] == ["high": steps, "low": steps])
    }

    /// GoAlert's rules said on a wall clock. A rotation hands over at multiples of its shift from its start, and whose turn
    /// it is, is known from the hand-off that the export names. Every active rule counts beside the others.
    @Test func `shifts are those of GoAlert's rules across the change of clocks, quarter hour by quarter hour`() throws
    {
        let schedule = try migrated().schedule("main")
        let berlin = try InstalledZones.zone("Europe/Berlin")
        // Ben has the turn that ends on Monday 2 March 11:00, Cy the shift that ends on 1 March 05:00.
        let week = try Wall(2026, 3, 2, 11)
        let hours = try Wall(2026, 3, 1, 5)
        func span(_ from: String, _ to: String) throws -> Range<Instant> { try .at(from)..<(try .at(to)) }
        let standIn = try span("2026-03-24T00:00:00Z", "2026-03-26T00:00:00Z")
        let added = try span("2026-03-30T00:00:00Z", "2026-03-31T00:00:00Z")
        let removed = try span("2026-04-01T00:00:00Z", "2026-04-02T00:00:00Z")
        let fixed = try span("2026-04-10T00:00:00Z", "2026-04-11T00:00:00Z")
        let fixedBen = try span("2026-04-10T00:00:00Z", "2026-04-10T08:00:00Z")
        let fixedCy = try span("2026-04-10T06:00:00Z", "2026-04-10T12:00:00Z")
        let found = try schedule.disagreements("2026-03-01T00:00:00Z", "2026-04-30T00:00:00Z") { instant in
            if fixed.contains(instant) {
                return Set((fixedBen.contains(instant) ? [ben] : []) + (fixedCy.contains(instant) ? [cy] : []))
            }
            let wall = Wall(instant, berlin)
            var people: Set<String> = []
            let minute = wall.minuteOfDay
            let isDay = (0...4).contains(wall.weekday) && (480..<1_080).contains(minute)
            let isNight =
                ([5, 6].contains(wall.weekday) && minute >= 1_320) || ([6, 0].contains(wall.weekday) && minute < 240)
            if isDay || isNight { people.insert([cy, ana, ben].turn(wall.turns(of: 10_080, since: week))) }
            if [1, 3, 5].contains(wall.weekday) { people.insert([ben, cy].turn(wall.turns(of: 300, since: hours))) }
            if (90..<300).contains(minute) { people.insert(ana) }
            if standIn.contains(instant), people.remove(ana) != nil { people.insert(cy) }
            if added.contains(instant) { people.insert(ben) }
            if removed.contains(instant) { people.remove(cy) }
            return people
        }
        #expect(found == [])
    }

    @Test func `a rotation whose turn nobody says is left out with what depends on it`() throws {
        let result = try migrated()
        #expect(
            result.verdicts("rotation") == [
                "mapped rot-week", "mapped rot-hour", "left-out rot-lost", "changed rot-week",
            ])
        #expect(result.sentence("rotation", "rot-lost", .leftOut).contains("activeUserIndex"))
        #expect(result.sentence("assignment", "rot-lost", .leftOut) == "The rotation is not in this import.")
        #expect(
            result.sentence("rotation", "rot-week", .mapped).hasPrefix("A rotation of 3 turns; Ben Ode has the one"))
    }

    @Test func `a policy tells schedules, rotations and people, and a channel of Slack is left out`() throws {
        let result = try migrated()
        let plan = try result.plan("main-policy")
        #expect(plan.laps == 3)
        #expect(
            plan.rungs.map { "\($0.patience.wholeSeconds) " + $0.targets.map(\.text).joined(separator: " ") } == [
                "300 schedule:main", "600 schedule:weekly", "900 user:ben-ode",
            ])
        #expect(result.sentence("escalation step", "st-2", .leftOut).contains("slackChannel"))
        #expect(try result.schedule("weekly").onCall(at: .at("2026-03-02T09:00:00Z")).map(\.user.text) == [ben])
        #expect(try result.schedule("weekly").onCall(at: .at("2026-03-02T10:00:00Z")).map(\.user.text) == [cy])
    }
}
