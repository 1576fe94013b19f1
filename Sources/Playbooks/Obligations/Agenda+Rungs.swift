import Chronology

extension Agenda {
    /// Every step of every escalation that the incident can still reach or has reached, plan by plan in the order of the
    /// playbook.
    ///
    /// A change of severity keeps what was reached; of the rungs of the new severity those that are past due are due at
    /// once, and nobody who was called already is called again. Nobody is ever un-called.
    var rungs: [Obligation] {
        var climbs: [Climb] = []
        for plan in playbook.escalation { climbs += climb(plan) }
        return climbs.map { climb in
            obligation(of: climb, calls: calls(of: climb, among: climbs))
        }
    }

    /// One rung with its due time.
    private struct Climb {
        let rung: Rung
        let plan: EscalationPlan
        let anchor: Instant
        let due: Due
        /// When it is due, a condition that turns later included.
        let target: Instant?
        let settlement: Course.Settlement?
        let endedBy: String?

        var id: Obligation.ID { Obligation.ID("rung/\(rung.plan)/\(rung.index)") }
    }

    private func climb(_ plan: EscalationPlan) -> [Climb] {
        var climbs: [Climb] = []
        // When the rung before was entered, or will be.
        var entered: Instant?
        for rung in plan.rungs() {
            let settlement = course.settlements[Obligation.ID("rung/\(rung.plan)/\(rung.index)")]
            if settlement == nil, rung.severity != nil, rung.severity != course.severity { continue }
            let turn: Instant?
            switch rung.condition.verdict(facts, at: now) {
            case .yes: turn = nil
            case .notYet(let instant): turn = instant
            case .no:
                guard settlement != nil else { continue }
                turn = nil
            }
            guard let anchor = anchor(of: rung, entered: entered) else { continue }
            let roll = rung.within.map { Roll.forward($0) } ?? .none
            let due = Deadline(rung.after, roll: roll).due(from: anchor, in: terms)
            let target = due.target.map { target in turn.map { max($0, target) } ?? target }
            if case .reached(let instant, _, _)? = settlement {
                entered = instant
            } else {
                entered = target.map { max($0, now) == now && $0 < now ? now : $0 }
            }
            climbs.append(
                Climb(
                    rung: rung, plan: plan, anchor: anchor, due: due, target: target, settlement: settlement,
                    endedBy: ended(rung, from: anchor, due: target)))
        }
        return climbs
    }

    private func anchor(of rung: Rung, entered: Instant?) -> Instant? {
        guard rung.anchor == .rungEntered else { return instant(of: rung.anchor) }
        guard let entered else { return nil }
        // The time on a level begins anew with progress, and only with that (X6, X7).
        guard rung.until == .progress else { return entered }
        return course.lastProgress(after: entered, under: playbook) ?? entered
    }

    /// Why it is not climbed any more; nil while it is.
    private func ended(_ rung: Rung, from anchor: Instant, due: Instant?) -> String? {
        switch rung.until {
        case .progress, .never, .done: return nil
        case .event, .firstUpdate, .role:
            guard let instant = instant(of: rung.until, from: anchor), due.map({ instant <= $0 }) ?? true else {
                return nil
            }
            return "\(rung.until) at \(instant.text(in: playbook.zone))."
        }
    }

    /// Whom a rung calls: not who was called in that way before, nor who belongs to a plan that keeps them to itself.
    private func calls(of climb: Climb, among climbs: [Climb]) -> [Party] {
        climb.rung.targets.filter { party in
            let claimed = climbs.contains { other in
                other.plan.id != climb.plan.id && other.plan.merge == .thisWins && other.rung.targets.contains(party)
            }
            if claimed, climb.plan.merge != .thisWins { return false }
            return !climbs.contains { other in
                guard other.id != climb.id, case .reached(_, let called, let via)? = other.settlement else {
                    return false
                }
                return called.contains(party) && via == climb.rung.via
            }
        }
    }

    private func obligation(of climb: Climb, calls: [Party]) -> Obligation {
        let rung = climb.rung
        var state = settled(climb.id, climb.target)
        if state == nil, course.isDropped(under: playbook) { state = .ended(why: "The incident is not one any more.") }
        if state == nil, let endedBy = climb.endedBy { state = .ended(why: endedBy) }
        // What is put on an agenda is talked about after the incident too.
        if state == nil, !facts.isActive {
            if case .agenda = rung.via {} else { state = .ended(why: "The incident is over.") }
        }
        return Obligation(
            id: climb.id, duty: .rung(rung, calls: calls), title: title(of: rung), owner: nil, anchor: climb.anchor,
            target: climb.target, limit: climb.due.limit.flatMap { limit in climb.target.map { max($0, limit) } },
            state: state ?? .pending, explanation: climb.due.explanation, line: rung.line)
    }

    private func title(of rung: Rung) -> String {
        guard !rung.isSilent else { return rung.note ?? "Nobody is called" }
        let names = rung.targets.map(name(of:)).joined(separator: ", ")
        switch rung.via {
        case .page: return "Page \(names)"
        case .notify: return "Notify \(names)"
        case .digest: return "Put into the digest of \(names)"
        case .agenda(let meeting): return "Put on the agenda of \(meeting.name ?? "the next meeting") for \(names)"
        }
    }
}
