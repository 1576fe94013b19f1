import Chronology

/// The inside of one transaction. It is handed to a block, is used only there and only on the thread that runs the
/// block, and is refused (`StorageFault.permanent`) after the block has returned.
///
/// SQL is written in the subset that SQLite and PostgreSQL share, with `?` for each argument. Statements are prepared
/// once per connection and kept: pass constant texts and arguments, never a text with values pasted in.
///
/// A statement that fails spoils the block: every later statement fails with the same fault and nothing is kept, even if
/// the block swallows the error. That is PostgreSQL's rule, and SQLite is held to it too.
///
/// A text with U+0000 is refused, for PostgreSQL cannot hold one.
public protocol Connection: AnyObject {
    /// The authority's wall clock, read once when the block began: the injected clock on SQLite; PostgreSQL's own
    /// `clock_timestamp()`, unless a clock was injected.
    var now: Instant { get }

    var dialect: Dialect { get }

    /// Runs one statement and returns how many rows it changed. Throws `StorageFault`.
    @discardableResult
    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int

    /// Runs one statement and hands over its rows in order. Throws `StorageFault`, or whatever `each` throws.
    /// `each` may run other statements on the same connection.
    func query(_ sql: String, _ arguments: [SQLValue], _ each: (any Row) throws -> Void) throws
}

extension Connection {
    @discardableResult
    public func execute(_ sql: String) throws -> Int { try execute(sql, []) }

    public func query(_ sql: String, _ each: (any Row) throws -> Void) throws { try query(sql, [], each) }

    /// Every row as a value.
    public func all<Value>(
        _ sql: String, _ arguments: [SQLValue] = [], _ read: (any Row) throws -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        try query(sql, arguments) { values.append(try read($0)) }
        return values
    }

    /// The first row as a value; nil when there is none.
    public func first<Value>(
        _ sql: String, _ arguments: [SQLValue] = [], _ read: (any Row) throws -> Value
    ) throws -> Value? {
        var value: Value?
        try query(sql, arguments) { row in
            if value == nil { value = try read(row) }
        }
        return value
    }
}
