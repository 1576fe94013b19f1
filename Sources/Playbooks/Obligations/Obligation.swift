import Chronology

/// One thing that is owed by a time: to acknowledge, to tell an audience, to call the next one, to look again, to hold the
/// review. One kind of thing for all of them, so that one mechanism shows, reminds, measures and reports them.
public struct Obligation: Hashable, Sendable {
    /// Names it within its incident and stays the same whatever happens: `clock/ack`, `rung/technical/2`,
    /// `update/internal/3`.
    public struct ID: Hashable, Comparable, Sendable, CustomStringConvertible {
        public let text: String

        public init(_ text: String) { self.text = text }

        public var description: String { text }

        public static func < (left: ID, right: ID) -> Bool { left.text < right.text }
    }

    public enum Duty: Hashable, Sendable {
        case clock(ElementID<Playbook.Clock>)
        /// `calls`: whom to call; empty for a step that is only shown, and for one whose people are called already.
        case rung(Rung, calls: [Party])
        case update(ElementID<Playbook.Audience>, template: ElementID<Playbook.Template>?, isPromise: Bool)
        case message(ElementID<Playbook.Communication>)
        case post(ElementID<Playbook.StatusPage.Stage>)
        case check(ElementID<Playbook.Verification.Series>, text: String?)
        case watch(ElementID<Playbook.Verification.Window>)
        case review(ReviewStep)
        case followUp(ElementID<Playbook.FollowUp>)
        /// Somebody else is to take the role.
        case relief(ElementID<Playbook.Role>)
    }

    public enum ReviewStep: String, CaseIterable, Hashable, Sendable {
        case draft, schedule, hold, complete, publish
    }

    public enum State: Hashable, Sendable {
        /// What it counts from has not happened.
        case waiting(for: String)
        case pending
        case met(at: Instant, isLate: Bool)
        case waived(at: Instant, reason: String)
        /// Nothing is owed any more, and why.
        case ended(why: String)
    }

    public let id: ID
    public let duty: Duty
    public let title: String
    /// Nil: whoever leads the incident.
    public let owner: Party?
    /// From when it counts; nil while that has not happened.
    public let anchor: Instant?
    /// When it is wanted; nil while that is not known.
    public let target: Instant?
    /// When it is late; nil where the target is the limit, or there is none.
    public let limit: Instant?
    public let state: State
    /// Sentences: the rule, the anchor, the arithmetic.
    public let explanation: [String]
    /// The line of the playbook that asks for it; nil for what every playbook has.
    public let line: Int?

    /// When it is late.
    public var lateAt: Instant? { limit ?? target }

    public func isOverdue(at now: Instant) -> Bool { state == .pending && lateAt.map { $0 < now } ?? false }
}

// MARK: Reminders

extension Obligation {
    /// What its owner is told of it.
    public enum Notice: String, CaseIterable, Hashable, Sendable {
        /// Some time before it is wanted.
        case ahead
        /// It is wanted now.
        case due
        /// Its limit has passed.
        case late
    }

    /// When which notice goes out, in order; empty for a rung, which is carried out and not reminded of.
    public var notices: [(notice: Notice, at: Instant)] {
        guard state == .pending, let target, let anchor else { return [] }
        if case .rung = duty { return [] }
        var notices: [(Notice, Instant)] = []
        let lead = Self.lead(of: target - anchor)
        if lead > .zero { notices.append((.ahead, target - lead)) }
        notices.append((.due, target))
        if let limit, limit > target { notices.append((.late, limit)) }
        return notices
    }

    /// The longest time by which anybody is reminded ahead: within one shift.
    static let longestLead = Duration.hours(4)
    /// What is owed sooner than this is not announced: the announcement would come with the thing itself.
    static let shortestAnnounced = Duration.minutes(8)

    /// A quarter of the time that there is.
    static func lead(of time: Duration) -> Duration {
        time < shortestAnnounced ? .zero : min(.microseconds(time.wholeMicroseconds / 4), longestLead)
    }
}
