import Chronology
import Notation

/// A way out of Tocsin: one kind of destination, and one attempt at a time.
///
/// A channel performs a single attempt and says how it ended. Which attempt comes next, when, and for how long is
/// decided by whoever owns the outbox: a channel never retries, sleeps or remembers.
public protocol Channel: Sendable {
    /// What the channel is and what it can do; the same for every instance.
    static var descriptor: ChannelDescriptor { get }

    /// Whether messages could be sent there, as far as that can be known without the network. Called when a contact
    /// method is saved; every attempt checks again, because settings change.
    func check(destination: String) throws(InputFault)

    /// The server that messages to the destination are handed to. Destinations that share one are slow or dead together.
    /// Any short text; the same for every attempt.
    func farEnd(of destination: String) -> String

    /// Makes one attempt at one message and says how it ended. Never throws and always returns within the descriptor's
    /// `attemptTime`. `now` is written into signatures and is what a date in a reply is measured from.
    ///
    /// Called again with the same `id`, it sends the same message again, marked so that the receiver can recognise it.
    /// When the task is cancelled, an open connection is dropped at once (a lookup or a connection that is still being made
    /// runs into its own limit), and the result says whether the message may have been accepted.
    func attempt(_ message: OutgoingMessage, now: Instant) async -> AttemptResult
}
