import Chronology

extension Course {
    /// The phase that belongs to the status and has not been entered; nil: the incident is in it, or there is none.
    public func phaseToEnter(under playbook: Playbook, at now: Instant) -> Playbook.Phase? {
        let facts = facts(under: playbook)
        let fitting = playbook.phases.filter { phase in
            phase.states.contains(where: facts.statuses.contains) && phase.when.holds(facts, at: now)
        }
        // One that runs beside the others is entered once; of the others the latest is the one that the incident is in.
        if let beside = fitting.first(where: { phase in
            phase.isConcurrent && !phases.contains { $0.value == phase.id }
        }) {
            return beside
        }
        let beside = playbook.phases.filter(\.isConcurrent).map(\.id)
        let current = phases.last { !beside.contains($0.value) }?.value
        let following = fitting.filter { !$0.isConcurrent }
        if following.contains(where: { $0.id == current }) { return nil }
        return following.first
    }
}
