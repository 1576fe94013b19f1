import Chronology
import Incidents
import Notation
import Playbooks
import Storage

extension Decider {
    /// Tells an audience, or somebody whom the playbook names, where the incident stands. Written by a template, the
    /// message goes out only when everything is known that the template cannot do without.
    func post(
        _ request: UpdateRequest, on incident: Incident, by actor: Actor, _ edition: Edition, in workspace: Workspace
    ) throws -> Incident {
        let playbook = edition.playbook
        var draft: MessageDraft?
        if let word = request.template {
            guard let template = playbook.template(ElementID(word)) else { throw Refusal.unknown("template", word) }
            draft = try self.draft(template, of: incident, edition, answers: request.answers, in: workspace)
        }
        let reader = try reader(of: request, draft, playbook)
        try checkStage(of: request, playbook)
        if let stage = request.stage { try allow(stage, by: actor, incident, edition, workspace) }
        let update = IncidentEvent.Update(
            audience: reader.id, stage: request.stage, template: request.template,
            text: try Incident.checked(try text(of: request, draft), "message", limit: IncidentLimits.text))
        let number = incident.history.updates.count + 1
        workspace.record([.updatePosted(update)], on: incident.id, by: actor)
        if incident.kind == .real {
            let callees = Callees(
                incident: incident, playbook: playbook, organisation: workspace.organisation, now: workspace.now)
            let content = IncidentMessage.Content(
                .update, draft?.subject ?? "Update for \(reader.title)",
                lines: update.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
            for user in callees.users(callees.find([reader.party]).targets) {
                workspace.tell(user, content, of: incident.id, key: "update/\(number)")
            }
        }
        return try workspace.incident(incident.id) ?? incident
    }

    /// What the template makes of what is known now.
    func draft(
        _ template: Playbook.Template, of incident: Incident, _ edition: Edition, answers: [String: String] = [:],
        in workspace: Workspace
    ) throws -> MessageDraft {
        for answer in answers.keys.sorted() where !template.asks.contains(where: { $0.id.text == answer }) {
            let known = template.asks.map(\.id.text).joined(separator: ", ")
            throw Refusal(
                "unknown-question",
                "The template \(template.id) does not ask for \"\(answer)\"; it asks for: \(known.isEmpty ? "nothing" : known)."
            )
        }
        let entries = try Timeline.of(
            incident, organisation: workspace.organisation, shelf: shelf, on: workspace.connection)
        let writer = MessageWriter(
            incident, edition, workspace.organisation, entries: entries, publicURL: publicURL, at: workspace.now)
        do throws(RenderingFault) {
            return try writer.draft(template, answers: answers)
        } catch {
            throw Refusal("too-long-message", "The template \(template.id) would make more than 64 kB of text.")
        }
    }

    /// The writer's own words, or those of the template. Nothing goes out while a question that has to be answered is not.
    private func text(of request: UpdateRequest, _ draft: MessageDraft?) throws(Refusal) -> String {
        guard let draft else {
            guard let text = request.text else {
                throw Refusal("missing-message", "Give a message, or a template that makes one.")
            }
            return text
        }
        let open = draft.template.asks.filter { ask in
            guard ask.isRequired else { return false }
            // Of words of the writer's own it is seen by the mark that the draft had for it.
            if let text = request.text { return text.contains("[\(ask.title)]") }
            return draft.unanswered.contains(ask)
        }
        guard open.isEmpty else {
            let questions = open.map { "\($0.title) (\($0.id))" }.joined(separator: ", ")
            throw Refusal(
                "unanswered-question", "The message \"\(draft.template.title)\" still asks for: \(questions).")
        }
        return request.text ?? draft.text
    }

    private struct Reader {
        let id: String
        let title: String
        let party: Party
    }

    /// Whom it is for: an audience before somebody else of that name.
    private func reader(
        of request: UpdateRequest, _ draft: MessageDraft?, _ playbook: Playbook
    ) throws(Refusal) -> Reader {
        guard let word = request.audience ?? draft?.template.audience?.text else {
            throw Refusal("missing-audience", "Say who is told: the template names no audience.")
        }
        if let audience = playbook.audiences.first(where: { $0.id.text == word || $0.title == word }) {
            return Reader(id: audience.id.text, title: audience.title, party: .audience(audience.id))
        }
        if let target = playbook.targets.first(where: { $0.id.text == word || $0.title == word }) {
            return Reader(id: target.id.text, title: target.title, party: .target(target.id))
        }
        let known = (playbook.audiences.map(\.id.text) + playbook.targets.map(\.id.text)).joined(separator: ", ")
        throw Refusal(
            "unknown-audience",
            "\"\(word)\" is neither an audience nor somebody whom the playbook \(playbook.id) names: \(known).")
    }

    private func checkStage(of request: UpdateRequest, _ playbook: Playbook) throws(Refusal) {
        let known = playbook.statusPage?.stages.map(\.id.text) ?? []
        guard let stage = request.stage, !known.contains(stage) else { return }
        throw Refusal(
            "unknown-stage",
            "\"\(stage)\" is not a stage of the playbook \(playbook.id): \(known.joined(separator: ", ")).")
    }

    /// What is told outside is for those to say who may, and waits for the signatures that the playbook asks for.
    private func allow(
        _ stage: String, by actor: Actor, _ incident: Incident, _ edition: Edition, _ workspace: Workspace
    ) throws(Refusal) {
        let (playbook, organisation) = (edition.playbook, workspace.organisation)
        try edition.authorise(.externalCommunication, actor, in: incident, organisation)
        let signoffs = playbook.signoffs.filter { $0.subject == .external }.map { "signoff/\($0.id)" }
        for list in ItemList.all(of: incident, under: playbook, in: organisation, at: workspace.now)
        where signoffs.contains(list.id) && !list.isDone {
            let open = list.open.map { "\($0.text) (\($0.id))" }.joined(separator: "; ")
            throw Refusal("gate-open", "Before the status page says \"\(stage)\": \(list.title): \(open).")
        }
    }
}
