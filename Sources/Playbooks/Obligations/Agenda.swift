import Chronology

/// Everything that an incident owes under its playbook, at one time: a function of the playbook, the course and the clock,
/// computed anew whenever somebody asks. What has been settled stays as it was recorded.
public struct Agenda: Sendable {
    public let obligations: [Obligation]

    let playbook: Playbook
    let course: Course
    let now: Instant
    let facts: GuardFacts
    let terms: TimeRule.Terms

    public init(of course: Course, under playbook: Playbook, at now: Instant) {
        self.init(playbook, course, now, obligations: [])
        var all: [Obligation] = []
        all += clocks
        all += rungs
        all += updates
        all += messages
        all += posts
        all += checks
        all += windows
        all += reviewSteps
        all += followUps
        all += relief
        self.init(playbook, course, now, obligations: all)
    }

    private init(_ playbook: Playbook, _ course: Course, _ now: Instant, obligations: [Obligation]) {
        self.playbook = playbook
        self.course = course
        self.now = now
        self.obligations = obligations
        facts = course.facts(under: playbook)
        terms = TimeRule.Terms(zone: playbook.zone)
    }

    public subscript(id: Obligation.ID) -> Obligation? { obligations.first { $0.id == id } }

    /// What is owed and open, the most urgent first.
    public var pending: [Obligation] {
        obligations.filter { $0.state == .pending }.sorted { left, right in
            switch (left.target, right.target) {
            case (let one?, let other?): one == other ? left.id < right.id : one < other
            case (_?, nil): true
            case (nil, _?): false
            case (nil, nil): left.id < right.id
            }
        }
    }

    /// Rungs that are to be climbed now, in the order in which they were due.
    public var rungsDue: [Obligation] {
        pending.filter { obligation in
            guard case .rung = obligation.duty, let target = obligation.target else { return false }
            return target <= now
        }
    }

    /// The next instant at which time alone changes something: a rung to climb, a notice to give, a condition that turns.
    /// Nil: nothing until something happens.
    public var nextTurn: Instant? {
        var turns = obligations.flatMap { $0.notices.map(\.at) }
        turns += pending.compactMap { obligation in
            if case .rung = obligation.duty { obligation.target } else { nil }
        }
        turns += playbook.cadences.flatMap { $0.when.turns(facts, after: now) }
        turns += playbook.communications.flatMap { $0.when.turns(facts, after: now) }
        turns += playbook.escalation.flatMap { plan in
            plan.rungs().flatMap { $0.condition.turns(facts, after: now) }
        }
        return turns.filter { $0 > now }.min()
    }

    // MARK: Leaves

    /// Nil while it has not happened. A rung's anchor is found along its ladder.
    func instant(of anchor: Anchor) -> Instant? {
        switch anchor {
        case .milestone(.impactStarted): course.milestones[.impactStarted] ?? course.milestones[.detected]
        case .milestone(.alertFired): course.milestones[.alertFired] ?? course.milestones[.detected]
        case .milestone(let milestone): course.milestones[milestone]
        case .severityEntered: course.severities.last?.since
        case .lastProgress: course.lastProgress(after: course.declared, under: playbook) ?? course.declared
        case .lastUpdate(let audience): course.lastUpdate(to: audience) ?? course.declared
        case .phase(let phase): course.phases.last { $0.value == phase }?.since
        case .rungEntered, .phaseEntered: nil
        }
    }

    /// When what ends a clock has happened; nil: it has not.
    func instant(of end: ClockEnd, from anchor: Instant) -> Instant? {
        switch end {
        case .firstUpdate: course.updates.first?.at
        case .progress: course.lastProgress(after: anchor, under: playbook)
        case .role(let role): course.roles.first { $0.value == role }?.since
        case .done, .never: nil
        case .event(let name): course.first(name, from: anchor)
        }
    }

    /// What was recorded of it, with whether it was late by the due time that holds now.
    func settled(_ id: Obligation.ID, _ lateAt: Instant?) -> Obligation.State? {
        switch course.settlements[id] {
        case .met(let instant), .reached(let instant, _, _):
            .met(at: instant, isLate: lateAt.map { instant > $0 } ?? false)
        case .waived(let instant, let reason): .waived(at: instant, reason: reason)
        case nil: nil
        }
    }

    /// The state of what is owed from an anchor until an event, or until somebody ticks it off.
    func state(_ id: Obligation.ID, _ due: Due, metAt: Instant?, endsWithIncident: Bool = true) -> Obligation.State {
        let lateAt = due.limit ?? due.target
        if let settled = settled(id, lateAt) { return settled }
        if let metAt { return .met(at: metAt, isLate: lateAt.map { metAt > $0 } ?? false) }
        if course.isDropped(under: playbook) { return .ended(why: "The incident is not one any more.") }
        if endsWithIncident, !facts.isActive { return .ended(why: "The incident is over.") }
        return .pending
    }

    func name(of party: Party?) -> String {
        switch party {
        case .role(let id): playbook.role(id)?.title ?? id.text
        case .target(let id): playbook.target(id)?.title ?? id.text
        case .audience(let id): playbook.audience(id)?.title ?? id.text
        case .declarer: "who declared it"
        case nil: playbook.roles.first?.title ?? "who leads"
        }
    }
}
