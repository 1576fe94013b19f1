/// Why the store did not do what was asked. `sentence` is fit to be shown and logged: it holds no password, no bound
/// value and no row.
public struct StorageFault: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// The COMMIT failed, an fsync failed, or the connection was lost: the write may or may not be there. Whoever
        /// asked must look before asking again, or ask in a way that is harmless twice.
        case unknownCommit
        /// Nothing was written and the same call may succeed later: a lock, a deadlock, a server that is restarting.
        case transient
        /// A uniqueness, foreign-key, NOT NULL or CHECK rule refused the row. The name is the index or constraint on
        /// PostgreSQL, and `table.column, …` on SQLite.
        case constraint(String)
        /// The stream has grown since it was read: read it again and decide again. Nothing was written.
        case conflict
        /// There is no room on the disk. Nothing of this write was kept.
        case full
        /// The file is damaged. The store refuses writes from here on; restore a backup.
        case corrupt
        /// The store was migrated by a newer binary.
        case newer
        /// Repeating the call will not help: wrong SQL, a closed store, a feature this store does not have.
        case permanent
    }

    public let kind: Kind
    public let sentence: String

    public init(_ kind: Kind, _ sentence: String) {
        self.kind = kind
        self.sentence = sentence
    }

    public var description: String { sentence }
}

extension StorageFault {
    static let closed = StorageFault(.permanent, "the store is closed")
}
