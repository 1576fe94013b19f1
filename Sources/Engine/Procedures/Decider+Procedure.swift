import Chronology
import Incidents
import Notation
import Paging
import Playbooks
import Storage

extension Decider {
    /// Does to an incident what somebody asks in the words of its playbook. Refuses what the playbook has no word for, and
    /// everything about an incident that has ended but what belongs to its record.
    func carryOut(
        _ command: ProcedureCommand, on incident: Incident, by actor: Actor, in workspace: Workspace
    ) throws -> Incident {
        guard let edition = try edition(of: incident, in: workspace) else {
            throw Refusal("no-playbook", "The playbook \(incident.procedure) of \(incident.key) cannot be read.")
        }
        let playbook = edition.playbook
        let events: [IncidentEvent]
        switch command {
        case .answer(let answers):
            let checked = try playbook.checked(answers)
            let new = checked.filter { (incident.history.answers[$0.field] ?? "") != $0.text }
            events = new.isEmpty ? [] : [.answered(new)]
        case .update(let request):
            return try post(request, on: incident, by: actor, edition, in: workspace)
        case .mark(let word, let detail):
            guard let name = IncidentEventName(text: word), name.isMarkable else {
                let known = IncidentEventName.markable.map(\.description).joined(separator: ", ")
                throw Refusal("unknown-event", "\"\(word)\" is not something that can be noted; known: \(known).")
            }
            guard incident.status.isActive || name.isAfterwards || !incident.status.isFinal else {
                throw Refusal("incident-ended", "\(incident.key) has ended.")
            }
            events = [.happened(name.description, detail: try detail.checkedText("detail"))]
        case .meet(let id, let note):
            let owed = try owed(id, incident, playbook, workspace)
            if case .met = owed.state { return incident }
            events = [.obligationMet(id, title: owed.title, note: try note.checkedText("note"))] + owed.event
        case .waive(let id, let why):
            let why = try Incident.checked(why, "why", limit: IncidentLimits.text)
            let owed = try owed(id, incident, playbook, workspace)
            if case .waived = owed.state { return incident }
            events = [.obligationWaived(id, title: owed.title, why: why)]
        case .tick(let id, let answer):
            events = try tick(id, answer, by: actor, incident, playbook, workspace)
        case .untick(let id):
            guard incident.history.ticks[id] != nil else { return incident }
            let entry = ItemList.entry(
                id, of: incident, under: playbook, in: workspace.organisation, at: workspace.now)
            if let entry { try checkSigner(of: entry, is: actor, incident, playbook, workspace) }
            events = [.itemUnticked(id, text: entry?.text ?? id)]
        case .upgrade(let why):
            let why = try Incident.checked(why, "why", limit: IncidentLimits.text)
            guard let latest = workspace.organisation.playbook(incident.procedure) else {
                throw Refusal("no-playbook", "There is no playbook \(incident.procedure) any more.")
            }
            guard Int(latest.version) != incident.procedureVersion else { return incident }
            events = [.playbookMoved(from: incident.procedureVersion, to: Int(latest.version), why: why)]
        }
        workspace.record(events, on: incident.id, by: actor)
        return try workspace.incident(incident.id) ?? incident
    }

    // MARK: What is owed

    private func owed(
        _ id: String, _ incident: Incident, _ playbook: Playbook, _ workspace: Workspace
    ) throws -> Obligation {
        let agenda = Agenda(
            of: Course(incident, under: playbook, in: workspace.organisation), under: playbook, at: workspace.now)
        guard let owed = agenda[Obligation.ID(id)] else { throw Refusal.unknown("obligation", id) }
        if case .rung = owed.duty {
            throw Refusal(
                "not-yours", "A rung of an escalation is climbed, not ticked off; acknowledge the page instead.")
        }
        return owed
    }

    private func tick(
        _ id: String, _ answer: String?, by actor: Actor, _ incident: Incident, _ playbook: Playbook,
        _ workspace: Workspace
    ) throws -> [IncidentEvent] {
        guard
            let entry = ItemList.entry(id, of: incident, under: playbook, in: workspace.organisation, at: workspace.now)
        else {
            throw Refusal.unknown("item", id)
        }
        try checkSigner(of: entry, is: actor, incident, playbook, workspace)
        let answer = try answer.checkedText("answer")
        if case .choice(let options)? = entry.question {
            guard let answer, options.contains(answer) else {
                throw Refusal(
                    "missing-answer",
                    "\"\(entry.text)\" is a decision: answer one of \(options.joined(separator: ", ")).")
            }
        }
        if case .text? = entry.question, answer == nil {
            throw Refusal("missing-answer", "\"\(entry.text)\" asks for an answer.")
        }
        if case .done(_, let known) = entry.state, known == answer { return [] }
        return [.itemTicked(id, text: entry.text, answer: answer)]
    }

    /// A signature is given, and taken back, by whoever stands for the name that signs. While nobody does, anybody may, and
    /// the record says who it was.
    private func checkSigner(
        of entry: ItemList.Entry, is actor: Actor, _ incident: Incident, _ playbook: Playbook,
        _ workspace: Workspace
    ) throws(Refusal) {
        guard let party = entry.signer else { return }
        let organisation = workspace.organisation
        let callees = Callees(
            incident: incident, playbook: playbook, organisation: organisation, now: workspace.now)
        let signers = callees.users(callees.find([party]).targets)
        guard !signers.isEmpty else { return }
        if case .user(let user) = actor, signers.contains(user) { return }
        let names = signers.map { organisation.name(of: .user($0)) }.joined(separator: ", ")
        throw Refusal("not-yours", "\"\(entry.text)\" is for \(names) to say.")
    }

    // MARK: Gates

    /// What the playbook wants done before an incident gets that status, as sentences. Going on without needs a reason.
    func openGates(of incident: Incident, before status: IncidentStatus, in workspace: Workspace) throws -> [String] {
        guard let edition = try edition(of: incident, in: workspace) else { return [] }
        let playbook = edition.playbook
        var open: [String] = []
        let needed: [Playbook.Field.Requirement]
        if status == .resolved {
            needed = [.atResolve]
        } else if status == .closed {
            needed = [.atResolve, .atClose]
        } else {
            return []
        }
        let facts = Course(incident, under: playbook, in: workspace.organisation).facts(under: playbook)
        for field in playbook.fields
        where needed.contains(field.required) && field.when.holds(facts, at: workspace.now)
            && incident.history.answers[field.id.text] == nil
        {
            open.append("\(field.title) (\(field.id))")
        }
        for list in ItemList.all(of: incident, under: playbook, in: workspace.organisation, at: workspace.now)
        where list.gates == status {
            open += list.open.map { "\($0.text) (\($0.id))" }
        }
        return open
    }
}

extension Obligation {
    /// What doing it means for everything else that counts from it.
    fileprivate var event: [IncidentEvent] {
        guard case .review(let step) = duty else { return [] }
        switch step {
        case .schedule: return [.happened(IncidentEventName.reviewScheduled.description, detail: nil)]
        case .hold: return [.happened(IncidentEventName.reviewHeld.description, detail: nil)]
        case .publish: return [.happened(IncidentEventName.reviewPublished.description, detail: nil)]
        case .draft, .complete: return []
        }
    }
}

extension IncidentEventName {
    /// What happens after the end.
    fileprivate var isAfterwards: Bool {
        [.reviewScheduled, .reviewHeld, .reviewPublished, .actionsOwned].contains(self)
    }
}

extension String? {
    /// Nil where nothing is said; refused where too much is.
    fileprivate func checkedText(_ name: String) throws(Refusal) -> String? {
        guard let text = self, !text.trimmingSpaces.isEmpty else { return nil }
        return try Incident.checked(text, name, limit: IncidentLimits.text)
    }
}
