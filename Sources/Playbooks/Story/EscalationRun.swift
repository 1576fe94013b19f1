import Chronology

/// What the escalation of a playbook does for an incident of one severity when nobody does anything: nobody
/// acknowledges, nothing moves, no question is answered. The same arithmetic as for a real incident, run from the
/// declaration on.
struct EscalationRun {
    /// A rung that such an incident reaches, or would if a condition held that nobody has answered.
    struct Step {
        let rung: Rung
        let plan: EscalationPlan
        /// When it is reached; nil when that depends on what has not happened.
        let due: Instant?
        /// Whom it calls; empty where all of them were called before, or another plan alone calls them.
        let calls: [Party]
        /// Whether it is reached as things stand; else its condition has to hold.
        let isCertain: Bool
        /// What is open of its condition. Of a certain one: with what it would come sooner.
        let condition: Guard
        /// From the declaration, where that is the same at any time of the week.
        let elapsed: Duration?
    }

    let playbook: Playbook
    let severity: ElementID<Playbook.Severity>
    let declared: Instant
    /// In the order of the document.
    let steps: [Step]

    /// Turns of time that are looked at. More than any playbook has: each rung is one, and each reminder.
    private static let turnLimit = 2_000

    init(_ playbook: Playbook, severity: ElementID<Playbook.Severity>, declared: Instant) {
        self.playbook = playbook
        self.severity = severity
        self.declared = declared
        let reached = Self.reached(playbook, severity, declared)
        steps = playbook.escalation.flatMap { Self.steps(of: $0, playbook, severity, declared, reached) }
    }

    private struct Reached {
        let at: Instant
        let calls: [Party]
    }

    /// Lets time run until nothing more happens by itself.
    private static func reached(
        _ playbook: Playbook, _ severity: ElementID<Playbook.Severity>, _ declared: Instant
    ) -> [Obligation.ID: Reached] {
        var course = Course(declared: declared, severity: severity)
        var reached: [Obligation.ID: Reached] = [:]
        var now = declared
        for _ in 0..<turnLimit {
            let agenda = Agenda(of: course, under: playbook, at: now)
            // One at a time: who has just been called is not called again.
            if let due = agenda.rungsDue.first, case .rung(let rung, let calls) = due.duty {
                reached[due.id] = Reached(at: due.target ?? now, calls: calls)
                course.settlements[due.id] = .reached(at: now, calls, rung.via)
                continue
            }
            guard let next = agenda.nextTurn else { break }
            now = next
        }
        return reached
    }

    private static func steps(
        of plan: EscalationPlan, _ playbook: Playbook, _ severity: ElementID<Playbook.Severity>, _ declared: Instant,
        _ reached: [Obligation.ID: Reached]
    ) -> [Step] {
        var steps: [Step] = []
        var before: Duration? = .zero
        for rung in plan.rungs() {
            let elapsed = elapsed(rung, after: before)
            before = elapsed
            guard rung.severity == nil || rung.severity == severity else { continue }
            let condition = rung.condition.reduced(for: severity, in: playbook)
            guard condition != .never, !rung.after.owesNothing else { continue }
            let known = reached[Obligation.ID("rung/\(rung.plan)/\(rung.index)")]
            let isFixed = elapsed != nil && rung.within == nil
            steps.append(
                Step(
                    rung: rung, plan: plan,
                    due: known?.at ?? due(rung, elapsed, declared, playbook), calls: known?.calls ?? rung.targets,
                    isCertain: known != nil, condition: condition,
                    elapsed: isFixed ? known.map { $0.at - declared } ?? elapsed : nil))
        }
        return steps
    }

    /// How long after the declaration the rule of a rung is over, as far as that is the same at any time of the week.
    private static func elapsed(_ rung: Rung, after before: Duration?) -> Duration? {
        switch rung.anchor {
        case .rungEntered: before.flatMap { before in rung.after.fixedTime.map { before + $0 } }
        case .milestone(.declared), .milestone(.alertFired), .milestone(.detected), .severityEntered, .lastProgress:
            rung.after.fixedTime
        case .milestone, .lastUpdate, .phase, .phaseEntered: nil
        }
    }

    /// When a rung comes whose condition holds from the beginning on.
    private static func due(
        _ rung: Rung, _ elapsed: Duration?, _ declared: Instant, _ playbook: Playbook
    ) -> Instant? {
        let roll = rung.within.map { Roll.forward($0) } ?? .none
        let rule: TimeRule
        switch rung.anchor {
        case .rungEntered:
            guard let elapsed else { return nil }
            rule = .elapsed(elapsed)
        case .milestone(.declared), .milestone(.alertFired), .milestone(.detected), .severityEntered, .lastProgress:
            rule = rung.after
        case .milestone, .lastUpdate, .phase, .phaseEntered: return nil
        }
        return Deadline(rule, roll: roll).due(from: declared, in: TimeRule.Terms(zone: playbook.zone)).target
    }
}
