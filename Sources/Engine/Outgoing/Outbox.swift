import Chronology
import Notation
import Storage

/// Takes up rows of the outbox under a lease. What is taken up is sent at once by the same node; if it falls silent, the
/// lease runs out and another node sends the same message under the same key.
public enum Outbox {
    /// One message that this node has taken up.
    public struct Claim: Hashable, Sendable {
        public let id: DeliveryID
        public let intent: String
        /// nil: of a kind that only a newer version knows.
        public let kind: DeliveryKind?
        public let channel: String
        public let destination: String
        public let lane: String
        public let page: PageID?
        public let user: UserID
        public let method: ContactMethodID
        /// Counts from 1, this one included.
        public let attempt: Int
        public let epoch: Int64
        /// When the message was decided: its date, at whichever attempt it arrives.
        public let created: Instant
    }

    /// Takes up to `limit` rows that are due. Of each lane only the oldest unfinished row can be taken, so that messages of
    /// one thread to one destination arrive in order.
    public static func claim(
        limit: Int, by node: String, on connection: any Connection
    ) throws -> [Claim] {
        let now = connection.now
        let due = try connection.all(
            selection + connection.dialect.skipLocked, [SQLValue(now), SQLValue(now), SQLValue(limit)]
        ) { row in
            (
                id: row.text(0), intent: row.text(1), channel: row.text(2), destination: row.text(3), lane: row.text(4),
                page: row.optionalText(5), body: row.text(6), attempts: row.integer(7), epoch: row.integer(8),
                isLost: row.text(9) == "leased", losses: row.integer(10), kind: row.text(11), created: row.instant(12)
            )
        }
        var claims: [Claim] = []
        for row in due {
            // The node that had it fell silent. What has been withdrawn since, or has silenced too many nodes, stays.
            if row.isLost, try !isWanted(row.page, on: connection) {
                try setAside(row.id, "cancelled", "withdrawn", at: now, on: connection)
                continue
            }
            let losses = row.losses + (row.isLost ? 1 : 0)
            if losses >= OutboxLimits.quarantineAfter {
                let why = "set aside: no node that took it up ever reported back"
                try setAside(row.id, "quarantined", why, at: now, on: connection)
                continue
            }
            let body = try JSON(parsing: Array(row.body.utf8), limits: .stored)
            try connection.execute(
                """
                UPDATE delivery SET state = 'leased', attempts = attempts + 1, losses = ?, lease_owner = ?, \
                lease_epoch = lease_epoch + 1, lease_until = ? WHERE id = ?
                """, [.integer(losses), .text(node), SQLValue(now + OutboxLimits.lease), .text(row.id)])
            claims.append(
                Claim(
                    id: DeliveryID(row.id), intent: row.intent, kind: DeliveryKind(rawValue: row.kind),
                    channel: row.channel, destination: row.destination, lane: row.lane,
                    page: row.page.map { PageID($0) }, user: UserID(try body.text("user")),
                    method: ContactMethodID(try body.text("method")), attempt: Int(row.attempts) + 1,
                    epoch: row.epoch + 1, created: row.created))
        }
        return claims
    }

    private static func isWanted(_ page: String?, on connection: any Connection) throws -> Bool {
        guard let page else { return true }
        return try connection.first("SELECT is_open FROM page WHERE id = ?", [.text(page)]) { $0.flag(0) } ?? false
    }

    private static func setAside(
        _ id: String, _ state: String, _ why: String, at now: Instant, on connection: any Connection
    ) throws {
        try connection.execute(
            "UPDATE delivery SET state = ?, outcome = ?, finished_at = ?, lease_owner = NULL, lease_until = NULL WHERE id = ?",
            [.text(state), .text(why), SQLValue(now), .text(id)])
    }

    private static let selection = """
        SELECT d.id, d.intent, d.channel, d.destination, d.lane, d.page, d.body, d.attempts, d.lease_epoch, d.state, d.losses, \
        d.class, d.created_at FROM delivery d \
        WHERE ((d.state = 'queued' AND d.next_at <= ?) OR (d.state = 'leased' AND d.lease_until <= ?)) \
        AND NOT EXISTS (SELECT 1 FROM delivery e WHERE e.lane = d.lane AND e.state IN ('queued', 'leased') \
        AND (e.created_at < d.created_at OR (e.created_at = d.created_at AND e.id < d.id))) \
        ORDER BY d.next_at, d.id LIMIT ?
        """

    /// When the next row may be taken up; nil: nothing is owed.
    public static func nextDue(on connection: any Connection) throws -> Instant? {
        try connection.first(
            """
            SELECT MIN(CASE WHEN state = 'leased' THEN lease_until ELSE next_at END) FROM delivery \
            WHERE state IN ('queued', 'leased')
            """
        ) { $0.optionalInstant(0) } ?? nil
    }
}
