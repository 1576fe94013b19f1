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
    ///
    /// - Parameter admit: asked once for each row in its turn, whether its far end may be sent one more message now. Rows
    ///   that are turned away stay as they are, and those behind them have their turn.
    public static func claim(
        limit: Int, by node: String, on connection: any Connection,
        admitting admit: (_ channel: String, _ destination: String, _ kind: DeliveryKind?) throws -> Admission = {
            _, _, _ in .admitted
        }
    ) throws -> [Claim] {
        let now = connection.now
        var claims: [Claim] = []
        var closed = Closed()
        for _ in 0..<OutboxLimits.looksAClaim where claims.count < limit {
            let due = try due(limit - claims.count, at: now, sparing: closed, on: connection)
            var admitted: [Due] = []
            for row in due {
                let kind = DeliveryKind(rawValue: row.kind)
                switch closed.admits(row) ? try admit(row.channel, row.destination, kind) : .destinationIsBusy {
                case .admitted: admitted.append(row)
                case .destinationIsBusy: closed.add(row.destination, row.kind)
                case .channelIsFull: closed.add(channel: row.channel, row.kind)
                }
            }
            claims += try admitted.compactMap { try take($0, by: node, at: now, on: connection) }
            // Nobody was turned away, so behind these rows there is nothing else that could be taken.
            guard admitted.count < due.count else { break }
        }
        return claims
    }

    /// Whether a message may be taken up now.
    public enum Admission: Hashable, Sendable {
        case admitted
        case destinationIsBusy
        /// Nothing of this class goes by the channel for now, wherever to.
        case channelIsFull
    }

    /// What was turned away in this look. Rows that belong to it are not looked at again, so that those behind have a turn.
    private struct Closed {
        private(set) var destinations: [String] = []
        private(set) var channels: [String] = []

        /// Classes have limits of their own, so each is closed by itself.
        mutating func add(_ destination: String, _ kind: String) {
            let key = "\(kind) \(destination)"
            if !destinations.contains(key) { destinations.append(key) }
        }

        mutating func add(channel: String, _ kind: String) {
            let key = "\(kind) \(channel)"
            if !channels.contains(key) { channels.append(key) }
        }

        func admits(_ row: Due) -> Bool {
            !destinations.contains("\(row.kind) \(row.destination)") && !channels.contains("\(row.kind) \(row.channel)")
        }
    }

    private struct Due {
        let id: String
        let intent: String
        let channel: String
        let destination: String
        let lane: String
        let page: String?
        let body: String
        let attempts: Int64
        let epoch: Int64
        let isLost: Bool
        let losses: Int64
        let kind: String
        let created: Instant
    }

    private static func due(
        _ limit: Int, at now: Instant, sparing closed: Closed, on connection: any Connection
    ) throws -> [Due] {
        func sparing(_ column: String, _ keys: [String]) -> String {
            let places = keys.map { _ in "?" }.joined(separator: ", ")
            return keys.isEmpty ? "" : "AND (d.class || ' ' || d.\(column)) NOT IN (\(places)) "
        }
        let sparing = sparing("destination", closed.destinations) + sparing("channel", closed.channels)
        return try connection.all(
            selection + sparing + "ORDER BY d.next_at, d.id LIMIT ?" + connection.dialect.skipLocked,
            [SQLValue(now), SQLValue(now)] + (closed.destinations + closed.channels).map(SQLValue.text)
                + [SQLValue(limit)]
        ) { row in
            Due(
                id: row.text(0), intent: row.text(1), channel: row.text(2), destination: row.text(3),
                lane: row.text(4), page: row.optionalText(5), body: row.text(6), attempts: row.integer(7),
                epoch: row.integer(8), isLost: row.text(9) == "leased", losses: row.integer(10), kind: row.text(11),
                created: row.instant(12))
        }
    }

    /// nil: the row was put away instead.
    private static func take(
        _ row: Due, by node: String, at now: Instant, on connection: any Connection
    ) throws -> Claim? {
        // The node that had it fell silent. What has been withdrawn since, or has silenced too many nodes, stays.
        if row.isLost, try !isWanted(row.page, on: connection) {
            try setAside(row.id, "cancelled", "withdrawn", at: now, on: connection)
            return nil
        }
        let losses = row.losses + (row.isLost ? 1 : 0)
        if losses >= OutboxLimits.quarantineAfter {
            let why = "set aside: no node that took it up ever reported back"
            try setAside(row.id, "quarantined", why, at: now, on: connection)
            return nil
        }
        let body = try JSON(parsing: Array(row.body.utf8), limits: .stored)
        try connection.execute(
            """
            UPDATE delivery SET state = 'leased', attempts = attempts + 1, losses = ?, lease_owner = ?, \
            lease_epoch = lease_epoch + 1, lease_until = ? WHERE id = ?
            """, [.integer(losses), .text(node), SQLValue(now + OutboxLimits.lease), .text(row.id)])
        return Claim(
            id: DeliveryID(row.id), intent: row.intent, kind: DeliveryKind(rawValue: row.kind),
            channel: row.channel, destination: row.destination, lane: row.lane, page: row.page.map { PageID($0) },
            user: UserID(try body.text("user")), method: ContactMethodID(try body.text("method")),
            attempt: Int(row.attempts) + 1, epoch: row.epoch + 1, created: row.created)
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

    /// The bare list of states lets SQLite see that `delivery_due` has all the rows; without it every look would read all
    /// messages that were ever sent.
    private static let selection = """
        SELECT d.id, d.intent, d.channel, d.destination, d.lane, d.page, d.body, d.attempts, d.lease_epoch, d.state, d.losses, \
        d.class, d.created_at FROM delivery d WHERE d.state IN ('queued', 'leased') \
        AND ((d.state = 'queued' AND d.next_at <= ?) OR (d.state = 'leased' AND d.lease_until <= ?)) \
        AND NOT EXISTS (SELECT 1 FROM delivery e WHERE e.lane = d.lane AND e.state IN ('queued', 'leased') \
        AND (e.created_at < d.created_at OR (e.created_at = d.created_at AND e.id < d.id)))

        """

    /// When the next row may be taken up; nil: nothing is owed.
    public static func nextDue(on connection: any Connection) throws -> Instant? {
        // The first in the index, however many wait behind it; only rows that are being sent are passed over.
        let queued = try connection.first(
            """
            SELECT next_at FROM delivery WHERE state IN ('queued', 'leased') AND state = 'queued' \
            ORDER BY next_at LIMIT 1
            """
        ) { $0.instant(0) }
        if let queued, queued <= connection.now { return queued }
        let lost =
            try connection.first(
                "SELECT MIN(lease_until) FROM delivery WHERE state IN ('queued', 'leased') AND state = 'leased'"
            ) { $0.optionalInstant(0) } ?? nil
        return [queued, lost].compactMap { $0 }.min()
    }
}
