import Chronology
import Engine
import Notation
import OnCall
import Storage
import Testing

/// What a schedule brings as time goes on: reminders, word of changes and gaps, hand-offs (S4-11, S4-13, S4-14).
@Suite struct DutyTests {
    /// Weekly from Monday 09:00 in New York (S4-13): Ana has the week of 11 January 2027, Ben the next.
    private static func weekly(_ more: [(String, JSON)] = []) -> JSON {
        .object(
            [
                JSON.Member("name", "Primary"), JSON.Member("zone", "America/New_York"),
                JSON.Member(
                    "layers",
                    [
                        [
                            "start": "2027-01-11T09:00", "every": ["count": 1, "unit": "week"],
                            "members": [["usr_ana"], ["usr_ben"]],
                        ]
                    ]),
            ] + more.map { JSON.Member($0.0, $0.1) })
    }

    private static let monday = Instant(seconds: 1_800_280_800)

    /// The desk begins on Friday 15 January 2027, 08:00 UTC; what is said when the schedule is made is over.
    private static func desk(_ more: [(String, JSON)] = []) async throws -> Desk {
        #expect(try Instant(rfc3339: "2027-01-18T09:00:00-05:00") == monday)
        let desk = try await Desk(zones: InstalledZones(), publicURL: "https://tocsin.example.com")
        try await desk.put(.schedule, "sch_1", weekly(more))
        try await desk.run(until: desk.now + .minutes(5))
        try await drain(desk)
        return desk
    }

    /// Sends everything that is due.
    private static func drain(_ desk: Desk) async throws {
        while true {
            let claims = try await desk.claim()
            if claims.isEmpty { return }
            for claim in claims { try await desk.report(claim, .accepted(detail: "sent")) }
        }
    }

    private struct Told: Hashable {
        let user: String
        let title: String
        let lines: [String]
    }

    private static func told(_ desk: Desk, since: Instant = Instant(seconds: 0)) async throws -> [Told] {
        try await desk.store.read { connection in
            try connection.all(
                "SELECT body FROM delivery WHERE class = 'oncall' AND created_at >= ? ORDER BY id", [SQLValue(since)]
            ) { row in
                let body = try JSON(parsing: Array(row.text(0).utf8), limits: .stored)
                return Told(
                    user: body["user"]?.string ?? "", title: body["content"]?["title"]?.string ?? "",
                    lines: (body["content"]?["lines"]?.array ?? []).compactMap(\.string))
            }
        }
    }

    private static func handOffs(_ desk: Desk) async throws -> [HandOff] {
        var filter = HandOffQueries.Filter()
        filter.limit = 50
        let found = filter
        return try await desk.store.read { connection in
            try HandOffQueries.list(found, on: connection).compactMap {
                try HandOffQueries.handOff($0.id, on: connection)
            }.reversed()
        }
    }

    @discardableResult
    private static func command(
        _ command: HandOffCommand, _ handOff: HandOff, _ desk: Desk, by actor: Actor
    ) async throws -> HandOff {
        guard case .handOff(let after) = try await desk.command(.handOff(handOff.id, command), by: actor) else {
            throw InputFault(at: "", "a hand-off leads to a hand-off")
        }
        return after
    }

    // MARK: Reminders

    @Test func `whoever comes on call is reminded a day before, once`() async throws {
        let desk = try await Self.desk()
        let start = desk.now
        try await desk.run(until: Self.monday - .days(1) - .seconds(1))
        #expect(try await Self.told(desk, since: start).isEmpty)
        try await desk.run(until: Self.monday - .hours(2))
        let told = try await Self.told(desk, since: start)
        #expect(told.map(\.user) == ["usr_ben"])
        #expect(told.first?.title == "On call in Primary from Mon 18 Jan 2027 09:00 EST", "\(told)")
        #expect(told.first?.lines.contains("Before you: Ana.") ?? false, "\(told)")
    }

    @Test func `each person says how long before, or never`() async throws {
        let desk = try await Desk(zones: InstalledZones())
        func user(_ name: String, _ reminders: JSON) -> JSON {
            let id = name.lowercased()
            return [
                "name": .string(name), "email": .string("\(id)@example.com"), "role": "admin",
                "contacts": [
                    ["id": .string("ctm_\(id)"), "channel": "email", "destination": .string("\(id)@example.com")]
                ],
                "rules": ["high": [], "low": [], "sleep": .null, "reminders": reminders],
            ]
        }
        try await desk.put(.user, "usr_ben", user("Ben", [7_200, 172_800]))
        try await desk.put(.user, "usr_ana", user("Ana", []))
        try await desk.put(.schedule, "sch_1", Self.weekly([("handOff", ["disabled": true])]))
        try await desk.run(until: desk.now + .minutes(5))
        let start = desk.now
        try await desk.run(until: Self.monday - .days(2))
        #expect(try await Self.told(desk, since: start).map(\.user) == ["usr_ben"])
        try await desk.run(until: Self.monday + .days(8))
        #expect(try await Self.told(desk, since: start).map(\.user) == ["usr_ben", "usr_ben"])
        await #expect(throws: Refusal.self) { try await desk.put(.user, "usr_ben", user("Ben", [700_000])) }
        await #expect(throws: Refusal.self) { try await desk.put(.user, "usr_ben", user("Ben", [60, 60])) }
    }

    @Test func `a server that was down reminds late, once, of a shift that has begun, and not of one that is over`()
        async throws
    {
        let desk = try await Self.desk()
        let start = desk.now
        desk.wait(Self.monday + .days(9) - desk.now)
        _ = try await desk.decide(.deadlinesPassed)
        let reminders = try await Self.told(desk, since: start).filter { !$0.title.contains("shift") }
        #expect(reminders.map(\.user).contains("usr_ana"), "\(reminders)")
        #expect(!reminders.contains { $0.user == "usr_ben" && $0.title.contains("since Mon 18 Jan") }, "\(reminders)")
    }

    @Test func `somebody who is asleep is reminded in the morning`() async throws {
        let desk = try await Desk(zones: InstalledZones())
        try await desk.put(
            .user, "usr_ben",
            [
                "name": "Ben", "email": "ben@example.com", "role": "responder", "zone": "America/New_York",
                "contacts": [["id": "ctm_ben", "channel": "email", "destination": "ben@example.com"]],
                "rules": ["high": [], "low": [], "sleep": ["from": "22:00", "to": "11:00"], "reminders": [86_400]],
            ])
        try await desk.put(.schedule, "sch_1", Self.weekly())
        try await desk.run(until: desk.now + .hours(12))
        try await Self.drain(desk)
        try await desk.run(until: Self.monday - .days(1))
        let claims = try await desk.claim()
        #expect(!claims.contains { $0.user.text == "usr_ben" && $0.intent.hasPrefix("shift/") })
        try await desk.run(until: Self.monday - .hours(22))
        let later = try await desk.claim()
        #expect(later.contains { $0.user.text == "usr_ben" && $0.intent.hasPrefix("shift/") }, "\(later)")
    }

    // MARK: Changes

    @Test func `those whose shifts change are told when the changing is over, and whoever changed it is not`()
        async throws
    {
        let desk = try await Self.desk()
        let start = desk.now
        func swap(_ id: String, _ from: Instant, _ to: Instant) async throws {
            try await desk.put(
                .override, id,
                [
                    "schedule": "sch_1", "kind": "stand-in", "users": ["usr_ana"], "for": "usr_ben",
                    "from": .string(from.rfc3339()), "to": .string(to.rfc3339()), "by": "user:usr_ana",
                    "made": .string(desk.now.rfc3339()),
                ])
        }
        try await swap("ovr_1", Self.monday + .days(1), Self.monday + .days(2))
        try await desk.run(until: desk.now + .minutes(1))
        try await swap("ovr_2", Self.monday + .days(3), Self.monday + .days(4))
        try await desk.run(until: desk.now + .seconds(100))
        #expect(try await Self.told(desk, since: start).isEmpty, "it was changed less than two minutes ago")
        try await desk.run(until: desk.now + .minutes(1))
        let told = try await Self.told(desk, since: start)
        #expect(told.map(\.user) == ["usr_ben"])
        #expect(told.first?.title == "Your shifts in Primary have changed")
        #expect(told.first?.lines.count == 2, "\(told)")
        #expect(told.first?.lines.allSatisfy { $0.hasPrefix("You are not on call any more: ") } ?? false)
    }

    @Test func `changes without an end are told after a quarter of an hour, however many there are`() async throws {
        let desk = try await Self.desk()
        let start = desk.now
        for number in 0..<30 {
            let from = Self.monday + .hours(Int64(2 * number))
            try await desk.put(
                .override, "ovr_\(number)",
                [
                    "schedule": "sch_1", "kind": "stand-in", "users": ["usr_ana"], "for": "usr_ben",
                    "from": .string(from.rfc3339()), "to": .string((from + .hours(1)).rfc3339()),
                ])
            try await desk.run(until: desk.now + .minutes(1))
        }
        let told = try await Self.told(desk, since: start).filter { $0.title.contains("changed") }
        #expect((1...2).contains(told.count) && told.allSatisfy { $0.user == "usr_ben" }, "\(told.count)")
        #expect(told.first?.lines.last?.contains("more; the calendar has them all") ?? false)
    }

    @Test func `a change that is taken back within two minutes is nobody's news`() async throws {
        let desk = try await Self.desk()
        let start = desk.now
        try await desk.put(
            .override, "ovr_1",
            [
                "schedule": "sch_1", "kind": "remove", "users": ["usr_ben"],
                "from": .string((Self.monday + .days(1)).rfc3339()), "to": .string((Self.monday + .days(2)).rfc3339()),
            ])
        try await desk.delete(.override, "ovr_1")
        try await desk.run(until: desk.now + .minutes(10))
        #expect(try await Self.told(desk, since: start).isEmpty)
    }

    @Test func `a reminder of a shift that is another's by now is not sent`() async throws {
        let desk = try await Self.desk()
        try await desk.run(until: Self.monday - .days(1))
        try await desk.put(
            .override, "ovr_1",
            [
                "schedule": "sch_1", "kind": "stand-in", "users": ["usr_ana"], "for": "usr_ben",
                "from": .string(Self.monday.rfc3339()), "to": .string((Self.monday + .days(7)).rfc3339()),
            ])
        let claim = try #require(try await desk.claim().first { $0.intent.hasPrefix("shift/") })
        #expect(claim.user.text == "usr_ben")
        let organisation = try await desk.organisation()
        let isStill = try await desk.store.read {
            try DutyMessage.isTrue(claim, organisation: organisation, on: $0)
        }
        #expect(!isStill)
    }

    // MARK: Gaps

    @Test func `a gap that a change makes is told to everybody in the schedule`() async throws {
        let desk = try await Self.desk()
        let start = desk.now
        try await desk.put(
            .override, "ovr_1",
            [
                "schedule": "sch_1", "kind": "remove", "users": ["usr_ben"],
                "from": .string((Self.monday + .days(1)).rfc3339()), "to": .string((Self.monday + .days(2)).rfc3339()),
            ])
        try await desk.run(until: desk.now + .minutes(3))
        let gaps = try await Self.told(desk, since: start).filter { $0.title.hasPrefix("Nobody is on call") }
        #expect(Set(gaps.map(\.user)) == ["usr_ana", "usr_ben"])
        #expect(gaps.allSatisfy { $0.title.contains("Tue 19 Jan 2027 09:00 EST") }, "\(gaps)")
        try await desk.run(until: Self.monday + .hours(1))
        let again = try await Self.told(desk, since: start).filter { $0.title.hasPrefix("Nobody is on call") }
        #expect(again.count == 4, "and again a day before")
    }

    @Test func `hours that nobody planned to cover are no gap`() async throws {
        let desk = try await Desk(zones: InstalledZones())
        try await desk.put(
            .schedule, "sch_1",
            [
                "name": "Office", "zone": "UTC",
                "layers": [
                    [
                        "start": "2027-01-11T09:00", "every": ["count": 1, "unit": "week"], "members": [["usr_ana"]],
                        "windows": [["days": ["Mon", "Tue", "Wed", "Thu", "Fri"], "from": "09:00", "to": "17:00"]],
                    ]
                ],
            ])
        try await desk.run(until: desk.now + .days(10))
        #expect(try await Self.told(desk).filter { $0.title.hasPrefix("Nobody") }.isEmpty)
    }

    @Test func `a rotation that ends is a gap, seven days ahead and one`() async throws {
        let desk = try await Desk(zones: InstalledZones())
        let end = desk.now + .days(10)
        try await desk.put(
            .schedule, "sch_1",
            [
                "name": "Project", "zone": "UTC",
                "layers": [
                    [
                        "start": "2027-01-11T09:00", "every": ["count": 1, "unit": "week"], "members": [["usr_ana"]],
                        "end": .string(end.rfc3339()),
                    ]
                ],
            ])
        try await desk.run(until: end - .days(7) - .seconds(1))
        func gaps() async throws -> Int { try await Self.told(desk).count { $0.title.hasPrefix("Nobody") } }
        #expect(try await gaps() == 0)
        try await desk.run(until: end - .days(2))
        #expect(try await gaps() == 1)
        try await desk.run(until: end + .days(3))
        #expect(try await gaps() == 2)
    }

    // MARK: Hand-offs

    @Test func `a shift is handed over with what is open, and whoever comes says that they have it (S4-14)`()
        async throws
    {
        let desk = try await Self.desk([("handOff", ["readiness": ["VPN", "kubectl"]])])
        try await desk.put(
            .plan, "esc_shop",
            ["name": "Shop", "rungs": [["patienceSeconds": 300, "targets": ["schedule:sch_1"]]]])
        try await desk.run(until: Self.monday - .hours(1) - .seconds(1))
        #expect(try await Self.handOffs(desk).isEmpty)
        try await desk.run(until: Self.monday - .hours(1))
        var handOff = try #require(try await Self.handOffs(desk).first)
        #expect(handOff.phase == .preparing && handOff.opening.due == Self.monday)
        #expect(handOff.opening.leaving.map(\.text) == ["usr_ana"] && handOff.opening.coming.map(\.text) == ["usr_ben"])
        handOff = try await Self.command(
            .note(.issue, "The cache is cold.", until: nil), handOff, desk, by: Desk.ana)
        await #expect(throws: Refusal.self) { try await Self.command(.acknowledge, handOff, desk, by: Desk.ben) }
        _ = try await desk.receive(desk.signal("disk", severity: "critical"))
        try await desk.run(until: Self.monday)
        handOff = try #require(try await Self.handOffs(desk).first)
        #expect(handOff.phase == .handedOver)
        let packet = HandOffPacket(try #require(handOff.packet))
        #expect(packet.incidents.count == 1 && packet.pages.count == 1, "\(packet)")
        #expect(packet.incidentsDeclared == 1 && packet.openAlerts.map(\.number) == [1], "\(packet)")
        let told = try await Self.told(desk, since: Self.monday)
        #expect(Set(told.map(\.user)) == ["usr_ana", "usr_ben"])
        let lines = told.first { $0.user == "usr_ben" }?.lines ?? []
        #expect(lines.contains("Known issue: The cache is cold.") && lines.contains("- kubectl"), "\(lines)")
        await #expect(throws: Refusal.self) { try await Self.command(.acknowledge, handOff, desk, by: Desk.ana) }
        await #expect(throws: Refusal.self) { try await Self.command(.tick(2, true), handOff, desk, by: Desk.ben) }
        handOff = try await Self.command(.tick(1, true), handOff, desk, by: Desk.ben)
        #expect(handOff.ready[UserID("usr_ben")] == [1])
        handOff = try await Self.command(.acknowledge, handOff, desk, by: Desk.ben)
        #expect(handOff.phase == .acknowledged)
        #expect(try await Self.command(.acknowledge, handOff, desk, by: Desk.ben).version == handOff.version)
        try await desk.run(until: Self.monday + .hours(2))
        #expect(try await Self.told(desk, since: Self.monday + .minutes(1)).isEmpty, "nobody is asked again")
    }

    @Test func `whoever does not say that they have it is asked again after half an hour`() async throws {
        let desk = try await Self.desk()
        try await desk.run(until: Self.monday + .minutes(29))
        #expect(try await Self.told(desk, since: Self.monday + .minutes(1)).isEmpty)
        try await desk.run(until: Self.monday + .minutes(31))
        #expect(Set(try await Self.told(desk, since: Self.monday + .minutes(1)).map(\.user)) == ["usr_ana", "usr_ben"])
        try await desk.run(until: Self.monday + .days(3))
        let more = try await Self.told(desk, since: Self.monday + .minutes(31))
        #expect(more.isEmpty, "\(more)")
    }

    @Test func `notes stay from one hand-off to the next until they are struck or over`() async throws {
        let desk = try await Self.desk()
        try await desk.run(until: Self.monday - .minutes(30))
        let first = try #require(try await Self.handOffs(desk).first)
        try await Self.command(.note(.issue, "Kept", until: nil), first, desk, by: Desk.ana)
        try await Self.command(
            .note(.maintenance, "Over by then", until: Self.monday + .days(2)), first, desk, by: Desk.ana)
        let struck = try await Self.command(.note(.other, "Struck", until: nil), first, desk, by: Desk.ana)
        let note = try #require(struck.notes.last)
        try await Self.command(.strike(note.id), first, desk, by: Desk.ben)
        try await desk.run(until: Self.monday + .days(7) - .minutes(30))
        let second = try #require(try await Self.handOffs(desk).last)
        #expect(second.id != first.id && second.notes.map(\.text) == ["Kept"])
        try await desk.run(until: Self.monday + .days(7))
        guard case .lapsed = try await Self.handOffs(desk)[0].phase else {
            Issue.record("the first was never acknowledged, and the second has come")
            return
        }
    }

    @Test func `a hand-off that was opened and will not take place lapses, and the one that will is opened`()
        async throws
    {
        let desk = try await Self.desk()
        try await desk.run(until: Self.monday - .minutes(30))
        try await desk.put(
            .override, "ovr_1",
            [
                "schedule": "sch_1", "kind": "add", "users": ["usr_ana"],
                "from": .string(Self.monday.rfc3339()), "to": .string((Self.monday + .hours(3)).rfc3339()),
            ])
        try await desk.run(until: Self.monday - .minutes(20))
        let all = try await Self.handOffs(desk)
        #expect(all.map(\.phase.word) == ["lapsed", "preparing"])
        #expect(all.last?.opening.leaving.isEmpty ?? false, "Ana stays for three hours")
        try await desk.delete(.schedule, "sch_1")
        try await desk.run(until: desk.now + .minutes(1))
        #expect(try await Self.handOffs(desk).allSatisfy { !$0.isOpen })
    }

    @Test func `a server that was down over a change hands over late, and only the last`() async throws {
        let desk = try await Self.desk()
        desk.wait(Self.monday + .days(8) - desk.now)
        _ = try await desk.decide(.deadlinesPassed)
        let all = try await Self.handOffs(desk)
        #expect(all.map(\.phase.word) == ["lapsed", "handed-over"])
        #expect(all.last?.opening.due == Self.monday + .days(7))
    }

    @Test func `a schedule's overrides go with it`() async throws {
        let desk = try await Self.desk()
        try await desk.put(
            .override, "ovr_1",
            [
                "schedule": "sch_1", "kind": "add", "users": ["usr_ben"], "from": .string(desk.now.rfc3339()),
                "to": .string((desk.now + .days(1)).rfc3339()),
            ])
        try await desk.delete(.schedule, "sch_1")
        try await desk.put(.schedule, "sch_1", Self.weekly())
        #expect(try await desk.organisation().schedule(ScheduleID("sch_1"))?.overrides.isEmpty ?? false)
    }

    @Test func `hand-offs replay to their rows, and can be switched off`() async throws {
        let desk = try await Self.desk()
        try await desk.run(until: Self.monday + .hours(1))
        let differences = try await desk.store.read { connection in
            var found: [Replay.Difference] = []
            try Replay.compareAll(excluding: [], on: connection) { found.append($0) }
            return found
        }
        #expect(differences.isEmpty, "\(differences)")
        try await desk.put(.schedule, "sch_1", Self.weekly([("handOff", ["disabled": true])]))
        try await desk.run(until: Self.monday + .days(20))
        #expect(try await Self.handOffs(desk).count == 1)
    }

    @Test func `the user group is set at each change, and not otherwise`() async throws {
        let desk = try await Self.desk([("slackGroup", "S0604QSJC")])
        func groups() async throws -> Int {
            try await desk.store.read { connection in
                Int(
                    try connection.first(
                        "SELECT COUNT(*) FROM delivery WHERE class = 'group' AND destination = 'S0604QSJC'", []
                    ) { $0.integer(0) } ?? 0)
            }
        }
        #expect(try await groups() == 1)
        try await desk.run(until: Self.monday - .minutes(1))
        #expect(try await groups() == 1)
        try await desk.run(until: Self.monday + .days(8))
        #expect(try await groups() == 3)
        await #expect(throws: Refusal.self) {
            try await desk.put(.schedule, "sch_1", Self.weekly([("slackGroup", "oncall")]))
        }
    }
}

/// How often people were paged at night, and what is too much (S4-12).
@Suite struct FatigueTests {
    @Test func `several ways of one page are one, by the clock of whoever was woken`() async throws {
        // Friday 08:00 UTC is three in the morning in New York.
        let desk = try await Desk(zones: InstalledZones())
        try await desk.put(
            .user, "usr_ben",
            [
                "name": "Ben", "email": "ben@example.com", "role": "responder", "zone": "America/New_York",
                "contacts": [
                    ["id": "ctm_1", "channel": "email", "destination": "ben@example.com"],
                    ["id": "ctm_2", "channel": "email", "destination": "ben@example.org"],
                ],
            ])
        _ = try await desk.receive(desk.signal("disk"))
        for claim in try await desk.claim() { try await desk.report(claim, .accepted(detail: "sent")) }
        desk.wait(.hours(8))
        _ = try await desk.receive(desk.signal("other"))
        for claim in try await desk.claim() { try await desk.report(claim, .accepted(detail: "sent")) }
        let (organisation, since) = (try await desk.organisation(), desk.now - .days(7))
        let counts = try await desk.store.read {
            try NightPages(since: since, organisation: organisation, zone: .utc, on: $0).counts
        }
        #expect(counts[UserID("usr_ben")] == NightPages.Count(pages: 2, atNight: 1), "\(counts)")
        let later = desk.now + .days(1)
        let none = try await desk.store.read {
            try NightPages(since: later, organisation: organisation, zone: .utc, on: $0).counts
        }
        #expect(none.isEmpty)
    }

    @Test func `limits are settings, and what nobody means is refused`() async throws {
        let desk = try await Desk()
        try await desk.put(.settings, "settings", ["fatigue": ["nightsInARow": 2]])
        #expect(try await desk.organisation().settings.fatigue.nightsInARow == 2)
        #expect(try await desk.organisation().settings.fatigue.nightPages == 3)
        await #expect(throws: Refusal.self) {
            try await desk.put(.settings, "settings", ["fatigue": ["nightsInARow": 0]])
        }
    }
}
