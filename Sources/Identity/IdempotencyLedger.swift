import Chronology
import Notation
import Storage

/// Remembers what was answered to a request with an `Idempotency-Key`, so that a client who never saw the answer may ask
/// again without doing the thing twice (R2).
public struct IdempotencyLedger: Sendable {
    public enum Claim: Hashable, Sendable {
        /// Nobody has asked this before: do it, then `finish` or `abandon`.
        case first
        /// It was done, and this was the answer.
        case answered(status: Int, body: String)
        /// The same request is being worked on right now.
        case underWay
        /// The key was used for another request.
        case mismatch
    }

    /// Answers are kept for a day: longer than any client retries.
    public static let retention: Duration = .days(1)
    /// A claim without an answer for so long belonged to a process that died; the next caller does the work.
    public static let patience: Duration = .minutes(1)
    /// Longer answers are not kept, and a repeat of their request is done again.
    public static let longestBody = 65_536
    public static let longestKey = 255

    private let store: any Store
    private let now: TimeSource

    public init(store: any Store, now: @escaping TimeSource) {
        self.store = store
        self.now = now
    }

    /// Claims a key for a caller. `fingerprint` is a hash of what is asked: method, path and body.
    public func claim(_ key: String, of caller: String, fingerprint: String) async throws -> Claim {
        let now = now()
        return try await store.write(.shared) { connection in
            let claimed = try connection.execute(
                """
                INSERT INTO idempotency (token, key, fingerprint, status, body, at) VALUES (?, ?, ?, 0, '', ?) \
                ON CONFLICT (token, key) DO NOTHING
                """, [.text(caller), .text(key), .text(fingerprint), SQLValue(now)])
            if claimed > 0 { return .first }
            let found = try connection.first(
                "SELECT fingerprint, status, body, at FROM idempotency WHERE token = ? AND key = ?",
                [.text(caller), .text(key)]
            ) { (fingerprint: $0.text(0), status: Int($0.integer(1)), body: $0.text(2), at: $0.instant(3)) }
            guard let found else { return .underWay }
            let isOver = now - found.at > (found.status == 0 ? Self.patience : Self.retention)
            if isOver {
                // Whoever changes the row from what was just read has it; on PostgreSQL two may have read it.
                let taken = try connection.execute(
                    """
                    UPDATE idempotency SET fingerprint = ?, status = 0, body = '', at = ? \
                    WHERE token = ? AND key = ? AND at = ?
                    """, [.text(fingerprint), SQLValue(now), .text(caller), .text(key), SQLValue(found.at)])
                return taken > 0 ? .first : .underWay
            }
            guard found.fingerprint == fingerprint else { return .mismatch }
            return found.status == 0 ? .underWay : .answered(status: found.status, body: found.body)
        }
    }

    /// Keeps the answer to a claimed key.
    public func finish(_ key: String, of caller: String, status: Int, body: String) async throws {
        guard body.utf8.count <= Self.longestBody else {
            try await abandon(key, of: caller)
            return
        }
        _ = try await store.write(.shared) { connection in
            try connection.execute(
                "UPDATE idempotency SET status = ?, body = ? WHERE token = ? AND key = ? AND status = 0",
                [SQLValue(status), .text(body), .text(caller), .text(key)])
        }
    }

    /// Lets a claimed key go: nothing was done.
    public func abandon(_ key: String, of caller: String) async throws {
        _ = try await store.write(.shared) { connection in
            try connection.execute(
                "DELETE FROM idempotency WHERE token = ? AND key = ? AND status = 0", [.text(caller), .text(key)])
        }
    }

    /// Deletes answers that are too old. Called now and then.
    @discardableResult
    public func sweep() async throws -> Int {
        let oldest = now() - Self.retention
        return try await store.write(.shared) { connection in
            try connection.execute("DELETE FROM idempotency WHERE at < ?", [SQLValue(oldest)])
        }
    }
}
