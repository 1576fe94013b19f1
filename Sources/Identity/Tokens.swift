import Chronology
import Notation
import Storage

/// The API tokens. Only hashes are stored; a token is dead on every node within a second of its revocation (S21, S56).
public final class Tokens: Sendable {
    /// What somebody asks for.
    public struct Request: Hashable, Sendable {
        public let kind: APIToken.Kind
        public let name: String
        public let role: Role
        public let user: UserID?
        /// How long it lives; nil for ever. The default is 90 days (S56).
        public let lifetime: Duration?

        public init(
            _ kind: APIToken.Kind, name: String, role: Role, user: UserID? = nil, lifetime: Duration? = .days(90)
        ) {
            self.kind = kind
            self.name = name
            self.role = role
            self.user = user
            self.lifetime = lifetime
        }
    }

    /// Names are shown in one line of a list.
    public static let longestName = 100
    /// More tokens than any organisation keeps in view; beyond it creating one is refused until some are revoked.
    public static let limit = 10_000
    static let touchInterval: Duration = .minutes(1)

    private let store: any Store
    private let audit: AuditTrail
    private let now: TimeSource
    private let random: RandomSource
    private let memory = ShortMemory<Token>()

    public init(store: any Store, audit: AuditTrail, now: @escaping TimeSource, random: @escaping RandomSource) {
        self.store = store
        self.audit = audit
        self.now = now
        self.random = random
    }

    // MARK: Making and revoking

    /// Makes a token. Its text is in the answer and nowhere else, and cannot be had again.
    public func create(_ request: Request, by author: AuditAuthor) async throws -> (secret: APIToken, token: Token) {
        let name = request.name
        guard !name.isEmpty, name.utf8.count <= Self.longestName,
            !name.unicodeScalars.contains(where: { $0.value < 32 })
        else {
            throw Refusal(
                "bad-name", "A token's name has between 1 and \(Self.longestName) bytes and no control characters.")
        }
        if let lifetime = request.lifetime, lifetime <= .zero {
            throw Refusal("bad-lifetime", "A token must live for some time.")
        }
        let secret = APIToken.make(request.kind, random: random)
        let now = now()
        let token = Token(
            id: "tok_" + Alphabet.base62.draw(16, from: random), display: secret.display, name: name,
            role: request.role,
            user: request.user, createdAt: now, createdBy: author.actor.text,
            expiresAt: request.lifetime.map { now + $0 },
            lastUsedAt: nil, revokedAt: nil)
        let hash = secret.hash
        try await store.write(.shared) { [audit] connection in
            let living =
                try connection.first("SELECT COUNT(*) FROM token WHERE revoked_at IS NULL") { $0.integer(0) } ?? 0
            guard living < Int64(Self.limit) else {
                throw Refusal("too-many-tokens", "There are \(living) tokens; revoke some that nobody uses.")
            }
            try connection.execute(
                """
                INSERT INTO token (id, hash, display, name, role, user_id, created_at, created_by, expires_at) \
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .text(token.id), .blob(hash), .text(token.display), .text(name), .text(token.role.rawValue),
                    SQLValue(token.user?.text), SQLValue(now), .text(token.createdBy), SQLValue(token.expiresAt),
                ])
            try audit.append(
                AuditEntry(
                    "token.created", "token:\(token.id)", by: author,
                    note: "\(token.nameWithMark), \(token.role.rawValue)", changes: token.made),
                on: connection)
        }
        return (secret, token)
    }

    /// Revokes a token. False when there is none of that id, or it was revoked before: nothing changes then.
    public func revoke(_ id: String, by author: AuditAuthor) async throws -> Bool {
        let now = now()
        let isRevoked = try await store.write(.shared) { [audit] connection in
            let changed = try connection.execute(
                "UPDATE token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", [SQLValue(now), .text(id)])
            guard changed > 0 else { return false }
            let token = try connection.first(Self.select + " WHERE id = ?", [.text(id)], Self.read)
            try audit.append(
                AuditEntry("token.revoked", "token:\(id)", by: author, note: token?.nameWithMark), on: connection)
            return true
        }
        await forgetEverywhere()
        return isRevoked
    }

    /// Revokes everything that a person's tokens could do, when the person leaves. Returns how many there were.
    @discardableResult
    public func revokeAll(of user: UserID, by author: AuditAuthor) async throws -> Int {
        let now = now()
        let count = try await store.write(.shared) { [audit] connection in
            let changed = try connection.execute(
                "UPDATE token SET revoked_at = ? WHERE user_id = ? AND revoked_at IS NULL",
                [SQLValue(now), .text(user.text)])
            if changed > 0 {
                try audit.append(
                    AuditEntry("tokens.revoked", "user:\(user.text)", by: author, note: "\(changed) tokens"),
                    on: connection)
            }
            return changed
        }
        await forgetEverywhere()
        return count
    }

    private func forgetEverywhere() async {
        memory.forget()
        await store.announce(.sessionsChanged)
    }

    /// Another node revoked a token.
    public func forget() {
        memory.forget()
    }

    // MARK: Each request

    /// The living token of a presented text; nil when there is none. Throws what the store throws: a store that cannot
    /// answer lets nobody in.
    public func find(_ presented: APIToken) async throws -> Token? {
        let hash = presented.hash
        let now = now()
        let remembered = memory.look(hash, at: now)
        if let token = remembered.value { return token.isAlive(at: now) ? token : nil }
        let found = try await store.read { connection in
            try connection.first(Self.select + " WHERE hash = ?", [.blob(hash)], Self.read)
        }
        guard let found, found.isAlive(at: now) else { return nil }
        memory.keep(found, for: hash, since: now, generation: remembered.generation)
        if found.lastUsedAt.map({ now - $0 >= Self.touchInterval }) ?? true { await touch(found, at: now) }
        return found
    }

    private func touch(_ token: Token, at now: Instant) async {
        // Losing this write makes a list say "used a minute ago" too early; a full disk must not stop a client.
        _ = try? await store.write(.shared) { connection in
            try connection.execute(
                "UPDATE token SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at < ?)",
                [SQLValue(now), .text(token.id), SQLValue(now)])
        }
    }

    // MARK: Looking

    /// Every token, revoked ones too, the newest first.
    public func list(limit: Int = 1_000) async throws -> [Token] {
        try await store.read { connection in
            try connection.all(
                Self.select + " ORDER BY created_at DESC, id LIMIT ?", [SQLValue(min(limit, Self.limit))], Self.read)
        }
    }

    private static let select = """
        SELECT id, display, name, role, user_id, created_at, created_by, expires_at, last_used_at, revoked_at FROM token
        """

    private static func read(_ row: any Row) throws -> Token {
        guard let role = Role(rawValue: row.text(3)) else {
            throw StorageFault(
                .newer, "\"\(row.text(3))\", the role of a stored token, is not one that this version knows")
        }
        return Token(
            id: row.text(0), display: row.text(1), name: row.text(2), role: role,
            user: row.optionalText(4).map { UserID($0) },
            createdAt: row.instant(5), createdBy: row.text(6), expiresAt: row.optionalInstant(7),
            lastUsedAt: row.optionalInstant(8), revokedAt: row.optionalInstant(9))
    }
}
