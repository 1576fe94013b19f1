import Chronology
import Notation

/// What happened to a page.
public enum PageEvent: Hashable, Sendable {
    public struct Opening: Hashable, Sendable {
        public var subject: Page.Subject
        public var title: String
        public var service: ServiceID?
        public var plan: EscalationPlan
        public var urgency: Urgency
        /// Nobody is told before then; nil: at once.
        public var heldUntil: Instant?
        /// Why it is as urgent as it is, or waits: one sentence; nil: there is no rule.
        public var why: String?

        public init(
            subject: Page.Subject, title: String, service: ServiceID?, plan: EscalationPlan, urgency: Urgency = .high,
            heldUntil: Instant? = nil, why: String? = nil
        ) {
            self.subject = subject
            self.title = title
            self.service = service
            self.plan = plan
            self.urgency = urgency
            self.heldUntil = heldUntil
            self.why = why
        }
    }

    public struct Climb: Hashable, Sendable {
        public let rung: Int
        public let lap: Int
        /// When this rung was due. The next is due `patience` after that, not after the moment of acting, so that no
        /// delay adds up.
        public let due: Instant
        public let nextDue: Instant
        public let notices: [Notice]
        /// Who on this rung could not be told, and why.
        public let obstacles: [String]

        public init(rung: Int, lap: Int, due: Instant, nextDue: Instant, notices: [Notice], obstacles: [String]) {
            self.rung = rung
            self.lap = lap
            self.due = due
            self.nextDue = nextDue
            self.notices = notices
            self.obstacles = obstacles
        }
    }

    public struct Handover: Hashable, Sendable {
        public let to: EscalationPlan.Target
        public let by: Actor
        public let why: String
        /// When the page climbs on if they stay silent.
        public let nextDue: Instant
        public let notices: [Notice]
        public let obstacles: [String]

        public init(
            to: EscalationPlan.Target, by: Actor, why: String, nextDue: Instant, notices: [Notice],
            obstacles: [String]
        ) {
            self.to = to
            self.by = by
            self.why = why
            self.nextDue = nextDue
            self.notices = notices
            self.obstacles = obstacles
        }
    }

    /// Another way of somebody who could not be told by one.
    public struct Reroute: Hashable, Sendable {
        /// The notice that failed for good.
        public let failed: String
        /// The notice that was for later and goes now.
        public let hastened: String?
        /// One by a way that was not meant to be used.
        public let notices: [Notice]

        public init(failed: String, hastened: String?, notices: [Notice]) {
            self.failed = failed
            self.hastened = hastened
            self.notices = notices
        }
    }

    case opened(Opening)
    case rungReached(Climb)
    /// Nobody on the rung could be told; the next was taken at once (R5).
    case rungSkipped(rung: Int, lap: Int, why: [String])
    /// Everything that was sent on the rung failed for good; the next was taken at once (R4).
    case rungFailed(rung: Int, lap: Int)
    case acknowledged(by: Actor, via: String)
    /// One of several who all must.
    case acknowledgedInPart(by: UserID, via: String)
    /// Whoever has it said so again, before the acknowledgement ran out.
    case acknowledgementRenewed(by: Actor)
    case acknowledgementExpired(of: Actor)
    case snoozed(by: Actor, until: Instant, why: String?)
    case snoozeEnded(of: Actor)
    case handedOver(Handover)
    case rerouted(Reroute)
    case escalated(by: Actor, why: String)
    /// Nobody answered on any rung of any lap. The notices went to the fallback.
    case exhausted(fallback: [Notice], obstacles: [String])
    case ended(why: String)
    case noticeSent(key: String, attempt: Int, detail: String)
    case noticeFailed(key: String, attempt: Int, reason: String, isFinal: Bool)
    /// The far end reported later that it has arrived.
    case noticeDelivered(key: String, detail: String)
    /// The far end had taken it, and reported later that it will not arrive.
    case noticeUndelivered(key: String, reason: String)
}
