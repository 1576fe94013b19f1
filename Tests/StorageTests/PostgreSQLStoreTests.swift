import Chronology
import Dispatch
import Storage
import Testing

@Suite struct PostgreSQLStoreTests {
    /// Two nodes on one migrated database.
    private static func withNodes(
        _ body: (PostgreSQLServer, String, PostgreSQLStore, PostgreSQLStore) async throws -> Void
    ) async throws {
        let server = try PostgreSQLServer.shared.get()
        let address = try server.makeDatabase()
        let nodes = try (1...2).map { _ in try PostgreSQLStore(url: address) }
        do {
            try await nodes[0].migrate()
            try await body(server, address, nodes[0], nodes[1])
        } catch {
            for node in nodes { await node.close() }
            throw error
        }
        for node in nodes { await node.close() }
    }

    // MARK: Nodes

    @Test func `one node decides at a time`() async throws {
        try await Self.withNodes { _, _, one, other in
            try await one.note("counter", "0")
            let turns = Turns()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    let node = number % 2 == 0 ? one : other
                    group.addTask { try await node.write(.engine) { try turns.countUp(on: $0) } }
                }
                try await group.waitForAll()
            }
            #expect(try await one.read { try $0.noted("counter") } == "200")
        }
    }

    @Test func `shared writes do not wait for the decider`() async throws {
        try await Self.withNodes { _, _, one, other in
            let hasBegun = AsyncStream<Void>.makeStream()
            let mayGoOn = DispatchSemaphore(value: 0)
            async let decision: Void = one.write(.engine) { _ in
                hasBegun.continuation.yield()
                mayGoOn.wait()
            }
            await hasBegun.stream.first { true }
            try await one.write(.shared) { try $0.note("a") }
            try await other.write(.shared) { try $0.note("b") }
            mayGoOn.signal()
            try await decision
            #expect(try await one.count("meta") == 2)
        }
    }

    @Test func `nodes that start at once migrate once`() async throws {
        let address = try PostgreSQLServer.shared.get().makeDatabase()
        let nodes = try (1...4).map { _ in try PostgreSQLStore(url: address) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in nodes { group.addTask { try await node.migrate() } }
            try await group.waitForAll()
        }
        #expect(try await nodes[0].count("schema_version") == 7)
        for node in nodes { await node.close() }
    }

    @Test func `a row that another node leases is passed over`() async throws {
        try await Self.withNodes { _, _, one, other in
            for key in ["a", "b"] { try await one.note(key) }
            let claim: @Sendable (any Connection) throws -> String? = { connection in
                try connection.first("SELECT key FROM meta ORDER BY key LIMIT 1\(connection.dialect.skipLocked)") {
                    $0.text(0)
                }
            }
            let hasClaimed = AsyncStream<Void>.makeStream()
            let mayGoOn = DispatchSemaphore(value: 0)
            async let first = one.write(.shared) { connection in
                let key = try claim(connection)
                hasClaimed.continuation.yield()
                mayGoOn.wait()
                return key
            }
            await hasClaimed.stream.first { true }
            let second = try await other.write(.shared, claim)
            mayGoOn.signal()
            #expect(try await [first, second] == ["a", "b"])
        }
    }

    @Test func `an announcement wakes the other node and not its own`() async throws {
        try await Self.withNodes { _, _, one, other in
            // Each node yields one of every kind when it has begun to listen.
            var mine = one.wakes.makeAsyncIterator()
            var theirs = other.wakes.makeAsyncIterator()
            for _ in 0..<5 {
                _ = await mine.next()
                _ = await theirs.next()
            }
            let wakes: [StoreWake] = [
                .engineCommitted(41), .deliveriesQueued, .timersChanged, .organisationChanged, .sessionsChanged,
            ]
            for wake in wakes { await one.announce(wake) }
            var received: [StoreWake] = []
            while received.count < wakes.count, let wake = await theirs.next() { received.append(wake) }
            // Two lanes announce, so the order is not promised.
            #expect(Set(received) == Set(wakes))
            await other.announce(.engineCommitted(42))
            let wake = await mine.next()
            #expect(wake == .engineCommitted(42))
        }
    }

    @Test func `time is the server's`() async throws {
        try await Self.withNodes { server, address, one, _ in
            let seconds = {
                Int64(try server.run("SELECT extract(epoch FROM now())::bigint", at: address).dropLast()) ?? 0
            }
            let before = Instant(seconds: try seconds()) - .seconds(1)
            let now = try await one.write(.engine) { $0.now }
            let after = Instant(seconds: try seconds()) + .seconds(1)
            #expect(before <= now && now <= after)
        }
    }

    // MARK: Faults (F22)

    private static let killOthers = """
        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
        """

    @Test func `connections that were ended while idle are replaced unseen`() async throws {
        try await Self.withNodes { server, address, one, _ in
            try await one.note("a")
            try await one.write(.shared) { try $0.note("b") }
            _ = try await one.count("meta")
            try server.run(Self.killOthers, at: address)
            try await one.note("c")
            try await one.write(.shared) { try $0.note("d") }
            #expect(try await one.count("meta") == 4)
        }
    }

    @Test func `a connection lost inside a block is transient, and nothing is there`() async throws {
        try await Self.withNodes { server, address, one, _ in
            let outcome = try await fault {
                try await one.write(.engine) { connection in
                    try connection.note("a")
                    try server.run(Self.killOthers, at: address)
                    try connection.note("b")
                }
            }
            #expect(outcome == .transient)
            #expect(try await one.count("meta") == 0)
            try await one.note("c")
        }
    }

    @Test func `a connection lost during COMMIT is unknown`() async throws {
        try await Self.withNodes { server, address, one, _ in
            try server.run(
                """
                CREATE FUNCTION end_it() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER ends AFTER INSERT ON meta DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW WHEN (NEW.key = 'fatal') EXECUTE FUNCTION end_it();
                """, at: address)
            #expect(try await fault { try await one.note("fatal") } == .unknownCommit)
            try await one.note("after")
            #expect(try await one.count("meta") == 1)
        }
    }

    @Test func `a rule that is checked at COMMIT refuses the row for certain`() async throws {
        try await Self.withNodes { _, _, one, _ in
            try await one.write(.engine) {
                try $0.execute("CREATE TABLE late (id BIGINT UNIQUE DEFERRABLE INITIALLY DEFERRED)")
            }
            let insert: @Sendable (any Connection) throws -> Void = { connection in
                try connection.execute("INSERT INTO late VALUES (1)")
            }
            try await one.write(.engine, insert)
            #expect(try await fault { try await one.write(.engine, insert) } == .constraint("late_id_key"))
        }
    }

    @Test func `a commit that the standby did not confirm is unknown`() async throws {
        try await Self.withNodes { _, _, one, _ in
            // A standby that does not exist, and a wait that is cut short: COMMIT succeeds with a warning.
            let outcome = try await fault {
                try await one.write(.shared) { connection in
                    try connection.execute(
                        """
                        CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS
                            $$ BEGIN RAISE WARNING 'not confirmed'; RETURN NULL; END $$
                        """)
                    try connection.execute(
                        """
                        CREATE CONSTRAINT TRIGGER warns AFTER INSERT ON meta DEFERRABLE INITIALLY DEFERRED
                            FOR EACH ROW EXECUTE FUNCTION warn()
                        """)
                    try connection.note("a")
                }
            }
            #expect(outcome == .unknownCommit)
            #expect(try await one.count("meta") == 1)
        }
    }

    @Test func `a deadlock ends one of the two, which may try again`() async throws {
        try await Self.withNodes { _, _, one, other in
            for key in ["a", "b"] { try await one.note(key, "0") }
            let oneHolds = DispatchSemaphore(value: 0)
            let otherHolds = DispatchSemaphore(value: 0)
            @Sendable func swap(
                _ node: PostgreSQLStore, _ keys: [String], _ mine: DispatchSemaphore, _ theirs: DispatchSemaphore
            ) async throws -> StorageFault.Kind? {
                try await fault {
                    try await node.write(.shared) { connection in
                        let sql = "UPDATE meta SET value = value || '1' WHERE key = ?"
                        try connection.execute(sql, [.text(keys[0])])
                        mine.signal()
                        theirs.wait()
                        try connection.execute(sql, [.text(keys[1])])
                    }
                }
            }
            async let first = swap(one, ["a", "b"], oneHolds, otherHolds)
            async let second = swap(other, ["b", "a"], otherHolds, oneHolds)
            let outcomes = try await [first, second]
            #expect(Set(outcomes) == [nil, .transient])
            #expect(try await one.read { try $0.noted("a") } == "01")
        }
    }

    @Test func `a changed table under a prepared statement is transient once`() async throws {
        try await Self.withNodes { server, address, one, _ in
            let everything: @Sendable (any Connection) throws -> [String] = { connection in
                try connection.all("SELECT * FROM meta") { $0.text(0) }
            }
            for _ in 1...3 { _ = try await one.read(everything) }
            try server.run("ALTER TABLE meta ADD COLUMN more TEXT", at: address)
            var outcomes: [StorageFault.Kind?] = []
            for _ in 1...6 { outcomes.append(try await fault { try await one.read(everything) }) }
            #expect(outcomes.allSatisfy { $0 == nil || $0 == .transient })
            #expect(outcomes.last == .some(nil))
        }
    }

    @Test func `a server that is away gives a transient fault that names no secret`() async throws {
        let store = try PostgreSQLStore(url: "postgres://tocsin:hunter2hunter2@127.0.0.1:1/none")
        for _ in 1...3 {
            do {
                try await store.note("a")
                Issue.record("there is no server")
            } catch let fault as StorageFault {
                #expect(fault.kind == .transient)
                #expect(!fault.sentence.contains("hunter2"))
            }
        }
        await store.close()
    }

    @Test func `a wrong password is not repeated in the fault`() async throws {
        let address = try PostgreSQLServer.shared.get().makeDatabase()
        let store = try PostgreSQLStore(
            url: address.replacing(PostgreSQLServer.password, with: "wrong-secret-word"))
        do {
            try await store.note("a")
            // A server named by the environment may trust everybody.
        } catch let fault as StorageFault {
            #expect(fault.kind == .transient)
            #expect(!"\(fault)".contains("wrong-secret-word"))
        }
        await store.close()
    }

    @Test(arguments: [
        "", "sqlite:tocsin.db", "postgres://user:secret@host/db%", "postgres://user:secret@host:port/db",
        "postgres://user:secret@host/db?nonsense=secret", "postgresql://user:secret@[::1",
    ])
    func `an address that cannot be read is refused without repeating it`(url: String) throws {
        do {
            _ = try PostgreSQLStore(url: url)
            Issue.record("it was read")
        } catch let fault as StorageFault {
            #expect(fault.kind == .permanent)
            #expect(!fault.sentence.contains("secret"))
        }
    }

    @Test func `values of a refused row are not in the fault`() async throws {
        try await Self.withNodes { _, _, one, _ in
            try await one.note("planted-secret")
            let wrong: [@Sendable (any Connection) throws -> Void] = [
                { try $0.note("planted-secret") },
                { _ = try $0.execute("UPDATE timer SET due_at = ?", ["planted-secret"]) },
                { _ = try $0.execute("SELECT CAST(? AS BIGINT)", ["planted-secret"]) },
            ]
            for statement in wrong {
                do {
                    try await one.write(.engine, statement)
                    Issue.record("it was accepted")
                } catch let fault as StorageFault {
                    #expect(!fault.sentence.contains("planted-secret"))
                }
            }
        }
    }

    @Test func `a session is set to what the store promises`() async throws {
        try await Self.withNodes { _, _, one, _ in
            let names = [
                "synchronous_commit", "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout",
                "transaction_isolation", "application_name",
            ]
            let show: @Sendable (any Connection) throws -> [String] = { connection in
                try names.map { name in
                    try connection.first("SELECT current_setting(?)", [.text(name)]) { $0.text(0) } ?? ""
                }
            }
            let writing = try await one.write(.engine, show)
            let reading = try await one.read(show)
            #expect(writing == ["on", "10s", "5s", "10s", "read committed", "tocsin"])
            #expect(reading == ["on", "10s", "5s", "10s", "repeatable read", "tocsin"])
        }
    }

    @Test func `a backup says what to use instead`() async throws {
        try await Self.withNodes { _, _, one, _ in
            await #expect(
                throws: StorageFault(
                    .permanent,
                    "Tocsin does not copy a PostgreSQL database: use pg_dump --format=custom, or the server's own base "
                        + "backups")
            ) { try await one.backup(to: "/nowhere") }
        }
    }
}
