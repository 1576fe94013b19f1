import Chronology

/// Reading works in any block; a page at a time, for a log has no bound.
extension EventLog {
    private static let columns = "seq, stream, version, at, actor, kind, body, previous, hash"

    /// The events of one stream after the given version, oldest first. A stream is one alert, page or incident, which
    /// the domain keeps short; `limit` is for what must be sure.
    public static func read(
        stream: String, after version: Int64 = 0, limit: Int = .max, on connection: any Connection
    ) throws -> [StoredEvent] {
        try connection.all(
            "SELECT \(columns) FROM event WHERE stream = ? AND version > ? ORDER BY version LIMIT ?",
            [.text(stream), .integer(version), SQLValue(limit)], event)
    }

    /// The events of all streams after the given place, oldest first.
    public static func read(after seq: Int64, limit: Int, on connection: any Connection) throws -> [StoredEvent] {
        try connection.all(
            "SELECT \(columns) FROM event WHERE seq > ? ORDER BY seq LIMIT ?", [.integer(seq), SQLValue(limit)], event)
    }

    /// The greatest `seq`; 0 for an empty log.
    public static func head(on connection: any Connection) throws -> Int64 {
        try connection.first("SELECT coalesce(max(seq), 0) FROM event") { $0.integer(0) } ?? 0
    }

    private static func event(_ row: any Row) -> StoredEvent {
        StoredEvent(
            seq: row.integer(0), stream: row.text(1), version: row.integer(2), at: row.instant(3), actor: row.text(4),
            kind: row.text(5), body: row.text(6), previous: row.blob(7), hash: row.blob(8))
    }

    // MARK: Verifying

    /// Walks the chain of one stream. A stream that does not exist has length 0 and is sound.
    public static func verify(stream: String, on connection: any Connection) throws -> ChainReport {
        var walk = ChainWalk(stream)
        var last: Int64 = 0
        while true {
            let page = try read(stream: stream, after: last, limit: Int(StorageLimits.verifiedPage), on: connection)
            for event in page { walk.visit(event) }
            guard let end = page.last else { return walk.report }
            last = end.version
        }
    }

    /// Walks every chain, and looks for gaps in `seq`: an event dropped from the end of a stream leaves its chain sound
    /// but its place in the log empty. Only the very last events of the whole log can be dropped unseen, and not from
    /// whoever has kept a head. `visit` gets the report of each stream, in the order of their names.
    ///
    /// Reads page by page, with memory for one page, in one block: on PostgreSQL a long one holds back vacuuming.
    public static func verifyAll(
        on connection: any Connection, _ visit: (ChainReport) throws -> Void
    ) throws -> LogReport {
        var walk: ChainWalk?
        var position = (stream: "", version: Int64(0))
        var streams: Int64 = 0
        while true {
            let page = try connection.all(
                """
                SELECT \(columns) FROM event WHERE (stream, version) > (?, ?) ORDER BY stream, version LIMIT ?
                """,
                [.text(position.stream), .integer(position.version), .integer(StorageLimits.verifiedPage)], event)
            for event in page {
                if walk?.stream != event.stream {
                    if let walk { try visit(walk.report) }
                    walk = ChainWalk(event.stream)
                    streams += 1
                }
                walk?.visit(event)
            }
            guard let end = page.last else { break }
            position = (end.stream, end.version)
        }
        if let walk { try visit(walk.report) }
        return LogReport(
            streams: streams, events: try count(on: connection), firstMissing: try firstMissing(on: connection))
    }

    /// What is true of the whole log.
    public struct LogReport: Hashable, Sendable {
        public let streams: Int64
        public let events: Int64
        /// The least `seq` that is not there although a greater one is.
        public let firstMissing: Int64?

        public init(streams: Int64, events: Int64, firstMissing: Int64?) {
            self.streams = streams
            self.events = events
            self.firstMissing = firstMissing
        }
    }

    private static func count(on connection: any Connection) throws -> Int64 {
        try connection.first("SELECT count(*) FROM event") { $0.integer(0) } ?? 0
    }

    private static func firstMissing(on connection: any Connection) throws -> Int64? {
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

extension ChainWalk {
    mutating func visit(_ event: StoredEvent) {
        visit(number: event.version, previous: event.previous, hash: event.hash) {
            $0.addEvent(
                stream: event.stream, version: event.version, at: event.at, actor: event.actor, kind: event.kind,
                body: event.body)
        }
    }
}
