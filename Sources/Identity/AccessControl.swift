import Notation
import Storage

/// The whole room on one store: what the engine and the web are handed.
public struct AccessControl: Sendable {
    public let audit: AuditTrail
    public let sessions: Sessions
    public let tokens: Tokens
    public let links: OneTimeLinks
    public let passwords: Passwords
    public let firstAdministrator: FirstAdministrator
    public let authenticator: Authenticator
    public let ledger: IdempotencyLedger

    /// Starts the hasher's threads; they end when the last copy is released.
    public init(
        store: any Store, directory: any Directory, limits: Sessions.Limits = .init(), hasher: PasswordHasher? = nil,
        now: @escaping TimeSource, random: @escaping RandomSource = systemRandom
    ) {
        audit = AuditTrail(store: store)
        sessions = Sessions(store: store, limits: limits, now: now, random: random)
        tokens = Tokens(store: store, audit: audit, now: now, random: random)
        links = OneTimeLinks(store: store, now: now, random: random)
        passwords = Passwords(
            store: store, directory: directory, hasher: hasher ?? PasswordHasher(random: random), sessions: sessions,
            audit: audit, now: now, random: random)
        firstAdministrator = FirstAdministrator(
            store: store, links: links, passwords: passwords, sessions: sessions, audit: audit)
        authenticator = Authenticator(sessions: sessions, tokens: tokens, directory: directory)
        ledger = IdempotencyLedger(store: store, now: now)
    }

    /// Another node announced `StoreWake.sessionsChanged`: somebody was signed out or a token was revoked.
    public func forget() {
        sessions.forget()
        tokens.forget()
    }

    /// Ends all that a person can do, when they leave or are disabled: sessions and tokens (S21).
    public func shutOut(_ user: UserID, by author: AuditAuthor) async throws {
        try await sessions.endAll(of: user)
        try await tokens.revokeAll(of: user, by: author)
    }

    /// Deletes what is over: sessions, links, remembered answers. Once an hour is often enough; never costs only room.
    public func sweep() async throws {
        try await sessions.sweep()
        try await links.sweep()
        try await ledger.sweep()
    }
}
