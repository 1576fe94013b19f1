import Chronology
import Notation
import Storage

/// The last requests of each integration, for the person who sets it up: what came, and what was made of it. What could not
/// be read is kept longer than what could.
public enum RequestLog {
    /// Bytes kept of a body: the head is what a person needs to see what is wrong with it.
    public static let bodyLimit = 16_384
    /// Rows kept for each integration, of each of the two sorts.
    public static let kept: Int64 = 20

    static func write(_ request: RequestRecord, integration: IntegrationID, in workspace: Workspace) throws {
        try write(
            request, integration: integration, id: workspace.mint.tail(at: workspace.now), at: workspace.now,
            on: workspace.connection)
    }

    public static func write(
        _ request: RequestRecord, integration: IntegrationID, id: String, at now: Instant, on connection: any Connection
    ) throws {
        try connection.execute(
            """
            INSERT INTO request_log (id, integration, at, status, summary, fault, body, size, content_type, source) \
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(id), .text(integration.text), SQLValue(now), SQLValue(request.status), .text(request.summary),
                SQLValue(request.fault), .blob(Array(request.body.prefix(bodyLimit))), SQLValue(request.size),
                .text(request.contentType), .text(request.source),
            ])
        let sort = request.fault == nil ? "fault IS NULL" : "fault IS NOT NULL"
        try connection.execute(
            pruning(sort), [.text(integration.text), .text(integration.text), .integer(kept)])
    }

    private static func pruning(_ sort: String) -> String {
        """
        DELETE FROM request_log WHERE integration = ? AND \(sort) AND id NOT IN (SELECT id FROM request_log \
        WHERE integration = ? AND \(sort) ORDER BY at DESC, id DESC LIMIT ?)
        """
    }
}
