import Chronology
import Delivery
import Incidents
import Notation
import Paging
import Storage

/// To whom or where a page is handed over.
public enum HandOverTarget: Hashable, Sendable {
    case person(EscalationPlan.Target)
    /// Counts from 0.
    case rung(Int)
}

// What people do to a page beside taking it and asking for help.
extension Decider {
    func snooze(
        _ id: PageID, until: Instant, why: String?, by actor: Actor, in workspace: Workspace
    ) throws -> Outcome {
        guard let page = try workspace.page(id) else { throw Refusal.unknown("page", id.text) }
        let why = try why.map { text in try Incident.checked(text, "why", limit: IncidentLimits.title) }
        workspace.record(
            try page.snooze(until: until, by: actor, why: why, at: workspace.now), on: id, by: actor)
        return .page(try workspace.page(id) ?? page)
    }

    func handOver(
        _ id: PageID, to target: HandOverTarget, why: String, by actor: Actor, in workspace: Workspace
    ) throws -> Outcome {
        guard let page = try workspace.page(id) else { throw Refusal.unknown("page", id.text) }
        let why = try Incident.checked(why, "why", limit: IncidentLimits.title)
        let reach = try workspace.reaching(for: page)
        let events: [PageEvent]
        switch target {
        case .person(let target):
            do throws(InputFault) { try check(target, at: "/to", workspace.organisation) } catch {
                throw Refusal("invalid", "\(error.place): \(error.reason)")
            }
            events = try page.handOver(to: target, by: actor, why: why, at: workspace.now, reaching: reach)
        case .rung(let rung):
            events = try page.send(toRung: rung, by: actor, why: why, at: workspace.now, reaching: reach)
        }
        workspace.record(events, on: id, by: actor)
        try noteExhaustion(of: id, in: workspace)
        return .page(try workspace.page(id) ?? page)
    }

    /// How urgent an alert of that severity is for its service now.
    func urgency(of severity: Severity, for service: ServiceID?, in workspace: Workspace) -> UrgencyRule.Verdict {
        let organisation = workspace.organisation
        guard let service = service.flatMap(organisation.service), let document = service.urgency else {
            return UrgencyRule(urgentRank: nil).verdict(onRank: severity.rank, at: workspace.now)
        }
        let ladder =
            service.playbook.flatMap(organisation.playbook)?.procedure.ladder ?? organisation.procedure.ladder
        return document.rule(on: ladder).verdict(onRank: severity.rank, at: workspace.now)
    }

    /// Wakes the people of the plan for an alert, or puts it under the page of its service that nobody has taken yet: one
    /// flood is one page (R18).
    func page(
        for alert: AlertID, _ severity: Severity, title: String, service: ServiceID?, with plan: EscalationPlan,
        in workspace: Workspace
    ) throws {
        let verdict = urgency(of: severity, for: service, in: workspace)
        let bundles = service.flatMap(workspace.organisation.service)?.isBundled ?? false
        if bundles, let service,
            let page = try workspace.untakenPage(of: service, plan.id, verdict.urgency)
        {
            workspace.record(
                .paged(page.id, why: "A page of the same service is waiting to be taken; it was put under that one."),
                on: alert, by: .tocsin)
            return
        }
        let page = try workspace.open(
            PageEvent.Opening(
                subject: .alert(alert), title: title, service: service, plan: plan, urgency: verdict.urgency,
                heldUntil: verdict.heldUntil, why: verdict.why), by: .tocsin)
        workspace.record(
            .paged(page, why: "The plan \(plan.name) was started for it." + (verdict.why.map { " \($0)" } ?? "")),
            on: alert, by: .tocsin)
    }

    /// Lets the next way be taken when one has failed for good.
    func passOn(_ key: String, of id: PageID, in workspace: Workspace) throws {
        guard let page = try workspace.page(id),
            let notice = page.notices.first(where: { $0.notice.key == key })?.notice
        else { return }
        let ways = workspace.organisation.recipient(notice.contact.user).map(workspace.organisation.ways(of:)) ?? []
        let events = page.passOn(notice, ways: ways, at: workspace.now, reaching: try workspace.reaching(for: page))
        workspace.record(events, on: id, by: .tocsin)
        try noteExhaustion(of: id, in: workspace)
    }
}
