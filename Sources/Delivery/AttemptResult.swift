/// How one attempt ended. A reason is one line without control characters, is fit to be shown on a timeline, and never
/// holds a password, a signing key or the body of a web answer; of a gateway of one's own, the `reason` that it gave.
public enum AttemptResult: Hashable, Sendable {
    /// Who said no to a message that is not tried again.
    public enum Refuser: Hashable, Sendable {
        /// The far end, or the relay on the way to it.
        case receiver
        /// Tocsin itself, and nothing was sent: the address, its key, or the rules about where messages may go.
        case tocsin
    }

    /// The far end took responsibility for the message. `receipt` is its own name for the message, when it gave one.
    case accepted(detail: String, receipt: String?)
    /// Not accepted, and a later attempt may be. `retryAfter` is what the far end asked for, already capped.
    case transient(reason: String, retryAfter: Duration?)
    /// Not accepted, and the same message would be refused again.
    case permanent(reason: String, by: Refuser = .receiver)
    /// It may have been accepted: the connection was lost after everything had been sent. To be tried again with the same
    /// id, by which the receiver recognises a repeat.
    case unknown(reason: String)
}
