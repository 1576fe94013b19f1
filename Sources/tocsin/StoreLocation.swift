import Chronology
import Glibc
import Logging
import Storage

/// Where the store is: a SQLite file in a data directory, or a PostgreSQL database.
struct StoreLocation: Hashable {
    enum Kind: Hashable {
        case sqlite(path: String)
        case postgreSQL(url: String)
    }

    static let fileName = "tocsin.db"

    let kind: Kind
    /// Where files beside the store live: the first sign-in link, the lock.
    let data: String
    let keyFile: SealingKeyFile

    /// - Parameters:
    ///   - database: `sqlite:FILE` or `postgres://…`; nil: `tocsin.db` in the data directory.
    ///   - sealingKey: nil: `sealing-key` beside the SQLite file, or in the data directory of a node of PostgreSQL.
    init(data: String, database: String?, sealingKey: String?) throws(Failure) {
        self.data = data
        kind = try Self.kind(data, database)
        let folder =
            switch kind {
            case .sqlite(let path): LocalFile.folder(of: path)
            case .postgreSQL: data
            }
        keyFile = SealingKeyFile(path: sealingKey ?? Self.join(folder, SealingKeyFile.fileName))
    }

    private static func kind(_ data: String, _ database: String?) throws(Failure) -> Kind {
        guard let database else { return .sqlite(path: join(data, fileName)) }
        if database.hasPrefix("sqlite:") {
            let path = String(database.dropFirst("sqlite:".count))
            guard !path.isEmpty else { throw Failure("--database sqlite:FILE names a file", .usage) }
            return .sqlite(path: path)
        } else if database.hasPrefix("postgres://") || database.hasPrefix("postgresql://") {
            return .postgreSQL(url: database)
        } else {
            throw Failure("a database is sqlite:FILE or postgres://user@host/name", .usage)
        }
    }

    static func join(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    func file(_ name: String) -> String { Self.join(data, name) }

    /// How the store is called in messages; a PostgreSQL address may hold a password, so it is not quoted.
    var name: String {
        switch kind {
        case .sqlite(let path): path
        case .postgreSQL: "the PostgreSQL database"
        }
    }

    /// False when there is no SQLite file; a database server is asked when it is opened.
    var isThere: Bool {
        switch kind {
        case .sqlite(let path): LocalFile.exists(path)
        case .postgreSQL: true
        }
    }

    private var isFolderThere: Bool {
        switch kind {
        case .sqlite(let path): LocalFile.exists(LocalFile.folder(of: path))
        case .postgreSQL: true
        }
    }

    /// The lock that a server holds for as long as it runs; nil on PostgreSQL, which several servers share.
    var lockPath: String? {
        switch kind {
        case .sqlite(let path): Self.join(LocalFile.folder(of: path), "lock")
        case .postgreSQL: nil
        }
    }

    /// Makes the folders that the store needs, for their owner alone (S4.5: 0700, files 0600 by the umask).
    func prepare() throws(Failure) {
        umask(0o077)
        switch kind {
        case .sqlite(let path):
            try LocalFile.makePrivateFolder(LocalFile.folder(of: path))
            let folder = LocalFile.folder(of: path)
            guard access(folder, W_OK | X_OK) == 0 else {
                throw Failure("the data directory \(folder) cannot be written: \(LocalFile.reason())")
            }
        case .postgreSQL: break
        }
    }

    /// Opens the store and brings it to this binary's schema.
    ///
    /// - Parameter isNew: whether a store that is not there yet may be made.
    /// - Parameter isGuest: whether a server may be running on it at the same time, as beside every verb but `serve`.
    func open(makingNew isNew: Bool, isGuest: Bool = true, logger: Logger) async throws -> any Store {
        umask(0o077)
        if isNew {
            try prepare()
        } else if !isThere {
            throw Failure(
                isFolderThere
                    ? "there is no store at \(name); `tocsin serve` or `tocsin migrate` makes one"
                    : "there is no folder \(LocalFile.folder(of: name)), and so no store at \(name): is the path right? `tocsin "
                        + "serve` or `tocsin migrate` makes both")
        }
        let store: any Store
        switch kind {
        case .sqlite(let path):
            store = try SQLiteStore(path: path, clock: SystemClock.now, isGuest: isGuest, logger: logger)
        case .postgreSQL(let url):
            store = try PostgreSQLStore(url: url, logger: logger)
        }
        do {
            try await store.migrate()
        } catch {
            await store.close()
            throw error
        }
        return store
    }
}
