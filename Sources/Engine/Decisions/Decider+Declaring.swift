import Alerting
import Chronology
import Incidents
import Notation
import Paging
import Playbooks
import Storage

extension Decider {
    func declare(_ request: DeclareRequest, by actor: Actor, in workspace: Workspace) throws -> Incident {
        let organisation = workspace.organisation
        let title = try Incident.checkedTitle(request.title)
        var service: Service?
        if let word = request.service, !word.isEmpty {
            service = organisation.service(named: word)
            if service == nil { throw Refusal.unknown("service", word) }
        }
        let edition = try followed(request.playbook, service, in: workspace)
        var note: String?
        if let text = request.note, !text.isEmpty {
            note = try Incident.checked(text, "note", limit: IncidentLimits.text)
        }
        let answers = try edition.playbook.checked(request.answers).filter { !$0.text.isEmpty }
        let choice = try choose(request, answers, service, edition, at: workspace.now)
        let incident = try declare(
            title: title, severity: choice.severity, service: service?.id, kind: request.kind, origin: nil,
            impactStarted: nil,
            reason: (["Declared by \(organisation.name(of: actor))."] + choice.reasons).joined(separator: "\n"),
            answers: answers, under: edition, by: actor, in: workspace)
        if let note { workspace.record([.noteAdded(note)], on: incident.id, by: actor) }
        let plan = (service?.plan ?? organisation.settings.fallbackPlan).flatMap(organisation.plan)
        if let plan, request.kind == .real { _ = try page(incident.id, with: plan, by: .tocsin, in: workspace) }
        return try workspace.incident(incident.id) ?? incident
    }

    /// The playbook that an incident follows: the one that was asked for, its service's, or the organisation's. One of the
    /// binary's that nobody has used yet is put among the documents, so that the incident keeps it whatever a later binary
    /// brings.
    private func followed(_ word: String?, _ service: Service?, in workspace: Workspace) throws -> Edition {
        let organisation = workspace.organisation
        let id = word.flatMap { $0.isEmpty ? nil : $0 } ?? service?.playbook ?? organisation.procedure.id
        guard let edition = organisation.playbook(id) else {
            let known = organisation.playbooks.map(\.id).joined(separator: ", ")
            throw Refusal("unknown-playbook", "There is no playbook \"\(id)\"; known: \(known).")
        }
        guard edition.version == 0 else { return edition }
        let change = DocumentChange(
            kind: .playbook, id: id,
            action: .put(["yaml": .string(edition.text), "origin": .string(Edition.Origin.builtIn.rawValue)]),
            origin: .local)
        _ = try carryOut(change, by: .tocsin, in: workspace)
        return workspace.organisation.playbook(id) ?? edition
    }

    // MARK: Severity

    /// The severity and why: what was asked for, against what the playbook suggests. A milder one than that asks why, and
    /// where the playbook says "when in doubt, the higher" it is the suggestion that stands when nobody chooses (S4-30).
    private func choose(
        _ request: DeclareRequest, _ answers: [IncidentEvent.Answer], _ service: Service?, _ edition: Edition,
        at now: Instant
    ) throws -> (severity: Incidents.Severity, reasons: [String]) {
        let playbook = edition.playbook
        var texts: [String: String] = [:]
        for answer in answers { texts[answer.field] = answer.text }
        let suggestion = playbook.suggestion(
            type: texts["type"].map { ElementID($0) }, service: service?.name, fields: playbook.values(of: texts),
            at: now)
        let suggested = suggestion.flatMap { edition.procedure.ladder.severity(labelled: $0.severity.text) }
        guard !request.severity.trimmingSpaces.isEmpty else {
            guard let suggested, let suggestion else {
                throw Refusal(
                    "missing-severity",
                    "Nothing that was answered suggests a severity; choose one of \(edition.procedure.ladder.labels.joined(separator: ", "))."
                )
            }
            return (suggested, ["\(suggested.label), for: \(suggestion.because)."])
        }
        let chosen = try severity(request.severity, edition.procedure)
        guard let suggested, let suggestion else { return (chosen, []) }
        if chosen.rank <= suggested.rank {
            return (chosen, ["The playbook suggests \(suggested.label): \(suggestion.because)."])
        }
        guard let why = request.why, !why.trimmingSpaces.isEmpty else {
            throw Refusal(
                "lower-severity",
                "The playbook suggests \(suggested.label) (\(suggestion.because)); \(chosen.label) is milder, so say why."
            )
        }
        let reason = try Incident.checked(why, "why", limit: IncidentLimits.title)
        return (
            chosen,
            ["The playbook suggests \(suggested.label): \(suggestion.because). \(chosen.label) was chosen: \(reason)"]
        )
    }

    func severity(_ word: String, _ procedure: Procedure) throws -> Incidents.Severity {
        guard let severity = procedure.ladder.severity(labelled: word) else {
            let known = procedure.ladder.labels.joined(separator: ", ")
            throw Refusal(
                "unknown-severity", "\"\(word)\" is not a severity of the playbook \(procedure.id): \(known).")
        }
        return severity
    }

    // MARK: From alerts

    func declare(
        from id: AlertID, _ title: String?, _ severity: String?, by actor: Actor, in workspace: Workspace
    ) throws -> Incident {
        guard let record = try workspace.alert(id) else { throw Refusal.unknown("alert", id.text) }
        if let known = try record.alert.incident.flatMap(workspace.incident) {
            throw Refusal("already-declared", "The alert belongs to \(known.key) already.")
        }
        let service = record.alert.service.flatMap(workspace.organisation.service)
        let edition = try followed(nil, service, in: workspace)
        let severity =
            try severity.map { try self.severity($0, edition.procedure) }
            ?? edition.procedure.ladder.nearest(to: record.alert.severity)
        let title =
            try title.map { try Incident.checkedTitle($0) }
            ?? IncidentTitle.shortened(record.content.title)
        let incident = try declare(
            title: title, severity: severity, service: record.alert.service, kind: .real, origin: nil,
            impactStarted: record.content.startsAt,
            reason: "Declared by \(workspace.organisation.name(of: actor)) from the alert \"\(record.content.title)\".",
            under: edition, by: actor, in: workspace)
        workspace.record([.alertAttached(id, title: record.content.title)], on: incident.id, by: actor)
        workspace.record(
            .attached(incident.id, why: "\(workspace.organisation.name(of: actor)) declared \(incident.key) from it."),
            on: id, by: actor)
        return try workspace.incident(incident.id) ?? incident
    }

    /// Declares by rule what an alert is about, under the playbook of its service.
    func declare(
        _ opening: AlertEvent.Opening, origin: String, impactStarted: Instant?, reason: String,
        in workspace: Workspace
    ) throws -> Incident {
        let service = opening.service.flatMap(workspace.organisation.service)
        let edition = try followed(nil, service, in: workspace)
        return try declare(
            title: IncidentTitle.shortened(opening.title),
            severity: edition.procedure.ladder.nearest(to: opening.severity), service: opening.service, kind: .real,
            origin: origin, impactStarted: impactStarted, reason: reason, under: edition, by: .tocsin, in: workspace)
    }

    // MARK: The declaration itself

    private func declare(
        title: String, severity: Incidents.Severity, service: ServiceID?, kind: Incident.Kind, origin: String?,
        impactStarted: Instant?, reason: String, answers: [IncidentEvent.Answer] = [], under edition: Edition,
        by actor: Actor, in workspace: Workspace
    ) throws -> Incident {
        let procedure = edition.procedure
        var declarer: UserID?
        if case .user(let user) = actor { declarer = user }
        let id = workspace.declare(
            IncidentEvent.Declaration(
                key: try nextKey(procedure, in: workspace), title: title, severity: severity, service: service,
                kind: kind, procedure: procedure.id, procedureVersion: procedure.version, origin: origin,
                impactStarted: impactStarted, detected: workspace.now, reason: reason, declarer: declarer,
                answers: answers), by: actor)
        guard let incident = try workspace.incident(id) else { preconditionFailure("A declared incident is at hand.") }
        return incident
    }

    /// Numbers are counted in `meta`, one row a series, so that no two incidents share a key and none is used again.
    private func nextKey(_ procedure: Procedure, in workspace: Workspace) throws -> String {
        let date = procedure.keyZone.civil(at: workspace.now).date
        let name = "key-series:" + procedure.keyPattern.series(on: date)
        let last = try workspace.connection.first("SELECT value FROM meta WHERE key = ?", [.text(name)]) { $0.text(0) }
        let number = (last.flatMap { Int($0) } ?? 0) + 1
        try workspace.connection.execute(
            "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [.text(name), .text(String(number))])
        return procedure.keyPattern.key(on: date, number: number)
    }
}
