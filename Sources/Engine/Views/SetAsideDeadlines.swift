import Storage

/// Deadlines of one kind that are no longer worked on, because too many attempts came to nothing
/// (`DeadlineLimits.quarantineAfter`).
public struct SetAsideDeadlines: Hashable, Sendable {
    /// How many subjects are named: enough to look at, and one line on a terminal.
    public static let named = 5

    public let kind: String
    public let count: Int
    /// The ids of what they are about, the one that was due first ahead; at most `named`.
    public let subjects: [String]

    /// By kind; empty when there are none.
    public static func all(on connection: any Connection) throws -> [SetAsideDeadlines] {
        let kinds = try connection.all(
            "SELECT kind, COUNT(*) FROM timer WHERE quarantined = 1 GROUP BY kind ORDER BY kind"
        ) { (kind: $0.text(0), count: Int($0.integer(1))) }
        return try kinds.map { kind, count in
            SetAsideDeadlines(
                kind: kind, count: count,
                subjects: try connection.all(
                    "SELECT subject FROM timer WHERE quarantined = 1 AND kind = ? ORDER BY due_at, id LIMIT ?",
                    [.text(kind), SQLValue(named)]
                ) { $0.text(0) })
        }
    }
}
