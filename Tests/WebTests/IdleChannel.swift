import Chronology
import Delivery

/// A channel that is there and takes everything, for pages and answers that only ask whether it is.
struct IdleChannel: Delivery.Channel {
    static let descriptor = SMTPChannel.descriptor

    func attempt(_ message: OutgoingMessage, now: Instant) async -> AttemptResult {
        .accepted(detail: "250", receipt: nil)
    }

    /// Of these kinds, whatever they need.
    static func all(_ kinds: [String]) -> [String: any Delivery.Channel] {
        Dictionary(uniqueKeysWithValues: kinds.map { ($0, IdleChannel()) })
    }
}
