import Chronology
import GRDB
import GRDBSQLite

/// A prepared statement, bound and stepped through SQLite's own interface. GRDB prepares and keeps the statements; its
/// binding and its rows are made for convenience and cost more than the statements that an alert needs.
///
/// Used on the thread of its connection, from `reset` to `reset`.
struct SQLiteStatement {
    private let handle: OpaquePointer
    private let database: Database
    private let sql: String

    init(_ statement: Statement, of database: Database, sql: String) {
        handle = statement.sqliteStatement
        self.database = database
        self.sql = sql
    }

    /// Binds the arguments, which must be as many as the statement has places.
    func bind(_ arguments: [SQLValue]) throws {
        guard Int(sqlite3_bind_parameter_count(handle)) == arguments.count else {
            throw StorageFault(
                .permanent,
                "\(arguments.count) arguments do not fit \"\(sql.prefix(StorageLimits.statementExcerpt))\"")
        }
        for (index, argument) in arguments.enumerated() {
            let place = CInt(index + 1)
            let code =
                switch argument {
                case .null: sqlite3_bind_null(handle, place)
                case .integer(let number): sqlite3_bind_int64(handle, place, number)
                case .text(let text): try bind(text, at: place)
                case .blob(let bytes): bind(bytes, at: place)
                }
            guard code == SQLITE_OK else { throw fault(code) }
        }
    }

    /// Moves to the next row; false when there is none.
    func step() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw fault(code)
        }
    }

    /// Ends the run, so that the statement holds no lock and no argument. What was wrong `step` has said already.
    func reset() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    var row: SQLiteRow { SQLiteRow(handle) }

    /// SQLite copies what is bound: the values need not outlive the call.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private func bind(_ text: String, at place: CInt) throws -> CInt {
        var text = text
        return try text.withUTF8 { bytes in
            try refuseNUL(bytes)
            guard let start = bytes.baseAddress else {
                return sqlite3_bind_text64(handle, place, "", 0, Self.copied, UInt8(SQLITE_UTF8))
            }
            return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) { characters in
                sqlite3_bind_text64(
                    handle, place, characters, UInt64(bytes.count), Self.copied, UInt8(SQLITE_UTF8))
            }
        }
    }

    private func bind(_ bytes: [UInt8], at place: CInt) -> CInt {
        // A blob of no bytes is not NULL.
        if bytes.isEmpty { return sqlite3_bind_zeroblob(handle, place, 0) }
        return bytes.withUnsafeBytes {
            sqlite3_bind_blob64(handle, place, $0.baseAddress, UInt64($0.count), Self.copied)
        }
    }

    private func fault(_ code: CInt) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code),
            message: database.sqliteConnection.map { String(cString: sqlite3_errmsg($0)) }, sql: sql)
    }
}

/// The row that a statement stands on.
struct SQLiteRow: Row {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) { self.handle = handle }

    func integer(_ column: Int) -> Int64 { sqlite3_column_int64(handle, checked(column)) }

    func text(_ column: Int) -> String {
        let column = checked(column)
        guard let start = sqlite3_column_text(handle, column) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func blob(_ column: Int) -> [UInt8] {
        let column = checked(column)
        guard let start = sqlite3_column_blob(handle, column) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, checked(column)) == SQLITE_NULL }

    private func checked(_ column: Int) -> CInt {
        precondition(
            column >= 0 && column < Int(sqlite3_data_count(handle)), "The statement has no column \(column).")
        return CInt(column)
    }
}
