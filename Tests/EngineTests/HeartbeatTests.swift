import Alerting
import Chronology
import Engine
import Notation
import Storage
import Testing

/// The dead man's switch: armed from creation or the first beat, late at its time, raised again when closed by hand.
@Suite struct HeartbeatTests {
    private static func make(_ desk: Desk, _ more: [(String, JSON)] = []) async throws {
        let usual: [(String, JSON)] = [
            ("name", "backup"), ("integration", "itg_1"), ("intervalSeconds", 600), ("graceSeconds", 60),
            ("service", "svc_shop"),
        ]
        let members = usual.filter { member in !more.contains { $0.0 == member.0 } } + more
        _ = try await desk.put(.heartbeat, "hbt_1", .object(members.map { JSON.Member($0.0, $0.1) }))
    }

    private static func beat(_ desk: Desk, _ name: String = "backup") async throws {
        try await desk.command(.beat(name, Desk.integration), by: .integration(Desk.integration))
    }

    private static func alerts(_ desk: Desk) async throws -> [AlertRecord] {
        var filter = AlertFilter()
        filter.limit = 50
        let found = filter
        return try await desk.store.read { try AlertQueries.list(found, on: $0) }
    }

    private static func open(_ desk: Desk) async throws -> Int {
        try await alerts(desk).count { $0.alert.isOpen }
    }

    @Test func `one that is armed by its first beat is not waited for before, and late after`() async throws {
        let desk = try await Desk()
        try await Self.make(desk)
        try await desk.run(until: desk.now + .days(2))
        #expect(try await Self.open(desk) == 0)
        try await Self.beat(desk)
        try await desk.run(until: desk.now + .seconds(659))
        #expect(try await Self.open(desk) == 0)
        try await desk.run(until: desk.now + .seconds(1))
        #expect(try await Self.open(desk) == 1)
        let alert = try #require(try await Self.alerts(desk).first)
        #expect(alert.content.title == "backup has fallen silent")
        #expect(alert.alert.page != nil, "somebody is woken")
        try await Self.beat(desk)
        #expect(try await Self.open(desk) == 0)
    }

    @Test func `one that is armed from its creation need never have been heard of`() async throws {
        let desk = try await Desk()
        try await Self.make(desk, [("armed", "creation")])
        try await desk.run(until: desk.now + .seconds(660))
        #expect(try await Self.open(desk) == 1)
    }

    @Test func `beats in time keep it quiet, however many`() async throws {
        let desk = try await Desk()
        try await Self.make(desk)
        for _ in 0..<20 {
            try await Self.beat(desk)
            try await desk.run(until: desk.now + .minutes(10))
        }
        #expect(try await Self.alerts(desk).isEmpty)
    }

    @Test func `an alert that is closed by hand is raised again while it is still dead`() async throws {
        let desk = try await Desk()
        try await Self.make(desk, [("armed", "creation")])
        try await desk.run(until: desk.now + .seconds(660))
        let first = try #require(try await Self.alerts(desk).first)
        try await desk.command(.resolveAlert(first.alert.id), by: Desk.ben)
        #expect(try await Self.open(desk) == 0)
        try await desk.run(until: desk.now + .minutes(10))
        #expect(try await Self.open(desk) == 1)
        #expect(try await Self.alerts(desk).count == 2)
    }

    @Test func `a disabled or removed heartbeat is not waited for, and its beats are told so`() async throws {
        let desk = try await Desk()
        try await Self.make(desk, [("armed", "creation"), ("disabled", true)])
        await #expect(throws: Refusal.self) { try await Self.beat(desk) }
        try await Self.make(desk, [("armed", "creation")])
        try await desk.delete(.heartbeat, "hbt_1")
        try await desk.run(until: desk.now + .days(1))
        #expect(try await Self.alerts(desk).isEmpty)
        await #expect(throws: Refusal.self) { try await Self.beat(desk, "unknown") }
    }

    @Test(arguments: [
        ("name", JSON.string("two words")), ("integration", "itg_none"), ("intervalSeconds", 5), ("armed", "never"),
        ("service", "svc_none"),
    ])
    func `a heartbeat that cannot be is refused`(member: String, value: JSON) async throws {
        let desk = try await Desk()
        await #expect(throws: Refusal.self) { try await Self.make(desk, [(member, value)]) }
    }
}
