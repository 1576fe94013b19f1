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

    /// How a document is called, or was called when it was taken away; nil when it has no name or never was.
    public static func name(_ kind: DocumentKind, _ id: String, on connection: any Connection) throws -> String? {
        try connection.first(
            "SELECT body FROM document WHERE kind = ? AND id = ?", [.text(kind.rawValue), .text(id)]
        ) { row in
            let body = try JSON(parsing: Array(row.text(0).utf8), limits: .stored)
            return (body["name"] ?? body["organisationName"])?.string
        } ?? nil
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
            SELECT id, at, status, summary, fault, body, coalesce(size, 0), content_type, source FROM request_log WHERE integration = ? \
            ORDER BY at DESC, id DESC LIMIT 50
            """, [.text(integration.text)]
        ) { row in
            let body = row.blob(5)
            return LoggedRequest(
                id: row.text(0), at: row.instant(1),
                record: RequestRecord(
                    status: Int(row.integer(2)), summary: row.text(3), fault: row.optionalText(4), body: body,
                    size: max(Int(row.integer(6)), body.count), contentType: row.text(7), source: row.text(8)))
        }
    }
}
