import Chronology
import Dispatch

/// One connection with a thread of its own, which runs one block after another. It connects when it is first needed and
/// again after a loss.
actor PostgreSQLLane {
    enum Purpose: Sendable { case engine, shared, migration, read }

    nonisolated let executor: LaneExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let address: PostgreSQLAddress
    /// Nil reads the server's clock.
    private let clock: (@Sendable () -> Instant)?
    private var session: PostgreSQLSession?
    private var backoff = Backoff()
    private var isClosed = false

    init(_ name: String, _ address: PostgreSQLAddress, clock: (@Sendable () -> Instant)?) {
        self.executor = LaneExecutor(name)
        self.address = address
        self.clock = clock
    }

    /// Runs the block in a transaction. Nothing here looks at the task's cancellation, which is what shields a write.
    func transaction<R: Sendable>(
        _ purpose: Purpose, _ body: @Sendable (any Connection) throws -> R
    ) throws -> R {
        guard !isClosed else { throw StorageFault.closed }
        let (session, now) = try begin(purpose)
        let connection = PostgreSQLConnection(session, now: now)
        defer { connection.end() }
        do {
            let result = try body(connection)
            if let fault = connection.spoiledBy { throw fault }
            try commit(session, purpose)
            return result
        } catch {
            connection.isLost ? drop() : rollBack(session, after: error)
            throw error
        }
    }

    /// One statement outside of any transaction.
    func perform(_ sql: String, _ arguments: [SQLValue]) throws {
        guard !isClosed else { throw StorageFault.closed }
        do {
            _ = try connected().run(sql, arguments)
        } catch let fault as PostgreSQLFault {
            if case .lost = fault { drop() }
            throw fault.storageFault(sql: sql)
        }
    }

    func close() {
        isClosed = true
        drop()
    }

    // MARK: Private

    /// Begins, takes the decider's lock if that is the purpose, and then reads the clock: in this order, so that a node
    /// that waited for its turn does not decide by an old time. A session that was lost while it lay idle is replaced
    /// once, for nothing has been asked of it yet.
    private func begin(_ purpose: Purpose) throws -> (PostgreSQLSession, Instant) {
        let wasIdle = session != nil
        do {
            return try begin(purpose, on: try connected())
        } catch PostgreSQLFault.lost where wasIdle {
            drop()
        } catch let fault as PostgreSQLFault {
            throw abandon(fault)
        }
        do {
            return try begin(purpose, on: try connected())
        } catch let fault as PostgreSQLFault {
            throw abandon(fault)
        }
    }

    private func begin(_ purpose: Purpose, on session: PostgreSQLSession) throws -> (PostgreSQLSession, Instant) {
        session.patience =
            (purpose == .migration ? StorageLimits.migrationPatience : StorageLimits.statementPatience)
            + StorageLimits.answerGrace
        let result = try session.run(script: Self.opening(purpose))
        let server = PostgreSQLRow(result: result, row: 0).instant(0)
        return (session, clock.map { $0() } ?? server)
    }

    private static func opening(_ purpose: Purpose) -> String {
        let time = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
        let lock = "SELECT pg_advisory_xact_lock(\(PostgreSQLStore.decidersLock))"
        let write = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
        switch purpose {
        case .engine: return "\(write); \(lock); \(time)"
        case .shared: return "\(write); \(time)"
        case .read: return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; \(time)"
        case .migration:
            // Both limits for this transaction alone: an index over everything takes its time.
            let limits = "SET LOCAL statement_timeout = \(StorageLimits.migrationPatience); SET LOCAL lock_timeout = 0"
            return "\(write); \(limits); \(lock); \(time)"
        }
    }

    private func commit(_ session: PostgreSQLSession, _ purpose: Purpose) throws {
        session.hasWarned = false
        do {
            let tag = try session.run(script: "COMMIT").commandTag
            guard tag == "COMMIT" else {
                throw StorageFault(.permanent, "the server rolled the transaction back")
            }
        } catch let fault as PostgreSQLFault {
            if case .lost = fault {
                drop()
                // A read has nothing that could be there or not.
                throw fault.storageFault(isCommitting: purpose != .read)
            }
            throw fault.storageFault()
        }
        if session.hasWarned {
            throw StorageFault(
                .unknownCommit, "the primary has committed but its standby did not confirm: a fail-over may lose it")
        }
    }

    /// What to do after `begin` failed.
    private func abandon(_ fault: PostgreSQLFault) -> StorageFault {
        switch fault {
        case .lost: drop()
        case .refused: if let session { rollBack(session, after: fault.storageFault()) }
        }
        return fault.storageFault()
    }

    private func rollBack(_ session: PostgreSQLSession, after error: any Error) {
        // The session may have been dropped by a COMMIT that lost it.
        guard self.session === session else { return }
        do {
            try session.run(script: "ROLLBACK")
            // A migration of another node may have changed tables under prepared statements, and a fail-over may have
            // made this server a standby: both are told apart only by a fresh start.
            if let fault = error as? StorageFault, fault.kind == .transient { drop() }
        } catch {
            // A session that cannot roll back is given up, and the server rolls back for it.
            drop()
        }
    }

    private func drop() { session = nil }

    private func connected() throws -> PostgreSQLSession {
        if let session { return session }
        guard backoff.mayTry else { throw PostgreSQLFault.lost("waiting before the next connection attempt") }
        do {
            let fresh = try PostgreSQLSession(address)
            backoff = Backoff()
            session = fresh
            return fresh
        } catch {
            backoff.failed()
            throw error
        }
    }
}

/// When to try again after failures in a row. The first attempt after a success is made at once.
struct Backoff {
    private(set) var pause = Duration.zero
    private var notBefore: ContinuousClock.Instant?

    var mayTry: Bool { notBefore.map { ContinuousClock.now >= $0 } ?? true }

    mutating func failed() {
        pause = min(
            max(pause * 2, .milliseconds(StorageLimits.firstReconnectPause)),
            .milliseconds(StorageLimits.lastReconnectPause))
        notBefore = ContinuousClock.now + pause
    }
}

/// Runs an actor's jobs on a serial dispatch queue: libpq blocks, and the cooperative pool must not.
final class LaneExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(_ name: String) { queue = DispatchQueue(label: "tocsin.storage.\(name)") }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
