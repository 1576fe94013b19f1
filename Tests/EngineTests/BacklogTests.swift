import Alerting
import Chronology
import Engine
import Notation
import Storage
import Testing

/// Deadlines that pile up, as they do after an outage or in a storm.
@Suite struct BacklogTests {
    @Test func `a backlog longer than many looks is worked off, and no page is set aside for having waited`()
        async throws
    {
        let desk = try await Desk()
        let count = DeadlineLimits.batch * Int(DeadlineLimits.quarantineAfter) + 1
        for start in stride(from: 0, to: count, by: DeadlineLimits.batch) {
            let signals = (start..<min(start + DeadlineLimits.batch, count)).map { desk.signal("alert-\($0)") }
            _ = try await desk.decide([
                .signals(SignalBatch(integration: Desk.integration, signals: signals, request: nil))
            ])
        }
        #expect(try await desk.climbing() == count)

        desk.wait(.minutes(5))
        var looks = 0
        while let due = try await desk.nextDeadline(), due <= desk.now, looks <= count {
            try await desk.store.write(.engine) { try Decider.countAttempts(on: $0) }
            _ = try await desk.decide(.deadlinesPassed)
            looks += 1
        }

        #expect(try await desk.timers(quarantined: true) == 0)
        #expect(try await desk.timers(quarantined: false) == count)
        #expect(looks == Int(DeadlineLimits.quarantineAfter) + 1)
    }
}

extension Desk {
    fileprivate func climbing() async throws -> Int64 {
        try await store.read { connection in
            try connection.first("SELECT COUNT(*) FROM page WHERE is_open = 1") { $0.integer(0) } ?? 0
        }
    }

    fileprivate func timers(quarantined: Bool) async throws -> Int64 {
        try await store.read { connection in
            try connection.first(
                "SELECT COUNT(*) FROM timer WHERE kind = 'page' AND quarantined = ?", [SQLValue(quarantined)]
            ) { $0.integer(0) } ?? 0
        }
    }

    fileprivate func nextDeadline() async throws -> Instant? {
        try await store.read { try Decider.nextDeadline(on: $0) }
    }
}
