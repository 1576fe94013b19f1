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
                by: actor, why: why, seen: seen, at: workspace.now, reaching: workspace.organisation.reach)
            workspace.record(events, on: id, by: actor)
            try noteExhaustion(of: id, in: workspace)
            return .page(try workspace.page(id) ?? page)
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
        case .change(let change):
            return try carryOut(change, by: actor, in: workspace)
        case .testContact(let method, let user, let origin):
            return try test(method, of: user, from: origin, by: actor, in: workspace)
        }
    }

    // MARK: Declaring

    private func declare(_ request: DeclareRequest, by actor: Actor, in workspace: Workspace) throws -> Incident {
        let organisation = workspace.organisation
        let procedure = organisation.procedure
        if let playbook = request.playbook, playbook != procedure.id {
            throw Refusal("unknown-playbook", "There is no playbook \"\(playbook)\"; known: \(procedure.id).")
        }
        let title = try Incident.checked(request.title, "title", limit: IncidentLimits.title)
        let severity = try severity(request.severity, procedure)
        var service: Service?
        if let word = request.service, !word.isEmpty {
            service = organisation.service(named: word)
            if service == nil { throw Refusal.unknown("service", word) }
        }
        var note: String?
        if let text = request.note, !text.isEmpty {
            note = try Incident.checked(text, "note", limit: IncidentLimits.text)
        }
        let incident = try declare(
            title: title, severity: severity, service: service?.id, kind: request.kind, origin: nil, impactStarted: nil,
            reason: "Declared by \(organisation.name(of: actor)).", by: actor, in: workspace)
        if let note { workspace.record([.noteAdded(note)], on: incident.id, by: actor) }
        let plan = (service?.plan ?? organisation.settings.fallbackPlan).flatMap(organisation.plan)
        if let plan, request.kind == .real { _ = try page(incident.id, with: plan, by: .tocsin, in: workspace) }
        return try workspace.incident(incident.id) ?? incident
    }

    private func declare(
        from id: AlertID, _ title: String?, _ severity: String?, by actor: Actor, in workspace: Workspace
    ) throws -> Incident {
        guard let record = try workspace.alert(id) else { throw Refusal.unknown("alert", id.text) }
        if let known = try record.alert.incident.flatMap(workspace.incident) {
            throw Refusal("already-declared", "The alert belongs to \(known.key) already.")
        }
        let severity =
            try severity.map { try self.severity($0, workspace.organisation.procedure) } ?? record.alert.severity
        let title =
            try title.map { try Incident.checked($0, "title", limit: IncidentLimits.title) }
            ?? IncidentTitle.shortened(record.content.title)
        let incident = try declare(
            title: title, severity: severity, service: record.alert.service, kind: .real, origin: nil,
            impactStarted: record.content.startsAt,
            reason: "Declared by \(workspace.organisation.name(of: actor)) from the alert \"\(record.content.title)\".",
            by: actor, in: workspace)
        workspace.record([.alertAttached(id, title: record.content.title)], on: incident.id, by: actor)
        workspace.record(
            .attached(incident.id, why: "\(workspace.organisation.name(of: actor)) declared \(incident.key) from it."),
            on: id, by: actor)
        return try workspace.incident(incident.id) ?? incident
    }

    private func severity(_ word: String, _ procedure: Procedure) throws -> Severity {
        guard let severity = procedure.ladder.severity(labelled: word) else {
            let known = procedure.ladder.labels.joined(separator: ", ")
            throw Refusal(
                "unknown-severity", "\"\(word)\" is not a severity of the playbook \(procedure.id): \(known).")
        }
        return severity
    }

    func declare(
        title: String, severity: Severity, service: ServiceID?, kind: Incident.Kind, origin: String?,
        impactStarted: Instant?, reason: String, by actor: Actor, in workspace: Workspace
    ) throws -> Incident {
        let procedure = workspace.organisation.procedure
        let id = workspace.declare(
            IncidentEvent.Declaration(
                key: try nextKey(procedure.keyPattern, in: workspace), title: title, severity: severity,
                service: service,
                kind: kind, procedure: procedure.id, procedureVersion: procedure.version, origin: origin,
                impactStarted: impactStarted, detected: workspace.now, reason: reason), by: actor)
        guard let incident = try workspace.incident(id) else { preconditionFailure("A declared incident is at hand.") }
        return incident
    }

    /// Numbers are counted in `meta`, one row a series, so that no two incidents share a key and none is used again.
    private func nextKey(_ pattern: KeyPattern, in workspace: Workspace) throws -> String {
        let date = Zone.utc.civil(at: workspace.now).date
        let name = "key-series:" + pattern.series(on: date)
        let last = try workspace.connection.first("SELECT value FROM meta WHERE key = ?", [.text(name)]) { $0.text(0) }
        let number = (last.flatMap { Int($0) } ?? 0) + 1
        try workspace.connection.execute(
            "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [.text(name), .text(String(number))])
        return pattern.key(on: date, number: number)
    }

    // MARK: Working on an incident

    private func carryOut(
        _ command: IncidentCommand, on incident: Incident, by actor: Actor, in workspace: Workspace
    ) throws -> Incident {
        if case .assign(_, let user) = command {
            guard let user = workspace.organisation.user(user) else { throw Refusal.unknown("user", user.text) }
            guard !user.isDisabled else { throw Refusal("user-disabled", "\(user.name)'s account is disabled.") }
        }
        let events = try incident.decide(command, under: workspace.organisation.procedure)
        workspace.record(events, on: incident.id, by: actor)
        for case .statusChanged(let from, let to, _) in events where from.isActive && !to.isActive {
            let word = workspace.organisation.procedure.label(of: to).lowercased()
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
        let page = workspace.open(
            PageEvent.Opening(subject: .incident(incident), title: subject.title, service: subject.service, plan: plan),
            by: actor)
        workspace.record([.paged(page, plan: plan.name)], on: incident, by: actor)
        try noteExhaustion(of: page, in: workspace)
        return page
    }

    private func acknowledge(
        _ id: PageID, by actor: Actor, via: String, in workspace: Workspace
    ) throws -> Outcome {
        guard let page = try workspace.page(id) else { throw Refusal.unknown("page", id.text) }
        let events = try page.acknowledge(by: actor, via: via)
        workspace.record(events, on: id, by: actor)
        if !events.isEmpty { try acknowledged(page, by: actor, in: workspace) }
        guard let page = try workspace.page(id), case .acknowledged(let who, let at) = page.phase else {
            preconditionFailure("A page that can be acknowledged is, after an acknowledgement.")
        }
        return .pageAcknowledged(page, Acknowledgement(by: who, at: at, isFirst: !events.isEmpty))
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
