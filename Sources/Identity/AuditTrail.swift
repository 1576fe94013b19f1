import Chronology
import Notation
import Storage

/// The append-only record of administrative acts. Each row carries the hash of the one before (S69, S71), so an edited,
/// removed or reordered row is found. It cannot be switched off.
public struct AuditTrail: Sendable {
    /// One row as it is stored.
    public struct Record: Hashable, Sendable {
        public let number: Int64
        public let at: Instant
        public let actor: String
        public let ip: String
        public let request: String
        public let action: String
        public let object: String
        /// A JSON object: a note, the hashes of what was there before and after, and `changes`.
        public let detail: String

        /// The fields that were changed, at most `FieldChange.mostChanges` of them; none where the act changed no document,
        /// and in rows of before there was such a list.
        public var changes: [FieldChange] { detailObject.map(FieldChange.read) ?? [] }

        /// How many more there were.
        public var moreChanges: Int { Int(clamping: detailObject?["moreChanges"]?.integer ?? 0) }

        /// The log holds what this program wrote; what is damaged is shown as nothing rather than taking a list down.
        public var detailObject: JSON? { try? JSON(parsing: detail, limits: .stored) }

        public init(
            number: Int64, at: Instant, actor: String, ip: String, request: String, action: String, object: String,
            detail: String
        ) {
            self.number = number
            self.at = at
            self.actor = actor
            self.ip = ip
            self.request = request
            self.action = action
            self.object = object
            self.detail = detail
        }
    }

    /// One page of the log on screen.
    public static let largestPage = 500

    private let store: any Store

    public init(store: any Store) {
        self.store = store
    }

    /// Writes one row in the same transaction as the act.
    public func append(_ entry: AuditEntry, on connection: any Connection) throws {
        let row = NewAuditEntry(
            at: connection.now, actor: entry.author.actor.text, ip: entry.author.ip, request: entry.author.request,
            action: entry.action, object: entry.object, detail: entry.detail)
        try AuditLog.append([row], on: connection)
    }

    /// Writes one row for an act that changed nothing in the store.
    public func record(_ entry: AuditEntry) async throws {
        try await store.write(.shared) { try self.append(entry, on: $0) }
    }

    /// The rows before `number` (all when nil), the newest first.
    public func list(before number: Int64? = nil, limit: Int = 100) async throws -> [Record] {
        try await store.read { connection in
            try connection.all(
                "SELECT seq, at, actor, ip, request, action, object, detail FROM audit WHERE seq < ? ORDER BY seq DESC LIMIT ?",
                [.integer(number ?? .max), SQLValue(min(max(limit, 1), Self.largestPage))]
            ) { row in
                Record(
                    number: row.integer(0), at: row.instant(1), actor: row.text(2), ip: row.text(3),
                    request: row.text(4),
                    action: row.text(5), object: row.text(6), detail: row.text(7))
            }
        }
    }
}
