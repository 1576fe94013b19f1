import Alerting
import Chronology
import Incidents
import Notation
import Paging
import Storage

extension Decider {
    func carryOut(_ command: Command, by actor: Actor, in workspace: Workspace) throws -> Outcome {
        switch command {
        case .declare(let request):
            return .incident(try declare(request, by: actor, in: workspace))
        case .declareFromAlert(let id, let title, let severity):
            return .incident(try declare(from: id, title, severity, by: actor, in: workspace))
        case .incident(let key, let command):
            guard let incident = try workspace.incident(key: key) else { throw Refusal.unknown("incident", key) }
            return .incident(try carryOut(command, on: incident, by: actor, in: workspace))
        case .acknowledgePage(let id, let via):
            return try acknowledge(id, by: actor, via: via, in: workspace)
        case .escalatePage(let id, let why, let seen):
            guard let page = try workspace.page(id) else { throw Refusal.unknown("page", id.text) }
            let why = try Incident.checked(why, "why", limit: IncidentLimits.title)
            let events = try page.escalate(
                by: actor, why: why, seen: seen, at: workspace.now, reaching: try workspace.reaching(for: page))
            workspace.record(events, on: id, by: actor)
            try noteExhaustion(of: id, in: workspace)
            return .page(try workspace.page(id) ?? page)
        case .snoozePage(let id, let until, let why):
            return try snooze(id, until: until, why: why, by: actor, in: workspace)
        case .handOverPage(let id, let to, let why):
            return try handOver(id, to: to, why: why, by: actor, in: workspace)
        case .acknowledgeAlert(let id):
            guard let record = try workspace.alert(id) else { throw Refusal.unknown("alert", id.text) }
            guard record.alert.isOpen else {
                throw Refusal("alert-resolved", "The alert \"\(record.content.title)\" is resolved already.")
            }
            return .alertAcknowledged(id, try acknowledge(id, by: actor, in: workspace))
        case .resolveAlert(let id):
            try resolve(id, .person(actor), by: actor, in: workspace)
            return .alert(id)
        case .page(let key, let plan):
            guard let incident = try workspace.incident(key: key) else { throw Refusal.unknown("incident", key) }
            guard let plan = workspace.organisation.plan(plan) else {
                throw Refusal.unknown("escalation-plan", plan.text)
            }
            guard incident.status.isActive else {
                throw Refusal("incident-ended", "\(key) is over; nobody is woken for it.")
            }
            let page = try page(incident.id, with: plan, by: actor, in: workspace)
            return .page(try workspace.page(page)!)
        case .procedure(let key, let command):
            guard let incident = try workspace.incident(key: key) else { throw Refusal.unknown("incident", key) }
            return .incident(try carryOut(command, on: incident, by: actor, in: workspace))
        case .handOff(let id, let command):
            return try carryOut(command, on: id, by: actor, in: workspace)
        case .beat(let name, let integration):
            return try beat(name, from: integration, in: workspace)
        case .change(let change):
            return try carryOut(change, by: actor, in: workspace)
        case .testContact(let method, let user, let origin):
            return try test(method, of: user, from: origin, by: actor, in: workspace)
        case .verifyContact(let method, let user, let step, let origin):
            return try verify(method, of: user, step, from: origin, by: actor, in: workspace)
        }
    }

    // MARK: Working on an incident

    private func carryOut(
        _ command: IncidentCommand, on incident: Incident, by actor: Actor, in workspace: Workspace
    ) throws -> Incident {
        if case .assign(_, let user) = command {
            guard let user = workspace.organisation.user(user) else { throw Refusal.unknown("user", user.text) }
            guard !user.isDisabled else { throw Refusal("user-disabled", "\(user.name)'s account is disabled.") }
        }
        let edition = try edition(of: incident, in: workspace)
        let procedure = edition?.procedure ?? workspace.organisation.procedure
        if let edition, let word = command.authority(under: procedure), !command.isTaking(by: actor) {
            try edition.authorise(word, actor, in: incident, workspace.organisation)
        }
        let events = try incident.decide(command, under: procedure)
        for case .statusChanged(_, let to, _, let message) in events where message == nil {
            let open = try openGates(of: incident, before: to, in: workspace)
            guard open.isEmpty else {
                throw Refusal(
                    "gate-open",
                    "Before \(incident.key) is \(procedure.label(of: to)): \(open.joined(separator: "; ")). To go on without, say why in the message."
                )
            }
        }
        workspace.record(events, on: incident.id, by: actor)
        for case .statusChanged(let from, let to, let name, _) in events where from.isActive && !to.isActive {
            let word = procedure.label(of: to, named: name).lowercased()
            let why = "\(incident.key) is \(word), said \(workspace.organisation.name(of: actor))."
            for id in incident.pages {
                guard let page = try workspace.page(id) else { continue }
                workspace.record(page.end(why: why), on: id, by: actor)
            }
        }
        return try workspace.incident(incident.id) ?? incident
    }

    func page(_ incident: IncidentID, with plan: EscalationPlan, by actor: Actor, in workspace: Workspace) throws
        -> PageID
    {
        guard let subject = try workspace.incident(incident) else { throw Refusal.unknown("incident", incident.text) }
        let page = try workspace.open(
            PageEvent.Opening(subject: .incident(incident), title: subject.title, service: subject.service, plan: plan),
            by: actor)
        workspace.record([.paged(page, plan: plan.name)], on: incident, by: actor)
        try noteExhaustion(of: page, in: workspace)
        return page
    }

    func acknowledge(
        _ id: PageID, by actor: Actor, via: String, in workspace: Workspace
    ) throws -> Outcome {
        guard let page = try workspace.page(id) else { throw Refusal.unknown("page", id.text) }
        let events = try page.acknowledge(by: actor, via: via)
        workspace.record(events, on: id, by: actor)
        if events.contains(where: { if case .acknowledged = $0 { true } else { false } }) {
            try acknowledged(page, by: actor, in: workspace)
        }
        guard let page = try workspace.page(id) else { preconditionFailure("The page was loaded above.") }
        switch page.phase {
        case .acknowledged(let who, let at):
            return .pageAcknowledged(page, Acknowledgement(by: who, at: at, isFirst: !events.isEmpty))
        default:
            // A rung that waits for all who were told on it.
            return .pageAcknowledged(page, Acknowledgement(by: actor, at: workspace.now, isFirst: !events.isEmpty))
        }
    }

    /// Tells the subject of a page that somebody has taken it, or has taken it anew after it was escalated.
    func acknowledged(_ page: Page, by actor: Actor, in workspace: Workspace) throws {
        switch page.subject {
        case .alert(let id):
            guard let record = try workspace.alert(id), record.alert.isOpen else { return }
            // The alert's own acknowledgement, which took the page with it, is on its record already.
            guard record.alert.phase != .acknowledged(by: actor, at: workspace.now) else { return }
            workspace.record(.acknowledged(by: actor), on: id, by: actor)
        case .incident(let id):
            guard try workspace.incident(id) != nil else { return }
            workspace.record([.pageAcknowledged(page.id)], on: id, by: actor)
        }
    }

    /// Tells the incident when nobody answered at all.
    func noteExhaustion(of id: PageID, in workspace: Workspace) throws {
        guard let page = try workspace.page(id), case .exhausted = page.phase,
            case .incident(let incident) = page.subject,
            try workspace.incident(incident) != nil
        else { return }
        workspace.record([.pageExhausted(id)], on: incident, by: .tocsin)
    }
}
