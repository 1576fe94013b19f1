import Chronology
import Storage

/// How many messages wait, and what became of those that were finished lately.
public struct DeliveryFigures: Hashable, Sendable {
    public let waiting: Int
    public let sent: Int
    public let failed: Int

    public init(since: Instant, on connection: any Connection) throws {
        func count(_ query: String, _ arguments: [SQLValue]) throws -> Int {
            Int(try connection.first(query, arguments) { $0.integer(0) } ?? 0)
        }
        waiting = try count("SELECT COUNT(*) FROM delivery WHERE state IN ('queued', 'leased')", [])
        sent = try count(
            "SELECT COUNT(*) FROM delivery WHERE state = 'sent' AND finished_at >= ?", [SQLValue(since)])
        failed = try count(
            "SELECT COUNT(*) FROM delivery WHERE state IN ('failed', 'quarantined') AND finished_at >= ?",
            [SQLValue(since)])
    }
}
