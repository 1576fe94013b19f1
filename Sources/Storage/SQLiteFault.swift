import GRDB

/// What an error of SQLite means to the caller. The texts of SQLite name tables and columns, never values.
/// Result codes: https://www.sqlite.org/rescode.html
enum SQLiteFault {
    enum Place { case reading, writing, committing }

    static func classify(_ error: DatabaseError, at place: Place) -> StorageFault {
        let text = error.message ?? "SQLite gave no text"
        switch error.resultCode {
        case .SQLITE_CONSTRAINT:
            let name = constraintName(error)
            return StorageFault(.constraint(name), "the rule \(name) refused the row")
        case .SQLITE_FULL:
            // In WAL mode nothing of the transaction counts until its last frame is in the log, and that frame is what
            // found no room.
            return StorageFault(.full, "the disk is full: \(text)")
        case .SQLITE_IOERR where place == .reading:
            return StorageFault(.transient, "reading the database file failed: \(text)")
        case .SQLITE_IOERR:
            // After a failed fsync the frames may be in the file and come back with the next recovery.
            return StorageFault(.unknownCommit, "writing the database file failed, the write may be there: \(text)")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            return StorageFault(.corrupt, "the database file is damaged: \(text)")
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
            return StorageFault(
                .permanent,
                "the database cannot be opened and written (\(text)): this user must own its folder, the file, and the files "
                    + "-wal and -shm beside it")
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_INTERRUPT, .SQLITE_NOMEM, .SQLITE_SCHEMA, .SQLITE_PROTOCOL:
            return StorageFault(.transient, "the database is busy: \(text)")
        default:
            let statement = error.sql.map { " in \"\($0.prefix(StorageLimits.statementExcerpt))\"" } ?? ""
            return StorageFault(.permanent, "SQLite refused: \(text)\(statement)")
        }
    }

    /// Errors after which the connection, and perhaps the file, cannot be trusted until it was reopened and checked.
    /// A full disk is not one of them: SQLite rolls back cleanly, and readers must go on.
    static func makesSuspect(_ error: DatabaseError) -> Bool {
        switch error.resultCode {
        case .SQLITE_IOERR, .SQLITE_CORRUPT, .SQLITE_NOTADB: true
        default: false
        }
    }

    /// The name that PostgreSQL gives the same rule when nobody names it, so that callers compare one text:
    /// `alert_pkey`, `event_stream_version_key`, and `alert.title` for NOT NULL.
    private static func constraintName(_ error: DatabaseError) -> String {
        let text = error.message ?? ""
        guard let separator = text.firstRange(of: ": ") else { return text.isEmpty ? "unknown" : text }
        let subject = text[separator.upperBound...]
        switch error.extendedResultCode {
        case .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID:
            return subject.prefix { $0 != "." } + "_pkey"
        case .SQLITE_CONSTRAINT_UNIQUE:
            let columns = subject.split(separator: ", ").compactMap { $0.split(separator: ".").last }
            return subject.prefix { $0 != "." } + "_" + columns.joined(separator: "_") + "_key"
        default:
            return String(subject)
        }
    }
}
