import Chronology
import Notation
import OnCall
import Storage

/// Hand-offs as lists read them.
public enum HandOffQueries {
    public struct Summary: Hashable, Sendable {
        public let id: HandOffID
        public let schedule: ScheduleID
        public let due: Instant
        public let phase: String
        public let people: [UserID]
        /// Those who have not said yet that they have it.
        public let awaited: [UserID]
    }

    public struct Filter: Hashable, Sendable {
        public static let maximumLimit = 200

        public var schedule: ScheduleID?
        public var isOpen: Bool?
        /// With an id in front of this one.
        public var after: HandOffID?
        public var limit = 50

        public init() {}
    }

    public static func handOff(_ id: HandOffID, on connection: any Connection) throws -> HandOff? {
        try HandOff(id, on: connection)
    }

    /// Newest first.
    public static func list(_ filter: Filter, on connection: any Connection) throws -> [Summary] {
        var conditions: [String] = []
        var values: [SQLValue] = []
        if let schedule = filter.schedule {
            conditions.append("schedule = ?")
            values.append(.text(schedule.text))
        }
        if let isOpen = filter.isOpen {
            conditions.append("is_open = ?")
            values.append(SQLValue(isOpen))
        }
        if let after = filter.after {
            conditions.append("id < ?")
            values.append(.text(after.text))
        }
        let condition = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        return try connection.all(
            "SELECT id, schedule, due_at, phase, body FROM handoff\(condition) ORDER BY id DESC LIMIT ?",
            values + [SQLValue(min(max(filter.limit, 1), Filter.maximumLimit))]
        ) { row in
            let body = try JSON(parsing: Array(row.text(4).utf8), limits: .stored)
            func users(_ name: String) -> [UserID] {
                (body[name]?.array ?? []).compactMap(\.string).map { UserID($0) }
            }
            return Summary(
                id: HandOffID(row.text(0)), schedule: ScheduleID(row.text(1)), due: row.instant(2), phase: row.text(3),
                people: users("people"), awaited: users("awaited"))
        }
    }
}
