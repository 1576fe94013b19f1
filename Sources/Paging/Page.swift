import Chronology
import Notation

/// One act of waking people about an alert or an incident: the fold of its events.
///
/// The plan is copied into the first event, so that editing a plan does not change a page that is climbing.
public struct Page: Hashable, Sendable {
    public enum Subject: Hashable, Sendable {
        case alert(AlertID)
        case incident(IncidentID)

        public var text: String {
            switch self {
            case .alert(let id): id.text
            case .incident(let id): id.text
            }
        }
    }

    public enum Phase: Hashable, Sendable {
        /// Waiting on `rung` of `lap` until `deadline`; both count from 0.
        case climbing(rung: Int, lap: Int, deadline: Instant)
        case acknowledged(by: Actor, at: Instant)
        /// Every rung was climbed and nobody answered. The fallback has been paged; the page can still be acknowledged.
        case exhausted(at: Instant)
        case ended(why: String, at: Instant)
    }

    public let id: PageID
    public let subject: Subject
    public let title: String
    public let service: ServiceID?
    public let plan: EscalationPlan
    public let openedAt: Instant
    public internal(set) var phase: Phase
    /// The last rung that was reached; nil before the first.
    public internal(set) var lastReached: RungPosition?
    /// Whether every rung was climbed at some time, whoever answered since.
    public internal(set) var wasExhausted = false
    /// Whether it ended after every rung had been tried, and nobody had taken it by then.
    public internal(set) var endedUnanswered = false
    /// Who used up the last rung by hand; nil when nobody answered until its time ran out, and before that.
    public internal(set) var exhaustedBy: Actor?
    /// Who asked for more people, until a rung is reached for it.
    private var climbsFor: Actor?
    /// Who last asked for more people, and why; nil while nobody has.
    public internal(set) var escalation: Escalation?
    /// What became of each notice, in the order in which they were decided.
    public internal(set) var notices: [NoticeRecord]
    public internal(set) var version: Int64

    public struct Escalation: Hashable, Sendable {
        public let by: Actor
        public let why: String
    }

    public struct RungPosition: Hashable, Sendable {
        public let rung: Int
        public let lap: Int
    }

    public struct NoticeRecord: Hashable, Sendable {
        public enum Result: Hashable, Sendable {
            case pending
            case sent(at: Instant)
            case failed(reason: String, at: Instant)
            case withdrawn
        }

        public let notice: Notice
        public internal(set) var attempts: Int
        public internal(set) var result: Result
    }

    public init(_ id: PageID, from event: PageEvent, at now: Instant) {
        guard case .opened(let opening) = event else {
            preconditionFailure("The first event of a page is its opening, not \(event.kind).")
        }
        self.id = id
        self.subject = opening.subject
        self.title = opening.title
        self.service = opening.service
        self.plan = opening.plan
        self.openedAt = now
        self.phase = .climbing(rung: -1, lap: 0, deadline: now)
        self.notices = []
        self.version = 1
    }

    /// Folds a later event. Never fails: what was recorded has happened.
    public mutating func apply(_ event: PageEvent, at now: Instant) {
        version += 1
        switch event {
        case .opened:
            preconditionFailure("A page is opened once.")
        case .rungReached(let climb):
            phase = .climbing(rung: climb.rung, lap: climb.lap, deadline: climb.nextDue)
            lastReached = RungPosition(rung: climb.rung, lap: climb.lap)
            climbsFor = nil
            add(climb.notices)
        case .rungSkipped:
            break
        case .acknowledged(let actor, _):
            phase = .acknowledged(by: actor, at: now)
            withdrawPending()
        case .escalated(let actor, let why):
            escalation = Escalation(by: actor, why: why)
            climbsFor = actor
        case .exhausted(let notices, _):
            wasExhausted = true
            exhaustedBy = climbsFor
            phase = .exhausted(at: now)
            add(notices)
        case .ended(let why):
            if case .exhausted = phase { endedUnanswered = true }
            phase = .ended(why: why, at: now)
            withdrawPending()
        case .noticeSent(let key, _, _):
            record(key) { $0.result = .sent(at: now) }
        case .noticeFailed(let key, _, let reason, let isFinal):
            record(key) { if isFinal { $0.result = .failed(reason: reason, at: now) } }
        }
    }

    public var isOpen: Bool {
        switch phase {
        case .climbing, .exhausted: true
        case .acknowledged, .ended: false
        }
    }

    /// When the page acts by itself next; nil: never.
    public var deadline: Instant? {
        if case .climbing(_, _, let deadline) = phase { deadline } else { nil }
    }

    private mutating func add(_ added: [Notice]) {
        notices += added.map { NoticeRecord(notice: $0, attempts: 0, result: .pending) }
    }

    private mutating func record(_ key: String, _ change: (inout NoticeRecord) -> Void) {
        for index in notices.indices where notices[index].notice.key == key {
            notices[index].attempts += 1
            change(&notices[index])
        }
    }

    private mutating func withdrawPending() {
        for index in notices.indices where notices[index].result == .pending { notices[index].result = .withdrawn }
    }
}

/// One message to one contact about one page. Its key is stable over retries, crashes and nodes: a receiver that sees it
/// twice sees the same message.
public struct Notice: Hashable, Sendable {
    public let key: String
    public let contact: Contact

    public init(key: String, contact: Contact) {
        self.key = key
        self.contact = contact
    }
}
