import Chronology
import Incidents
import Notation
import Playbooks

extension Course {
    /// The course of an incident as its playbook sees it. A word that the playbook does not know, since the incident was
    /// moved to another version, stands for itself and matches nothing.
    public init(_ incident: Incident, under playbook: Playbook, in organisation: Organisation) {
        let history = incident.history
        let kind: IncidentKind =
            switch incident.kind {
            case .real: .real
            case .drill: .drill
            case .test: .test
            }
        self.init(
            declared: incident.times.declared, severity: ElementID(history.severities[0].value), kind: kind,
            type: history.answers["type"].map { ElementID($0) },
            service: incident.service.flatMap(organisation.service)?.name,
            fields: playbook.values(of: history.answers))
        severities = history.severities.map { .init(ElementID($0.value), since: $0.since) }
        statuses = history.statuses.map { .init(ElementID($0.value), since: $0.since) }
        happenings = history.happenings.compactMap { happening in
            IncidentEventName(text: happening.name).map { .init($0, at: happening.at) }
        }
        updates = history.updates.map { .init(to: ElementID($0.update.audience), at: $0.at) }
        phases = history.phases.map { .init(ElementID($0.value), since: $0.since) }
        roles = history.roles.map { .init(ElementID($0.value), since: $0.since) }
        for (id, settlement) in history.settlements {
            settlements[Obligation.ID(id)] = Settlement(settlement)
        }
        note(incident)
    }

    private mutating func note(_ incident: Incident) {
        let times = incident.times
        milestones[.impactStarted] = times.impactStarted
        milestones[.detected] = times.detected ?? times.declared
        milestones[.alertFired] = incident.alerts.isEmpty ? nil : (times.impactStarted ?? incident.alerts[0].attachedAt)
        milestones[.acknowledged] = times.acknowledged
        milestones[.mitigated] = times.mitigated
        milestones[.resolved] = times.resolved
        milestones[.closed] = times.closed
        for (name, milestone) in [
            (IncidentEventName.responding, Milestone.responding), (.reviewScheduled, .reviewScheduled),
            (.reviewHeld, .reviewHeld), (.reviewPublished, .reviewPublished),
        ] {
            milestones[milestone] = happenings.first { $0.name == name }?.at
        }
        // Who takes the page, or the first role, has begun to work on it unless somebody said so before.
        if milestones[.responding] == nil { milestones[.responding] = roles.first?.since ?? times.acknowledged }
        if milestones[.mitigated] == nil { milestones[.mitigated] = happenings.first { $0.name == .mitigated }?.at }
        milestones[.fixDeployed] = happenings.last { $0.name == .fixDeployed }?.at
    }
}

extension Course.Settlement {
    init(_ settlement: Incident.History.Settlement) {
        switch settlement {
        case .met(let at): self = .met(at: at)
        case .waived(let at, let why): self = .waived(at: at, reason: why)
        case .reached(let at, let calls, let via):
            self = .reached(at: at, calls.compactMap(Party.init(text:)), Rung.Delivery(word: via))
        }
    }
}

extension Party {
    /// Reads what `description` prints.
    init?(text: String) {
        if text == "declarer" {
            self = .declarer
            return
        }
        guard let open = text.firstIndex(of: "("), text.last == ")" else { return nil }
        let name = String(text[text.index(after: open)...].dropLast())
        switch text[..<open] {
        case "role": self = .role(ElementID(name))
        case "target": self = .target(ElementID(name))
        case "audience": self = .audience(ElementID(name))
        default: return nil
        }
    }
}

extension Rung.Delivery {
    /// How it is called in an event.
    var word: String {
        switch self {
        case .page: "page"
        case .notify: "notify"
        case .digest: "digest"
        case .agenda: "agenda"
        }
    }

    /// Which meeting it was is not asked again of what is on an agenda.
    init(word: String) {
        switch word {
        case "page": self = .page
        case "digest": self = .digest
        default: self = .notify
        }
    }
}
