import Chronology
import Engine
import Incidents
import Notation
import OnCall
import Paging
import Storage
import Testing

/// Schedules in an organisation: who is paged by them, what is refused, and what the past was.
@Suite struct OnCallDeciderTests {
    /// Daily hand-offs at midnight UTC between Ana and Ben, from Friday 15 January 2027 on; the desk begins at 08:00 that day.
    private static let rotation: JSON = [
        "name": "Primary", "zone": "UTC",
        "layers": [
            [
                "start": "2027-01-15T00:00", "every": ["count": 1, "unit": "day"],
                "members": [["usr_ana"], ["usr_ben"]],
            ]
        ],
    ]

    private static func desk() async throws -> Desk {
        let desk = try await Desk(zones: InstalledZones())
        try await desk.put(.schedule, "sch_1", rotation)
        try await desk.put(
            .plan, "esc_shop",
            [
                "name": "Shop",
                "rungs": [
                    ["patienceSeconds": 300, "targets": ["schedule:sch_1"]],
                    ["patienceSeconds": 300, "targets": ["schedule:sch_1", "user:usr_ana"]],
                ],
            ])
        return desk
    }

    private static func paged(_ desk: Desk, _ alert: String) async throws -> [[String]] {
        let id = try #require(try await desk.receive(desk.signal(alert, severity: "critical")).alerts.first)
        let page = try #require(try await desk.incident(try await desk.alert(id).alert.incident).pages.first)
        try await desk.run(until: desk.now + .minutes(6))
        var rungs: [[String]] = [[], []]
        for notice in try await desk.page(page).notices {
            let rung = Int(notice.notice.key.split(separator: "/")[2]) ?? 0
            rungs[rung].append(notice.notice.contact.user.text)
        }
        return rungs
    }

    @Test func `a rung pages whoever is on call at its instant`() async throws {
        let desk = try await Self.desk()
        #expect(try await Self.paged(desk, "a") == [["usr_ana"], ["usr_ana"]])
    }

    @Test func `a hand-off between two rungs is followed`() async throws {
        let desk = try await Self.desk()
        desk.wait(try Instant(rfc3339: "2027-01-15T23:57:00Z") - desk.now)
        #expect(try await Self.paged(desk, "b") == [["usr_ana"], ["usr_ben", "usr_ana"]])
    }

    @Test func `an override takes effect at its instant`() async throws {
        let desk = try await Self.desk()
        let now = desk.now
        try await desk.put(
            .override, nil,
            [
                "schedule": "sch_1", "kind": "stand-in", "users": ["usr_ben"], "for": "usr_ana",
                "from": .string((now + .minutes(1)).rfc3339()), "to": .string((now + .hours(1)).rfc3339()),
                "by": "user:usr_ana", "made": .string(now.rfc3339()),
            ])
        #expect(try await Self.paged(desk, "a") == [["usr_ana"], ["usr_ben", "usr_ana"]])
    }

    @Test func `a rung on which nobody is on call is passed over at once, and says so (R5)`() async throws {
        let desk = try await Self.desk()
        try await desk.put(
            .override, nil,
            [
                "schedule": "sch_1", "kind": "remove", "users": ["usr_ana"],
                "from": .string((desk.now + .minutes(1)).rfc3339()), "to": .string((desk.now + .hours(1)).rfc3339()),
            ])
        desk.wait(.minutes(2))
        let id = try #require(try await desk.receive(desk.signal("c", severity: "critical")).alerts.first)
        let page = try #require(try await desk.incident(try await desk.alert(id).alert.incident).pages.first)
        let notices = try await desk.page(page).notices
        #expect(notices.map(\.notice.contact.user.text) == ["usr_ana"], "The second rung, at once.")
        let shelf = desk.decider.shelf
        let timeline = try await desk.store.read {
            try Timeline.of(page, organisation: try Organisation.load(on: $0, desk.keys, shelf: shelf), on: $0)
        }
        #expect(timeline.contains { $0.detail?.contains("Nobody is on call in Primary at 15 Jan 2027") ?? false })
    }

    @Test(
        arguments: [
            (["zone": "Mars/Olympus"], "/zone"),
            (["layers": [["start": "2027-01-15T00:00", "members": []]]], "/layers/0"),
            (["name": "Primary ", "zone": ""], "/zone"),
            (
                [
                    "layers": [
                        [
                            "start": "yesterday", "members": [["usr_ana"]], "every": ["count": 1, "unit": "day"],
                        ]
                    ]
                ], "/layers/0/start"
            ),
            (
                [
                    "layers": [
                        [
                            "start": "2027-01-15T00:00", "members": [["usr_nobody"]],
                            "every": ["count": 1, "unit": "day"],
                        ]
                    ]
                ], "/layers"
            ),
            (
                ["layers": [["start": "2027-01-15T00:00", "members": [["usr_ana"]], "handOffs": ["Mon 25:00"]]]],
                "/layers/0/handOffs/0"
            ),
        ] as [(JSON, String)])
    func `a schedule that could not work is refused with its place`(change: JSON, place: String) async throws {
        let desk = try await Self.desk()
        var body = Self.rotation
        for member in change.members ?? [] { body = Self.replacing(body, member) }
        do {
            try await desk.put(.schedule, "sch_2", Self.replacing(body, .init("name", "Other")))
            Issue.record("\(change) was taken")
        } catch let refusal as Refusal {
            #expect(refusal.code == "invalid" && refusal.reason.hasPrefix(place), "\(refusal.reason)")
        }
    }

    private static func replacing(_ body: JSON, _ member: JSON.Member) -> JSON {
        .object((body.members ?? []).filter { $0.name != member.name } + [member])
    }

    @Test func `an override in the past and two that replace everybody at once are refused`() async throws {
        let desk = try await Self.desk()
        func put(_ from: Duration, _ to: Duration) async throws {
            try await desk.put(
                .override, nil,
                [
                    "schedule": "sch_1", "kind": "replace", "users": ["usr_ben"],
                    "from": .string((desk.now + from).rfc3339()), "to": .string((desk.now + to).rfc3339()),
                ])
        }
        await #expect(throws: Refusal.self) { try await put(.hours(-2), .hours(-1)) }
        try await put(.hours(1), .hours(2))
        await #expect(throws: Refusal.self) { try await put(.minutes(90), .hours(3)) }
        try await put(.hours(2), .hours(3))
    }

    @Test func `what has been stays what it was when a schedule is changed`() async throws {
        let desk = try await Self.desk()
        let begin = desk.now
        desk.wait(.days(2))
        let changed = Self.replacing(
            Self.rotation,
            .init(
                "layers",
                [
                    [
                        "start": "2027-01-15T00:00", "every": ["count": 1, "unit": "day"], "members": [["usr_ben"]],
                    ]
                ]))
        try await desk.put(.schedule, "sch_1", changed)
        let shelf = desk.decider.shelf
        let shifts = try await desk.store.read { connection in
            let organisation = try Organisation.load(on: connection, desk.keys, shelf: shelf)
            let history = try #require(
                try ScheduleHistory(ScheduleID("sch_1"), organisation: organisation, shelf: shelf, on: connection))
            #expect(history.onCall(at: begin - .hours(1)).isEmpty, "There was no schedule then.")
            #expect(history.onCall(at: begin + .hours(1)).map(\.user.text) == ["usr_ana"])
            return history.shifts(in: TimeSpan(begin, begin + .days(3)))
        }
        #expect(
            shifts.map { "\($0.user) \($0.span.start.rfc3339())" } == [
                "usr_ana 2027-01-15T08:00:00Z", "usr_ben 2027-01-16T00:00:00Z", "usr_ana 2027-01-17T00:00:00Z",
                "usr_ben 2027-01-17T08:00:00Z", "usr_ben 2027-01-18T00:00:00Z",
            ])
    }

    @Test func `a schedule that is used is not taken away, nor somebody who is on one`() async throws {
        let desk = try await Self.desk()
        await #expect(throws: Refusal.self) { try await desk.delete(.schedule, "sch_1") }
        await #expect(throws: Refusal.self) { try await desk.delete(.user, "usr_ben") }
    }

    @Test func `a name of a playbook can be a schedule, and is who is on call then`() async throws {
        let desk = try await Self.desk()
        try await desk.put(
            .cast, "starter", ["names": ["on-call": ["schedule:sch_1"], "backup": ["user:usr_ben"]]])
        guard
            case .incident(let incident) = try await desk.command(
                .declare(DeclareRequest(title: "Slow", severity: "SEV2", playbook: "starter")))
        else { throw InputFault(at: "", "an incident") }
        let lead = try await desk.incident(key: incident.key).assignments.first
        #expect(lead?.role == "incident-commander" && lead?.user == UserID("usr_ana"))
    }
}
