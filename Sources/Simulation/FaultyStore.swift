import Chronology
import Storage
import Synchronization

/// A store that fails when it is told to: before the block runs, after it ran but was rolled back, or after it was
/// committed although the caller is told that nobody knows.
final class FaultyStore: Store {
    enum Fault: Sendable {
        case before, rolledBack, unknown
    }

    private struct RolledBack: Error {}

    private let inner: SQLiteStore
    private let next = Mutex<Fault?>(nil)

    init(_ inner: SQLiteStore) {
        self.inner = inner
    }

    /// The next write meets this fault.
    func fail(next fault: Fault) { next.withLock { $0 = fault } }

    /// A fault that no write came to is taken back.
    func heal() { next.withLock { $0 = nil } }

    func write<R: Sendable>(
        _ scope: WriteScope, _ body: @escaping @Sendable (any Connection) throws -> R
    ) async throws -> R {
        let fault = next.withLock { fault in
            defer { fault = nil }
            return fault
        }
        switch fault {
        case nil:
            return try await inner.write(scope, body)
        case .before:
            throw StorageFault(.transient, "the simulated store is busy")
        case .rolledBack:
            do {
                return try await inner.write(scope) { connection in
                    _ = try body(connection)
                    throw RolledBack()
                }
            } catch is RolledBack {
                throw StorageFault(.unknownCommit, "the simulated commit failed")
            }
        case .unknown:
            _ = try await inner.write(scope, body)
            throw StorageFault(.unknownCommit, "the simulated connection was lost during the commit")
        }
    }

    func read<R: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> R) async throws -> R {
        try await inner.read(body)
    }

    func migrate() async throws { try await inner.migrate() }
    var wakes: AsyncStream<StoreWake> { inner.wakes }
    func announce(_ wake: StoreWake) async { await inner.announce(wake) }
    func backup(to path: String) async throws { try await inner.backup(to: path) }
    func close() async { await inner.close() }
    var dialect: Dialect { inner.dialect }
}
