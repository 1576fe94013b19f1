import Chronology
import Notation
import Storage

/// One request that an integration received, as kept.
public struct LoggedRequest: Hashable, Sendable {
    public let id: String
    public let at: Instant
    public let record: RequestRecord
}

/// A configuration document with its version.
public struct StoredDocument: Hashable, Sendable {
    public let kind: DocumentKind
    public let id: String
    public let version: Int64
    public let body: JSON
    public let updatedAt: Instant
    public let updatedBy: String
}

public enum ConfigurationQueries {
    public static func document(
        _ kind: DocumentKind, _ id: String, on connection: any Connection
    ) throws -> StoredDocument? {
        try connection.first(
            """
            SELECT version, body, updated_at, updated_by FROM document WHERE kind = ? AND id = ? AND deleted = 0
            """, [.text(kind.rawValue), .text(id)]
        ) { row in
            StoredDocument(
                kind: kind, id: id, version: row.integer(0),
                body: try JSON(parsing: Array(row.text(1).utf8), limits: .stored), updatedAt: row.instant(2),
                updatedBy: row.text(3))
        }
    }

    public static func documents(_ kind: DocumentKind, on connection: any Connection) throws -> [StoredDocument] {
        try connection.all(
            """
            SELECT version, body, updated_at, updated_by, id FROM document WHERE kind = ? AND deleted = 0 ORDER BY id
            """, [.text(kind.rawValue)]
        ) { row in
            StoredDocument(
                kind: kind, id: row.text(4), version: row.integer(0),
                body: try JSON(parsing: Array(row.text(1).utf8), limits: .stored), updatedAt: row.instant(2),
                updatedBy: row.text(3))
        }
    }

    /// The last requests of an integration, newest first, readable and unreadable together.
    public static func requests(of integration: IntegrationID, on connection: any Connection) throws -> [LoggedRequest]
    {
        try connection.all(
            """
            SELECT id, at, status, summary, fault, body, content_type, source FROM request_log WHERE integration = ? \
            ORDER BY at DESC, id DESC LIMIT 50
            """, [.text(integration.text)]
        ) { row in
            LoggedRequest(
                id: row.text(0), at: row.instant(1),
                record: RequestRecord(
                    status: Int(row.integer(2)), summary: row.text(3), fault: row.optionalText(4), body: row.blob(5),
                    contentType: row.text(6), source: row.text(7)))
        }
    }
}
