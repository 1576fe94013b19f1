import Chronology
import Notation

/// Who is woken, in which order, and how long each may stay silent.
public struct EscalationPlan: Hashable, Sendable {
    public enum Target: Hashable, Sendable {
        case user(UserID)
        /// Whoever is on call in it at the moment of the page.
        case schedule(ScheduleID)
        /// Its members, and the ways that it shares.
        case team(TeamID)
        /// Whoever holds that role of the incident that the page is about.
        case role(String)
        /// Every administrator who is enabled and can be reached: the fallback when a plan names none.
        case administrators
    }

    /// Whose acknowledgement stops the climb.
    public enum Answer: String, Hashable, Sendable, CaseIterable {
        /// That of whoever is first.
        case one
        /// That of everybody who was told on the rung.
        case all
    }

    public struct Rung: Hashable, Sendable {
        public let targets: [Target]
        /// How long after this rung was due the next one is.
        public let patience: Duration
        public let answer: Answer

        public init(targets: [Target], patience: Duration, answer: Answer = .one) {
            self.targets = targets
            self.patience = patience
            self.answer = answer
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
    /// Shorter and whoever has it is woken again before they could do anything.
    public static let shortestAcknowledgement = Duration.minutes(1)
    public static let longestAcknowledgement = Duration.days(7)

    public let id: EscalationPlanID
    public let name: String
    public let rungs: [Rung]
    /// How often the rungs are climbed in all, at least once.
    public let laps: Int
    /// Who is paged when nobody answered at all.
    public let fallback: [Target]
    /// How long an acknowledgement holds. What is neither over nor acknowledged anew by then climbs again, from the first
    /// rung. nil: for as long as the page is there.
    public let acknowledgementLasts: Duration?

    public init(
        id: EscalationPlanID, name: String, rungs: [Rung], laps: Int, fallback: [Target],
        acknowledgementLasts: Duration? = nil
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
        if let acknowledgementLasts {
            guard (Self.shortestAcknowledgement...Self.longestAcknowledgement).contains(acknowledgementLasts) else {
                throw InputFault(
                    at: "/acknowledgementSeconds", "an acknowledgement holds for between 1 minute and 7 days")
            }
        }
        self.id = id
        self.name = name
        self.rungs = rungs
        self.laps = laps
        self.acknowledgementLasts = acknowledgementLasts
        self.fallback = fallback.isEmpty ? [.administrators] : fallback
    }
}

/// One way of one person to be told, as a page needs it.
public struct Contact: Hashable, Sendable {
    public let user: UserID
    public let method: ContactMethodID
    /// The channel's kind: `email`, `webhook`.
    public let channel: String
    /// How long after the rung it is told this way, by the person's own rules; zero: at once.
    public let delay: Duration

    public init(user: UserID, method: ContactMethodID, channel: String, delay: Duration = .zero) {
        self.user = user
        self.method = method
        self.channel = channel
        self.delay = delay
    }

    /// Whether it is the same way to the same person, whenever it is taken.
    func isSameWay(as other: Contact) -> Bool { user == other.user && method == other.method }
}

/// How much a page matters at this hour. A person's rules say how each wakes them.
public enum Urgency: String, Hashable, Sendable, CaseIterable {
    case high, low
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
