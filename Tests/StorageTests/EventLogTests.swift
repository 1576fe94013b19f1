import Chronology
import Storage
import Testing

@Suite struct EventLogTests {
    private static func event(_ number: Int, body: String = "{}") -> NewEvent {
        NewEvent(at: Instant(seconds: Int64(number)), actor: "user:usr_1", kind: "noted", body: body)
    }

    private static func fill(_ store: any Store, _ streams: [String], each count: Int) async throws {
        try await store.write(.engine) { connection in
            let log = EventLog(connection)
            for version in 0..<count {
                for stream in streams {
                    try log.append([event(version)], to: stream, expecting: Int64(version))
                }
            }
        }
    }

    private static func verify(_ store: any Store) async throws -> ([ChainReport], EventLog.LogReport) {
        try await store.read { connection in
            var reports: [ChainReport] = []
            let log = try EventLog.verifyAll(on: connection) { reports.append($0) }
            return (reports, log)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `events get dense places in the log and in their streams`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let first = try await store.write(.engine) { connection in
                try EventLog.append([Self.event(1), Self.event(2)], to: "incident:a", expecting: 0, on: connection)
            }
            let second = try await store.write(.engine) { connection in
                let log = EventLog(connection)
                return try log.append([
                    StreamAppend([Self.event(3)], to: "incident:b", expecting: 0),
                    StreamAppend([Self.event(4)], to: "incident:a", expecting: 2),
                    StreamAppend([Self.event(5)], to: "incident:b", expecting: 1),
                ]) + log.append([Self.event(6)], to: "incident:a", expecting: 3)
            }
            #expect((first + second).map(\.seq) == [1, 2, 3, 4, 5, 6])
            #expect((first + second).map(\.version) == [1, 2, 1, 3, 2, 4])
            let all = try await store.read { try EventLog.read(after: 0, limit: 100, on: $0) }
            #expect(all == first + second)
            #expect(try await store.read { try EventLog.read(after: 2, limit: 2, on: $0) } == Array(all[2...3]))
            #expect(
                try await store.read { try EventLog.read(stream: "incident:a", after: 1, on: $0) }
                    == all.filter { $0.stream == "incident:a" && $0.version > 1 })
            #expect(try await store.read { try EventLog.head(on: $0) } == 6)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a stream that has grown meanwhile is a conflict, and nothing is written`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await Self.fill(store, ["a"], each: 2)
            for expecting in [Int64(0), 1, 3] {
                let outcome = try await fault {
                    try await store.write(.engine) { connection in
                        try EventLog(connection).append([
                            StreamAppend([Self.event(1)], to: "b", expecting: 0),
                            StreamAppend([Self.event(1)], to: "a", expecting: expecting),
                        ])
                    }
                }
                #expect(outcome == .conflict)
            }
            #expect(try await store.count("event") == 2)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `many streams are appended to with few statements`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let recorder = StatementRecorder()
            try await Self.appendMany(store, 256, recorder)
            let statements = recorder.take().flatMap(\.statements)
            // Four look-ups of 64 heads, the greatest seq, four inserts of 64 rows.
            #expect(statements.count == 9)
            #expect(Set(statements).count == 3)
            try await Self.appendMany(store, 85, recorder, from: 1)
            #expect(try await store.count("event") == 256 + 85)
            let (reports, log) = try await Self.verify(store)
            #expect(reports.count == 256 && reports.allSatisfy { $0.broken == nil })
            #expect((log.streams, log.events, log.firstMissing) == (256, 341, nil))
        }
    }

    private static func appendMany(
        _ store: some Store, _ count: Int, _ recorder: StatementRecorder, from version: Int64 = 0
    ) async throws {
        _ = try await RecordingStore(store, recorder).write(.engine) { connection in
            try EventLog(connection).append(
                (0..<count).map { StreamAppend([event($0)], to: "stream:\($0)", expecting: version) })
        }
    }

    /// The arithmetic is part of what users rely on when they check a chain by their own means, so it is pinned:
    /// computed apart from this code with Python's hashlib.
    @Test func `the hash of an event is the documented one`() async throws {
        try await StoreKind.sqliteMemory.withStore { store in
            let events = try await store.write(.engine) { connection in
                try EventLog.append(
                    [
                        NewEvent(at: Instant(microseconds: 1), actor: "tocsin", kind: "opened", body: #"{"é":1}"#),
                        NewEvent(at: Instant(microseconds: -2), actor: "user:u", kind: "closed", body: "{}"),
                    ], to: "incident:inc_1", expecting: 0, on: connection)
            }
            let report = try await store.read { try EventLog.verify(stream: "incident:inc_1", on: $0) }
            #expect(
                report
                    == ChainReport(
                        stream: "incident:inc_1", length: 2,
                        head: "674c9ade464f2c70dcc830ebb62bc815010826e9b414ca0637c9da2eff3e95c2", broken: nil))
            #expect(events[0].previous == [UInt8](repeating: 0, count: 32))
            #expect(events[1].previous == events[0].hash)
        }
    }

    // MARK: Tampering (R9)

    struct Tampering: CustomTestStringConvertible, Sendable {
        let what: String
        let statements: [String]
        let broken: ChainReport.Break?
        var missing: Int64?
        var testDescription: String { what }
    }

    /// Streams a and b, five events each, in turn: a1 b1 a2 b2 …; version v of a has seq 2v - 1.
    static let tamperings = [
        Tampering(what: "none", statements: [], broken: nil),
        Tampering(
            what: "an edited body", statements: ["UPDATE event SET body = '[]' WHERE stream = 'a' AND version = 3"],
            broken: .init(version: 3, reason: "its content was changed")),
        Tampering(
            what: "an edited time", statements: ["UPDATE event SET at = at + 1 WHERE stream = 'a' AND version = 1"],
            broken: .init(version: 1, reason: "its content was changed")),
        Tampering(
            what: "another actor", statements: ["UPDATE event SET actor = 'tocsin' WHERE stream = 'a' AND version = 5"],
            broken: .init(version: 5, reason: "its content was changed")),
        Tampering(
            what: "a dropped event", statements: ["DELETE FROM event WHERE stream = 'a' AND version = 2"],
            broken: .init(version: 3, reason: "number 2 is missing"), missing: 3),
        Tampering(
            what: "a dropped event with the gap closed",
            statements: [
                "DELETE FROM event WHERE stream = 'a' AND version = 4",
                "UPDATE event SET version = 4 WHERE stream = 'a' AND version = 5",
            ],
            broken: .init(version: 4, reason: "it does not follow the record before it"), missing: 7),
        Tampering(
            what: "a dropped end", statements: ["DELETE FROM event WHERE stream = 'a' AND version = 5"],
            broken: nil, missing: 9),
        Tampering(
            what: "two swapped events",
            statements: [
                "UPDATE event SET version = 100 WHERE stream = 'a' AND version = 2",
                "UPDATE event SET version = 2 WHERE stream = 'a' AND version = 3",
                "UPDATE event SET version = 3 WHERE stream = 'a' AND version = 100",
            ],
            broken: .init(version: 2, reason: "it does not follow the record before it")),
        Tampering(
            what: "an event moved from another stream",
            statements: [
                "DELETE FROM event WHERE stream = 'a' AND version = 1",
                "UPDATE event SET stream = 'a' WHERE stream = 'b' AND version = 1",
            ],
            broken: .init(version: 1, reason: "its content was changed"), missing: 1),
        Tampering(
            what: "two streams' places swapped",
            statements: [
                "UPDATE event SET seq = 100 WHERE seq = 3", "UPDATE event SET seq = 3 WHERE seq = 4",
                "UPDATE event SET seq = 4 WHERE seq = 100",
            ],
            broken: .init(version: 2, reason: "its place in the log was changed")),
        Tampering(
            what: "places swapped, with the hashes over them",
            statements: [
                "CREATE TABLE kept AS SELECT seq, log_hash FROM event WHERE seq IN (5, 6)",
                "UPDATE event SET seq = 100 WHERE seq = 5", "UPDATE event SET seq = 5 WHERE seq = 6",
                "UPDATE event SET seq = 6 WHERE seq = 100",
                """
                UPDATE event SET log_hash = (SELECT kept.log_hash FROM kept WHERE kept.seq = event.seq)
                WHERE seq IN (5, 6)
                """,
            ],
            broken: .init(version: 3, reason: "its place in the log was changed")),
        Tampering(
            what: "an event that lost the hash over its place",
            statements: ["UPDATE event SET log_hash = NULL WHERE seq = 5"],
            broken: .init(version: 3, reason: "its place in the log was changed")),
        Tampering(
            what: "places swapped that were written before there was a hash over them",
            statements: [
                "UPDATE event SET log_hash = NULL", "UPDATE event SET seq = 100 WHERE seq = 1",
                "UPDATE event SET seq = 1 WHERE seq = 3", "UPDATE event SET seq = 3 WHERE seq = 100",
            ],
            broken: .init(version: 2, reason: "its place in the log was changed")),
    ]

    @Test(arguments: StoreKind.allCases, tamperings)
    func `tampering with the log is found`(kind: StoreKind, tampering: Tampering) async throws {
        try await kind.withStore { store in
            try await Self.fill(store, ["a", "b"], each: 5)
            try await store.write(.engine) { connection in
                for statement in tampering.statements { try connection.execute(statement) }
            }
            let report = try await store.read { try EventLog.verify(stream: "a", on: $0) }
            let (reports, log) = try await Self.verify(store)
            #expect(report.broken == tampering.broken)
            #expect(reports.first == report)
            #expect(log.firstMissing == tampering.missing)
        }
    }

    /// The head is what shows that the end of the log was cut off, so it must change with every event.
    @Test(arguments: StoreKind.allCases)
    func `a log that was begun without a hash over its order goes on with one`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await Self.fill(store, ["a", "b"], each: 2)
            try await store.write(.engine) { try $0.execute("UPDATE event SET log_hash = NULL") }
            let (_, old) = try await Self.verify(store)
            #expect(old.head == String(repeating: "0", count: 64))
            try await Self.fill(store, ["c"], each: 2)
            let (reports, log) = try await Self.verify(store)
            #expect(reports.map(\.broken) == [nil, nil, nil])
            try await Self.fill(store, ["d"], each: 1)
            let (_, longer) = try await Self.verify(store)
            #expect(Set([old.head, log.head, longer.head]).count == 3)
        }
    }

    @Test func `only the event that was moved is blamed`() async throws {
        try await StoreKind.sqliteMemory.withStore { store in
            try await Self.fill(store, ["a", "b", "c"], each: 3)
            // a2 and a3 stay where they are, and each follows a moved one: b1 and c2 change places.
            try await store.write(.engine) { connection in
                for statement in ["seq = 100 WHERE seq = 2", "seq = 2 WHERE seq = 6", "seq = 6 WHERE seq = 100"] {
                    try connection.execute("UPDATE event SET " + statement)
                }
            }
            let (reports, _) = try await Self.verify(store)
            let reason = "its place in the log was changed"
            #expect(
                reports.map(\.broken) == [
                    nil, ChainReport.Break(version: 1, reason: reason), ChainReport.Break(version: 2, reason: reason),
                ])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `the audit is one chain, whoever appends`(kind: StoreKind) async throws {
        let entry = NewAuditEntry(
            at: StoreKind.time, actor: "user:usr_1", ip: "192.0.2.7", request: nil, action: "silence.create",
            object: "silence:1", detail: "{}")
        try await kind.withStore { store in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        try await store.write(number % 2 == 0 ? .engine : .shared) { connection in
                            _ = try AuditLog.append([entry, entry], on: connection)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let report = try await store.read { try AuditLog.verify(on: $0) }
            #expect(report.length == 80 && report.broken == nil)
            let read = try await store.read { try AuditLog.read(after: 78, limit: 10, on: $0) }
            #expect(read.map(\.seq) == [79, 80] && read.map(\.entry) == [entry, entry])

            try await store.write(.shared) { try $0.execute("UPDATE audit SET ip = NULL WHERE seq = 41") }
            let broken = try await store.read { try AuditLog.verify(on: $0) }.broken
            #expect(broken == ChainReport.Break(version: 41, reason: "its content was changed"))
        }
    }
}
