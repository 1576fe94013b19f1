import Chronology
import Storage
import Testing

/// The stores that must all behave alike.
enum StoreKind: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case sqliteFile = "SQLite in a file"
    case sqliteMemory = "SQLite in memory"
    case postgreSQL = "PostgreSQL"

    /// Those in which a read runs while a write is open.
    static let concurrent: [StoreKind] = [.sqliteFile, .postgreSQL]

    var testDescription: String { rawValue }

    static let time = Instant(seconds: 1_790_000_000)

    /// Makes an empty store, hands it over and removes it.
    func withStore(migrated: Bool = true, _ body: (any Store) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let store: any Store =
            switch self {
            case .sqliteFile: try SQLiteStore(path: folder.file("tocsin.db"), clock: { Self.time })
            case .sqliteMemory: try SQLiteStore.inMemory(clock: { Self.time })
            case .postgreSQL:
                try PostgreSQLStore(url: try PostgreSQLServer.shared.get().makeDatabase(), clock: { Self.time })
            }
        do {
            if migrated { try await store.migrate() }
            try await body(store)
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }
}

/// The kind of fault that the work ends with; nil when it succeeds.
func fault(_ work: () async throws -> some Any) async throws -> StorageFault.Kind? {
    do {
        _ = try await work()
        return nil
    } catch let fault as StorageFault {
        return fault.kind
    }
}

extension Store {
    func count(_ table: String) async throws -> Int64 {
        try await read { try $0.first("SELECT count(*) FROM \(table)") { $0.integer(0) } ?? 0 }
    }

    func note(_ key: String, _ value: String = "") async throws {
        try await write(.engine) { try $0.note(key, value) }
    }
}

extension Connection {
    func note(_ key: String, _ value: String = "") throws {
        try execute("INSERT INTO meta (key, value) VALUES (?, ?)", [.text(key), .text(value)])
    }

    func noted(_ key: String) throws -> String? {
        try first("SELECT value FROM meta WHERE key = ?", [.text(key)]) { $0.text(0) }
    }
}
