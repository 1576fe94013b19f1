import Alerting
import Chronology
import Engine
import HTTPTypes
import Identity
import Notation
import Storage

/// Alerts: the list, one alert with its reasons, and what people do with it.
extension PageHandlers {
    var alertRoutes: [Route] {
        [
            Route(.get, "/alerts", .readAll, "The list of alerts", handler: alertList),
            Route(.get, "/alerts/{id}", .readAll, "One alert, and why it did what it did", isUrgent: true) { call in
                try await show(try await alertPage(AlertID(call.parameter("id"))), call)
            },
            Route(
                .post, "/alerts/{id}/acknowledge", .respond, "Acknowledge an alert and its page", body: .form([]),
                isUrgent: true
            ) { call in
                try await act(call) { id in
                    let acknowledgement = try await api.acknowledge(id, for: call)
                    return acknowledgement.isFirst
                        ? .alertAcknowledged : .acknowledgedBefore(acknowledgement, for: call)
                }
            },
            Route(.post, "/alerts/{id}/resolve", .respond, "Resolve an alert by hand", body: .form([])) { call in
                try await act(call) { id in
                    _ = try await api.submit(.resolveAlert(id), for: call, subject: "alert")
                    return .alertResolved
                }
            },
            Route(
                .post, "/alerts/{id}/declare", .respond, "Declare an incident from an alert",
                body: .form(["title", "severity"]), handler: declareFromAlert),
        ]
    }

    @Sendable private func alertList(_ call: Call) async throws -> Answer {
        let organisation = try await engine.organisation()
        let state = AlertListPage.Filter(rawValue: try call.query.one("state") ?? "open") ?? .open
        let search = try call.query.one("q") ?? ""
        let service = try call.query.text("service").flatMap { organisation.service(named: $0) }
        var filter = AlertFilter()
        filter.isOpen = state == .open ? true : nil
        filter.service = service?.id
        filter.text = search.trimmed
        filter.after = try call.query.text("after").map { AlertID($0) }
        filter.limit = Self.rows
        let (views, head) = try await api.read { [filter] connection in
            (
                try AlertView.all(
                    try AlertQueries.list(filter, on: connection), organisation: organisation, on: connection),
                try EventLog.head(on: connection)
            )
        }
        let path: LocalPath = "/alerts"
        let older = views.count == filter.limit ? views.last?.record.alert.id.text : nil
        let page = AlertListPage(
            rows: views.map { AlertListPage.Row($0, organisation) }, filter: state, search: search,
            service: service?.id.text, services: organisation.serviceChoices,
            older: older.map {
                path.with("state", state == .open ? nil : state.rawValue).with("q", search)
                    .with("service", service?.id.text).with("after", $0)
            }, after: head)
        return try await show(page, call)
    }

    /// Throws a 404 when there is no alert of that id.
    private func alertPage(_ id: AlertID, form: FormState = .fresh) async throws -> AlertPage {
        let organisation = try await engine.organisation()
        let found = try await api.read { connection in
            try AlertQueries.alert(id, on: connection).map { record in
                (
                    record: record, entries: try Timeline.of(id, organisation: organisation, on: connection),
                    incident: try record.alert.incident.flatMap { try IncidentQueries.key(of: $0, on: connection) },
                    head: try EventLog.head(on: connection)
                )
            }
        }
        guard let found else { throw HTTPProblem.notFound("There is no alert \"\(id)\".") }
        let (alert, content) = (found.record.alert, found.record.content)
        var resolvedAt: Instant?
        if case .resolved(_, let at) = alert.phase { resolvedAt = at }
        return AlertPage(
            id: id.text, heading: content.title, severity: SeverityMark(alert.severity), state: AlertMark(alert.phase),
            dedupKey: alert.dedupKey, service: organisation.serviceName(alert.service),
            integration: organisation.integration(alert.integration)?.name, count: Int(content.count),
            firstSeen: content.firstSeen, lastSeen: content.lastSeen, resolvedAt: resolvedAt,
            sourceURL: content.sourceURL, labels: content.labels.map { AlertPage.Pair($0.name, $0.value) },
            annotations: content.annotations.map { AlertPage.Pair($0.name, $0.value) },
            history: Self.history(of: found.entries), explanation: alert.explanation.map { "\($0)" },
            incident: found.incident, page: alert.page?.text, form: form, severities: organisation.severityChoices,
            after: found.head)
    }

    /// Newest first, each with the state that the alert was in from then on.
    private static func history(of entries: [TimelineEntry]) -> [AlertPage.Change] {
        var state = AlertMark.firing
        var changes: [AlertPage.Change] = []
        for entry in entries {
            switch entry.kind {
            case "alert.acknowledged": state = .acknowledged
            case "alert.resolved": state = .resolved
            default: break
            }
            let sentence: Prose =
                entry.actor == .tocsin ? "\(entry.sentence)" : "\(strong: entry.actorName) · \(entry.sentence)"
            changes.append(AlertPage.Change(at: entry.at, state: state, sentence: sentence))
        }
        return changes.reversed()
    }

    // MARK: Acting

    private func act(_ call: Call, _ act: (AlertID) async throws -> Flash) async throws -> Answer {
        let id = AlertID(call.parameter("id"))
        return try await submit(call) {
            try await alertPage(id, form: $0)
        } _: {
            let flash = try await act(id)
            return .seeOther("/alerts/\(id.text)", flash)
        }
    }

    @Sendable private func declareFromAlert(_ call: Call) async throws -> Answer {
        let id = call.parameter("id")
        return try await submit(call) {
            try await alertPage(AlertID(id), form: $0)
        } _: {
            let incident = try await actions.perform(
                .post, "/api/v1/alerts/\(id)/declare",
                ["title": try call.optionalField("title"), "severity": try call.optionalField("severity")], for: call)
            return .seeOther("/incidents/\(try incident.text("key"))", .declared)
        }
    }
}

extension AlertListPage.Row {
    fileprivate init(_ view: AlertView, _ organisation: Organisation) {
        let (alert, content) = (view.record.alert, view.record.content)
        self.init(
            id: alert.id.text, title: content.title, severity: SeverityMark(alert.severity),
            state: AlertMark(alert.phase), service: organisation.serviceName(alert.service),
            hint: Self.hint(content.labels), count: Int(content.count), firstSeen: content.firstSeen,
            lastSeen: content.lastSeen, incident: view.incident)
    }

    /// Labels that the other columns say already.
    private static let shownElsewhere: Set<String> = ["alertname", "severity", "service"]

    /// The first three that are left, each short enough for a line to hold them.
    private static func hint(_ labels: [Label]) -> String? {
        let told = labels.filter { !shownElsewhere.contains($0.name) && $0.value.utf8.count <= 60 }.prefix(3)
        return told.isEmpty ? nil : told.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    }
}

extension AlertMark {
    init(_ phase: Alert.Phase) {
        switch phase {
        case .firing: self = .firing
        case .acknowledged: self = .acknowledged
        case .resolved: self = .resolved
        }
    }
}
