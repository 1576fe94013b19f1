import Chronology

/// A block's view of one session.
final class PostgreSQLConnection: Connection {
    let now: Instant
    let dialect = Dialect.postgreSQL

    /// Nil once the block has returned.
    private var session: PostgreSQLSession?
    private(set) var spoiledBy: StorageFault?
    /// Whether the session can still be spoken to.
    private(set) var isLost = false

    init(_ session: PostgreSQLSession, now: Instant) {
        self.session = session
        self.now = now
    }

    func end() { session = nil }

    @discardableResult
    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        try run(sql, arguments).changes
    }

    func query(_ sql: String, _ arguments: [SQLValue], _ each: (any Row) throws -> Void) throws {
        let result = try run(sql, arguments)
        for row in 0..<result.rows { try each(PostgreSQLRow(result: result, row: row)) }
    }

    private func run(_ sql: String, _ arguments: [SQLValue]) throws -> PostgreSQLResult {
        if let spoiledBy { throw spoiledBy }
        guard let session else {
            throw StorageFault(.permanent, "the connection was used after its block had returned")
        }
        do {
            return try session.run(sql, arguments)
        } catch let fault as PostgreSQLFault {
            if case .lost = fault { isLost = true }
            throw spoil(fault.storageFault(sql: sql))
        } catch let fault as StorageFault {
            throw spoil(fault)
        }
    }

    private func spoil(_ fault: StorageFault) -> StorageFault {
        spoiledBy = spoiledBy ?? fault
        return fault
    }
}
