import Chronology
import Engine
import Identity
import Notation
import Storage

/// Everything around signing in, over one engine's store: what the server, its pages and the command line share.
public struct WebIdentity: Sendable {
    public let access: AccessControl
    public let directory: any Directory
    public let random: RandomSource

    public var audit: AuditTrail { access.audit }
    public var sessions: Sessions { access.sessions }
    public var tokens: Tokens { access.tokens }
    public var passwords: Passwords { access.passwords }
    /// One-time links: the first sign-in, invitations, resets.
    public var links: OneTimeLinks { access.links }
    public var firstAdministrator: FirstAdministrator { access.firstAdministrator }
    public var authenticator: Authenticator { access.authenticator }
    public var ledger: IdempotencyLedger { access.ledger }

    /// `hasher` is handed in where tests count hashes or make them cheap.
    public init(
        engine: Engine, random: @escaping RandomSource = systemRandom, hasher: PasswordHasher? = nil
    ) {
        let directory = OrganisationDirectory(engine: engine)
        self.random = random
        self.directory = directory
        access = AccessControl(
            store: engine.store, directory: directory, hasher: hasher, now: engine.clock.now, random: random)
    }
}

/// Who there is, according to the organisation that the engine holds in memory.
public struct OrganisationDirectory: Directory {
    private let engine: Engine

    public init(engine: Engine) {
        self.engine = engine
    }

    public func user(_ id: UserID) async -> Person? {
        if let known = await organisation()?.user(id) { return Person(known) }
        return await currentOrganisation()?.user(id).flatMap(Person.init)
    }

    public func user(email: String) async -> Person? {
        let wanted = email.lowercased()
        return await currentOrganisation()?.users.first { $0.email.lowercased() == wanted }.flatMap(Person.init)
    }

    /// An organisation that cannot be read is as one without people: who cannot be checked is not let in (S73).
    private func organisation() async -> Organisation? {
        try? await engine.organisation()
    }

    /// What is committed now, whoever wrote it: for people who were not there a moment ago, and for signing in. Losing the
    /// error is right for the same reason as above.
    private func currentOrganisation() async -> Organisation? {
        try? await engine.currentOrganisation()
    }
}

extension Person {
    /// nil for a role that this version does not know: such a person may do nothing.
    init?(_ user: User) {
        guard let role = Role(rawValue: user.role) else { return nil }
        self.init(id: user.id, name: user.name, email: user.email, role: role, isDisabled: user.isDisabled)
    }
}
