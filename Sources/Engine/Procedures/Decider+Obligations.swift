import Chronology
import Incidents
import Notation
import Paging
import Playbooks
import Storage

/// Bounds of what an incident does by itself, and why.
public enum ObligationLimits {
    /// How many steps one look takes. A playbook that asks for more at one instant is at odds with itself; what is left is
    /// done at the next look.
    static let steps = 200
    /// How long the last rung of a playbook's escalation may stay silent before the administrators are paged.
    static let lastRungPatience = Duration.minutes(15)
    /// How soon an incident is looked at again that was left in the middle of its steps.
    static let retry = Duration.seconds(1)
}

extension Decider {
    /// The playbook that the incident follows: the version that it is pinned to, or the nearest that can still be read.
    func edition(of incident: Incident, in workspace: Workspace) throws -> Edition? {
        try workspace.organisation.edition(of: incident, shelf: shelf, on: workspace.connection)
    }

    /// Does what the incident's playbook wants done by now: climbs rungs, gives roles to whom they fall, enters phases,
    /// reminds; and sets the time at which it has to be asked again. Asked twice it does nothing more; asked late, as after
    /// an outage, it does everything that is past due, in the order in which it was due.
    func settle(_ id: IncidentID, in workspace: Workspace) throws {
        guard let incident = try workspace.incident(id), let edition = try edition(of: incident, in: workspace) else {
            workspace.setTurn(of: id, at: nil)
            return
        }
        let playbook = edition.playbook
        for _ in 0..<ObligationLimits.steps {
            guard let incident = try workspace.incident(id) else { return }
            let agenda = edition.agenda(of: incident, in: workspace.organisation, at: workspace.now)
            let callees = Callees(
                incident: incident, playbook: playbook, organisation: workspace.organisation, now: workspace.now)
            let course = Course(incident, under: playbook, in: workspace.organisation)
            if let phase = course.phaseToEnter(under: playbook, at: workspace.now) {
                try enter(phase, incident, edition, callees, in: workspace)
            } else if let assignment = incident.roleToFill(under: playbook, callees, at: workspace.now) {
                workspace.record([assignment], on: id, by: .tocsin)
            } else if let rung = agenda.rungsDue.first {
                try climb(rung, agenda, incident, edition, callees, in: workspace)
            } else if let ended = agenda.windowsEnded(unknownTo: incident.history).first {
                workspace.record([ended], on: id, by: .tocsin)
            } else {
                try endAnswered(incident, playbook, in: workspace)
                remind(agenda, incident, callees, in: workspace)
                workspace.setTurn(of: id, at: agenda.nextLook)
                return
            }
        }
        workspace.setTurn(of: id, at: workspace.now + ObligationLimits.retry)
    }

    // MARK: Rungs

    private func climb(
        _ obligation: Obligation, _ agenda: Agenda, _ incident: Incident, _ edition: Edition, _ callees: Callees,
        in workspace: Workspace
    ) throws {
        guard case .rung(let rung, let calls) = obligation.duty else { return }
        var found = callees.find(calls)
        var page: PageID?
        var told: [UserID] = []
        if incident.kind == .real {
            switch rung.via {
            case .page:
                page = try open(rung, obligation, &found, agenda, incident, edition, in: workspace)
            case .notify:
                told = callees.users(found.targets)
                let content = IncidentMessage.Content(
                    .told, "You are told of it: \(obligation.title)", lines: rung.note.map { [$0] } ?? [])
                for user in told { workspace.tell(user, content, of: incident.id, key: obligation.id.text) }
            case .digest, .agenda:
                break
            }
        } else if !calls.isEmpty {
            found.obstacles = ["Nobody is called for a \(incident.kind.rawValue)."]
        }
        workspace.record(
            [
                .rungReached(
                    IncidentEvent.RungReached(
                        obligation: obligation.id.text, title: obligation.title, calls: calls.map(\.description),
                        via: rung.via.word, due: obligation.target ?? workspace.now, page: page, told: told,
                        obstacles: found.obstacles))
            ], on: incident.id, by: .tocsin)
    }

    /// Opens the page of a rung. It waits as long as the playbook lets it: the next rung is the playbook's to climb, and
    /// only behind the last one of all its plans the administrators are the fallback. Nil: nobody is there to be paged by it.
    private func open(
        _ rung: Rung, _ obligation: Obligation, _ found: inout Callees.Found, _ agenda: Agenda, _ incident: Incident,
        _ edition: Edition, in workspace: Workspace
    ) throws -> PageID? {
        guard !rung.isSilent else { return nil }
        let isLast = !agenda.pending.contains { other in
            guard case .rung(let next, let calls) = other.duty, other.id != obligation.id, next.via == .page else {
                return false
            }
            return other.target != nil && !calls.isEmpty
        }
        let name = edition.playbook.escalation.first { $0.id == rung.plan }?.title ?? rung.plan.text
        return try page(
            &found, incident, plan: .ofPlaybook(edition.id, rung.plan.text), name: "\(edition.playbook.title): \(name)",
            isLast: isLast, in: workspace)
    }

    /// Opens a page of one rung to those who were found, and says among the obstacles why somebody is not on it. Nil:
    /// nobody is there to be paged, or all of them are being paged for it at this very instant.
    func page(
        _ found: inout Callees.Found, _ incident: Incident, plan: EscalationPlanID, name: String, isLast: Bool,
        in workspace: Workspace
    ) throws -> PageID? {
        // Whoever is being paged for it at this very instant is not paged twice: the earliest plan wins.
        var paged: Set<UserID> = []
        for page in try incident.pages.compactMap(workspace.page) where page.openedAt == workspace.now {
            paged.formUnion(page.notices.map { $0.notice.contact.user })
        }
        let fresh = found.targets.filter { target in
            if case .user(let user) = target { !paged.contains(user) } else { true }
        }
        if fresh.isEmpty, !found.targets.isEmpty {
            found.obstacles.append("They are paged for it already.")
            return nil
        }
        var targets = fresh
        if targets.isEmpty {
            // A page is never dropped in silence: with nobody else there, the administrators hear of it.
            guard incident.pages.isEmpty, !found.obstacles.isEmpty else { return nil }
            found.obstacles.append("The administrators are paged instead.")
            targets = [.administrators]
        }
        let patience = isLast ? ObligationLimits.lastRungPatience : Paging.EscalationPlan.maximumPatience
        let escalation: Paging.EscalationPlan
        do throws(InputFault) {
            escalation = try Paging.EscalationPlan(
                id: plan, name: name, rungs: [.init(targets: targets, patience: patience)], laps: 1, fallback: [])
        } catch {
            preconditionFailure("A plan of one rung with somebody on it is a plan: \(error.reason)")
        }
        return try page(incident.id, with: escalation, by: .tocsin, in: workspace)
    }

    /// Where an acknowledgement ends an escalation, it ends the pages of the rungs before it too: somebody has it.
    private func endAnswered(_ incident: Incident, _ playbook: Playbook, in workspace: Workspace) throws {
        guard let acknowledged = incident.history.happenings.last(where: { $0.name == "acknowledged" })?.at else {
            return
        }
        let plans = playbook.escalation.filter { plan in
            plan.rungs().contains { $0.until == .event(.acknowledged) }
        }.map { EscalationPlanID.ofPlaybook(playbook.id.text, $0.id.text) }
        for page in try incident.pages.compactMap(workspace.page)
        where page.isOpen && plans.contains(page.plan.id) && page.openedAt <= acknowledged {
            workspace.record(page.end(why: "Somebody has taken \(incident.key)."), on: page.id, by: .tocsin)
        }
    }

    // MARK: Reminders

    /// Of each thing that is owed only the latest notice is given: after an outage nobody wants all of them. A notice for
    /// which nobody was there is given again once somebody is.
    private func remind(_ agenda: Agenda, _ incident: Incident, _ callees: Callees, in workspace: Workspace) {
        for obligation in agenda.obligations {
            guard let target = obligation.target,
                let notice = obligation.notices.last(where: { $0.at <= workspace.now })?.notice
            else { continue }
            func told(_ reachedSomebody: Bool) -> Bool {
                incident.history.told.contains(
                    .init(
                        obligation: obligation.id.text, notice: notice.rawValue, target: target,
                        reachedSomebody: reachedSomebody))
            }
            guard !told(true) else { continue }
            let owners = incident.kind == .real ? callees.owners(obligation.owner) : []
            if owners.isEmpty, notice == .ahead || told(false) { continue }
            workspace.record(
                [
                    .reminded(
                        IncidentEvent.Reminder(
                            obligation: obligation.id.text, notice: notice.rawValue, title: obligation.title,
                            target: target, told: owners))
                ], on: incident.id, by: .tocsin)
            let content = IncidentMessage.Content(
                .reminder, notice.sentence(obligation.title),
                lines: [
                    "\(notice == .late ? "It was due" : "Due"): \((obligation.lateAt ?? target).text(in: callees.playbook.zone))"
                ], obligation: obligation.id.text)
            for owner in owners {
                workspace.tell(
                    owner, content, of: incident.id, key: "\(obligation.id)/\(notice.rawValue)/\(target.microseconds)")
            }
        }
    }
}

extension Obligation.Notice {
    fileprivate func sentence(_ title: String) -> String {
        switch self {
        case .ahead: "Soon: \(title)"
        case .due: "Due now: \(title)"
        case .late: "Late: \(title)"
        }
    }
}

extension EscalationPlanID {
    /// The plan of a playbook, as pages carry it.
    static func ofPlaybook(_ playbook: String, _ plan: String) -> EscalationPlanID {
        EscalationPlanID("playbook.\(playbook).\(plan)")
    }
}

extension Agenda {
    /// When to look again: at the next turn, or when a time of watching is over.
    var nextLook: Instant? {
        let watches = obligations.compactMap { obligation -> Instant? in
            guard case .watch = obligation.duty, case .pending = obligation.state else { return nil }
            return obligation.target
        }
        return ([nextTurn] + watches.map(Optional.some)).compactMap { $0 }.min()
    }

    /// Times of watching that are over and of which the incident does not know yet.
    func windowsEnded(unknownTo history: Incident.History) -> [IncidentEvent] {
        obligations.compactMap { obligation in
            guard case .watch(let window) = obligation.duty, case .met = obligation.state else { return nil }
            let name = IncidentEventName.windowEnded(window).description
            guard !history.happenings.contains(where: { $0.name == name }) else { return nil }
            return .happened(name, detail: obligation.title)
        }
    }
}

extension Incident {
    /// A role that somebody has to have, that nobody has had, and that falls to somebody by its rule.
    func roleToFill(under playbook: Playbook, _ callees: Callees, at now: Instant) -> IncidentEvent? {
        guard status.isActive else { return nil }
        let facts = Course(self, under: playbook, in: callees.organisation).facts(under: playbook)
        for role in playbook.roles {
            guard let fallback = role.fallback, role.required?.holds(facts, at: now) == true,
                !history.roles.contains(where: { $0.value == role.id.text }),
                let user = callees.users(callees.find([fallback]).targets).first
            else { continue }
            return .roleAssigned(role: role.id.text, user)
        }
        return nil
    }
}

extension Organisation {
    /// The playbook that the incident follows: the version that it is pinned to, or the nearest that can still be read.
    public func edition(
        of incident: Incident, shelf: PlaybookShelf, on connection: any Connection
    ) throws -> Edition? {
        try edition(incident.procedure, version: incident.procedureVersion, shelf: shelf, on: connection)
    }

    func edition(
        _ id: String, version: Int, shelf: PlaybookShelf, on connection: any Connection
    ) throws -> Edition? {
        if let edition = playbook(id), edition.version == Int64(version) { return edition }
        return try shelf.edition(id, version: Int64(version), on: connection) ?? playbook(id)
    }

    /// The words, roles and ladder that the incident goes by: those of its playbook, or the usual ones where that cannot
    /// be read any more.
    func procedure(of incident: Incident, shelf: PlaybookShelf, on connection: any Connection) throws -> Procedure {
        try edition(of: incident, shelf: shelf, on: connection)?.procedure ?? procedure
    }
}
