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
        /// When it was first heard of. A source whose clock runs ahead cannot have known it earlier.
        public let openedAt: Instant
        /// When the source itself ended it; nil when it did not. A person's word or a lapse does not end an episode: if the
        /// source still says that it fires, it does.
        public let endedBySourceAt: Instant?

        public init(
            isOpen: Bool, isAcknowledged: Bool, severity: Severity, startsAt: Instant?, openedAt: Instant,
            endedBySourceAt: Instant?
        ) {
            self.isOpen = isOpen
            self.isAcknowledged = isAcknowledged
            self.severity = severity
            self.startsAt = startsAt
            self.openedAt = openedAt
            self.endedBySourceAt = endedBySourceAt
        }

        /// Whether a firing signal tells again of what its source has ended: of an earlier episode, or of this one, overtaken
        /// by its own end on the way. What comes later than that is news, whatever start it names: Alertmanager takes a
        /// firing alert up again under the old start when its source had only fallen silent for a while. Waking somebody
        /// for nothing is the smaller harm.
        fileprivate func wasTold(_ signal: Signal, at now: Instant) -> Bool {
            guard let endedAt = endedBySourceAt, let startsAt = signal.startsAt, let last = self.startsAt else {
                return false
            }
            if startsAt < min(last, openedAt) { return true }
            return startsAt <= last && now - endedAt < Reception.overtaking
        }
    }

    /// How long after the end of an episode its own beginning may arrive: two requests that were sent at once. Nobody
    /// repeats an alert that soon: Alertmanager waits for its group interval, of minutes.
    public static let overtaking = Duration.seconds(5)

    /// - Parameter severity: what the route makes of the signal's severity now; nil where it leaves the alert's as it is.
    public init(of signal: Signal, latest: Latest?, severity: Severity?, at now: Instant) {
        let open = latest.flatMap { $0.isOpen ? $0 : nil }
        switch signal.status {
        case .firing:
            if let open {
                self = .repeats(severity: severity.flatMap { $0 == open.severity ? nil : $0 })
            } else if let latest, latest.wasTold(signal, at: now) {
                self = .ignored(
                    "A firing signal came after its source had said that this episode is over; it was taken for a late repeat."
                )
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
