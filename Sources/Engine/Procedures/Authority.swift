import Incidents
import Notation
import Playbooks

extension Edition {
    /// Refuses what the playbook leaves to somebody else: a word of authority that a role holds is that role's while
    /// somebody has it. A role that nobody has binds nobody, or an incident at night could not be ended; administrators,
    /// tokens and Tocsin itself are not bound.
    func authorise(
        _ word: Playbook.Authority, _ actor: Actor, in incident: Incident, _ organisation: Organisation
    ) throws(Refusal) {
        guard case .user(let user) = actor, organisation.user(user)?.role != "admin" else { return }
        let roles = playbook.roles.filter { $0.authority.contains(word.rawValue) }
        let holders = incident.assignments.filter { held in roles.contains { $0.id.text == held.role } }
        guard !holders.isEmpty, !holders.contains(where: { $0.user == user }) else { return }
        let names = holders.map { organisation.name(of: .user($0.user)) }.joined(separator: ", ")
        throw Refusal(
            "not-yours",
            "In \(playbook.title) this is for \(roles.map(\.title).joined(separator: " or ")) to do: \(names).")
    }
}

extension IncidentCommand {
    /// The word of authority that it needs.
    func authority(under procedure: Procedure) -> Playbook.Authority? {
        switch self {
        case .changeStatus(let word, _):
            switch procedure.statuses(meaning: word).first?.status {
            case .resolved?: .resolve
            case .closed?: .close
            case .reported, .triaging, .declared, .investigating, .identified, .mitigating, .monitoring, .paused,
                .declined, .merged, .cancelled, nil:
                nil
            }
        case .changeSeverity: .changeSeverity
        case .assign, .release: .assign
        case .note, .retitle: nil
        }
    }

    /// Whether somebody takes a part themselves, which nobody has to allow.
    func isTaking(by actor: Actor) -> Bool {
        if case .assign(_, let user) = self, case .user(user) = actor { true } else { false }
    }
}
