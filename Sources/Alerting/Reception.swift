import Chronology
import Incidents
import Notation

/// What an arriving signal means for the latest alert of its key. Out-of-order, repeated and delayed signals come to the
/// same end as those in order (R13).
public enum Reception: Hashable, Sendable {
    /// A new alert is opened.
    case opens
    /// The open alert is told again. `severity` is set when the source now calls it otherwise.
    case repeats(severity: Severity?)
    case acknowledges
    case resolves
    /// Nothing is done, and the sentence says why.
    case ignored(String)

    /// What is known of the latest alert of one integration and dedup key.
    public struct Latest: Hashable, Sendable {
        public let isOpen: Bool
        public let isAcknowledged: Bool
        public let severity: Severity
        /// When the source said that this episode began.
        public let startsAt: Instant?
        /// Whether the source itself ended it. A person's word or a lapse does not end an episode: if the source still
        /// says that it fires, it does.
        public let endedBySource: Bool

        public init(isOpen: Bool, isAcknowledged: Bool, severity: Severity, startsAt: Instant?, endedBySource: Bool) {
            self.isOpen = isOpen
            self.isAcknowledged = isAcknowledged
            self.severity = severity
            self.startsAt = startsAt
            self.endedBySource = endedBySource
        }
    }

    /// - Parameter severity: what the route makes of the signal's severity now; nil where it leaves the alert's as it is.
    public init(of signal: Signal, latest: Latest?, severity: Severity?) {
        let open = latest.flatMap { $0.isOpen ? $0 : nil }
        switch signal.status {
        case .firing:
            if let open {
                self = .repeats(severity: severity.flatMap { $0 == open.severity ? nil : $0 })
            } else if let latest, latest.endedBySource, let startsAt = signal.startsAt, let last = latest.startsAt,
                startsAt <= last
            {
                self = .ignored("Its source had already said that this episode is over; the signal is a late repeat.")
            } else {
                self = .opens
            }
        case .acknowledged:
            if let open {
                self = open.isAcknowledged ? .ignored("It was acknowledged before.") : .acknowledges
            } else {
                self = .ignored("Nothing is open under this key that could be acknowledged.")
            }
        case .resolved:
            if let open {
                if let startsAt = signal.startsAt, let current = open.startsAt, startsAt < current {
                    self = .ignored("It ends an earlier episode; the open alert began later.")
                } else {
                    self = .resolves
                }
            } else {
                self = .ignored("Nothing is open under this key that could be resolved.")
            }
        }
    }
}
