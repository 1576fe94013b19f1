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
        /// Nobody is told before then: it can wait for the hours of its service.
        case waiting(until: Instant)
        /// Waiting on `rung` of `lap` until `deadline`; both count from 0.
        case climbing(rung: Int, lap: Int, deadline: Instant)
        case acknowledged(by: Actor, at: Instant)
        /// Somebody has it and will not hear of it before then. After that it climbs again, from the first rung.
        case snoozed(by: Actor, until: Instant)
        /// Every rung was climbed and nobody answered. The fallback has been paged; the page can still be acknowledged.
        case exhausted(at: Instant)
        case ended(why: String, at: Instant)
    }

    public let id: PageID
    public let subject: Subject
    public let title: String
    public let service: ServiceID?
    public let plan: EscalationPlan
    public let urgency: Urgency
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
    /// The laps end before this one: the plan's number of them, counted anew after each time that it was taken up again.
    public internal(set) var lapLimit: Int
    /// Who was told on the rung that waits, each once.
    public internal(set) var told: [UserID] = []
    /// What the keys of those notices begin with; nil while nobody was told on a rung.
    var currentStem: Substring?
    /// Who of them has acknowledged, where all must.
    public internal(set) var answered: [UserID] = []
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
            /// The far end reported that it has arrived.
            case delivered(at: Instant)
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
        self.urgency = opening.urgency
        self.openedAt = now
        self.lapLimit = opening.plan.laps
        if let until = opening.heldUntil, until > now {
            self.phase = .waiting(until: until)
        } else {
            self.phase = .climbing(rung: -1, lap: 0, deadline: now)
        }
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
            lapLimit = max(lapLimit, climb.lap + 1)
            climbsFor = nil
            (told, answered) = ([], [])
            currentStem = climb.notices.first?.stem
            add(climb.notices)
        case .rungSkipped, .rungFailed:
            break
        case .acknowledged(let actor, _), .acknowledgementRenewed(let actor):
            phase = .acknowledged(by: actor, at: now)
            withdrawPending()
        case .acknowledgedInPart(let user, _):
            answered.append(user)
            withdrawPending { $0.user == user }
        case .acknowledgementExpired, .snoozeEnded:
            wasExhausted = false
            lapLimit = (lastReached.map { $0.lap + 1 } ?? 0) + plan.laps
        case .snoozed(let actor, let until, _):
            phase = .snoozed(by: actor, until: until)
            withdrawPending()
        case .escalated(let actor, let why):
            escalation = Escalation(by: actor, why: why)
            climbsFor = actor
        case .handedOver(let handover):
            escalation = Escalation(by: handover.by, why: handover.why)
            phase = .climbing(
                rung: lastReached?.rung ?? -1, lap: lastReached?.lap ?? 0, deadline: handover.nextDue)
            (told, answered) = ([], [])
            currentStem = handover.notices.first?.stem
            add(handover.notices)
        case .rerouted(let route):
            add(route.notices)
        case .exhausted(let notices, _):
            wasExhausted = true
            exhaustedBy = climbsFor
            phase = .exhausted(at: now)
            (told, answered) = ([], [])
            currentStem = nil
            add(notices)
        case .ended(let why):
            if case .exhausted = phase { endedUnanswered = true }
            phase = .ended(why: why, at: now)
            withdrawPending()
        case .noticeSent(let key, _, _):
            // The far end's report may have come before the answer to the sending (R13).
            record(key) { if !$0.result.isReported { $0.result = .sent(at: now) } }
        case .noticeFailed(let key, _, let reason, let isFinal):
            record(key) { if isFinal, !$0.result.isReported { $0.result = .failed(reason: reason, at: now) } }
        case .noticeDelivered(let key, _):
            record(key, isAttempt: false) { $0.result = .delivered(at: now) }
        case .noticeUndelivered(let key, let reason):
            record(key, isAttempt: false) { $0.result = .failed(reason: reason, at: now) }
        }
    }

    /// Whether nobody has it.
    public var isOpen: Bool {
        switch phase {
        case .waiting, .climbing, .exhausted: true
        case .acknowledged, .snoozed, .ended: false
        }
    }

    public var isOver: Bool { if case .ended = phase { true } else { false } }

    /// When the page acts by itself next; nil: never.
    public var deadline: Instant? {
        switch phase {
        case .waiting(let until), .snoozed(_, let until): until
        case .climbing(_, _, let deadline): deadline
        case .acknowledged(_, let at): plan.acknowledgementLasts.map { at + $0 }
        case .exhausted, .ended: nil
        }
    }

    private mutating func add(_ added: [Notice]) {
        notices += added.map { NoticeRecord(notice: $0, attempts: 0, result: .pending) }
        for notice in added where !told.contains(notice.contact.user) { told.append(notice.contact.user) }
    }

    private mutating func record(_ key: String, isAttempt: Bool = true, _ change: (inout NoticeRecord) -> Void) {
        for index in notices.indices where notices[index].notice.key == key {
            if isAttempt { notices[index].attempts += 1 }
            change(&notices[index])
        }
    }

    private mutating func withdrawPending(of belongs: (Contact) -> Bool = { _ in true }) {
        for index in notices.indices
        where notices[index].result == .pending && belongs(notices[index].notice.contact) {
            notices[index].result = .withdrawn
        }
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
