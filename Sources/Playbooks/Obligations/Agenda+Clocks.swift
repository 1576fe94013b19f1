import Chronology

extension Agenda {
    /// Acknowledge, respond, first update, mitigate, resolve, and what else the playbook measures (X3).
    var clocks: [Obligation] {
        playbook.clocks.compactMap { clock in
            guard clock.when.holds(facts, at: now) else { return nil }
            let rule = playbook.rule(of: clock.id, severity: course.severity, type: course.type)
            return rule.owesNothing ? nil : obligation(of: clock, rule)
        }
    }

    private func obligation(of clock: Playbook.Clock, _ rule: TimeRule) -> Obligation {
        let id = Obligation.ID("clock/\(clock.id)")
        guard let began = instant(of: clock.from) else {
            return Obligation(
                id: id, duty: .clock(clock.id), title: clock.title, owner: clock.owner, anchor: nil, target: nil,
                limit: nil, state: settled(id, nil) ?? .waiting(for: clock.from.description),
                explanation: ["\(rule.words), from \(clock.from)."], line: clock.source?.line)
        }
        var anchor = began
        // Where a clock begins anew with another severity, the change is what it counts from (X: rebase).
        if course.severities.count > 1, let change = course.severities.last?.since {
            anchor = clock.onReclassify.anchor(was: began, changedAt: change)
        }
        let statuses = clock.pause + playbook.statuses.filter { $0.pauses.contains(clock.id) }.map(\.id)
        let due = Deadline(rule, roll: clock.roll).due(from: anchor, pauses: course.pauses(in: statuses), in: terms)
        return Obligation(
            id: id, duty: .clock(clock.id), title: clock.title, owner: clock.owner, anchor: anchor, target: due.target,
            limit: due.limit, state: state(id, due, metAt: instant(of: clock.until, from: began)),
            explanation: due.explanation, line: clock.source?.line)
    }
}
