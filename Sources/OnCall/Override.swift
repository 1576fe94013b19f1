import Chronology
import Notation

/// Somebody is on call, or is not, whatever the rotations say. Overrides count in the order in which they were made, so that a
/// later one also changes an earlier one.
public struct Override: Hashable, Sendable {
    public enum Change: Hashable, Sendable {
        /// Besides whoever is on call.
        case add([UserID])
        case remove([UserID])
        /// Instead of everybody who is on call.
        case replace([UserID])
        /// Whenever `absent` would be on call, `present` is.
        case standIn(UserID, for: UserID)
        /// Somebody wants to be relieved, by anybody or by one of these. It changes nothing until one of them takes it and it
        /// becomes a `standIn`.
        case offer(of: UserID, to: [UserID])
    }

    public let id: String
    public let span: TimeSpan
    public let change: Change
    /// Why, in words.
    public let why: String?
    /// Who made it, and when.
    public let by: Actor
    public let made: Instant

    /// Longer than that it is a rotation.
    public static let longest = Duration.days(366)
    public static let peopleLimit = 20

    public init(
        id: String, _ span: TimeSpan, _ change: Change, why: String? = nil, by actor: Actor, made: Instant
    ) throws(InputFault) {
        guard !span.isEmpty else { throw InputFault(at: "/to", "an override ends after it begins") }
        guard span.length <= Self.longest else {
            throw InputFault(at: "/to", "an override lasts at most a year; longer it is a rotation")
        }
        switch change {
        case .add(let users), .remove(let users), .replace(let users):
            guard (1...Self.peopleLimit).contains(users.count), Set(users).count == users.count else {
                throw InputFault(at: "/users", "an override names 1 to \(Self.peopleLimit) people, each once")
            }
        case .standIn(let present, let absent):
            guard present != absent else { throw InputFault(at: "/for", "nobody stands in for themselves") }
        case .offer(let absent, let users):
            guard users.count <= Self.peopleLimit, !users.contains(absent) else {
                throw InputFault(at: "/users", "a shift is offered to at most \(Self.peopleLimit) others")
            }
        }
        self.id = id
        self.span = span
        self.change = change
        self.why = why
        self.by = actor
        self.made = made
    }

    var isReplacement: Bool { if case .replace = change { true } else { false } }
}
