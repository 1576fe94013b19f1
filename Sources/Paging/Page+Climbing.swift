import Chronology
import Notation

// What a page does when something happens to it. Each function returns the events; the engine commits them with the
// deliveries and the deadline that follow from them, and only then is anything sent.
extension Page {
    /// The first rung, taken as the page is opened. `now` is when the page was opened, which is when that rung was due.
    /// Empty while the page can wait.
    public func begin(at now: Instant, reaching reach: (EscalationPlan.Target) -> Reach) -> [PageEvent] {
        if case .waiting = phase { return [] }
        return climb(from: Position(rung: 0, lap: 0, due: now), until: now, reach)
    }

    /// A deadline may pass late, after a crash or a pause, and may be reported early or twice. Rungs that are past due are
    /// climbed in order, each once; a rung that is not due is never climbed (R6, R7).
    public func deadlinePassed(at now: Instant, reaching reach: (EscalationPlan.Target) -> Reach) -> [PageEvent] {
        guard let deadline, deadline <= now else { return [] }
        switch phase {
        case .climbing(let rung, let lap, _):
            return climb(from: after(rung: rung, lap: lap, due: deadline, now: now), until: now, reach)
        case .waiting:
            return climb(from: Position(rung: 0, lap: 0, due: deadline), until: now, reach)
        case .acknowledged(let actor, _):
            return [.acknowledgementExpired(of: actor)] + climbAnew(at: now, reach)
        case .snoozed(let actor, _):
            return [.snoozeEnded(of: actor)] + climbAnew(at: now, reach)
        case .exhausted, .ended:
            return []
        }
    }

    /// The next rung is taken now, whatever its deadline. An acknowledged page is taken up again.
    ///
    /// - Parameter rung: the rung that the person saw when they asked. A late key press, after the page has climbed by
    ///   itself, is refused rather than waking one more person than was meant; nil skips the check.
    public func escalate(
        by actor: Actor, why: String, seen: Int?, at now: Instant, reaching reach: (EscalationPlan.Target) -> Reach
    ) throws(Refusal) -> [PageEvent] {
        switch phase {
        case .waiting, .climbing, .acknowledged, .snoozed: break
        case .exhausted:
            throw Refusal("page-exhausted", "Every rung of \(plan.name) has been climbed already.")
        case .ended(let why, _): throw Refusal("page-ended", "The page has ended: \(why)")
        }
        // Its rungs are used up for good: taking it up again would wake nobody and take the acknowledgement away.
        guard !wasExhausted else {
            throw Refusal("page-exhausted", "Every rung of \(plan.name) has been climbed already.")
        }
        let current = lastReached ?? RungPosition(rung: -1, lap: 0)
        if let seen, seen != current.rung {
            throw Refusal(
                "already-climbed",
                "The page has climbed to rung \(current.rung + 1) since; look again before you escalate.")
        }
        let next = after(rung: current.rung, lap: current.lap, due: now, now: now)
        return [.escalated(by: actor, why: why)] + climb(from: next, until: now, reach)
    }

    /// The subject is over. Empty when the page had ended before.
    public func end(why: String) -> [PageEvent] {
        if case .ended = phase { return [] }
        return [.ended(why: why)]
    }

    // MARK: Climbing

    struct Position {
        var rung: Int
        var lap: Int
        var due: Instant
    }

    /// Climbs every rung that is due by `now`, from `start` on; an empty rung takes no time: burning its patience would
    /// leave people asleep.
    ///
    /// - Parameter laps: the first lap that is not climbed any more; nil: as many as the page has left.
    func climb(
        from start: Position, until now: Instant, laps: Int? = nil, _ reach: (EscalationPlan.Target) -> Reach
    ) -> [PageEvent] {
        let laps = laps ?? lapLimit
        var events: [PageEvent] = []
        var position = start
        while position.lap < laps {
            let rung = plan.rungs[position.rung]
            let found = gather(rung.targets, key: "\(position.lap)/\(position.rung)", reach)
            if found.notices.isEmpty {
                events.append(.rungSkipped(rung: position.rung, lap: position.lap, why: found.obstacles))
                position = next(position, due: position.due)
                continue
            }
            let nextDue = position.due + rung.patience
            events.append(
                .rungReached(
                    PageEvent.Climb(
                        rung: position.rung, lap: position.lap, due: position.due, nextDue: nextDue,
                        notices: found.notices, obstacles: found.obstacles)))
            guard nextDue <= now else { return events }
            position = after(rung: position.rung, lap: position.lap, due: nextDue, now: now)
        }
        // The fallback of a page that was taken up again is told again.
        let key = position.lap > plan.laps ? "fallback-\(position.lap)" : "fallback"
        let found = gather(plan.fallback, key: key, reach)
        events.append(.exhausted(fallback: found.notices, obstacles: found.obstacles))
        return events
    }

    /// From the first rung, with all laps before it: whoever had it has not ended it.
    private func climbAnew(at now: Instant, _ reach: (EscalationPlan.Target) -> Reach) -> [PageEvent] {
        let lap = lastReached.map { $0.lap + 1 } ?? 0
        return climb(from: Position(rung: 0, lap: lap, due: now), until: now, laps: lap + plan.laps, reach)
    }

    /// The rung after one whose patience ran out at `due`. A new lap counts from now when the page comes late to it: after
    /// an outage of hours the laps would otherwise all be over at once, and nobody would have had time to answer.
    func after(rung: Int, lap: Int, due: Instant, now: Instant) -> Position {
        let wraps = rung + 1 == plan.rungs.count
        return next(Position(rung: rung, lap: lap, due: due), due: wraps ? max(due, now) : due)
    }

    private func next(_ position: Position, due: Instant) -> Position {
        position.rung + 1 < plan.rungs.count
            ? Position(rung: position.rung + 1, lap: position.lap, due: due)
            : Position(rung: 0, lap: position.lap + 1, due: due)
    }

    /// One notice a contact, even when a person stands on the rung twice.
    func gather(
        _ targets: [EscalationPlan.Target], key: String, _ reach: (EscalationPlan.Target) -> Reach
    ) -> (notices: [Notice], obstacles: [String]) {
        var notices: [Notice] = []
        var obstacles: [String] = []
        for target in targets {
            let found = reach(target)
            obstacles += found.obstacles
            for contact in found.contacts where !notices.contains(where: { $0.contact.isSameWay(as: contact) }) {
                notices.append(Notice(key: "\(id)/\(key)/\(contact.user)/\(contact.method)", contact: contact))
            }
        }
        return (notices, obstacles)
    }
}
