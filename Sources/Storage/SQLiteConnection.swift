import Chronology
import Foundation
import GRDB

/// A block's view of one SQLite connection.
final class SQLiteConnection: Connection {
    let now: Instant
    let dialect = Dialect.sqlite

    private let place: SQLiteFault.Place
    /// Nil once the block has returned.
    private var database: Database?
    /// Texts whose cached statement is stepping: a nested use of the same text gets a statement of its own.
    private var stepping: Set<String> = []
    /// The first statement that failed. PostgreSQL refuses everything after it; here the block is spoiled the same way.
    private(set) var spoiledBy: StorageFault?
    private(set) var isSuspect = false

    init(_ database: Database, now: Instant, place: SQLiteFault.Place) {
        self.database = database
        self.now = now
        self.place = place
    }

    /// The block has returned: whoever kept the connection gets a fault from here on.
    func end() { database = nil }

    @discardableResult
    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        let database = try open()
        return try guarding {
            let prepared = try database.cachedStatement(sql: sql)
            guard Self.changesRowsOnly(sql) else {
                // Whatever changes the schema goes through GRDB, which forgets what it knew of the old one.
                try prepared.execute()
                return 0
            }
            let statement = SQLiteStatement(prepared, of: database, sql: sql)
            defer { statement.reset() }
            try statement.bind(arguments)
            let before = database.totalChangesCount
            while try statement.step() {}
            return database.totalChangesCount - before
        }
    }

    func query(_ sql: String, _ arguments: [SQLValue], _ each: (any Row) throws -> Void) throws {
        let database = try open()
        let isFirst = stepping.insert(sql).inserted
        defer { if isFirst { stepping.remove(sql) } }
        let (prepared, statement) = try guarding {
            let prepared = isFirst ? try database.cachedStatement(sql: sql) : try database.makeStatement(sql: sql)
            let statement = SQLiteStatement(prepared, of: database, sql: sql)
            try statement.bind(arguments)
            return (prepared, statement)
        }
        // The statement lives in `prepared`, which must not be let go before the last row.
        defer { withExtendedLifetime(prepared) { statement.reset() } }
        let row = statement.row
        while try guarding({ try statement.step() }) { try each(row) }
    }

    private static func changesRowsOnly(_ sql: String) -> Bool {
        ["INSERT", "UPDATE", "DELETE", "SELECT", "WITH"].contains(where: sql.hasPrefix)
    }

    private func open() throws -> Database {
        if let spoiledBy { throw spoiledBy }
        guard let database else {
            throw StorageFault(.permanent, "the connection was used after its block had returned")
        }
        return database
    }

    /// Turns an error of SQLite into a fault and remembers it.
    private func guarding<Value>(_ work: () throws -> Value) throws -> Value {
        do {
            return try work()
        } catch let error as DatabaseError {
            let fault = SQLiteFault.classify(error, at: place)
            spoiledBy = spoiledBy ?? fault
            isSuspect = isSuspect || SQLiteFault.makesSuspect(error)
            throw fault
        } catch let fault as StorageFault {
            spoiledBy = spoiledBy ?? fault
            throw fault
        }
    }
}

/// PostgreSQL cannot hold U+0000 in a text, and libpq would cut the text there. Both stores refuse it, so that what is
/// tried on one behaves so on the other.
func storable(_ text: String) throws -> String {
    var text = text
    try text.withUTF8(refuseNUL)
    return text
}

func refuseNUL(_ bytes: UnsafeBufferPointer<UInt8>) throws {
    // memchr looks at many bytes at once; this is asked for every text that is written.
    guard let start = bytes.baseAddress, memchr(start, 0, bytes.count) != nil else { return }
    throw StorageFault(.permanent, "a text with the character U+0000 cannot be stored")
}
