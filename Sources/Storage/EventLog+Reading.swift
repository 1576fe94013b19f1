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

    static func event(_ row: any Row) -> StoredEvent {
        StoredEvent(
            seq: row.integer(0), stream: row.text(1), version: row.integer(2), at: row.instant(3), actor: row.text(4),
            kind: row.text(5), body: row.text(6), previous: row.blob(7), hash: row.blob(8))
    }
}
