import Chronology
import Notation
import Paging
import Storage

/// One line of the list of pages.
public struct PageSummary: Hashable, Sendable {
    public let id: PageID
    /// The id of the alert or the incident.
    public let subject: String
    public let title: String
    public let plan: String
    /// `climbing`, `acknowledged`, `exhausted` or `ended`.
    public let phase: String
    public let service: ServiceID?
    public let openedAt: Instant
    public let deadline: Instant?
    public let acknowledgedBy: Actor?
}

public struct PageFilter: Hashable, Sendable {
    public static let maximumLimit = 500

    public var isOpen: Bool?
    public var subject: String?
    public var after: PageID?
    public var limit = 50

    public init() {}
}

/// One message of a page, as the outbox holds it.
public struct DeliverySummary: Hashable, Sendable {
    public let id: DeliveryID
    public let intent: String
    public let channel: String
    public let user: UserID
    /// `queued`, `leased`, `sent`, `failed`, `cancelled` or `quarantined`.
    public let state: String
    public let attempts: Int64
    public let createdAt: Instant
    public let nextAt: Instant
    public let finishedAt: Instant?
    public let outcome: String?
}

public enum PageQueries {
    public static func page(_ id: PageID, on connection: any Connection) throws -> Page? {
        try Page(id, on: connection)
    }

    /// How many open alerts stand under a page: one flood is one page.
    public static func openAlerts(of page: PageID, on connection: any Connection) throws -> Int {
        Int(
            try connection.first(
                "SELECT COUNT(*) FROM alert WHERE is_open = 1 AND page IS NOT NULL AND page = ?", [.text(page.text)]
            ) { $0.integer(0) } ?? 0)
    }

    /// Newest first.
    public static func list(_ filter: PageFilter, on connection: any Connection) throws -> [PageSummary] {
        var conditions: [String] = []
        var arguments: [SQLValue] = []
        if let isOpen = filter.isOpen {
            conditions.append("is_open = ?")
            arguments.append(SQLValue(isOpen))
        }
        if let subject = filter.subject {
            conditions.append("subject = ?")
            arguments.append(.text(subject))
        }
        if let after = filter.after {
            conditions.append("id < ?")
            arguments.append(.text(after.text))
        }
        let condition = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        let limit = min(max(filter.limit, 1), PageFilter.maximumLimit)
        return try connection.all(
            "SELECT id, subject, phase, service, opened_at, deadline, body FROM page\(condition) ORDER BY id DESC LIMIT ?",
            arguments + [SQLValue(limit)]
        ) { row in
            let body = try JSON(parsing: Array(row.text(6).utf8), limits: .stored)
            return PageSummary(
                id: PageID(row.text(0)), subject: row.text(1), title: body["title"]?.string ?? "",
                plan: body["plan"]?.string ?? "", phase: row.text(2),
                service: row.optionalText(3).map { ServiceID($0) },
                openedAt: row.instant(4), deadline: row.optionalInstant(5),
                acknowledgedBy: try body["acknowledgedBy"]?.string.map { text throws(InputFault) in
                    try Actor(text: text)
                })
        }
    }

    /// What was sent or is still to be sent for a page, in the order of the decisions.
    public static func deliveries(of page: PageID, on connection: any Connection) throws -> [DeliverySummary] {
        try connection.all(
            """
            SELECT id, intent, channel, body, state, attempts, created_at, next_at, finished_at, outcome FROM delivery \
            WHERE page = ? ORDER BY created_at, id LIMIT 1000
            """, [.text(page.text)]
        ) { row in
            let body = try JSON(parsing: Array(row.text(3).utf8), limits: .stored)
            return DeliverySummary(
                id: DeliveryID(row.text(0)), intent: row.text(1), channel: row.text(2),
                user: UserID(try body.text("user")),
                state: row.text(4), attempts: row.integer(5), createdAt: row.instant(6), nextAt: row.instant(7),
                finishedAt: row.optionalInstant(8), outcome: row.optionalText(9))
        }
    }

    /// How many deliveries stand in each state.
    public static func deliveryCounts(on connection: any Connection) throws -> [(state: String, count: Int64)] {
        try connection.all("SELECT state, COUNT(*) FROM delivery GROUP BY state ORDER BY state") {
            (state: $0.text(0), count: $0.integer(1))
        }
    }
}
