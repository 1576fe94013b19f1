import Chronology
import Notation

/// What is known about an API token. The token's text is not among it.
public struct Token: Hashable, Sendable {
    public let id: String
    /// The first letters, to tell tokens apart.
    public let display: String
    public let name: String
    public let role: Role
    /// Whose token it is; nil for one that belongs to a program.
    public let user: UserID?
    public let createdAt: Instant
    public let createdBy: String
    /// Nil means that it never ends by itself.
    public let expiresAt: Instant?
    /// To the minute; nil when it was never used.
    public let lastUsedAt: Instant?
    public let revokedAt: Instant?

    public func isAlive(at now: Instant) -> Bool {
        revokedAt == nil && (expiresAt.map { now < $0 } ?? true)
    }

    /// As whom it acts. Several tokens may have one name, so that of a program is called by its first letters, too.
    public var actor: Actor { user.map(Actor.user) ?? .token(name: nameWithMark) }

    /// `deploys (tcs_svc_4fGh)`.
    var nameWithMark: String { "\(name) (\(display.prefix { $0 != "…" }))" }

    /// What the audit log keeps of its making.
    var made: [FieldChange] {
        FieldChange.changes(
            from: nil,
            to: [
                "name": .string(name), "display": .string(display), "role": .string(role.rawValue),
                "user": user.map { .string($0.text) } ?? .null,
                "expiresAt": expiresAt.map { .string($0.rfc3339()) } ?? .null,
            ])
    }
}
