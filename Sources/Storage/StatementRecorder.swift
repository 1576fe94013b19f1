import Chronology
import Synchronization

/// What was asked of a store, block by block: a test that opens a page twice as long and sees twice as many statements
/// has found a query in a loop.
public final class StatementRecorder: Sendable {
    public struct Block: Hashable, Sendable {
        /// Nil for a read.
        public let scope: WriteScope?
        public let statements: [String]

        public init(scope: WriteScope?, statements: [String]) {
            self.scope = scope
            self.statements = statements
        }
    }

    private let recorded = Mutex<[Block]>([])

    public init() {}

    /// The blocks that have ended, in the order of their ends.
    public var blocks: [Block] { recorded.withLock { $0 } }

    /// Gives what was recorded and begins afresh.
    public func take() -> [Block] {
        recorded.withLock { blocks in
            defer { blocks = [] }
            return blocks
        }
    }

    fileprivate func record(_ block: Block) { recorded.withLock { $0.append(block) } }
}

/// A store that notes the text of every statement and is otherwise the store it was made from. Whoever does not record
/// does not pay: nothing else knows of the recorder.
public struct RecordingStore<Base: Store>: Store {
    private let base: Base
    private let recorder: StatementRecorder

    public init(_ base: Base, _ recorder: StatementRecorder) {
        self.base = base
        self.recorder = recorder
    }

    public var dialect: Dialect { base.dialect }
    public var wakes: AsyncStream<StoreWake> { base.wakes }

    @discardableResult
    public func write<R: Sendable>(
        _ scope: WriteScope, _ body: @escaping @Sendable (any Connection) throws -> R
    ) async throws -> R {
        try await base.write(scope) { try recording($0, scope, body) }
    }

    public func read<R: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> R) async throws -> R {
        try await base.read { try recording($0, nil, body) }
    }

    public func migrate() async throws { try await base.migrate() }
    public func announce(_ wake: StoreWake) async { await base.announce(wake) }
    public func backup(to path: String) async throws { try await base.backup(to: path) }
    public func close() async { await base.close() }

    private func recording<R>(
        _ connection: any Connection, _ scope: WriteScope?, _ body: (any Connection) throws -> R
    ) rethrows -> R {
        let recording = RecordingConnection(connection)
        defer { recorder.record(StatementRecorder.Block(scope: scope, statements: recording.statements)) }
        return try body(recording)
    }
}

private final class RecordingConnection: Connection {
    private let base: any Connection
    private(set) var statements: [String] = []

    init(_ base: any Connection) { self.base = base }

    var now: Instant { base.now }
    var dialect: Dialect { base.dialect }

    @discardableResult
    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        statements.append(sql)
        return try base.execute(sql, arguments)
    }

    func query(_ sql: String, _ arguments: [SQLValue], _ each: (any Row) throws -> Void) throws {
        statements.append(sql)
        try base.query(sql, arguments, each)
    }
}
