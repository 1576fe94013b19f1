import Chronology
import Notation
import Storage

/// The election of the first administrator on an empty store: one link on the console, one winner however many try at
/// once, and never again (S13).
public final class FirstAdministrator: Sendable {
    private static let mark = "first-administrator"

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

    /// A link for the console; nil when there is an administrator already. An earlier link stops working.
    public func invite() async throws -> Secret? {
        try await store.write(.engine) { [links] connection in
            guard try !Self.isElected(on: connection) else { return nil }
            try links.withdraw(.firstSignIn, subject: "", on: connection)
            return try links.issue(.firstSignIn, subject: "", user: nil, on: connection)
        }
    }

    /// Whether the seat is taken. It stays taken even if that person is deleted later.
    public func isElected() async throws -> Bool {
        try await store.read { try Self.isElected(on: $0) }
    }

    /// Takes the seat without a link: somebody at the command line made an administrator. Repeating it does nothing.
    public static func take(_ user: UserID, on connection: any Connection) throws {
        guard try !isElected(on: connection) else { return }
        try connection.execute("INSERT INTO meta (key, value) VALUES (?, ?)", [.text(mark), .text(user.text)])
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
