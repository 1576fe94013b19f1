import GRDB

/// The look at a SQLite file before anything is made of it.
public enum BackupFile {
    /// Tables that every schema has had since the first. Other programs call one of theirs `schema_version`, too.
    private static let tables: Set<String> = ["schema_version", "meta", "event", "audit", "document"]

    /// How many findings of SQLite are told; one damaged page can give thousands.
    private static let mostFindings = 3

    /// Throws `StorageFault` for what cannot be restored by this binary: `.corrupt` where the file fails SQLite's
    /// `integrity_check`, which also compares every index with its table; `.permanent` for a database that is not one of
    /// ours; `.newer` for one of a schema that this binary does not know. Changes nothing in it, but must be the only one
    /// that has it open: it may keep a log beside it meanwhile. Blocks for the time of reading the whole file.
    public static func check(_ path: String) throws {
        do {
            let queue = try DatabaseQueue(path: path)
            let outcome = Result { try queue.inDatabase { try look(at: $0) } }
            try queue.close()
            try outcome.get()
        } catch let error as DatabaseError {
            throw SQLiteFault.classify(error, at: .reading)
        }
    }

    /// Brings what a log beside the file holds into the file, so that the file is all of it, and ends the mode in which there
    /// is a log. The next store that opens it begins one anew. Nobody else may have it open. Throws `StorageFault`.
    public static func settle(_ path: String) throws {
        do {
            let queue = try DatabaseQueue(path: path)
            let mode = try queue.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
                return try String.fetchOne(database, sql: "PRAGMA journal_mode = DELETE")
            }
            try queue.close()
            guard mode == "delete" else {
                throw StorageFault(.transient, "the copy is in use by another program; nothing was restored")
            }
        } catch let error as DatabaseError {
            throw SQLiteFault.classify(error, at: .committing)
        }
    }

    private static func look(at database: Database) throws {
        let findings = try String.fetchAll(database, sql: "PRAGMA integrity_check(\(mostFindings))")
        guard findings == ["ok"] else {
            throw StorageFault(.corrupt, "the database file is damaged: \(findings.joined(separator: "; "))")
        }
        let names = try String.fetchSet(database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'")
        let columns = try String.fetchAll(database, sql: "SELECT name FROM pragma_table_info('schema_version')")
        guard tables.isSubset(of: names), columns == ["number", "name", "applied_at"] else { throw foreign }
        let steps = try GRDB.Row.fetchAll(database, sql: "SELECT number, name FROM schema_version ORDER BY number")
        for (step, known) in zip(steps, Migration.all) {
            // GRDB's own conversions stop the process at a value of another type; another program's may have any.
            guard Int64.fromDatabaseValue(step[0]) == known.number, String.fromDatabaseValue(step[1]) == known.name
            else {
                throw foreign
            }
        }
        guard !steps.isEmpty else { throw foreign }
        guard steps.count <= Migration.all.count else { throw Migration.newer(Int64(steps.count)) }
    }

    private static let foreign = StorageFault(.permanent, "it is a SQLite database, but not a store of Tocsin")
}
