import Foundation
import GRDB

/// Opening, checking and copying the file of a SQLite store.
enum SQLiteFile {
    /// Opens the pool on a file, which is created if need be and readable by its owner alone (the log and the index
    /// beside it get the same mode from SQLite). Throws `StorageFault`.
    ///
    /// Debian's SQLite 3.40.1 has the WAL-reset bug (3.7.0 to 3.51.2, fixed in 3.51.3, https://www.sqlite.org/wal.html):
    /// two connections that write or checkpoint at the same moment can damage the file. So one connection does both:
    /// the automatic checkpoint is off on every connection but the writer, and nothing else ever checkpoints.
    static func open(_ path: String, isGuest: Bool) throws -> DatabasePool {
        try makePrivate(path)
        var configuration = Configuration()
        configuration.label = "tocsin.storage"
        configuration.maximumReaderCount = StorageLimits.sqliteReaders
        configuration.persistentReadOnlyConnections = true
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(StorageLimits.sqliteBusyPatience)
        // A rollback that failed leaves a transaction open. That must not stop the process: the store sees it, stops
        // writing and reopens.
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA wal_autocheckpoint = 0;
                    PRAGMA mmap_size = 0;
                    PRAGMA trusted_schema = OFF;
                    PRAGMA cache_size = -\(StorageLimits.sqliteReaderCache);
                    PRAGMA journal_size_limit = \(StorageLimits.sqliteLogBytes);
                    """)
        }
        return try classifying {
            let pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { try demandDurability($0, isGuest: isGuest) }
            return pool
        }
    }

    static func openInMemory() throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.allowsUnsafeTransactions = true
        return try classifying { try DatabaseQueue(configuration: configuration) }
    }

    /// GRDB sets `synchronous = NORMAL` when it turns on WAL, whatever was asked for before: commits would not survive a
    /// power cut. So FULL is set after opening, and believed only when it is read back.
    private static func demandDurability(_ writer: Database, isGuest: Bool) throws {
        try writer.execute(sql: "PRAGMA synchronous = FULL")
        if !isGuest {
            try writer.execute(sql: "PRAGMA wal_autocheckpoint = \(StorageLimits.sqliteCheckpointPages)")
        }
        try writer.execute(sql: "PRAGMA cache_size = -\(StorageLimits.sqliteWriterCache)")
        let mode = try String.fetchOne(writer, sql: "PRAGMA journal_mode")
        let synchronous = try Int.fetchOne(writer, sql: "PRAGMA synchronous")
        guard mode == "wal", synchronous == 2 else {
            throw StorageFault(
                .permanent,
                "SQLite does not write durably here (journal_mode \(mode ?? "unknown"), synchronous "
                    + "\(synchronous.map(String.init) ?? "unknown")): is the file on a network file system?")
        }
    }

    /// Throws `.corrupt` with SQLite's first finding.
    static func check(_ pool: DatabasePool) throws {
        let finding = try classifying { try pool.read { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") } }
        guard finding == "ok" else {
            throw StorageFault(.corrupt, "the database file is damaged: \(finding ?? "quick_check gave no answer")")
        }
    }

    /// Copies the committed state into a new file and makes it durable. The copy is not in WAL mode and needs no other
    /// file beside it: restoring is putting it in the place of the old one while Tocsin is stopped.
    static func copy(_ database: Database, to path: String) throws {
        guard case let descriptor = Glibc.open(path, O_CREAT | O_EXCL | O_WRONLY, 0o600), descriptor >= 0 else {
            throw StorageFault(.permanent, "the backup file cannot be created: \(String(cString: strerror(errno)))")
        }
        defer { Glibc.close(descriptor) }
        do {
            try classifying { try database.execute(sql: "VACUUM INTO ?", arguments: [path]) }
            guard fsync(descriptor) == 0 else {
                throw StorageFault(.permanent, "the backup cannot be made durable: \(String(cString: strerror(errno)))")
            }
            try syncFolder(of: path)
        } catch {
            unlink(path)
            throw error
        }
    }

    /// A file that exists is never opened here: closing it again would drop the locks that SQLite holds on it for this
    /// process (https://www.sqlite.org/howtocorrupt.html, section 2.2), and another process could take the log away.
    private static func makePrivate(_ path: String) throws {
        let descriptor = Glibc.open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            Glibc.close(descriptor)
            return try syncFolder(of: path)
        }
        guard errno == EEXIST else {
            throw StorageFault(
                .permanent, "the database file \(path) cannot be made: \(String(cString: strerror(errno)))")
        }
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw StorageFault(
                .permanent, "the database file \(path) cannot be looked at: \(String(cString: strerror(errno)))")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw StorageFault(.permanent, "\(path) is not a file; a database is one")
        }
        guard access(path, R_OK | W_OK) == 0 else {
            throw StorageFault(
                .permanent,
                "the database file \(path) cannot be read and written by this user: \(String(cString: strerror(errno))). It "
                    + "belongs to the user \(status.st_uid), as whom the server runs")
        }
        guard status.st_mode & 0o777 == 0o600 || chmod(path, 0o600) == 0 else {
            throw StorageFault(
                .permanent, "the database file \(path) cannot be made private: \(String(cString: strerror(errno)))")
        }
    }

    /// A file whose name is not on the disk is lost with all that is in it.
    private static func syncFolder(of path: String) throws {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw StorageFault(.permanent, "the folder \(folder) cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw StorageFault(.permanent, "the folder \(folder) is not durable: \(String(cString: strerror(errno)))")
        }
    }

    private static func classifying<Value>(_ work: () throws -> Value) throws -> Value {
        do {
            return try work()
        } catch let error as DatabaseError {
            throw SQLiteFault.classify(error, at: .reading)
        }
    }
}
