import Alerting
import Chronology
import Incidents
import Notation
import Paging
import Storage

extension Decider {
    func receive(_ batch: SignalBatch, in workspace: Workspace) throws -> Outcome {
        var receipt = Receipt()
        let integration = workspace.organisation.integration(batch.integration)
        try workspace.loadAlerts(of: batch.integration, batch.signals.map(\.dedupKey))
        for signal in batch.signals {
            try receive(
                signal, from: batch.integration, service: integration?.service, plan: batch.plan, in: workspace,
                receipt: &receipt)
        }
        if let request = batch.request {
            try RequestLog.write(request, integration: batch.integration, in: workspace)
        }
        return .received(receipt)
    }

    func receive(
        _ signal: Signal, from integration: IntegrationID, service: ServiceID?, plan: EscalationPlanID? = nil,
        in workspace: Workspace, receipt: inout Receipt
    ) throws {
        let record = try workspace.latestAlert(integration, signal.dedupKey)
        let routing = workspace.organisation.routing
        let severity =
            record.map { $0.alert.isOpen } == true
            ? routing.severity(of: signal, on: routing.route(for: signal, from: integration)) : nil
        switch Reception(
            of: signal, latest: record.map(Reception.Latest.init), severity: severity, at: workspace.now)
        {
        case .opens:
            let id = try open(signal, from: integration, service: service, plan: plan, in: workspace)
            receipt.opened += 1
            receipt.alerts.append(id)
        case .repeats(let severity):
            guard let record else { preconditionFailure("A repeat has an alert that it repeats.") }
            workspace.renew(record.alert.id, with: record.content.renewed(by: signal, at: workspace.now))
            if let severity {
                workspace.record(
                    .severityChanged(from: record.alert.severity, to: severity), on: record.alert.id,
                    by: .integration(integration))
            }
            receipt.repeated += 1
            receipt.alerts.append(record.alert.id)
        case .acknowledges:
            guard let record else { preconditionFailure("An acknowledgement has an alert.") }
            _ = try acknowledge(record.alert.id, by: .integration(integration), in: workspace)
            receipt.acknowledged += 1
            receipt.alerts.append(record.alert.id)
        case .resolves:
            guard let record else { preconditionFailure("A resolution has an alert.") }
            try resolve(record.alert.id, .source, by: .integration(integration), in: workspace)
            receipt.resolved += 1
            receipt.alerts.append(record.alert.id)
        case .ignored(let why):
            receipt.ignored += 1
            guard let record else { return }
            receipt.alerts.append(record.alert.id)
            // Said once, however often the source repeats it.
            if signal.status == .firing, record.alert.explanation.last != why {
                workspace.record(.explained(why), on: record.alert.id, by: .integration(integration))
            }
        }
    }

    private func open(
        _ signal: Signal, from integration: IntegrationID, service: ServiceID?, plan fixed: EscalationPlanID?,
        in workspace: Workspace
    ) throws -> AlertID {
        let organisation = workspace.organisation
        let routing = organisation.routing.routing(of: signal, from: integration, integrationService: service)
        let plan = (fixed ?? routing.plan).flatMap(organisation.plan)
        let nobody = plan == nil ? ["Nobody is paged: no escalation plan applies to it."] : []
        let opening = AlertEvent.Opening(
            integration: integration, dedupKey: signal.dedupKey, title: signal.title, severity: routing.severity,
            service: routing.service, route: routing.route, labels: signal.labels, startsAt: signal.startsAt,
            explanation: routing.explanation + nobody)
        let id = workspace.open(
            opening, content: .init(signal, at: workspace.now), by: .integration(integration))
        if routing.declares, fixed == nil {
            try attach(id, opening, routing, plan, signal, in: workspace)
        } else if let plan {
            try page(
                for: id, routing.severity, title: signal.title, service: routing.service, with: plan, in: workspace)
        }
        return id
    }

    /// Puts the alert into the incident that it belongs to, and declares that incident when there is none yet.
    private func attach(
        _ alert: AlertID, _ opening: AlertEvent.Opening, _ routing: Routing, _ plan: EscalationPlan?, _ signal: Signal,
        in workspace: Workspace
    ) throws {
        let origin = "route:\(routing.route?.text ?? "")/service:\(routing.service?.text ?? "")"
        if let incident = try workspace.activeIncident(origin: origin) {
            workspace.record([.alertAttached(alert, title: opening.title)], on: incident.id, by: .tocsin)
            workspace.record(
                .attached(
                    incident.id, why: "\(incident.key) is open for the same route and service; it was attached there."),
                on: alert, by: .tocsin)
            let ladder = try edition(of: incident, in: workspace)?.procedure.ladder
            let severity = ladder?.nearest(to: opening.severity) ?? opening.severity
            if severity.rank < incident.severity.rank {
                workspace.record(
                    [
                        .severityChanged(
                            from: incident.severity, to: severity,
                            why: "The alert \"\(opening.title)\" is \(opening.severity.label).")
                    ], on: incident.id, by: .tocsin)
            }
            return
        }
        let reason = "Declared by a route from the alert \"\(opening.title)\"."
        let incident = try declare(
            opening, origin: origin, impactStarted: signal.startsAt, reason: reason, in: workspace)
        workspace.record([.alertAttached(alert, title: opening.title)], on: incident.id, by: .tocsin)
        workspace.record(.attached(incident.id, why: "\(incident.key) was declared from it."), on: alert, by: .tocsin)
        if let plan {
            let page = try page(incident.id, with: plan, by: .tocsin, in: workspace)
            workspace.record(
                .paged(page, why: "The plan \(plan.name) was started for \(incident.key)."), on: alert, by: .tocsin)
        }
    }

    // MARK: What ends or quiets an alert

    /// Acknowledges an open alert and the page that was opened for it. Changes nothing when both are acknowledged; a page
    /// that was escalated since is taken anew, and the alert with it.
    func acknowledge(_ id: AlertID, by actor: Actor, in workspace: Workspace) throws -> Acknowledgement {
        guard let record = try workspace.alert(id) else { throw Refusal.unknown("alert", id.text) }
        let page = try record.alert.page.flatMap(workspace.page).flatMap { $0.isOpen ? $0 : nil }
        if case .acknowledged(let who, let at) = record.alert.phase, page == nil {
            return Acknowledgement(by: who, at: at, isFirst: false)
        }
        workspace.record(.acknowledged(by: actor), on: id, by: actor)
        if let page {
            workspace.record(try page.acknowledge(by: actor, via: "the alert"), on: page.id, by: actor)
            try acknowledged(page, by: actor, in: workspace)
        }
        return Acknowledgement(by: actor, at: workspace.now, isFirst: true)
    }

    func resolve(_ id: AlertID, _ how: Alert.Resolution, by actor: Actor, in workspace: Workspace) throws {
        guard let record = try workspace.alert(id) else { throw Refusal.unknown("alert", id.text) }
        guard record.alert.isOpen else { return }
        workspace.record(.resolved(how), on: id, by: actor)
        let sentence: String =
            switch how {
            case .source: "by its source"
            case .expiry: "because its source fell silent"
            case .person(let actor): "by \(workspace.organisation.name(of: actor))"
            }
        if let incident = record.alert.incident {
            _ = try workspace.incident(incident)
            workspace.record(
                [.alertResolved(id, title: record.content.title, how: sentence)], on: incident, by: actor)
        }
        if let pageID = record.alert.page, let page = try workspace.page(pageID), case .alert(let first) = page.subject,
            !(try workspace.isWantedByOthers(pageID, than: id))
        {
            let why =
                first == id ? "The alert was resolved \(sentence)." : "The last of its alerts was resolved \(sentence)."
            workspace.record(page.end(why: why), on: pageID, by: actor)
        }
    }

    /// Alerts whose source has said nothing more by the time that it had given.
    func expireAlerts(in workspace: Workspace) throws {
        let due = try workspace.connection.all(
            "SELECT id FROM alert WHERE is_open = 1 AND expires_at IS NOT NULL AND expires_at <= ? ORDER BY expires_at LIMIT ?",
            [SQLValue(workspace.now), SQLValue(DeadlineLimits.batch)]
        ) { AlertID($0.text(0)) }
        for id in due {
            // A renewal in this same batch counts.
            guard let record = try workspace.alert(id), let expiry = record.content.expiresAt, expiry <= workspace.now
            else {
                continue
            }
            try resolve(id, .expiry, by: .tocsin, in: workspace)
        }
    }
}

extension Reception.Latest {
    init(_ record: AlertRecord) {
        var isAcknowledged = false
        var endedBySourceAt: Instant?
        switch record.alert.phase {
        case .firing: break
        case .acknowledged: isAcknowledged = true
        case .resolved(let how, let at): if how == .source { endedBySourceAt = at }
        }
        self.init(
            isOpen: record.alert.isOpen, isAcknowledged: isAcknowledged, severity: record.alert.severity,
            startsAt: record.content.startsAt, openedAt: record.content.firstSeen, endedBySourceAt: endedBySourceAt)
    }
}

extension AlertRecord.Content {
    init(_ signal: Signal, at now: Instant) {
        self.init(
            title: signal.title, labels: signal.labels, annotations: signal.annotations, sourceURL: signal.sourceURL,
            startsAt: signal.startsAt, expiresAt: signal.expiresAt, count: 1, firstSeen: now, lastSeen: now)
    }

    func renewed(by signal: Signal, at now: Instant) -> Self {
        var renewed = self
        renewed.title = signal.title
        renewed.labels = signal.labels
        renewed.annotations = signal.annotations
        renewed.sourceURL = signal.sourceURL
        // An episode keeps its earliest start, as in Alertmanager.
        if let startsAt = signal.startsAt { renewed.startsAt = min(startsAt, self.startsAt ?? startsAt) }
        renewed.expiresAt = signal.expiresAt
        renewed.count += 1
        renewed.lastSeen = now
        return renewed
    }
}

/// A title for an incident made of an alert's.
enum IncidentTitle {
    /// On one line, and cut at the limit with an ellipsis; the alert, which is attached, keeps the whole.
    static func shortened(_ title: String) -> String {
        let words = title.unicodeScalars.split { Incident.isLineBreakOrControl($0) || $0 == " " }
        let title = words.map(String.init).joined(separator: " ")
        let scalars = title.unicodeScalars
        guard scalars.count > IncidentLimits.title else { return title.isEmpty ? "Untitled alert" : title }
        var cut = String.UnicodeScalarView()
        cut.append(contentsOf: scalars.prefix(IncidentLimits.title - 1))
        return String(cut) + "…"
    }
}

extension Refusal {
    static func unknown(_ kind: String, _ name: String) -> Refusal {
        Refusal("unknown-\(kind)", "There is no \(kind) \"\(name)\".")
    }
}
