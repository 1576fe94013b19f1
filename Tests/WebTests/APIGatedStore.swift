import Storage
import Synchronization

/// A store whose engine writes can be held back, or made to fail.
final class GatedStore: Store {
    private struct State {
        var isShut = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var fault: StorageFault?
    }

    /// What the other nodes say.
    let wakes: AsyncStream<StoreWake>
    private let others: AsyncStream<StoreWake>.Continuation
    private let inner: SQLiteStore
    private let state = Mutex(State())

    init(_ inner: SQLiteStore) {
        self.inner = inner
        (wakes, others) = AsyncStream.makeStream(of: StoreWake.self)
    }

    /// Another node announces.
    func hear(_ wake: StoreWake) {
        others.yield(wake)
    }

    func shut() {
        state.withLock { $0.isShut = true }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isShut = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func fail(with fault: StorageFault?) {
        state.withLock { $0.fault = fault }
    }

    @discardableResult
    func write<R: Sendable>(
        _ scope: WriteScope, _ body: @escaping @Sendable (any Connection) throws -> R
    ) async throws -> R {
        if scope == .engine {
            await withCheckedContinuation { continuation in
                let mayPass = state.withLock { state in
                    if state.isShut { state.waiting.append(continuation) }
                    return !state.isShut
                }
                if mayPass { continuation.resume() }
            }
            if let fault = state.withLock({ $0.fault }) { throw fault }
        }
        return try await inner.write(scope, body)
    }

    func read<R: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> R) async throws -> R {
        try await inner.read(body)
    }

    func migrate() async throws { try await inner.migrate() }
    func announce(_ wake: StoreWake) async { await inner.announce(wake) }
    func backup(to path: String) async throws { try await inner.backup(to: path) }
    func close() async { await inner.close() }
    var dialect: Dialect { inner.dialect }
}
