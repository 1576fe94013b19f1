import Chronology
import Notation

/// Who sends a request, and what they may do.
public struct Caller: Hashable, Sendable {
    /// How the caller proved who they are.
    public enum Proof: Hashable, Sendable {
        case none
        /// A browser's cookie. The session and the token that its forms must carry (S24).
        case session(SessionID, csrf: String, signedInAt: Instant)
        case token(id: String)
        /// An integration's key, checked by the handler of an intake route.
        case integrationKey(IntegrationID)
    }

    /// Nil for somebody who has not signed in.
    public let actor: Actor?
    public let person: Person?
    public let role: Role?
    public let permissions: Set<Permission>
    public let proof: Proof

    public static let anonymous = Caller(
        actor: nil, person: nil, role: nil, permissions: PermissionTable.anonymous, proof: .none)

    public static func person(_ person: Person, session: Session) -> Caller {
        Caller(
            actor: .user(person.id), person: person, role: person.role,
            permissions: PermissionTable.permissions(of: person.role),
            proof: .session(session.id, csrf: session.csrf, signedInAt: session.createdAt))
    }

    public static func integration(_ id: IntegrationID) -> Caller {
        Caller(
            actor: .integration(id), person: nil, role: .intake, permissions: PermissionTable.permissions(of: .intake),
            proof: .integrationKey(id))
    }

    public init(actor: Actor?, person: Person?, role: Role?, permissions: Set<Permission>, proof: Proof) {
        self.actor = actor
        self.person = person
        self.role = role
        self.permissions = permissions
        self.proof = proof
    }

    public func may(_ permission: Permission) -> Bool { permissions.contains(permission) }

    /// The token that forms carry; nil for whoever does not come with a cookie.
    public var csrf: String? {
        if case .session(_, let csrf, _) = proof { return csrf }
        return nil
    }

    public var isSignedIn: Bool { actor != nil }
}
