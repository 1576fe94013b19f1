import Chronology

/// Who did what to which object, for the people who must be able to ask later. One hash chain over all rows.
public struct NewAuditEntry: Hashable, Sendable {
    public let at: Instant
    public let actor: String
    public let ip: String?
    /// The id of the request, as in the logs.
    public let request: String?
    public let action: String
    public let object: String
    public let detail: String

    public init(
        at: Instant, actor: String, ip: String?, request: String?, action: String, object: String, detail: String
    ) {
        self.at = at
        self.actor = actor
        self.ip = ip
        self.request = request
        self.action = action
        self.object = object
        self.detail = detail
    }
}

public struct StoredAuditEntry: Hashable, Sendable {
    public let seq: Int64
    public let entry: NewAuditEntry
    public let previous: [UInt8]
    public let hash: [UInt8]
}

public enum AuditLog {
    /// "audit" in ASCII. Rows are appended by blocks of both scopes, so on PostgreSQL they take turns by a lock of their
    /// own, held until the block has committed.
    private static let lock: Int64 = 0x61_7564_6974

    private static let columns = "seq, at, actor, ip, request, action, object, detail, previous, hash"

    @discardableResult
    public static func append(
        _ entries: [NewAuditEntry], on connection: any Connection
    ) throws -> [StoredAuditEntry] {
        guard !entries.isEmpty else { return [] }
        if connection.dialect == .postgreSQL {
            try connection.query("SELECT pg_advisory_xact_lock(?)", [.integer(lock)]) { _ in }
        }
        var (seq, head) =
            try connection.first("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1") {
                ($0.integer(0), $0.blob(1))
            } ?? (0, HashChain.origin)
        var stored: [StoredAuditEntry] = []
        for entry in entries {
            seq += 1
            var chain = HashChain(after: head)
            chain.addAudit(seq: seq, entry)
            stored.append(StoredAuditEntry(seq: seq, entry: entry, previous: head, hash: chain.hash()))
            head = chain.hash()
        }
        try insert(stored, on: connection)
        return stored
    }

    /// The entries after the given place, oldest first.
    public static func read(
        after seq: Int64, limit: Int, on connection: any Connection
    ) throws -> [StoredAuditEntry] {
        try connection.all(
            "SELECT \(columns) FROM audit WHERE seq > ? ORDER BY seq LIMIT ?", [.integer(seq), SQLValue(limit)]
        ) { row in
            StoredAuditEntry(
                seq: row.integer(0),
                entry: NewAuditEntry(
                    at: row.instant(1), actor: row.text(2), ip: row.optionalText(3), request: row.optionalText(4),
                    action: row.text(5), object: row.text(6), detail: row.text(7)),
                previous: row.blob(8), hash: row.blob(9))
        }
    }

    /// Walks the chain. The report's stream is `audit`; the number of a break is its `seq`.
    public static func verify(on connection: any Connection) throws -> ChainReport {
        var walk = ChainWalk("audit")
        var last: Int64 = 0
        while true {
            let page = try read(after: last, limit: Int(StorageLimits.verifiedPage), on: connection)
            for stored in page {
                walk.visit(number: stored.seq, previous: stored.previous, hash: stored.hash) {
                    $0.addAudit(seq: stored.seq, stored.entry)
                }
            }
            guard let end = page.last else { return walk.report }
            last = end.seq
        }
    }

    private static func insert(_ stored: [StoredAuditEntry], on connection: any Connection) throws {
        try insertion.run(stored, on: connection) { record, row in
            row += [
                .integer(record.seq), SQLValue(record.entry.at), .text(record.entry.actor), SQLValue(record.entry.ip),
                SQLValue(record.entry.request), .text(record.entry.action), .text(record.entry.object),
                .text(record.entry.detail), .blob(record.previous), .blob(record.hash),
            ]
        }
    }

    private static let insertion = RowInsertion(
        into: "audit", "seq", "at", "actor", "ip", "request", "action", "object", "detail", "previous", "hash")
}

extension HashChain {
    fileprivate mutating func addAudit(seq: Int64, _ entry: NewAuditEntry) {
        add(seq)
        add(entry.at.microseconds)
        add(entry.actor)
        add(entry.ip)
        add(entry.request)
        add(entry.action)
        add(entry.object)
        add(entry.detail)
    }
}
