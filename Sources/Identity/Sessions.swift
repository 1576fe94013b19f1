import Chronology
import Notation
import Storage

/// The browsers that are signed in. The store holds only hashes: a copy of it lets nobody in (S19).
public final class Sessions: Sendable {
    public struct Limits: Hashable, Sendable {
        /// A session that nobody used for so long is over (S20).
        public let idle: Duration
        /// A session ends after this time however busy it was.
        public let lifetime: Duration

        public init(idle: Duration = .hours(12), lifetime: Duration = .days(14)) {
            self.idle = idle
            self.lifetime = lifetime
        }
    }

    /// One person's browsers, beyond which the one that was silent longest is signed out: a stolen password must not fill
    /// the table.
    public static let limitPerPerson = 50
    /// How often a session's use is written down. An idle limit of hours needs no more.
    static let touchInterval: Duration = .minutes(1)

    private let store: any Store
    private let limits: Limits
    private let now: TimeSource
    private let random: RandomSource
    private let memory = ShortMemory<Session>()

    public init(store: any Store, limits: Limits = Limits(), now: @escaping TimeSource, random: @escaping RandomSource)
    {
        self.store = store
        self.limits = limits
        self.now = now
        self.random = random
    }

    // MARK: Beginning

    /// A new session in the same transaction as what led to it. The secret goes into the cookie and nowhere else. Signing
    /// in always makes a new one: a secret planted before is worth nothing after (S19).
    public func begin(
        for user: UserID, ip: String, agent: String, on connection: any Connection
    ) throws -> (secret: Secret, session: Session) {
        let secret = hex(random(32))
        let now = now()
        let session = Session(
            id: SessionID(hash: sha256(secret)), user: user, csrf: hex(random(32)), createdAt: now, seenAt: now,
            expiresAt: now + limits.lifetime, ip: String(ip.prefix(64)), agent: String(agent.prefix(256)))
        try connection.execute(
            """
            DELETE FROM session WHERE user_id = ? AND hash NOT IN \
            (SELECT hash FROM session WHERE user_id = ? ORDER BY seen_at DESC LIMIT ?)
            """, [.text(user.text), .text(user.text), .integer(Int64(Self.limitPerPerson - 1))])
        try connection.execute(
            """
            INSERT INTO session (hash, user_id, csrf, created_at, seen_at, expires_at, ip, agent) \
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .blob(session.id.hash), .text(user.text), .text(session.csrf), SQLValue(now), SQLValue(now),
                SQLValue(session.expiresAt), .text(session.ip), .text(session.agent),
            ])
        return (Secret(secret), session)
    }

    // MARK: Each request

    /// The session of a cookie's secret; nil when there is none, when it was ended, was idle too long, or is too old.
    /// Throws what the store throws: a store that cannot answer signs nobody in.
    public func find(_ secret: String) async throws -> Session? {
        guard secret.utf8.count == 64, Hexadecimal.decode(secret) != nil else { return nil }
        let hash = sha256(secret)
        let now = now()
        let remembered = memory.look(hash, at: now)
        if let session = remembered.value { return isAlive(session, at: now) ? session : nil }
        let found = try await store.read { connection in
            try connection.first(Self.select + " WHERE hash = ?", [.blob(hash)], Self.read)
        }
        guard let found, isAlive(found, at: now) else { return nil }
        memory.keep(found, for: hash, since: now, generation: remembered.generation)
        if now - found.seenAt >= Self.touchInterval { await touch(found, at: now) }
        return found
    }

    /// Whether a session is still good: for streams, which outlive the request that opened them (S45).
    public func isAlive(_ id: SessionID) async throws -> Bool {
        let now = now()
        let found = try await store.read { connection in
            try connection.first(Self.select + " WHERE hash = ?", [.blob(id.hash)], Self.read)
        }
        return found.map { isAlive($0, at: now) } ?? false
    }

    private func isAlive(_ session: Session, at now: Instant) -> Bool {
        now < session.expiresAt && now < session.seenAt + limits.idle
    }

    private func touch(_ session: Session, at now: Instant) async {
        // Losing this write ends an idle session a minute early at worst, and a full disk must not keep a responder out.
        _ = try? await store.write(.shared) { connection in
            try connection.execute(
                "UPDATE session SET seen_at = ? WHERE hash = ? AND seen_at < ?",
                [SQLValue(now), .blob(session.id.hash), SQLValue(now)])
        }
    }

    // MARK: Ending

    /// Ends one session. Ending it twice does nothing.
    public func end(_ id: SessionID) async throws {
        _ = try await store.write(.shared) { connection in
            try connection.execute("DELETE FROM session WHERE hash = ?", [.blob(id.hash)])
        }
        await forgetEverywhere()
    }

    /// Ends one session if it is this person's. False when it is not, or is over.
    public func end(_ id: SessionID, of user: UserID) async throws -> Bool {
        let ended = try await store.write(.shared) { connection in
            try connection.execute(
                "DELETE FROM session WHERE hash = ? AND user_id = ?", [.blob(id.hash), .text(user.text)])
        }
        await forgetEverywhere()
        return ended > 0
    }

    /// Ends all of a person's sessions but one: after a new password, a lost telephone, a person who has left (S21).
    /// Returns how many there were.
    @discardableResult
    public func endAll(of user: UserID, except kept: SessionID? = nil) async throws -> Int {
        let ended = try await store.write(.shared) { connection in
            try Self.endAll(of: user, except: kept, on: connection)
        }
        await forgetEverywhere()
        return ended
    }

    /// The same inside another transaction; `forgetEverywhere` must follow its commit.
    @discardableResult
    public static func endAll(of user: UserID, except kept: SessionID?, on connection: any Connection) throws -> Int {
        try connection.execute(
            "DELETE FROM session WHERE user_id = ? AND hash <> ?", [.text(user.text), .blob(kept?.hash ?? [])])
    }

    /// Drops what this node remembers and tells the other nodes to do so.
    public func forgetEverywhere() async {
        memory.forget()
        await store.announce(.sessionsChanged)
    }

    /// Another node ended a session.
    public func forget() {
        memory.forget()
    }

    /// Deletes what is over. Called now and then; never calling it costs only room.
    @discardableResult
    public func sweep() async throws -> Int {
        let now = now()
        return try await store.write(.shared) { [limits] connection in
            try connection.execute(
                "DELETE FROM session WHERE expires_at <= ? OR seen_at <= ?",
                [SQLValue(now), SQLValue(now - limits.idle)])
        }
    }

    // MARK: Looking

    /// A person's sessions, the most recently used first. At most `limitPerPerson`.
    public func list(of user: UserID) async throws -> [Session] {
        let now = now()
        let all = try await store.read { connection in
            try connection.all(
                Self.select + " WHERE user_id = ? ORDER BY seen_at DESC, hash LIMIT ?",
                [.text(user.text), SQLValue(Self.limitPerPerson)], Self.read)
        }
        return all.filter { isAlive($0, at: now) }
    }

    /// Whether this person is or was lately signed in from this address.
    static func knows(_ user: UserID, from ip: String, on connection: any Connection) throws -> Bool {
        try connection.first(
            "SELECT 1 FROM session WHERE user_id = ? AND ip = ? LIMIT 1", [.text(user.text), .text(ip)]
        ) { _ in
            true
        } ?? false
    }

    private static let select = "SELECT hash, user_id, csrf, created_at, seen_at, expires_at, ip, agent FROM session"

    private static func read(_ row: any Row) -> Session {
        Session(
            id: SessionID(hash: row.blob(0)), user: UserID(row.text(1)), csrf: row.text(2), createdAt: row.instant(3),
            seenAt: row.instant(4), expiresAt: row.instant(5), ip: row.text(6), agent: row.text(7))
    }
}
