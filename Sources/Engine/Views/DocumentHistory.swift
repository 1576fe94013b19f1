import Chronology
import Notation
import Storage

/// One version of a document: when it was written, and by whom.
public struct DocumentVersion: Hashable, Sendable {
    public let version: Int64
    public let at: Instant
    /// Whoever wrote it, as `Actor.text` writes it.
    public let by: String
    /// The document was taken away with it.
    public let isRemoval: Bool
}

public enum DocumentHistory {
    /// The versions of a document, newest first, those before `version` only when one is given.
    public static func versions(
        of kind: DocumentKind, _ id: String, before version: Int64 = .max, limit: Int, on connection: any Connection
    ) throws -> [DocumentVersion] {
        try connection.all(
            """
            SELECT version, at, by, CASE WHEN body = 'null' THEN 1 ELSE 0 END FROM document_history \
            WHERE kind = ? AND id = ? AND version < ? ORDER BY version DESC LIMIT ?
            """, [.text(kind.rawValue), .text(id), .integer(version), .integer(Int64(limit))]
        ) { row in
            DocumentVersion(
                version: row.integer(0), at: row.instant(1), by: row.text(2), isRemoval: row.flag(3))
        }
    }
}
