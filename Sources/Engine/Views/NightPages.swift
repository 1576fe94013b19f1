import Chronology
import Notation
import OnCall
import Storage

/// How often people were paged, and how often at night: what a plan of shifts cannot know (S4-12).
public struct NightPages: Sendable {
    public struct Count: Hashable, Sendable {
        public var pages = 0
        /// Of them those that came between ten in the evening and six in the morning of the person's own clock.
        public var atNight = 0

        public init(pages: Int = 0, atNight: Int = 0) {
            self.pages = pages
            self.atNight = atNight
        }
    }

    /// More messages than these are not looked at.
    private static let limit = 50_000
    private static let evening = 22 * 3_600
    private static let morning = 6 * 3_600

    public let counts: [UserID: Count]

    /// - Parameter zone: whose clock counts for somebody who has not said theirs.
    public init(
        since: Instant, organisation: Organisation, zone: Zone, on connection: any Connection
    ) throws {
        var seen: Set<String> = []
        var counts: [UserID: Count] = [:]
        let rows = try connection.all(
            """
            SELECT page, body, created_at FROM delivery \
            WHERE created_at >= ? AND class = 'page' AND state = 'sent' ORDER BY created_at LIMIT ?
            """, [SQLValue(since), SQLValue(Self.limit)]
        ) { row in
            (
                page: row.optionalText(0) ?? "",
                user: try JSON(parsing: Array(row.text(1).utf8), limits: .stored)["user"]?.string ?? "",
                at: row.instant(2)
            )
        }
        // Several ways and several rungs of one page are one disturbance.
        for row in rows where seen.insert("\(row.page) \(row.user)").inserted {
            let user = UserID(row.user)
            let second = (organisation.user(user)?.zone ?? zone).civil(at: row.at).time.secondOfDay
            counts[user, default: Count()].pages += 1
            if second >= Self.evening || second < Self.morning { counts[user, default: Count()].atNight += 1 }
        }
        self.counts = counts
    }
}
