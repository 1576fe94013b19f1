import Chronology
import Notation
import Storage

/// The outbox as its operator reads it: every message that was owed, whatever it is about, and what became of it.
public enum DeliveryLog {
    public struct Entry: Hashable, Sendable {
        public let id: DeliveryID
        /// What it is about: `page`, `incident`, `oncall`, `test`, `verification`, `settled`, `group`.
        public let kind: String
        public let channel: String
        public let user: UserID
        public let method: ContactMethodID
        public let page: PageID?
        /// What it was about, in its own words, where it has some.
        public let title: String?
        /// `queued`, `leased`, `sent`, `failed`, `cancelled` or `quarantined`.
        public let state: String
        public let attempts: Int
        public let createdAt: Instant
        public let nextAt: Instant
        public let finishedAt: Instant?
        public let outcome: String?
    }

    public struct Filter: Hashable, Sendable {
        public static let maximumLimit = 200

        public var state: String?
        public var kind: String?
        public var channel: String?
        public var after: DeliveryID?
        public var limit = 50

        public init() {}
    }

    public static let states = ["queued", "leased", "sent", "failed", "cancelled", "quarantined"]
    public static let kinds = [
        DeliveryKind.page, .incident, .onCall, .test, .verification, .settled, .group,
    ].map(\.rawValue)

    /// Newest first.
    public static func list(_ filter: Filter, on connection: any Connection) throws -> [Entry] {
        var conditions: [String] = []
        var values: [SQLValue] = []
        for (column, value) in [("d.state", filter.state), ("d.class", filter.kind), ("d.channel", filter.channel)] {
            guard let value else { continue }
            conditions.append("\(column) = ?")
            values.append(.text(value))
        }
        if let after = filter.after {
            conditions.append("d.id < ?")
            values.append(.text(after.text))
        }
        let condition = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        return try connection.all(
            """
            SELECT d.id, d.class, d.channel, d.page, d.state, d.attempts, d.created_at, d.next_at, d.finished_at, d.outcome, \
            d.body, p.body FROM delivery d LEFT JOIN page p ON p.id = d.page\(condition) ORDER BY d.id DESC LIMIT ?
            """, values + [SQLValue(min(max(filter.limit, 1), Filter.maximumLimit))]
        ) { row in
            let body = try JSON(parsing: Array(row.text(10).utf8), limits: .stored)
            let page = try row.optionalText(11).map { try JSON(parsing: Array($0.utf8), limits: .stored) }
            return Entry(
                id: DeliveryID(row.text(0)), kind: row.text(1), channel: row.text(2),
                user: UserID(body["user"]?.string ?? ""), method: ContactMethodID(body["method"]?.string ?? ""),
                page: row.optionalText(3).map { PageID($0) },
                title: (body["content"] ?? page ?? .null)["title"]?.string,
                state: row.text(4), attempts: Int(row.integer(5)), createdAt: row.instant(6), nextAt: row.instant(7),
                finishedAt: row.optionalInstant(8), outcome: row.optionalText(9))
        }
    }
}
