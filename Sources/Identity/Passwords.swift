import Chronology
import Notation
import Storage

/// Passwords: setting, changing, and signing in with them.
public final class Passwords: Sendable {
    /// The answer to a right password.
    public struct SignedIn: Sendable {
        public let secret: Secret
        public let session: Session
        public let person: Person
    }

    /// Where an attempt comes from.
    public struct Origin: Hashable, Sendable {
        public let ip: String
        public let agent: String
        public let request: String

        public init(ip: String, agent: String, request: String) {
            self.ip = ip
            self.agent = agent
            self.request = request
        }
    }

    private struct Credential: Sendable {
        let hash: PasswordHash
        let failures: Int
        let lockedUntil: Instant?
        let knowsAddress: Bool
    }

    private let store: any Store
    private let directory: any Directory
    private let hasher: PasswordHasher
    private let sessions: Sessions
    private let audit: AuditTrail
    private let now: TimeSource
    private let accounts = FailureLedger(.account)
    private let addresses = FailureLedger(.address)
    /// What the password of somebody who does not exist is compared with, so that it takes as long (S12).
    private let decoy: PasswordHash

    public init(
        store: any Store, directory: any Directory, hasher: PasswordHasher, sessions: Sessions, audit: AuditTrail,
        now: @escaping TimeSource, random: @escaping RandomSource
    ) {
        self.store = store
        self.directory = directory
        self.hasher = hasher
        self.sessions = sessions
        self.audit = audit
        self.now = now
        decoy = PasswordHash(
            cost: hasher.cost, salt: random(PasswordHash.saltLength), digest: random(PasswordHash.digestLength))
    }

    // MARK: Signing in

    /// Signs somebody in and begins a session. Every attempt costs one scrypt, whoever it names; a second one is paid only
    /// when the right password's hash was made at another cost than today's. Throws `SignInRefusal` or what the store
    /// throws.
    public func signIn(email: String, password: String, from origin: Origin) async throws -> SignedIn {
        // An empty password never reaches a comparison, here or in any other backend (S11).
        guard !password.isEmpty, password.utf8.count <= PasswordPolicy.allowedLength.upperBound,
            !email.isEmpty, email.utf8.count <= 254
        else { throw SignInRefusal.wrongCredentials }
        let now = now()
        let account = email.lowercased()
        let person = await directory.user(email: email)
        let credential = try await credential(of: person, from: origin.ip)

        let addressWait = addresses.begin(origin.ip, at: now)
        guard addressWait == .zero else { throw SignInRefusal.wait(addressWait) }
        // An attacker can make an account wait for ever. Somebody who was signed in from the same address lately is let
        // past that wait, and is still held by the wait of the address.
        if !(credential?.knowsAddress ?? false) {
            let stored = max((credential?.lockedUntil ?? now) - now, .zero)
            let wait = stored > .zero ? stored : accounts.begin(account, at: now)
            guard wait == .zero else {
                addresses.forgive(origin.ip, at: now)
                throw SignInRefusal.wait(wait)
            }
        }

        do {
            let matches = try await hasher.verify(password, against: credential?.hash ?? decoy)
            guard matches, let person, !person.isDisabled, let credential else {
                try await recordFailure(of: person, account: account, failures: credential?.failures, from: origin)
                throw SignInRefusal.wrongCredentials
            }
            let fresh = credential.hash.cost == hasher.cost ? nil : try await hasher.hash(password)
            let signedIn = try await begin(for: person, rehashed: fresh, from: origin)
            accounts.forget(account)
            addresses.forgive(origin.ip, at: now)
            return signedIn
        } catch is PasswordHasher.Busy {
            accounts.forgive(account, at: now)
            addresses.forgive(origin.ip, at: now)
            throw SignInRefusal.busy
        }
    }

    private func credential(of person: Person?, from ip: String) async throws -> Credential? {
        // Also asked for somebody who does not exist, so that both cases read once.
        let user = person?.id ?? UserID("")
        return try await store.read { connection in
            let knowsAddress = try Sessions.knows(user, from: ip, on: connection)
            return try connection.first(
                "SELECT scrypt, failures, locked_until FROM credential WHERE user_id = ?", [.text(user.text)]
            ) { row in
                Credential(
                    hash: try Self.stored(row.text(0)), failures: Int(clamping: row.integer(1)),
                    lockedUntil: row.optionalInstant(2), knowsAddress: knowsAddress)
            }
        }
    }

    /// A stored hash that cannot be read is a fault of the store and not of whoever signs in.
    private static func stored(_ text: String) throws(StorageFault) -> PasswordHash {
        do {
            return try PasswordHash(text: text)
        } catch {
            throw StorageFault(.corrupt, "a stored password hash is damaged: \(error.reason)")
        }
    }

    /// Known or not, a failure is one transaction with one row of the audit log.
    private func recordFailure(of person: Person?, account: String, failures: Int?, from origin: Origin) async throws {
        let now = now()
        // People type passwords into the field for the address: an unknown one is recorded by its hash only.
        let object = person.map { "user:\($0.id.text)" } ?? "address:\(hex(sha256(account)).prefix(16))"
        let entry = AuditEntry(
            "sign-in.failed", object, by: AuditAuthor(actor: .tocsin, ip: origin.ip, request: origin.request))
        try await store.write(.shared) { [audit] connection in
            if let person, let failures {
                let count = failures + 1
                try connection.execute(
                    "UPDATE credential SET failures = ?, locked_until = ? WHERE user_id = ?",
                    [SQLValue(count), SQLValue(now + Backoff.account.delay(after: count)), .text(person.id.text)])
            }
            try audit.append(entry, on: connection)
        }
    }

    private func begin(for person: Person, rehashed: PasswordHash?, from origin: Origin) async throws -> SignedIn {
        let entry = AuditEntry(
            "sign-in.succeeded", "user:\(person.id.text)",
            by: AuditAuthor(actor: .user(person.id), ip: origin.ip, request: origin.request))
        return try await store.write(.shared) { [audit, sessions] connection in
            try connection.execute(
                "UPDATE credential SET failures = 0, locked_until = NULL WHERE user_id = ?", [.text(person.id.text)])
            if let rehashed {
                try connection.execute(
                    "UPDATE credential SET scrypt = ? WHERE user_id = ?", [.text(rehashed.text), .text(person.id.text)])
            }
            let (secret, session) = try sessions.begin(
                for: person.id, ip: origin.ip, agent: origin.agent, on: connection)
            try audit.append(entry, on: connection)
            return SignedIn(secret: secret, session: session, person: person)
        }
    }

    // MARK: Setting

    /// The hash of a password that a person may have: to be written by `Passwords.write` in the transaction that makes the
    /// person. Throws a `Refusal` of the policy, or `SignInRefusal.busy`.
    public func prepare(_ password: String, personal: [String]) async throws -> PasswordHash {
        try PasswordPolicy.check(password, personal: personal)
        do {
            return try await hasher.hash(password)
        } catch is PasswordHasher.Busy {
            throw SignInRefusal.busy
        }
    }

    /// Writes a person's password and ends all their sessions but one (S21). `Sessions.forgetEverywhere` must follow.
    public func write(
        _ hash: PasswordHash, of user: UserID, keeping session: SessionID?, by author: AuditAuthor,
        on connection: any Connection
    ) throws {
        try connection.execute(
            """
            INSERT INTO credential (user_id, scrypt, changed_at, failures) VALUES (?, ?, ?, 0) \
            ON CONFLICT (user_id) DO UPDATE SET scrypt = excluded.scrypt, changed_at = excluded.changed_at, failures = 0, \
            locked_until = NULL
            """, [.text(user.text), .text(hash.text), SQLValue(now())])
        try Sessions.endAll(of: user, except: session, on: connection)
        let entry = AuditEntry(
            "password.set", "user:\(user.text)", by: author, changes: [FieldChange(secret: "/password")])
        try audit.append(entry, on: connection)
    }

    /// Sets a person's password and signs them out everywhere but in `session`.
    public func set(
        _ password: String, of person: Person, keeping session: SessionID? = nil, by author: AuditAuthor
    ) async throws {
        let hash = try await prepare(password, personal: [person.name, person.email])
        try await store.write(.shared) { try self.write(hash, of: person.id, keeping: session, by: author, on: $0) }
        await sessions.forgetEverywhere()
    }

    /// The same by the person's own hand, who must know the present password (S22).
    public func change(
        from current: String, to password: String, of person: Person, in session: SessionID, by author: AuditAuthor
    ) async throws {
        let now = now()
        let wait = accounts.begin(person.email.lowercased(), at: now)
        guard wait == .zero else { throw SignInRefusal.wait(wait) }
        let stored = try await credential(of: person, from: author.ip)
        let matches: Bool
        do {
            matches = try await hasher.verify(current, against: stored?.hash ?? decoy)
        } catch is PasswordHasher.Busy {
            accounts.forgive(person.email.lowercased(), at: now)
            throw SignInRefusal.busy
        }
        guard matches, stored != nil else { throw SignInRefusal.wrongCredentials }
        accounts.forget(person.email.lowercased())
        try await set(password, of: person, keeping: session, by: author)
    }

    /// Sets a password with a link from an invitation or a reset. Nil when the link is unknown, old, used, or for another
    /// purpose; the password is checked before the link is spent.
    public func set(_ password: String, with link: String, links: OneTimeLinks, from origin: Origin) async throws
        -> Person?
    {
        guard let found = try await links.find(link), found.purpose == .signIn, found.usedAt == nil,
            let user = found.user,
            let person = await directory.user(user), !person.isDisabled
        else { return nil }
        let hash = try await prepare(password, personal: [person.name, person.email])
        let author = AuditAuthor(actor: .user(person.id), ip: origin.ip, request: origin.request)
        let isSet = try await store.write(.shared) { connection in
            guard let use = try links.use(link, on: connection), use.isFirst else { return false }
            try self.write(hash, of: person.id, keeping: nil, by: author, on: connection)
            return true
        }
        await sessions.forgetEverywhere()
        return isSet ? person : nil
    }
}
