import Notation

/// A person as far as signing in is concerned. Everything else about people belongs to the configuration.
public struct Person: Hashable, Sendable {
    public let id: UserID
    public let name: String
    public let email: String
    public let role: Role
    public let isDisabled: Bool

    public init(id: UserID, name: String, email: String, role: Role, isDisabled: Bool) {
        self.id = id
        self.name = name
        self.email = email
        self.role = role
        self.isDisabled = isDisabled
    }
}

/// Who there is. It is asked on every request, so it answers from memory; a change of role or a disabled person counts from
/// the next answer on.
public protocol Directory: Sendable {
    func user(_ id: UserID) async -> Person?
    /// The address is compared without regard to the case of ASCII letters. At most one person has it.
    func user(email: String) async -> Person?
}
