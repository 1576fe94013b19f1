/// One step of the schema. Steps are forward-only and numbered from 1 without a gap; a released step is never edited.
///
/// In `statements`, `{blob}` stands for the type of bytes and `{rowid}` for an integer primary key.
struct Migration: Sendable {
    let number: Int64
    let name: String
    let statements: [String]

    /// Each missing step runs in a transaction of its own together with its row in `schema_version`, so a store stands
    /// at one step or at the next. Two nodes that start at once take turns, for a write of the engine has one holder.
    static func run(on store: some Store) async throws {
        try await run { try await store.write(.engine, $0) }
    }

    /// `write` runs a block as a write of the engine and gives whether there may be more to do.
    static func run(
        _ write: (@escaping @Sendable (any Connection) throws -> Bool) async throws -> Bool
    ) async throws {
        while try await write({ try advance($0) }) {}
    }

    static func newer(_ reached: Int64) -> StorageFault {
        StorageFault(
            .newer,
            "the store is at schema \(reached) and this binary knows only \(all.count): run the newer binary again")
    }

    private static func advance(_ connection: any Connection) throws -> Bool {
        try connection.execute(
            """
            CREATE TABLE IF NOT EXISTS schema_version (
                number BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)
            """)
        let reached = try connection.first("SELECT coalesce(max(number), 0) FROM schema_version") { $0.integer(0) } ?? 0
        let latest = Int64(all.count)
        guard reached <= latest else { throw newer(reached) }
        guard reached < latest else { return false }
        let next = all[Int(reached)]
        for statement in next.statements { try connection.execute(connection.dialect.spelled(statement)) }
        try connection.execute(
            "INSERT INTO schema_version (number, name, applied_at) VALUES (?, ?, ?)",
            [.integer(next.number), .text(next.name), SQLValue(connection.now)])
        return true
    }
}

extension Dialect {
    fileprivate func spelled(_ statement: String) -> String {
        let types =
            switch self {
            case .sqlite: (blob: "BLOB", rowid: "INTEGER PRIMARY KEY")
            case .postgreSQL: (blob: "BYTEA", rowid: "BIGINT PRIMARY KEY")
            }
        return statement.replacing("{blob}", with: types.blob).replacing("{rowid}", with: types.rowid)
    }
}
