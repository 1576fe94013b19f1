import Chronology
import Dispatch
import GRDB
import Logging
import Synchronization

/// A store in one SQLite file, or in memory. One process opens a file at a time.
///
/// Every commit is on the disk before `write` returns (WAL, `synchronous = FULL`). Reads run beside the writer on
/// snapshots. After an I/O error the store writes nothing more until the file was reopened and checked, which the next
/// write does; a damaged file stays readable and refuses writes until the process starts on a sound one.
public final class SQLiteStore: Store {
    private enum Place {
        case memory(DatabaseQueue)
        case file(DatabasePool)
        case closed
    }

    private enum Health {
        case sound
        /// The outcome of a write is unknown: reopen and check before the next one.
        case suspect
        case damaged(StorageFault)
    }

    private struct State {
        var place: Place
        var health = Health.sound
    }

    public let dialect = Dialect.sqlite
    /// Finished from the start: nobody else writes to the file.
    public let wakes: AsyncStream<StoreWake>

    private let path: String?
    private let isGuest: Bool
    private let clock: @Sendable () -> Instant
    private let logger: Logger
    private let state: Mutex<State>
    private let writes = Admission(limit: StorageLimits.waitingWrites, "writes")
    private let reads = Admission(limit: StorageLimits.waitingReads, "reads")
    /// Writes run here one by one and never on the cooperative pool, for they wait for the disk. A dispatch queue knows
    /// nothing of the caller's task, which is what shields a write from its cancellation.
    private let writer = DispatchQueue(label: "tocsin.storage.writer")
    private let copier = DispatchQueue(label: "tocsin.storage.copier")

    /// Opens the file, or creates it. Blocks for the time of opening. Throws `StorageFault`; refuses to start where
    /// commits would not be durable.
    ///
    /// - Parameter isGuest: another process serves this file. A guest writes but never checkpoints: that stays with the one
    ///   writer connection of the server (see `SQLiteFile.open`).
    public convenience init(
        path: String, clock: @escaping @Sendable () -> Instant, isGuest: Bool = false,
        logger: Logger = Logger(label: "tocsin.storage")
    ) throws {
        self.init(
            path: path, place: .file(try SQLiteFile.open(path, isGuest: isGuest)), clock: clock, isGuest: isGuest,
            logger: logger)
    }

    /// A store that is gone with the process. Its blocks run on the caller's thread without any suspension, so that for
    /// a single caller the order of things is the order of the calls.
    public static func inMemory(clock: @escaping @Sendable () -> Instant) throws -> SQLiteStore {
        SQLiteStore(
            path: nil, place: .memory(try SQLiteFile.openInMemory()), clock: clock, isGuest: false,
            logger: Logger(label: "tocsin.storage"))
    }

    /// Writes the file anew, so that nothing of what was deleted or written over is left in its free parts and its log.
    /// For a file that nobody else has open. Takes the time and, for a while, the room of writing the whole file.
    public static func rewrite(path: String) throws {
        let pool = try SQLiteFile.open(path, isGuest: false)
        do {
            try pool.vacuum()
            // Closing the last connection empties the log.
            try pool.close()
        } catch let error as DatabaseError {
            throw SQLiteFault.classify(error, at: .committing)
        }
    }

    private init(
        path: String?, place: Place, clock: @escaping @Sendable () -> Instant, isGuest: Bool, logger: Logger
    ) {
        self.path = path
        self.isGuest = isGuest
        self.clock = clock
        self.logger = logger
        self.state = Mutex(State(place: place))
        let (stream, continuation) = AsyncStream<StoreWake>.makeStream()
        continuation.finish()
        self.wakes = stream
    }

    // MARK: Store

    @discardableResult
    public func write<R: Sendable>(
        _ scope: WriteScope, _ body: @escaping @Sendable (any Connection) throws -> R
    ) async throws -> R {
        if case .memory(let queue) = place { return try writeInMemory(queue, body) }
        try writes.enter()
        defer { writes.leave() }
        return try await onThread(writer) { try self.writeToFile(body) }
    }

    public func read<R: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> R) async throws -> R {
        if case .memory(let queue) = place { return try readInMemory(queue, body) }
        try reads.enter()
        defer { reads.leave() }
        return try await readFromFile(body)
    }

    public func migrate() async throws {
        try await Migration.run(on: self)
    }

    public func announce(_ wake: StoreWake) async {}

    public func backup(to path: String) async throws {
        let place = place
        try await onThread(copier) {
            switch place {
            case .closed: throw StorageFault.closed
            case .memory(let queue): try queue.writeWithoutTransaction { try SQLiteFile.copy($0, to: path) }
            case .file(let pool): try pool.unsafeRead { try SQLiteFile.copy($0, to: path) }
            }
        }
    }

    public func close() async {
        do {
            try await onThread(writer) {
                let place = self.state.withLock { state in
                    defer { state.place = .closed }
                    return state.place
                }
                switch place {
                case .closed: break
                case .memory(let queue): try queue.close()
                case .file(let pool): try pool.close()
                }
            }
        } catch {
            // Everything that was promised is committed; what could not be tidied is, at the next start.
            logger.warning("closing the database failed", metadata: ["error": "\(error)"])
        }
    }

    // MARK: In memory

    private func writeInMemory<R>(_ queue: DatabaseQueue, _ body: (any Connection) throws -> R) throws -> R {
        try queue.writeWithoutTransaction { try transaction(on: $0, body) }
    }

    private func readInMemory<R>(_ queue: DatabaseQueue, _ body: (any Connection) throws -> R) throws -> R {
        try queue.read { try look(at: $0, body) }
    }

    // MARK: In a file

    /// Runs on the writer's queue.
    private func writeToFile<R>(_ body: (any Connection) throws -> R) throws -> R {
        let pool = try soundPool()
        return try pool.writeWithoutTransaction { try transaction(on: $0, body) }
    }

    private func readFromFile<R: Sendable>(
        _ body: @escaping @Sendable (any Connection) throws -> R
    ) async throws -> R {
        guard case .file(let pool) = place else { throw StorageFault.closed }
        return try await withCheckedThrowingContinuation { continuation in
            pool.asyncRead { access in
                continuation.resume(
                    with: Result {
                        do {
                            return try self.look(at: try access.get(), body)
                        } catch let error as DatabaseError {
                            throw SQLiteFault.classify(error, at: .reading)
                        }
                    })
            }
        }
    }

    private func look<R>(at database: Database, _ body: (any Connection) throws -> R) throws -> R {
        let connection = SQLiteConnection(database, now: clock(), place: .reading)
        defer { connection.end() }
        let result = try body(connection)
        if let fault = connection.spoiledBy { throw fault }
        return result
    }

    private func transaction<R>(on database: Database, _ body: (any Connection) throws -> R) throws -> R {
        do {
            try database.beginTransaction(.immediate)
        } catch let error as DatabaseError {
            // Nothing was asked of the file yet, so nothing is unknown.
            suspect(if: SQLiteFault.makesSuspect(error) || database.isInsideTransaction)
            throw SQLiteFault.classify(error, at: .reading)
        }
        let connection = SQLiteConnection(database, now: clock(), place: .writing)
        defer {
            connection.end()
            suspect(if: connection.isSuspect || database.isInsideTransaction)
        }
        do {
            let result = try body(connection)
            if let fault = connection.spoiledBy { throw fault }
            try commit(database)
            return result
        } catch {
            rollBack(database)
            throw error
        }
    }

    private func commit(_ database: Database) throws {
        do {
            try database.commit()
        } catch let error as DatabaseError {
            suspect(if: SQLiteFault.makesSuspect(error))
            throw SQLiteFault.classify(error, at: .committing)
        }
    }

    private func rollBack(_ database: Database) {
        guard database.isInsideTransaction else { return }
        do {
            try database.rollback()
        } catch {
            // The transaction is still open; `transaction` sees that and marks the store as suspect.
            logger.error("a rollback failed", metadata: ["error": "\(error)"])
        }
    }

    // MARK: Health

    private var place: Place { state.withLock { $0.place } }

    private func suspect(if condition: Bool) {
        guard condition, path != nil else { return }
        state.withLock { state in
            if case .sound = state.health { state.health = .suspect }
        }
    }

    /// The pool to write to. A suspect one is replaced by a new one whose file has passed SQLite's check; readers stay on
    /// the old one until then, and those that have begun finish there.
    private func soundPool() throws -> DatabasePool {
        let (place, health) = state.withLock { ($0.place, $0.health) }
        guard case .file(let pool) = place, let path else { throw StorageFault.closed }
        switch health {
        case .sound: return pool
        case .damaged(let fault): throw fault
        case .suspect: break
        }
        logger.warning("reopening the database after an I/O error")
        do {
            let fresh = try SQLiteFile.open(path, isGuest: isGuest)
            try SQLiteFile.check(fresh)
            state.withLock { state in
                state.place = .file(fresh)
                state.health = .sound
            }
            logger.notice("the database passed its check and takes writes again")
            return fresh
        } catch let fault as StorageFault where fault.kind == .corrupt {
            state.withLock { $0.health = .damaged(fault) }
            logger.critical("the database is damaged and takes no more writes", metadata: ["finding": "\(fault)"])
            throw fault
        }
    }

    private func onThread<R: Sendable>(
        _ queue: DispatchQueue, _ work: @escaping @Sendable () throws -> R
    ) async throws -> R {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work() }) }
        }
    }
}
