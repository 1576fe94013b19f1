import Chronology
import Dispatch
import Storage
import Synchronization
import Testing

/// What every store promises, tried on each.
@Suite struct StoreContractTests {
    private struct Stop: Error {}

    // MARK: The file

    @Test(arguments: StoreKind.allCases)
    func `a sound store has no findings, and PostgreSQL looks after its files itself`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let findings = try await store.read { try FileCheck.findings(on: $0) }
            #expect(findings == (store.dialect == .sqlite ? [] : nil))
        }
    }

    // MARK: Values

    @Test(arguments: StoreKind.allCases)
    func `a value is read as it was written`(kind: StoreKind) async throws {
        let texts = ["", "plain", "Ünïcødé 🚨 漢字", "it's \"quoted\" ? $1 \\ %", String(repeating: "x", count: 100_000)]
        let numbers: [Int64] = [0, 1, -1, .max, .min]
        let blobs: [[UInt8]] = [[], [0], Array(0...255), [UInt8](repeating: 0xff, count: 70_000)]
        try await kind.withStore { store in
            try await store.write(.shared) { connection in
                let blob = connection.dialect == .sqlite ? "BLOB" : "BYTEA"
                try connection.execute("CREATE TABLE mixed (id BIGINT, t TEXT, n BIGINT, b \(blob))")
                for (id, text) in texts.enumerated() {
                    try connection.execute(
                        "INSERT INTO mixed (id, t) VALUES (?, ?)", [SQLValue(id), .text(text)])
                }
                for (id, number) in numbers.enumerated() {
                    try connection.execute(
                        "INSERT INTO mixed (id, n) VALUES (?, ?)", [SQLValue(100 + id), .integer(number)])
                }
                for (id, blob) in blobs.enumerated() {
                    try connection.execute(
                        "INSERT INTO mixed (id, b) VALUES (?, ?)", [SQLValue(200 + id), .blob(blob)])
                }
            }
            let read = try await store.read { connection in
                try connection.all("SELECT t, n, b FROM mixed ORDER BY id") {
                    Mixed(text: $0.optionalText(0), number: $0.optionalInteger(1), blob: $0.optionalBlob(2))
                }
            }
            let written =
                texts.map { Mixed(text: $0) } + numbers.map { Mixed(number: $0) } + blobs.map { Mixed(blob: $0) }
            #expect(read == written)
        }
    }

    private struct Mixed: Hashable, Sendable {
        var text: String?
        var number: Int64?
        var blob: [UInt8]?
    }

    @Test(arguments: StoreKind.allCases)
    func `a question mark in quotes or in a comment is no placeholder`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let texts = try await store.read { connection in
                try connection.first(
                    """
                    SELECT '?', 'it''s ?', /* ? ' */ CAST(? AS TEXT) AS "a ? b", -- what's this ?
                        CAST(? AS TEXT), '/* ' || CAST(? AS TEXT) || ' */'
                    """, ["one", "two", "three"]
                ) { row in (0..<5).map { row.text($0) } }
            }
            #expect(texts == ["?", "it's ?", "one", "two", "/* three */"])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a text with U+0000 is refused, not cut`(kind: StoreKind) async throws {
        try await kind.withStore { (store) async throws in
            #expect(try await fault { try await store.note("a\u{0}b") } == .permanent)
            #expect(try await store.count("meta") == 0)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `NULL reads as zero, as an empty text and as nil`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.read { connection in
                try connection.query("SELECT CAST(? AS TEXT), CAST(? AS BIGINT)", [nil, nil]) { row in
                    #expect(row.isNull(0) && row.optionalText(0) == nil && row.text(0) == "")
                    #expect(row.isNull(1) && row.optionalInteger(1) == nil && row.integer(1) == 0)
                }
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `execute tells how many rows it changed`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let changes = try await store.write(.engine) { connection in
                [
                    try connection.execute("INSERT INTO meta VALUES (?, ?), (?, ?)", ["a", "1", "b", "1"]),
                    try connection.execute("UPDATE meta SET value = ? WHERE value = ?", ["2", "1"]),
                    try connection.execute("UPDATE meta SET value = ? WHERE value = ?", ["3", "1"]),
                    try connection.execute("DELETE FROM meta WHERE key = ?", ["a"]),
                    try connection.execute("CREATE TABLE other (id BIGINT)"),
                ]
            }
            #expect(changes == [2, 2, 0, 1, 0])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a query may run other queries for its rows, even the same one`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            for key in ["a", "b", "c"] { try await store.note(key) }
            let pairs = try await store.read { connection in
                var pairs: [String] = []
                let sql = "SELECT key FROM meta WHERE key > ? ORDER BY key"
                try connection.query(sql, [""]) { outer in
                    let key = outer.text(0)
                    try connection.query(sql, [.text(key)]) { inner in pairs.append(key + inner.text(0)) }
                }
                return pairs
            }
            #expect(pairs == ["ab", "ac", "bc"])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `the time stands still inside a block`(kind: StoreKind) async throws {
        try await kind.withStore { (store) async throws in
            #expect(try await store.write(.engine) { $0.now } == StoreKind.time)
            #expect(try await store.write(.shared) { $0.now } == StoreKind.time)
            #expect(try await store.read { $0.now } == StoreKind.time)
        }
    }

    // MARK: Transactions

    @Test(arguments: StoreKind.allCases, [WriteScope.engine, .shared])
    func `a block that throws leaves nothing behind`(kind: StoreKind, scope: WriteScope) async throws {
        try await kind.withStore { store in
            await #expect(throws: Stop.self) {
                try await store.write(scope) { connection in
                    try connection.note("a")
                    throw Stop()
                }
            }
            #expect(try await store.count("meta") == 0)
            try await store.note("b")
            #expect(try await store.count("meta") == 1)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a failed statement spoils its block even when the error is swallowed`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.note("taken")
            let outcome = try await fault {
                try await store.write(.engine) { connection in
                    try connection.note("new")
                    do { try connection.note("taken") } catch {}
                    do { try connection.note("newer") } catch {}
                }
            }
            #expect(outcome == .constraint("meta_pkey"))
            #expect(try await store.count("meta") == 1)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a rule that refuses a row is named alike`(kind: StoreKind) async throws {
        let event = "INSERT INTO event (seq, stream, version, at, actor, kind, body, previous, hash) VALUES "
        let alert = """
            INSERT INTO alert (id, integration, dedup_key, episode, is_open, state, severity_rank, title, count, first_seen,
                last_seen, version, body) VALUES
            """
        let table: [(sql: String, name: String)] = [
            ("INSERT INTO meta VALUES ('a', ''), ('a', '')", "meta_pkey"),
            ("INSERT INTO meta VALUES ('a', NULL)", "meta.value"),
            (event + "(1, 's', 1, 0, '', '', '', '', ''), (1, 's', 2, 0, '', '', '', '', '')", "event_pkey"),
            (
                event + "(1, 's', 1, 0, '', '', '', '', ''), (2, 's', 1, 0, '', '', '', '', '')",
                "event_stream_version_key"
            ),
            // R3: at most one open alert for each key of an integration.
            (
                alert
                    + " ('a', 'i', 'k', '', 1, '', 0, '', 1, 0, 0, 1, ''), ('b', 'i', 'k', '', 1, '', 0, '', 1, 0, 0, 1, '')",
                "alert_integration_dedup_key_episode_key"
            ),
        ]
        try await kind.withStore { store in
            for row in table {
                let outcome = try await fault { try await store.write(.engine) { try $0.execute(row.sql) } }
                #expect(outcome == .constraint(row.name))
            }
            // A closed one beside an open one is allowed.
            try await store.write(.engine) {
                let open = "('a', 'i', 'k', '', 1, '', 0, '', 1, 0, 0, 1, '')"
                let closed = "('b', 'i', 'k', 'b', 0, '', 0, '', 1, 0, 0, 1, '')"
                try $0.execute("\(alert) \(open), \(closed)")
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `wrong SQL is permanent and the store goes on`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            #expect(try await fault { try await store.read { try $0.query("SELEKT 1") { _ in } } } == .permanent)
            #expect(try await fault { try await store.write(.engine) { try $0.execute("SELEKT 1") } } == .permanent)
            #expect(try await fault { try await store.read { try $0.query("SELECT ?") { _ in } } } == .permanent)
            try await store.note("a")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a read that writes is refused`(kind: StoreKind) async throws {
        try await kind.withStore { (store) async throws in
            #expect(try await fault { try await store.read { try $0.note("a") } } != nil)
            #expect(try await store.count("meta") == 0)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a connection is of no use after its block`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let isRefused = try await store.write(.engine) { first in Kept(first) }.isRefused()
            #expect(isRefused)
        }
    }

    /// Carries a connection out of its block, which the compiler would not allow without this; it is refused there.
    private final class Kept: @unchecked Sendable {
        private let connection: any Connection
        init(_ connection: any Connection) { self.connection = connection }

        func isRefused() -> Bool {
            do {
                try connection.execute("SELECT 1")
                return false
            } catch {
                return (error as? StorageFault)?.kind == .permanent
            }
        }
    }

    @Test(arguments: StoreKind.allCases, [WriteScope.engine, .shared])
    func `a cancelled caller still gets its write done`(kind: StoreKind, scope: WriteScope) async throws {
        try await kind.withStore { store in
            try await Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await store.write(scope) { try $0.note("a") }
            }.value
            #expect(try await store.count("meta") == 1)
        }
    }

    // MARK: Concurrency

    @Test(arguments: StoreKind.concurrent)
    func `a read sees what was committed when it began, and holds nobody up`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.note("a")
            let hasBegun = AsyncStream<Void>.makeStream()
            let mayGoOn = DispatchSemaphore(value: 0)
            async let counts = store.read { connection in
                let before = try connection.first("SELECT count(*) FROM meta") { $0.integer(0) }
                hasBegun.continuation.yield()
                mayGoOn.wait()
                return [before, try connection.first("SELECT count(*) FROM meta") { $0.integer(0) }]
            }
            await hasBegun.stream.first { true }
            try await store.note("b")
            mayGoOn.signal()
            #expect(try await counts == [1, 1])
            #expect(try await store.count("meta") == 2)
        }
    }

    @Test(arguments: StoreKind.concurrent)
    func `what is not committed is not seen`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let hasWritten = AsyncStream<Void>.makeStream()
            let mayCommit = DispatchSemaphore(value: 0)
            async let write: Void = store.write(.engine) { connection in
                try connection.note("a")
                hasWritten.continuation.yield()
                mayCommit.wait()
            }
            await hasWritten.stream.first { true }
            #expect(try await store.count("meta") == 0)
            mayCommit.signal()
            try await write
            #expect(try await store.count("meta") == 1)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `writers of the engine take turns`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.note("counter", "0")
            let turns = Turns()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        try await store.write(.engine) { try turns.countUp(on: $0) }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await store.read { try $0.noted("counter") } == "100")
        }
    }

    @Test(arguments: StoreKind.concurrent)
    func `who waits beyond the limit is turned away at once`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let hasBegun = AsyncStream<Void>.makeStream()
            let mayGoOn = DispatchSemaphore(value: 0)
            async let first: Void = store.write(.engine) { _ in
                hasBegun.continuation.yield()
                mayGoOn.wait()
            }
            await hasBegun.stream.first { true }
            let outcomes = try await withThrowingTaskGroup(of: StorageFault.Kind?.self) { group in
                for _ in 0..<StorageLimits.waitingWrites + 10 {
                    group.addTask { try await fault { try await store.write(.engine) { _ in } } }
                }
                // The ones that are turned away come back while all others wait.
                for _ in 0..<11 {
                    let outcome = try await group.next()
                    #expect(outcome == .transient)
                }
                mayGoOn.signal()
                return try await group.reduce(into: []) { $0.append($1) }
            }
            try await first
            #expect(outcomes == Array(repeating: nil, count: StorageLimits.waitingWrites - 1))
        }
    }

    // MARK: Migration

    @Test(arguments: StoreKind.allCases)
    func `an empty store is migrated, and a second time nothing happens`(kind: StoreKind) async throws {
        try await kind.withStore(migrated: false) { store in
            try await store.migrate()
            let versions = try await store.read { try $0.schemaVersions() }
            try await store.note("a")
            try await store.migrate()
            #expect(versions == [1, 2, 3, 4, 5, 6, 7])
            #expect(try await store.read { try $0.schemaVersions() } == versions)
            #expect(try await store.count("meta") == 1)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a store that a newer binary has migrated is refused (R19)`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.write(.engine) {
                try $0.execute("INSERT INTO schema_version (number, name, applied_at) VALUES (1000, 'future', 0)")
            }
            #expect(try await fault { try await store.migrate() } == .newer)
        }
    }

    // MARK: Closing

    @Test(arguments: StoreKind.allCases)
    func `a closed store refuses everything and can be closed again`(kind: StoreKind) async throws {
        try await kind.withStore { (store) async throws in
            await store.close()
            #expect(try await fault { try await store.note("a") } == .permanent)
            #expect(try await fault { try await store.count("meta") } == .permanent)
            #expect(try await fault { try await store.migrate() } == .permanent)
            await store.announce(.timersChanged)
            await store.close()
            for await _ in store.wakes {}
        }
    }

    // MARK: Recording

    @Test(arguments: StoreKind.allCases)
    func `a recorder notes the statements of each block`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            let recorder = StatementRecorder()
            try await Self.record(store, recorder)
            #expect(
                recorder.take() == [
                    StatementRecorder.Block(
                        scope: .shared, statements: ["INSERT INTO meta (key, value) VALUES (?, ?)"]),
                    StatementRecorder.Block(scope: nil, statements: ["SELECT value FROM meta WHERE key = ?"]),
                ])
            #expect(recorder.blocks == [])
        }
    }

    private static func record(_ store: some Store, _ recorder: StatementRecorder) async throws {
        let recording = RecordingStore(store, recorder)
        try await recording.write(.shared) { try $0.note("a", "b") }
        #expect(try await recording.read { try $0.noted("a") } == "b")
    }
}

extension Connection {
    fileprivate func schemaVersions() throws -> [Int64] {
        try all("SELECT number FROM schema_version ORDER BY number") { $0.integer(0) }
    }
}

/// Counts in a way that loses counts, and complains, unless its blocks take turns.
final class Turns: Sendable {
    private let inside = Mutex(0)

    func countUp(on connection: any Connection) throws {
        let together = inside.withLock { inside in
            inside += 1
            return inside
        }
        #expect(together == 1)
        let count = try connection.noted("counter").flatMap { Int($0) } ?? -1
        try connection.execute("UPDATE meta SET value = ? WHERE key = 'counter'", [.text(String(count + 1))])
        inside.withLock { $0 -= 1 }
    }
}
