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
            let statement = try database.cachedStatement(sql: sql)
            let before = database.totalChangesCount
            try statement.execute(arguments: try Self.bind(arguments))
            return database.totalChangesCount - before
        }
    }

    func query(_ sql: String, _ arguments: [SQLValue], _ each: (any Row) throws -> Void) throws {
        let database = try open()
        let isFirst = stepping.insert(sql).inserted
        defer { if isFirst { stepping.remove(sql) } }
        let cursor = try guarding {
            let statement =
                isFirst ? try database.cachedStatement(sql: sql) : try database.makeStatement(sql: sql)
            return try GRDB.Row.fetchCursor(statement, arguments: try Self.bind(arguments))
        }
        while let row = try guarding({ try cursor.next() }) {
            try each(SQLiteRow(row: row))
        }
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

    private static func bind(_ arguments: [SQLValue]) throws -> StatementArguments {
        StatementArguments(
            try arguments.map { argument -> DatabaseValue in
                switch argument {
                case .null: .null
                case .integer(let number): number.databaseValue
                case .text(let text): try storable(text).databaseValue
                case .blob(let bytes): Data(bytes).databaseValue
                }
            })
    }
}

/// PostgreSQL cannot hold U+0000 in a text, and libpq would cut the text there. Both stores refuse it, so that what is
/// tried on one behaves so on the other.
func storable(_ text: String) throws -> String {
    var text = text
    // memchr looks at many bytes at once; this is asked for every text that is written.
    let holdsNUL = text.withUTF8 { bytes in bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false }
    if holdsNUL {
        throw StorageFault(.permanent, "a text with the character U+0000 cannot be stored")
    }
    return text
}

struct SQLiteRow: Row {
    let row: GRDB.Row

    func integer(_ column: Int) -> Int64 {
        let value: DatabaseValue = row[column]
        switch value.storage {
        case .int64(let number): return number
        case .double(let number): return Int64(exactly: number.rounded(.towardZero)) ?? 0
        case .string(let text): return Int64(text) ?? 0
        case .null, .blob: return 0
        }
    }

    func text(_ column: Int) -> String {
        let value: DatabaseValue = row[column]
        switch value.storage {
        case .string(let text): return text
        case .int64(let number): return String(number)
        case .double(let number): return "\(number)"
        case .null, .blob: return ""
        }
    }

    func blob(_ column: Int) -> [UInt8] {
        let value: DatabaseValue = row[column]
        switch value.storage {
        case .blob(let bytes): return [UInt8](bytes)
        case .string(let text): return [UInt8](text.utf8)
        case .null, .int64, .double: return []
        }
    }

    func isNull(_ column: Int) -> Bool { row.hasNull(atIndex: column) }
}
