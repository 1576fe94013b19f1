import Chronology
import Incidents
import Notation
import Paging
import Playbooks

/// Whom the names of a playbook stand for in one incident, at one time.
struct Callees {
    /// A name may stand for another that stands for another; longer chains are circles.
    private static let depth = 4

    let incident: Incident
    let playbook: Playbook
    let organisation: Organisation
    let now: Instant

    struct Found {
        var targets: [Paging.EscalationPlan.Target] = []
        /// Why somebody is not among them, as sentences.
        var obstacles: [String] = []

        mutating func add(_ other: Found) {
            for target in other.targets where !targets.contains(target) { targets.append(target) }
            obstacles += other.obstacles
        }
    }

    func find(_ parties: [Party]) -> Found {
        var found = Found()
        for party in parties { found.add(find(party, Self.depth)) }
        return found
    }

    /// Who owes something: whoever has the part, else who has it by its rule, else who leads.
    func owners(_ party: Party?) -> [UserID] {
        let lead = playbook.roles.first.map { Party.role($0.id) }
        let found = party.map { users(find([$0]).targets) } ?? []
        return found.isEmpty ? lead.map { users(find([$0]).targets) } ?? [] : found
    }

    /// The people themselves, those who can be reached now.
    func users(_ targets: [Paging.EscalationPlan.Target]) -> [UserID] {
        var users: [UserID] = []
        for target in targets {
            for contact in organisation.reach(target, at: now).contacts where !users.contains(contact.user) {
                users.append(contact.user)
            }
        }
        return users
    }

    private func find(_ party: Party, _ depth: Int) -> Found {
        guard depth > 0 else { return Found(obstacles: ["\(party) stands for itself."]) }
        switch party {
        case .declarer:
            guard let declarer = incident.declarer else {
                return Found(obstacles: ["Nobody declared it: a machine did."])
            }
            return Found(targets: [.user(declarer)])
        case .role(let id):
            let holders = incident.assignments.filter { $0.role == id.text }.map { $0.user }
            if !holders.isEmpty { return Found(targets: holders.map { .user($0) }) }
            guard let role = playbook.role(id) else { return Found(obstacles: ["There is no role \(id)."]) }
            let nobody = "Nobody is \(role.title)."
            guard let fallback = role.fallback else { return Found(obstacles: [nobody]) }
            var found = find(fallback, depth - 1)
            if found.targets.isEmpty { found.obstacles.insert(nobody, at: 0) }
            return found
        case .target(let id):
            let people = organisation.cast(of: playbook.id.text)[id.text]
            let target = playbook.target(id)
            if !people.isEmpty {
                let obstacles = people.flatMap { organisation.reach($0, at: now).obstacles }
                if people.contains(where: { !organisation.reach($0, at: now).contacts.isEmpty }) {
                    return Found(targets: onCall(people), obstacles: obstacles)
                }
                return backup(of: target, depth, Found(obstacles: obstacles))
            }
            let name = target?.title ?? id.text
            return backup(
                of: target, depth, Found(obstacles: ["Nobody stands for \(name) in the playbook \(playbook.title)."]))
        case .audience(let id):
            let people = organisation.cast(of: playbook.id.text)[id.text]
            guard people.isEmpty else { return Found(targets: onCall(people)) }
            let name = playbook.audience(id)?.title ?? id.text
            return Found(obstacles: ["Nobody stands for \(name) in the playbook \(playbook.title)."])
        }
    }

    /// In the place of a schedule whoever is on call in it now, so that nobody is called twice who is named twice.
    private func onCall(_ targets: [Paging.EscalationPlan.Target]) -> [Paging.EscalationPlan.Target] {
        var people: [Paging.EscalationPlan.Target] = []
        for target in targets {
            var meant = [target]
            if case .schedule(let id) = target {
                meant = (organisation.schedule(id)?.onCall(at: now, absences: organisation.absences) ?? [])
                    .map { .user($0.user) }
            }
            for one in meant where !people.contains(one) { people.append(one) }
        }
        return people
    }

    /// Who is reached when they are not (S4-21).
    private func backup(of target: Playbook.Target?, _ depth: Int, _ soFar: Found) -> Found {
        guard let backup = target?.backup else { return soFar }
        var found = soFar
        found.add(find(backup, depth - 1))
        return found
    }
}
