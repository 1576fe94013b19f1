import Chronology
import Notation
import Storage

/// How much arrived at one integration lately: every request, whether its body was kept or not.
public struct RequestFigure: Hashable, Sendable {
    public let accepted: Int
    public let refused: Int
    /// When the last one came of which something is kept, however long ago; nil when nothing is.
    public let last: Instant?

    /// One for each integration that has received anything. The counts are of the whole hours that began at `since` or
    /// later, those that `tally` has not written yet included.
    public static func all(
        since: Instant, tally: IntakeTally, on connection: any Connection
    ) throws -> [IntegrationID: RequestFigure] {
        let stored = try connection.all(
            "SELECT integration, SUM(accepted), SUM(refused) FROM intake_count WHERE hour >= ? GROUP BY integration",
            [.integer(IntakeTally.firstHour(since: since))]
        ) { row in
            (
                IntegrationID(row.text(0)),
                IntakeTally.Count(accepted: Int(row.integer(1)), refused: Int(row.integer(2)))
            )
        }
        let last = try connection.all("SELECT integration, MAX(at) FROM request_log GROUP BY integration") { row in
            (IntegrationID(row.text(0)), row.instant(1))
        }
        let counts = Dictionary(stored) { first, _ in first }
        let times = Dictionary(last) { first, _ in first }
        var figures: [IntegrationID: RequestFigure] = [:]
        for integration in Set(counts.keys).union(times.keys) {
            let count = (counts[integration] ?? .init()) + tally.pending(of: integration, since: since)
            figures[integration] = RequestFigure(
                accepted: count.accepted, refused: count.refused, last: times[integration])
        }
        return figures
    }
}
