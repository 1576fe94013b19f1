import Chronology
import Engine
import Identity
import Notation
import Storage

/// Everything around signing in, put together over one engine's store: what the server, its pages and the command line
/// share.
public struct WebIdentity: Sendable {
    public let directory: any Directory
    public let audit: AuditTrail
    public let sessions: Sessions
    public let tokens: Tokens
    public let passwords: Passwords
    /// One-time links: the first sign-in, invitations, resets.
    public let links: OneTimeLinks
    public let firstAdministrator: FirstAdministrator
    public let authenticator: Authenticator
    public let ledger: IdempotencyLedger
    public let random: RandomSource

    /// `hasher` is handed in where tests count hashes or make them cheap.
    public init(
        engine: Engine, random: @escaping RandomSource = systemRandom, hasher: PasswordHasher? = nil
    ) {
        let (store, now) = (engine.store, engine.clock.now)
        self.random = random
        directory = OrganisationDirectory(engine: engine)
        audit = AuditTrail(store: store)
        sessions = Sessions(store: store, now: now, random: random)
        tokens = Tokens(store: store, audit: audit, now: now, random: random)
        passwords = Passwords(
            store: store, directory: directory, hasher: hasher ?? PasswordHasher(random: random), sessions: sessions,
            audit: audit, now: now, random: random)
        links = OneTimeLinks(store: store, now: now, random: random)
        firstAdministrator = FirstAdministrator(
            store: store, links: links, passwords: passwords, sessions: sessions, audit: audit)
        authenticator = Authenticator(sessions: sessions, tokens: tokens, directory: directory)
        ledger = IdempotencyLedger(store: store, now: now)
    }
}

/// Who there is, according to the organisation that the engine holds in memory.
public struct OrganisationDirectory: Directory {
    private let engine: Engine

    public init(engine: Engine) {
        self.engine = engine
    }

    public func user(_ id: UserID) async -> Person? {
        await organisation()?.user(id).flatMap(Person.init)
    }

    public func user(email: String) async -> Person? {
        let wanted = email.lowercased()
        return await organisation()?.users.first { $0.email.lowercased() == wanted }.flatMap(Person.init)
    }

    /// An organisation that cannot be read is as one without people: who cannot be checked is not let in (S73).
    private func organisation() async -> Organisation? {
        try? await engine.organisation()
    }
}

extension Person {
    /// nil for a role that this version does not know: such a person may do nothing.
    init?(_ user: User) {
        guard let role = Role(rawValue: user.role) else { return nil }
        self.init(id: user.id, name: user.name, email: user.email, role: role, isDisabled: user.isDisabled)
    }
}
