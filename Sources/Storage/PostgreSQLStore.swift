import Chronology
import Logging
import Synchronization

/// A store in a PostgreSQL database that several nodes share. Made against version 15.
///
/// Connections are made when they are needed; a server that is away gives `.transient` at once between attempts, which
/// come after 0.1 to 5 seconds. A connection lost before COMMIT has written nothing (`.transient`), one lost during
/// COMMIT may have (`.unknownCommit`).
public final class PostgreSQLStore: Store {
    /// The number of the lock that the deciding node holds while it decides: "tocsin" in ASCII. Locks are per database.
    static let decidersLock: Int64 = 0x74_6f63_7369_6e

    public let dialect = Dialect.postgreSQL
    public let wakes: AsyncStream<StoreWake>

    private let engine: LaneGroup
    private let shared: LaneGroup
    private let readers: LaneGroup
    private let listener: PostgreSQLListener
    private let node: String
    private let logger: Logger
    private let writes = Admission(limit: StorageLimits.waitingWrites, "writes")
    private let reads = Admission(limit: StorageLimits.waitingReads, "reads")
    private let isClosed = Mutex(false)

    /// Throws `.permanent` for an address that cannot be read. Does not connect yet, except for the listener, which
    /// begins in the background.
    ///
    /// - Parameter clock: For tests. Without it the server's clock is the authority, and all nodes agree on the time.
    public init(
        url: String, clock: (@Sendable () -> Instant)? = nil, logger: Logger = Logger(label: "tocsin.storage")
    ) throws {
        let address = try PostgreSQLAddress(url: url)
        let node = String(UInt64.random(in: .min ... .max), radix: 16)
        let (stream, output) = AsyncStream<StoreWake>.makeStream(
            bufferingPolicy: .bufferingNewest(StorageLimits.waitingWakes))
        self.wakes = stream
        self.node = node
        self.logger = logger
        self.engine = LaneGroup("engine", StorageLimits.engineLanes, address, clock)
        self.shared = LaneGroup("shared", StorageLimits.sharedLanes, address, clock)
        self.readers = LaneGroup("reader", StorageLimits.readLanes, address, clock)
        self.listener = try PostgreSQLListener(address, node: node, output: output, logger: logger)
    }

    @discardableResult
    public func write<R: Sendable>(
        _ scope: WriteScope, _ body: @escaping @Sendable (any Connection) throws -> R
    ) async throws -> R {
        try writes.enter()
        defer { writes.leave() }
        return switch scope {
        case .engine: try await engine.lease { try await $0.transaction(.engine, body) }
        case .shared: try await shared.lease { try await $0.transaction(.shared, body) }
        }
    }

    public func read<R: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> R) async throws -> R {
        try reads.enter()
        defer { reads.leave() }
        return try await readers.lease { try await $0.transaction(.read, body) }
    }

    public func migrate() async throws {
        try await Migration.run { block in
            try await self.engine.lease { try await $0.transaction(.migration, block) }
        }
    }

    public func announce(_ wake: StoreWake) async {
        do {
            try await shared.lease {
                try await $0.perform(
                    "SELECT pg_notify(?, ?)", [.text(PostgreSQLListener.channel), .text("\(self.node) \(wake.text)")])
            }
        } catch {
            logger.warning("other nodes were not woken, they will poll", metadata: ["error": "\(error)"])
        }
    }

    public func backup(to path: String) async throws {
        throw StorageFault(
            .permanent,
            "Tocsin does not copy a PostgreSQL database: use pg_dump --format=custom, or the server's own base backups")
    }

    public func close() async {
        let wasClosed = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return isClosed
        }
        guard !wasClosed else { return }
        for group in [engine, shared, readers] { await group.close() }
        await listener.stop()
    }
}

/// Connections of one purpose. A block goes to the one with the fewest waiting.
private final class LaneGroup: Sendable {
    private let lanes: [PostgreSQLLane]
    private let loads: Mutex<[Int]>

    init(_ name: String, _ count: Int, _ address: PostgreSQLAddress, _ clock: (@Sendable () -> Instant)?) {
        lanes = (0..<count).map { PostgreSQLLane("\(name).\($0)", address, clock: clock) }
        loads = Mutex(Array(repeating: 0, count: count))
    }

    func lease<R: Sendable>(_ work: (PostgreSQLLane) async throws -> R) async throws -> R {
        let index = loads.withLock { loads in
            let index = loads.indices.min { loads[$0] < loads[$1] } ?? 0
            loads[index] += 1
            return index
        }
        defer { loads.withLock { $0[index] -= 1 } }
        return try await work(lanes[index])
    }

    func close() async {
        for lane in lanes { await lane.close() }
    }
}
