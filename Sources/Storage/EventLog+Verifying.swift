import Chronology

extension EventLog {
    /// An event with what is needed to say whether it stands where it was written.
    private struct Standing {
        let event: StoredEvent
        let logHash: [UInt8]?
        /// The hash of the log before it; nil when the event before it is missing.
        let before: [UInt8]?
        let hashBefore: [UInt8]
        /// The hash of the log before the event before it; nil when that is missing.
        let beforeThat: [UInt8]?
        /// The event after it; nil when there is none.
        let next: (hash: [UInt8], logHash: [UInt8]?)?

        /// Whether the event does not fit to the one before it, and it is not that one's fault. An event which only follows a
        /// moved one fits to its own follower. One that has changed places with the event before it, hashes of the log
        /// included, fits to its follower, too; but it also fits where the other one stands.
        var isMoved: Bool {
            guard !fits(after: before, seq: event.seq, hash: event.hash, logHash: logHash) else { return false }
            guard let next, event.seq > 1 else { return true }
            let isBeforeSound = fits(after: beforeThat, seq: event.seq - 1, hash: hashBefore, logHash: before)
            let isSwapped = fits(after: beforeThat, seq: event.seq - 1, hash: event.hash, logHash: before)
            guard !isBeforeSound, !isSwapped else { return true }
            return !fits(after: logHash ?? HashChain.origin, seq: event.seq + 1, hash: next.hash, logHash: next.logHash)
        }

        /// A hash of the log that is not there counts as the origin. What cannot be told, for the event before is missing or
        /// both were written before there was this hash, fits.
        private func fits(after before: [UInt8]?, seq: Int64, hash: [UInt8], logHash: [UInt8]?) -> Bool {
            guard let before else { return true }
            guard let logHash, logHash != HashChain.origin else { return before == HashChain.origin }
            return HashChain.log(after: before, seq: seq, hash: hash) == logHash
        }
    }

    private static let standings = """
        SELECT e.seq, e.stream, e.version, e.at, e.actor, e.kind, e.body, e.previous, e.hash, e.log_hash, \
        b.seq, b.log_hash, n.seq, n.hash, n.log_hash, b.hash, a.seq, a.log_hash \
        FROM event e LEFT JOIN event b ON b.seq = e.seq - 1 LEFT JOIN event n ON n.seq = e.seq + 1 \
        LEFT JOIN event a ON a.seq = e.seq - 2
        """

    private static func standing(_ row: any Row) -> Standing {
        let event = event(row)
        let isFollowing = event.seq == 1 || !row.isNull(10)
        let isBeforeFollowing = event.seq == 2 || !row.isNull(16)
        return Standing(
            event: event, logHash: row.optionalBlob(9),
            before: isFollowing ? row.optionalBlob(11) ?? HashChain.origin : nil,
            hashBefore: row.blob(15),
            beforeThat: isBeforeFollowing ? row.optionalBlob(17) ?? HashChain.origin : nil,
            next: row.isNull(12) ? nil : (hash: row.blob(13), logHash: row.optionalBlob(14)))
    }

    /// Walks the chain of one stream, and looks whether each event stands in the log where it was written. A stream that does
    /// not exist has length 0 and is sound. That its last events were taken away is seen by `firstMissing`, and by whoever
    /// knows how long it was.
    public static func verify(stream: String, on connection: any Connection) throws -> ChainReport {
        var walk = EventWalk(stream)
        var last: Int64 = 0
        while true {
            let page = try connection.all(
                "\(standings) WHERE e.stream = ? AND e.version > ? ORDER BY e.version LIMIT ?",
                [.text(stream), .integer(last), .integer(StorageLimits.verifiedPage)], standing)
            for event in page { walk.visit(event.event, isMoved: event.isMoved) }
            guard let end = page.last else { return walk.report }
            last = end.event.version
        }
    }

    /// Walks every chain as `verify(stream:)` does, and looks for gaps in `seq`: an event dropped from the end of a stream
    /// leaves its chain sound but its place in the log empty. Only the very last events of the whole log can be dropped
    /// unseen, and not from whoever has kept the log's head. `visit` gets the report of each stream, in the order of their
    /// names.
    ///
    /// Reads page by page, with memory for one page, in one block: on PostgreSQL a long one holds back vacuuming.
    public static func verifyAll(
        on connection: any Connection, _ visit: (ChainReport) throws -> Void
    ) throws -> LogReport {
        var walk: EventWalk?
        var position = (stream: "", version: Int64(0))
        var streams: Int64 = 0
        while true {
            let page = try connection.all(
                "\(standings) WHERE (e.stream, e.version) > (?, ?) ORDER BY e.stream, e.version LIMIT ?",
                [.text(position.stream), .integer(position.version), .integer(StorageLimits.verifiedPage)], standing)
            for event in page {
                if walk?.stream != event.event.stream {
                    if let walk { try visit(walk.report) }
                    walk = EventWalk(event.event.stream)
                    streams += 1
                }
                walk?.visit(event.event, isMoved: event.isMoved)
            }
            guard let end = page.last else { break }
            position = (end.event.stream, end.event.version)
        }
        if let walk { try visit(walk.report) }
        return LogReport(
            streams: streams, events: try count(on: connection), head: try headHash(on: connection),
            firstMissing: try firstMissing(on: connection))
    }

    /// What is true of the whole log.
    public struct LogReport: Hashable, Sendable {
        public let streams: Int64
        public let events: Int64
        /// The hash of the log up to its last event in lower-case hex; 64 zeros when there is none. Kept elsewhere, it also
        /// shows that the end of the log was cut off.
        public let head: String
        /// The least `seq` that is not there although a greater one is.
        public let firstMissing: Int64?

        public init(streams: Int64, events: Int64, head: String, firstMissing: Int64?) {
            self.streams = streams
            self.events = events
            self.head = head
            self.firstMissing = firstMissing
        }
    }

    private static func count(on connection: any Connection) throws -> Int64 {
        try connection.first("SELECT count(*) FROM event") { $0.integer(0) } ?? 0
    }

    private static func headHash(on connection: any Connection) throws -> String {
        HashChain.hex(
            try connection.first("SELECT log_hash FROM event ORDER BY seq DESC LIMIT 1") { $0.optionalBlob(0) }
                .flatMap { $0 } ?? HashChain.origin)
    }

    /// The least `seq` that is not there although a greater one is; nil for a log without a gap.
    public static func firstMissing(on connection: any Connection) throws -> Int64? {
        guard try head(on: connection) != count(on: connection) else { return nil }
        return try connection.first(
            """
            SELECT coalesce(min(seq), 0) + 1 FROM (
                SELECT 0 AS seq UNION ALL SELECT seq FROM event) AS placed
            WHERE NOT EXISTS (SELECT 1 FROM event AS next WHERE next.seq = placed.seq + 1)
            """
        ) { $0.integer(0) }
    }
}

/// Walks the events of one stream.
private struct EventWalk {
    let stream: String
    private var chain: ChainWalk
    private var lastSeq: Int64 = 0

    init(_ stream: String) {
        self.stream = stream
        chain = ChainWalk(stream)
    }

    var report: ChainReport { chain.report }

    mutating func visit(_ event: StoredEvent, isMoved: Bool) {
        // The first catches what was written before the log had a hash.
        let isDisplaced = event.seq <= lastSeq || isMoved
        lastSeq = event.seq
        chain.visit(
            number: event.version, previous: event.previous, hash: event.hash,
            displacement: isDisplaced ? "its place in the log was changed" : nil
        ) {
            $0.addEvent(
                stream: event.stream, version: event.version, at: event.at, actor: event.actor, kind: event.kind,
                body: event.body)
        }
    }
}
