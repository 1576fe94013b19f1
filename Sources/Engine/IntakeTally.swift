import Chronology
import Notation
import Storage
import Synchronization

/// How many requests each integration sent, by the hour: every one, while of their bodies only a sample is kept
/// (`RequestLog`). Counted in memory, because a storm must not pay a row for each; added to the store every few seconds
/// and when the server ends. A crash loses what was counted since.
public final class IntakeTally: Sendable {
    public struct Count: Hashable, Sendable {
        public var accepted = 0
        public var refused = 0

        public init(accepted: Int = 0, refused: Int = 0) {
            self.accepted = accepted
            self.refused = refused
        }

        public static func + (left: Count, right: Count) -> Count {
            Count(accepted: left.accepted + right.accepted, refused: left.refused + right.refused)
        }
    }

    private struct Place: Hashable {
        let integration: IntegrationID
        /// Hours since 1970.
        let hour: Int64
    }

    /// Counts older than this interest nobody: the pages look back a day.
    private static let kept: Int64 = 48

    private let counts = Mutex<[Place: Count]>([:])

    public init() {}

    public func add(_ count: Count, to integration: IntegrationID, at now: Instant) {
        counts.withLock { $0[Place(integration: integration, hour: Self.hour(of: now)), default: Count()].add(count) }
    }

    /// What was counted here and is not in the store yet, in hours that began at `since` or later.
    public func pending(of integration: IntegrationID, since: Instant) -> Count {
        counts.withLock { counts in
            counts.reduce(Count()) { sum, entry in
                let isMeant = entry.key.integration == integration && Self.begins(entry.key.hour, since: since)
                return isMeant ? sum + entry.value : sum
            }
        }
    }

    /// Adds what was counted to the store. When that fails it stays counted here, for the next time.
    public func save(to store: any Store) async throws {
        let taken = counts.withLock { counts in
            defer { counts = [:] }
            return counts
        }
        guard !taken.isEmpty else { return }
        let rows = taken.sorted { ($0.key.integration.text, $0.key.hour) < ($1.key.integration.text, $1.key.hour) }
        do {
            try await store.write(.shared) { connection in
                for (place, count) in rows {
                    try connection.execute(
                        """
                        INSERT INTO intake_count (integration, hour, accepted, refused) VALUES (?, ?, ?, ?) \
                        ON CONFLICT (integration, hour) DO UPDATE SET accepted = intake_count.accepted + excluded.accepted, \
                        refused = intake_count.refused + excluded.refused
                        """,
                        [
                            .text(place.integration.text), .integer(place.hour), SQLValue(count.accepted),
                            SQLValue(count.refused),
                        ])
                }
                try connection.execute(
                    "DELETE FROM intake_count WHERE hour < ?", [.integer(Self.hour(of: connection.now) - Self.kept)])
            }
        } catch {
            counts.withLock { counts in for (place, count) in rows { counts[place, default: Count()].add(count) } }
            throw error
        }
    }

    static func hour(of instant: Instant) -> Int64 { instant.microseconds / 3_600_000_000 }

    /// The first hour that began at the instant or later.
    static func firstHour(since instant: Instant) -> Int64 { (instant.microseconds + 3_599_999_999) / 3_600_000_000 }

    private static func begins(_ hour: Int64, since instant: Instant) -> Bool { hour >= firstHour(since: instant) }
}

extension IntakeTally.Count {
    fileprivate mutating func add(_ other: Self) { self = self + other }
}
