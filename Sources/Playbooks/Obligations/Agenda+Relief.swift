import Chronology

extension Agenda {
    /// Whoever has had a role for long is asked to hand it on (S4-12): one thing owed for each time that somebody has it, from
    /// when they took it. Met by the next who takes it; somebody who stays on ticks it off or waives it, with the reason.
    var relief: [Obligation] {
        guard let after = playbook.onCall?.reliefAfter else { return [] }
        return playbook.roles.flatMap { role in
            let stays = course.roles.filter { $0.value == role.id }.map(\.since)
            return stays.enumerated().map { index, since in
                let id = Obligation.ID("relief/\(role.id)/\(index + 1)")
                let next = index + 1 < stays.count ? stays[index + 1] : nil
                let target = since + after
                return Obligation(
                    id: id, duty: .relief(role.id), title: "Relieve the \(role.title)", owner: .role(role.id),
                    anchor: since, target: target, limit: nil, state: state(of: id, until: next, target),
                    explanation: [
                        "\(after.text) after somebody became \(role.title), \(since.text(in: playbook.zone))."
                    ], line: playbook.onCall?.source.line)
            }
        }
    }

    private func state(of id: Obligation.ID, until next: Instant?, _ target: Instant) -> Obligation.State {
        if let settled = settled(id, target) { return settled }
        if let next { return .met(at: next, isLate: next > target) }
        return facts.isActive ? .pending : .ended(why: "The incident is over.")
    }
}
