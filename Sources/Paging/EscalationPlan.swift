import Chronology
import Notation

/// Who is woken, in which order, and how long each may stay silent.
public struct EscalationPlan: Hashable, Sendable {
    public enum Target: Hashable, Sendable {
        case user(UserID)
        /// Whoever is on call in it at the moment of the page.
        case schedule(ScheduleID)
        /// Every administrator who is enabled and can be reached: the fallback when a plan names none.
        case administrators
    }

    public struct Rung: Hashable, Sendable {
        public let targets: [Target]
        /// How long after this rung was due the next one is.
        public let patience: Duration

        public init(targets: [Target], patience: Duration) {
            self.targets = targets
            self.patience = patience
        }
    }

    /// A plan longer than this is a mistake: its last rung would be reached too late to help.
    public static let maximumRungs = 32
    /// How often a ladder may be climbed. Past that nobody is there, and the fallback is paged.
    public static let maximumLaps = 10
    /// Shorter and people are paged before they could unlock a phone.
    public static let minimumPatience = Duration.seconds(1)
    /// Longer and it is not a page.
    public static let maximumPatience = Duration.days(7)

    public let id: EscalationPlanID
    public let name: String
    public let rungs: [Rung]
    /// How often the rungs are climbed in all, at least once.
    public let laps: Int
    /// Who is paged when nobody answered at all.
    public let fallback: [Target]

    public init(
        id: EscalationPlanID, name: String, rungs: [Rung], laps: Int, fallback: [Target]
    ) throws(InputFault) {
        guard (1...Self.maximumRungs).contains(rungs.count) else {
            throw InputFault(at: "/rungs", "a plan has 1 to \(Self.maximumRungs) rungs")
        }
        guard (1...Self.maximumLaps).contains(laps) else {
            throw InputFault(at: "/laps", "a plan is climbed 1 to \(Self.maximumLaps) times")
        }
        for (index, rung) in rungs.enumerated() {
            guard !rung.targets.isEmpty else {
                throw InputFault(at: "/rungs/\(index)/targets", "a rung names at least one person")
            }
            guard rung.patience >= Self.minimumPatience, rung.patience <= Self.maximumPatience else {
                throw InputFault(at: "/rungs/\(index)/patience", "a rung waits between 1 second and 7 days")
            }
        }
        self.id = id
        self.name = name
        self.rungs = rungs
        self.laps = laps
        self.fallback = fallback.isEmpty ? [.administrators] : fallback
    }
}

/// One way of one person to be told, as a page needs it.
public struct Contact: Hashable, Sendable {
    public let user: UserID
    public let method: ContactMethodID
    /// The channel's kind: `email`, `webhook`.
    public let channel: String

    public init(user: UserID, method: ContactMethodID, channel: String) {
        self.user = user
        self.method = method
        self.channel = channel
    }
}

/// Whom a target stands for at one moment.
public struct Reach: Hashable, Sendable {
    public var contacts: [Contact]
    /// Why somebody cannot be reached, as sentences. Empty when everybody can.
    public var obstacles: [String]

    public init(contacts: [Contact], obstacles: [String]) {
        self.contacts = contacts
        self.obstacles = obstacles
    }
}
