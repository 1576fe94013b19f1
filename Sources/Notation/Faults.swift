/// What is wrong with something that was handed in, and where. `place` is a JSON pointer (RFC 6901), `line:column` for
/// texts, or a field's name; empty when it is the whole. Shown to the sender as it is: it never holds a secret.
public struct InputFault: Error, Hashable, Sendable {
    public let place: String
    public let reason: String

    public init(at place: String, _ reason: String) {
        self.place = place
        self.reason = reason
    }
}

/// The domain said no, and a person can act on it: the sentence names what was asked, why not, and what is possible.
public struct Refusal: Error, Hashable, Sendable {
    /// A stable word for programs: `unknown-severity`, `wrong-transition`, …
    public let code: String
    public let reason: String

    public init(_ code: String, _ reason: String) {
        self.code = code
        self.reason = reason
    }
}
