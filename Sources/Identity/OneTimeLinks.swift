import Chronology
import Notation
import Storage

/// Makes and honours links that carry their own right to one act. Opening a link changes nothing (mail scanners open
/// every link); pressing the button on its page does (S24, S83).
public final class OneTimeLinks: Sendable {
    private static let chanceLength = 43
    private static let checksumLength = 6

    private let store: any Store
    private let now: TimeSource
    private let random: RandomSource

    public init(store: any Store, now: @escaping TimeSource, random: @escaping RandomSource) {
        self.store = store
        self.now = now
        self.random = random
    }

    /// Makes a link in the same transaction as what it is for. The secret (256 bits) goes into the address.
    public func issue(
        _ purpose: OneTimeLink.Purpose, subject: String, user: UserID?, on connection: any Connection
    ) throws -> Secret {
        let body = Alphabet.base62.draw(Self.chanceLength, from: random)
        let secret = body + Alphabet.base62.digits(of: crc32(body), width: Self.checksumLength)
        let now = now()
        try connection.execute(
            "INSERT INTO one_time_link (hash, purpose, subject, user_id, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
            [
                .blob(sha256(secret)), .text(purpose.rawValue), .text(subject), SQLValue(user?.text), SQLValue(now),
                SQLValue(now + purpose.lifetime),
            ])
        return Secret(secret)
    }

    /// The same in a transaction of its own.
    public func issue(_ purpose: OneTimeLink.Purpose, subject: String, user: UserID?) async throws -> Secret {
        try await store.write(.shared) { try self.issue(purpose, subject: subject, user: user, on: $0) }
    }

    /// What a link stands for, used or not; nil when it is unknown or too old. For the page that asks "really?".
    public func find(_ secret: String) async throws -> OneTimeLink? {
        guard Self.isWellFormed(secret) else { return nil }
        let now = now()
        return try await store.read { try Self.find(secret, at: now, on: $0) }
    }

    /// The same inside a transaction.
    func find(_ secret: String, on connection: any Connection) throws -> OneTimeLink? {
        guard Self.isWellFormed(secret) else { return nil }
        return try Self.find(secret, at: now(), on: connection)
    }

    /// Whether a link of that purpose for a subject still works.
    func isOutstanding(_ purpose: OneTimeLink.Purpose, subject: String, on connection: any Connection) throws -> Bool {
        try connection.first(
            "SELECT 1 FROM one_time_link WHERE purpose = ? AND subject = ? AND used_at IS NULL AND expires_at > ?",
            [.text(purpose.rawValue), .text(subject), SQLValue(now())]
        ) { _ in true } ?? false
    }

    /// Uses a link: the one call for which `isFirst` is true may act on it alone. For an acknowledgement a later use is
    /// harmless, and `link.usedAt` says when the first was. Nil when the link is unknown or too old.
    public func use(_ secret: String, on connection: any Connection) throws -> (link: OneTimeLink, isFirst: Bool)? {
        guard Self.isWellFormed(secret) else { return nil }
        let now = now()
        let changed = try connection.execute(
            "UPDATE one_time_link SET used_at = ? WHERE hash = ? AND used_at IS NULL AND expires_at > ?",
            [SQLValue(now), .blob(sha256(secret)), SQLValue(now)])
        guard let link = try Self.find(secret, at: now, on: connection) else { return nil }
        return (link, changed > 0)
    }

    /// The same in a transaction of its own.
    public func use(_ secret: String) async throws -> (link: OneTimeLink, isFirst: Bool)? {
        try await store.write(.shared) { try self.use(secret, on: $0) }
    }

    /// Takes back every link of that purpose for a subject that was not used yet.
    public func withdraw(_ purpose: OneTimeLink.Purpose, subject: String, on connection: any Connection) throws {
        try connection.execute(
            "DELETE FROM one_time_link WHERE purpose = ? AND subject = ? AND used_at IS NULL",
            [.text(purpose.rawValue), .text(subject)])
    }

    /// Deletes what is over. Called now and then; never calling it costs only room.
    @discardableResult
    public func sweep() async throws -> Int {
        let now = now()
        return try await store.write(.shared) { connection in
            try connection.execute("DELETE FROM one_time_link WHERE expires_at <= ?", [SQLValue(now)])
        }
    }

    private static func isWellFormed(_ secret: String) -> Bool {
        guard secret.utf8.count == chanceLength + checksumLength, secret.utf8.allSatisfy(Alphabet.base62.contains)
        else {
            return false
        }
        let body = secret.dropLast(checksumLength)
        return secret.suffix(checksumLength) == Alphabet.base62.digits(of: crc32(body), width: checksumLength)
    }

    private static func find(_ secret: String, at now: Instant, on connection: any Connection) throws -> OneTimeLink? {
        try connection.first(
            "SELECT purpose, subject, user_id, created_at, expires_at, used_at FROM one_time_link WHERE hash = ? AND expires_at > ?",
            [.blob(sha256(secret)), SQLValue(now)]
        ) { row in
            guard let purpose = OneTimeLink.Purpose(rawValue: row.text(0)) else {
                throw StorageFault(.newer, "this version knows no link for \"\(row.text(0))\"")
            }
            return OneTimeLink(
                purpose: purpose, subject: row.text(1), user: row.optionalText(2).map { UserID($0) },
                createdAt: row.instant(3), expiresAt: row.instant(4), usedAt: row.optionalInstant(5))
        }
    }
}
