import Chronology
import Notation
import Storage

/// The election of the first administrator on an empty store: one link on the console, one winner however many try at
/// once, and never again (S13).
public final class FirstAdministrator: Sendable {
    private static let mark = "first-administrator"

    /// For how long a node that shows a link and says nothing more is believed to be alive: three times as long as it is
    /// silent, and short enough for whoever waits for a link from another node.
    public static let patience = Duration.seconds(15)

    private let store: any Store
    private let links: OneTimeLinks
    private let passwords: Passwords
    private let sessions: Sessions
    private let audit: AuditTrail

    public init(store: any Store, links: OneTimeLinks, passwords: Passwords, sessions: Sessions, audit: AuditTrail) {
        self.store = store
        self.links = links
        self.passwords = passwords
        self.sessions = sessions
        self.audit = audit
    }

    /// Makes a link for the console, unless there is an administrator or another node shows one already. However many
    /// nodes ask at once, one of them gets a link (S13).
    ///
    /// - Parameters:
    ///   - holder: the node that asks; nil where a store has one server at a time, which then makes a new link at each
    ///     start.
    ///   - known: the link that this node showed when it ran before. It is shown again while it works: a node that comes
    ///     back at once must not take it for another's.
    public func invite(by holder: Invitation.Holder? = nil, knowing known: String? = nil) async throws -> Invitation {
        try await store.write(.engine) { [links] connection in
            guard try !Self.isElected(on: connection) else { return .closed }
            if let holder, let lease = try InvitationLease(on: connection), lease.until > connection.now,
                try links.isOutstanding(.firstSignIn, subject: "", on: connection)
            {
                guard let known, let link = try links.find(known, on: connection), link.purpose == .firstSignIn,
                    link.usedAt == nil
                else { return .elsewhere(lease.holder) }
                try Self.hold(holder, on: connection)
                return .link(Secret(known), isNew: false)
            }
            try links.withdraw(.firstSignIn, subject: "", on: connection)
            let link = try links.issue(.firstSignIn, subject: "", user: nil, on: connection)
            if let holder { try Self.hold(holder, on: connection) }
            return .link(link, isNew: true)
        }
    }

    /// Says that the node that shows the link is alive. False when another node took its place: the link that it showed
    /// does not work any more, or is the other's.
    public func keep(by holder: Invitation.Holder) async throws -> Bool {
        try await store.write(.engine) { connection in
            guard try InvitationLease(on: connection)?.holder == holder else { return false }
            try Self.hold(holder, on: connection)
            return true
        }
    }

    /// Says that the node goes down, so that the next one need not wait. Does nothing when another holds the link.
    public func release(by holder: Invitation.Holder) async throws {
        try await store.write(.engine) { connection in
            guard try InvitationLease(on: connection)?.holder == holder else { return }
            try InvitationLease.remove(on: connection)
        }
    }

    /// Whether a living node shows a link.
    public func isShown() async throws -> Bool {
        try await store.read { connection in
            try InvitationLease(on: connection).map { $0.until > connection.now } ?? false
        }
    }

    private static func hold(_ holder: Invitation.Holder, on connection: any Connection) throws {
        try InvitationLease(holder, until: connection.now + patience).write(on: connection)
    }

    /// Whether the seat is taken. It stays taken even if that person is deleted later.
    public func isElected() async throws -> Bool {
        try await store.read { try Self.isElected(on: $0) }
    }

    /// Takes the seat without a link: somebody at the command line made an administrator. Repeating it does nothing.
    public static func take(_ user: UserID, on connection: any Connection) throws {
        guard try !isElected(on: connection) else { return }
        try connection.execute("INSERT INTO meta (key, value) VALUES (?, ?)", [.text(mark), .text(user.text)])
        try InvitationLease.remove(on: connection)
    }

    /// Elects the holder of the link. `create` makes the person, with the role of administrator, in the same transaction:
    /// if it throws, nobody was elected and the link still works. Nil when the link does not count or somebody was faster.
    public func elect(
        _ link: String, user: UserID, name: String, email: String, password: String, from origin: Passwords.Origin,
        create: @escaping @Sendable (any Connection) throws -> Void
    ) async throws -> Passwords.SignedIn? {
        // Looked at before the quarter of a second of scrypt, so that a guess costs nothing.
        guard let found = try await links.find(link), found.purpose == .firstSignIn, found.usedAt == nil else {
            return nil
        }
        let hash = try await passwords.prepare(password, personal: [name, email])
        let author = AuditAuthor(actor: .user(user), ip: origin.ip, request: origin.request)
        return try await store.write(.engine) { [links, passwords, sessions, audit] connection in
            guard try !Self.isElected(on: connection) else { return nil }
            guard let use = try links.use(link, on: connection), use.isFirst, use.link.purpose == .firstSignIn else {
                return nil
            }
            try Self.take(user, on: connection)
            try create(connection)
            try audit.append(AuditEntry("first-administrator.elected", "user:\(user.text)", by: author), on: connection)
            try passwords.write(hash, of: user, keeping: nil, by: author, on: connection)
            let (secret, session) = try sessions.begin(for: user, ip: origin.ip, agent: origin.agent, on: connection)
            return Passwords.SignedIn(
                secret: secret, session: session,
                person: Person(id: user, name: name, email: email, role: .admin, isDisabled: false))
        }
    }

    private static func isElected(on connection: any Connection) throws -> Bool {
        try connection.first("SELECT 1 FROM meta WHERE key = ?", [.text(mark)]) { _ in true } ?? false
    }
}
