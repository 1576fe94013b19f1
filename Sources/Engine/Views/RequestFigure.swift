import Chronology
import Notation
import Storage

/// What arrived at one integration lately, among the requests that are kept of it (`RequestLog.kept` of each sort).
public struct RequestFigure: Hashable, Sendable {
    public let accepted: Int
    public let refused: Int
    /// When the last one came, however long ago.
    public let last: Instant

    /// One for each integration that has received anything; `since` bounds the two counts.
    public static func all(since: Instant, on connection: any Connection) throws -> [IntegrationID: RequestFigure] {
        let rows = try connection.all(
            """
            SELECT integration, SUM(CASE WHEN at >= ? AND fault IS NULL THEN 1 ELSE 0 END), \
            SUM(CASE WHEN at >= ? AND fault IS NOT NULL THEN 1 ELSE 0 END), MAX(at) FROM request_log \
            GROUP BY integration
            """, [SQLValue(since), SQLValue(since)]
        ) { row in
            (
                IntegrationID(row.text(0)),
                RequestFigure(
                    accepted: Int(row.integer(1)), refused: Int(row.integer(2)), last: row.instant(3))
            )
        }
        return Dictionary(rows) { first, _ in first }
    }
}
