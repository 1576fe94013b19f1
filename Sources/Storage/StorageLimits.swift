/// The bounds of this room, each with its reason.
public enum StorageLimits {
    /// Writes that wait for their turn. At the slowest disk we support (200 commits a second) the last one waits for
    /// five seconds, which is as long as a caller on HTTP should be left without an answer.
    public static let waitingWrites = 1_024
    /// Reads that wait for their turn: a read is 50 µs, so these are a tenth of a second.
    public static let waitingReads = 2_048
    /// How much of a statement is quoted in a fault, in characters: enough to find it in the sources.
    static let statementExcerpt = 160
    /// Connections that read a SQLite file at once; more gain nothing on few cores and each holds its own page cache.
    static let sqliteReaders = 4
    /// How long SQLite waits for another process (an offline verb, a backup tool) to let go of the file, in seconds.
    static let sqliteBusyPatience = 5.0
    /// Pages in the write-ahead log before the writer checkpoints, 48 MiB: a checkpoint waits for the disk twice and writes
    /// every page once, however often it changed; a storm changes the pages of one index again and again.
    static let sqliteCheckpointPages = 12_000
    /// Page caches in KiB. The writer keeps the upper parts of every index of a large store at hand; each reader a list's.
    static let sqliteWriterCache = 65_536
    static let sqliteReaderCache = 8_192
    /// The log file is cut back to this many bytes after a checkpoint, so that one burst does not keep the disk.
    static let sqliteLogBytes = 64 << 20

    /// Prepared statements kept per PostgreSQL connection. The sources hold some two hundred texts; past this number
    /// somebody is pasting values into SQL, and the connection starts afresh instead of growing.
    static let preparedStatements = 512
    static let engineLanes = 1
    static let sharedLanes = 2
    static let readLanes = 3
    /// A statement that runs longer than this is stopped by the server: every statement of ours is a point lookup or a
    /// page of a list. Milliseconds.
    static let statementPatience: Int32 = 10_000
    /// How long a statement waits for a lock, and a node for its turn to decide. Milliseconds.
    static let lockPatience: Int32 = 5_000
    /// A frozen node gives up the decider's lock after this long, for the server ends its transaction. Milliseconds.
    static let idleTransactionPatience: Int32 = 10_000
    /// How much longer than the server's own limit a client waits before it gives the connection up. Milliseconds.
    static let answerGrace: Int32 = 5_000
    /// A migration may build an index over everything. Milliseconds.
    static let migrationPatience: Int32 = 3_600_000
    /// Seconds to wait for a server that does not answer a connection attempt.
    static let connectPatience = 5
    /// The pause before connecting again doubles from the first to the last of these. Milliseconds.
    static let firstReconnectPause: Int64 = 100
    static let lastReconnectPause: Int64 = 5_000
    /// Wakes that nobody has taken yet; older ones are dropped, and a poll finds what they announced.
    static let waitingWakes = 1_024

    /// Rows of one multi-row INSERT: 64 events are 640 arguments, far below SQLite's 32,766 and PostgreSQL's 65,535.
    /// Few sizes, so that few statements are prepared.
    public static let insertSizes = [64, 16, 4, 1]
    /// Rows that a verification reads at once.
    static let verifiedPage: Int64 = 1_000
}
