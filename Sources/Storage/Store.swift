/// Which lock a write holds while it runs.
public enum WriteScope: Hashable, Sendable {
    /// The one decider. On PostgreSQL it takes a transaction-level advisory lock, so that one node decides at a time; on
    /// SQLite it is the single writer.
    case engine
    /// Leases, sessions, tokens: rows that no decision depends on. No lock on PostgreSQL beyond those of the rows.
    case shared
}

/// Something another node committed. A wake may be lost or doubled; a poll is the safety net.
public enum StoreWake: Hashable, Sendable {
    /// The event log has grown to this `seq`.
    case engineCommitted(Int64)
    case deliveriesQueued
    case timersChanged
    case organisationChanged
    case sessionsChanged
}

/// A durable place for rows. SQLite for one machine, PostgreSQL for several nodes; one contract suite runs on both.
public protocol Store: Sendable {
    /// Runs the block in a transaction and returns once its result is durable. When the block throws, nothing is kept.
    ///
    /// The caller's cancellation does not reach the block: what was begun is finished, and its result is returned.
    /// Throws `StorageFault` or what the block threw. `.unknownCommit` means that the write may or may not be there.
    @discardableResult
    func write<R: Sendable>(
        _ scope: WriteScope, _ body: @escaping @Sendable (any Connection) throws -> R
    ) async throws -> R

    /// Runs the block on a consistent snapshot of what is committed. On SQLite it never blocks the writer. A statement
    /// that writes is refused.
    func read<R: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> R) async throws -> R

    /// Brings an empty or older store to this binary's schema, forward only, each step in a transaction. Does nothing
    /// when it is there already; refuses a store that a newer binary has migrated (`StorageFault.newer`).
    func migrate() async throws

    /// What other nodes committed. It ends when the store is closed; on SQLite, where there are no other nodes, it is
    /// finished from the start. There is one stream, for one consumer.
    var wakes: AsyncStream<StoreWake> { get }

    /// Tells the other nodes, after a commit. Best effort: a failure is logged and swallowed, for every node polls too.
    func announce(_ wake: StoreWake) async

    /// Writes a consistent copy of the store to a file that must not exist yet, while writes go on. PostgreSQL refuses
    /// with a sentence that says what to use instead.
    func backup(to path: String) async throws

    /// Finishes what is running and releases the connections. A later call of anything else throws `.permanent`; a
    /// second close does nothing.
    func close() async

    var dialect: Dialect { get }
}
