import Chronology
import Notation

/// Finds out who sends a request, from its cookie or its Authorization header.
public struct Authenticator: Sendable {
    /// The request carries a token that is not, or no longer, good. A request with a bad token is refused even where
    /// nobody need sign in: its sender believes to be somebody (S73).
    public struct BadToken: Error, Hashable, Sendable {
        public let reason: String
    }

    private let sessions: Sessions
    private let tokens: Tokens
    private let directory: any Directory

    public init(sessions: Sessions, tokens: Tokens, directory: any Directory) {
        self.sessions = sessions
        self.tokens = tokens
        self.directory = directory
    }

    /// The caller. A bearer token wins over a cookie, so that such a request never acts with a browser's rights. A cookie
    /// that is over makes an anonymous caller; schemes other than Bearer are left to the handlers that know them. Throws
    /// `BadToken`, or what the store throws: who cannot be checked is not let in.
    public func caller(cookie: String?, authorization: String?) async throws -> Caller {
        if let authorization, let token = Self.credentials(of: authorization, scheme: "bearer") {
            return try await caller(bearing: token)
        }
        guard let cookie, let session = try await sessions.find(cookie),
            let person = await directory.user(session.user),
            !person.isDisabled
        else { return .anonymous }
        return .person(person, session: session)
    }

    private func caller(bearing text: String) async throws -> Caller {
        let presented: APIToken
        do {
            presented = try APIToken(text)
        } catch {
            throw BadToken(reason: error.reason)
        }
        guard let token = try await tokens.find(presented) else {
            throw BadToken(reason: "the token is unknown, has expired or was revoked")
        }
        var role = token.role
        var person: Person?
        if let user = token.user {
            guard let owner = await directory.user(user), !owner.isDisabled else {
                throw BadToken(reason: "the token's owner cannot sign in")
            }
            person = owner
            // A token never does more than its owner may now: a demoted person's old tokens shrink too.
            role = Role.lesser(of: token.role, and: owner.role)
        }
        return Caller(
            actor: token.actor, person: person, role: role, permissions: PermissionTable.permissions(of: role),
            proof: .token(id: token.id))
    }

    /// What follows the scheme of an Authorization header (RFC 9110 §11.4; the scheme's case does not count).
    public static func credentials(of header: String, scheme: String) -> String? {
        guard let space = header.firstIndex(of: " "), header[..<space].lowercased() == scheme.lowercased() else {
            return nil
        }
        return String(header[header.index(after: space)...].drop { $0 == " " })
    }
}

extension Role {
    /// The role that may do less. `intake` is below every other: it cannot read.
    static func lesser(of one: Role, and other: Role) -> Role {
        let order = Role.allCases
        guard let left = order.firstIndex(of: one), let right = order.firstIndex(of: other) else { return .intake }
        return order[max(left, right)]
    }
}
