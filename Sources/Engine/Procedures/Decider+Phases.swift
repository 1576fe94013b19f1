import Chronology
import Incidents
import Notation
import Paging
import Playbooks
import Storage

extension Decider {
    /// Enters a phase and does what it begins with: gives roles, pages, tells. What only a person can do stands on the
    /// phase's list (`ItemList`); a clock's start is in its anchor.
    func enter(
        _ phase: Playbook.Phase, _ incident: Incident, _ edition: Edition, _ callees: Callees, in workspace: Workspace
    ) throws {
        workspace.record([.phaseEntered(phase.id.text, title: phase.title)], on: incident.id, by: .tocsin)
        let facts = Course(incident, under: callees.playbook, in: callees.organisation)
            .facts(under: callees.playbook)
        for action in phase.enter where action.when.holds(facts, at: workspace.now) {
            switch action.act {
            case .assign(let role, let party):
                guard !incident.assignments.contains(where: { $0.role == role.text }) else { continue }
                let party = party ?? .role(role)
                guard let user = callees.users(callees.find([party]).targets).first else { continue }
                workspace.record([.roleAssigned(role: role.text, user)], on: incident.id, by: .tocsin)
            case .notify(let parties, let template):
                try notify(parties, template, action, phase, incident, edition, callees, in: workspace)
            case .page(let parties):
                try page(parties, action, phase, incident, edition, callees, in: workspace)
            case .post, .statusPage, .room, .bridge, .task, .create, .start: continue
            }
        }
    }

    /// Gaps of a template stay in the text in brackets: a message at the beginning is worth more than a whole one later.
    private func notify(
        _ parties: [Party], _ template: ElementID<Playbook.Template>?, _ action: Playbook.Action,
        _ phase: Playbook.Phase, _ incident: Incident, _ edition: Edition, _ callees: Callees, in workspace: Workspace
    ) throws {
        var found = callees.find(parties)
        let draft = try template.flatMap(edition.playbook.template).map {
            try self.draft($0, of: workspace.incident(incident.id) ?? incident, edition, in: workspace)
        }
        let title = action.title ?? draft?.subject ?? draft?.template.title ?? "\(phase.title) has begun"
        let content = IncidentMessage.Content(
            .told, title,
            lines: draft?.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) ?? [])
        var told: [UserID] = []
        if incident.kind == .real {
            told = callees.users(found.targets)
            // A phase that is entered again tells again.
            let visit = incident.history.phases.count
            for user in told {
                workspace.tell(user, content, of: incident.id, key: "phase/\(phase.id)/\(action.source.line)/\(visit)")
            }
        } else {
            found.obstacles = ["Nobody is called for a \(incident.kind.rawValue)."]
        }
        record(title, parties, .notify, nil, told, found, action, phase, incident, in: workspace)
    }

    private func page(
        _ parties: [Party], _ action: Playbook.Action, _ phase: Playbook.Phase, _ incident: Incident,
        _ edition: Edition, _ callees: Callees, in workspace: Workspace
    ) throws {
        var found = callees.find(parties)
        var page: PageID?
        if incident.kind == .real {
            page = try self.page(
                &found, workspace.incident(incident.id) ?? incident, plan: .ofPlaybook(edition.id, "phase-\(phase.id)"),
                name: "\(edition.playbook.title): \(phase.title)", isLast: true, in: workspace)
        } else {
            found.obstacles = ["Nobody is called for a \(incident.kind.rawValue)."]
        }
        let names = parties.map(edition.playbook.title(of:)).joined(separator: ", ")
        record(action.title ?? "Page \(names)", parties, .page, page, [], found, action, phase, incident, in: workspace)
    }

    /// On the record it looks like a rung: who was called, how, and why somebody was not.
    private func record(
        _ title: String, _ parties: [Party], _ via: Rung.Delivery, _ page: PageID?, _ told: [UserID],
        _ found: Callees.Found, _ action: Playbook.Action, _ phase: Playbook.Phase, _ incident: Incident,
        in workspace: Workspace
    ) {
        workspace.record(
            [
                .rungReached(
                    IncidentEvent.RungReached(
                        obligation: "phase/\(phase.id)/\(action.source.line)", title: title,
                        calls: parties.map(\.description), via: via.word, due: workspace.now, page: page, told: told,
                        obstacles: found.obstacles))
            ], on: incident.id, by: .tocsin)
    }
}
