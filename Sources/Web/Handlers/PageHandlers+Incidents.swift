import Chronology
import Engine
import HTTPTypes
import Identity
import Incidents
import Notation
import Paging
import Storage

/// Incidents: the list, one incident, its live parts and its export.
extension PageHandlers {
    /// Entries of a timeline that one page shows; the export has all of them.
    private static let entries = 500
    /// Alerts and pages of one incident that are listed beside its timeline.
    private static let attachments = 100

    var incidentRoutes: [Route] {
        [
            Route(.get, "/incidents", .readAll, "The list of incidents", handler: incidentList),
            Route(.get, "/incidents/new", .respond, "The form that declares an incident") { call in
                try await show(try await declarePage(for: call.query), call)
            },
            Route(.get, "/incidents/{key}", .readAll, "One incident") { call in
                let key = call.parameter("key")
                var page = try await incidentPage(key)
                if let template = try call.query.text("draft") {
                    page.start(from: try await api.draft(template, of: key))
                }
                return try await show(page, call)
            },
            Route(.get, "/incidents/{key}/timeline", .readAll, "The parts of an incident that change by themselves") {
                call in
                let page = try await incidentPage(call.parameter("key"))
                return .html(page.fragment(try await frame(for: call)).bytes)
            },
            Route(.get, "/incidents/{key}/export.md", .readAll, "The record of an incident as Markdown") { call in
                let key = call.parameter("key")
                let organisation = try await engine.organisation()
                let shelf = engine.shelf
                let text = try await api.read { [now = call.now] connection in
                    try IncidentQueries.incident(key: key, on: connection).map {
                        try IncidentExport.markdown(
                            of: $0, organisation: organisation, shelf: shelf, generatedAt: now, on: connection)
                    }
                }
                guard let text else { throw HTTPProblem.notFound("There is no incident \"\(key)\".") }
                // A key holds letters, digits, '-', '_' and '.' only, so it needs no quoting.
                return Answer.bytes(Array(text.utf8), type: "text/markdown; charset=utf-8")
                    .with(.contentDisposition, "attachment; filename=\"\(key).md\"")
            },
        ]
    }

    // MARK: The list

    @Sendable private func incidentList(_ call: Call) async throws -> Answer {
        let organisation = try await engine.organisation()
        let state = IncidentListPage.Filter(rawValue: try call.query.one("state") ?? "open") ?? .open
        let severity = try call.query.text("severity").flatMap { organisation.severity(ofAnyPlaybook: $0) }
        var filter = IncidentFilter()
        filter.isOpen = state == .all ? nil : state == .open
        filter.severity = severity?.label
        filter.after = try call.query.text("after").map { IncidentID($0) }
        filter.limit = Self.rows
        let shelf = engine.shelf
        let (found, head) = try await api.read { [filter] connection in
            let found = try IncidentQueries.list(filter, on: connection)
            let labels = try IncidentQueries.statusLabels(
                of: found, organisation: organisation, shelf: shelf, on: connection)
            return (Array(zip(found, labels)), try EventLog.head(on: connection))
        }
        let path: LocalPath = "/incidents"
        let older = found.count == filter.limit ? found.last?.0.id.text : nil
        let page = IncidentListPage(
            rows: found.map { IncidentListPage.Row($0.0, statusLabel: $0.1, organisation) }, filter: state,
            severities: organisation.severityLabels, severity: severity?.label,
            older: older.map {
                path.with("state", state == .open ? nil : state.rawValue).with("severity", severity?.label)
                    .with("after", $0)
            }, after: head)
        return try await show(page, call)
    }

    // MARK: One incident

    private struct Material: Sendable {
        let incident: Incident
        let chainHead: String
        let edition: Edition?
        let now: Instant
        let entries: [TimelineEntry]
        let alerts: [AlertRecord]
        let pages: [Page]
        let logHead: Int64
    }

    /// Throws a 404 when there is no incident of that key.
    func incidentPage(_ key: String) async throws -> IncidentPage {
        let organisation = try await engine.organisation()
        let shelf = engine.shelf
        let material = try await api.read { connection -> Material? in
            guard let incident = try IncidentQueries.incident(key: key, on: connection) else { return nil }
            let view = try IncidentView(incident, organisation: organisation, shelf: shelf, on: connection)
            var filter = AlertFilter()
            filter.incident = incident.id
            filter.limit = Self.attachments
            return Material(
                incident: incident,
                chainHead: view.head, edition: view.edition, now: view.now,
                entries: try Timeline.of(incident, organisation: organisation, shelf: shelf, on: connection),
                alerts: try AlertQueries.list(filter, on: connection),
                pages: try incident.pages.suffix(Self.attachments).reversed().compactMap {
                    try PageQueries.page($0, on: connection)
                }, logHead: try EventLog.head(on: connection))
        }
        guard let material else { throw HTTPProblem.notFound("There is no incident \"\(key)\".") }
        return page(of: material, organisation)
    }

    private func page(of material: Material, _ organisation: Organisation) -> IncidentPage {
        let incident = material.incident
        let procedure = material.edition?.procedure ?? organisation.procedure
        let times = incident.times
        let roles = procedure.roles.map { role in
            let holders = incident.assignments.filter { $0.role == role.id }
            let names = holders.map { organisation.name(of: .user($0.user)) }
            return IncidentPage.Role(
                id: role.id, name: role.label, holder: names.isEmpty ? nil : names.joined(separator: ", "),
                since: holders.first?.since,
                eligible: material.edition?.playbook.roles.first { $0.id.text == role.id }?.eligible?.text)
        }
        var page = IncidentPage(
            key: incident.key, heading: incident.title, severity: SeverityMark(incident.severity),
            status: StateMark(incident.status, procedure, named: incident.statusName),
            service: organisation.serviceName(incident.service), isDrill: incident.kind != .real,
            declared: times.declared, impactStarted: times.impactStarted,
            resolved: times.resolved, closed: incident.status.isFinal ? times.closed ?? incident.updatedAt : nil,
            lead: roles.first?.holder,
            owed: (material.edition?.agenda(of: incident, in: organisation, at: material.now).pending ?? []).compactMap
            { owed in
                owed.target.map { IncidentPage.Owed(what: owed.title, due: $0) }
            },
            entries: material.entries.suffix(Self.entries).reversed().map { TimelineRow($0) },
            entriesLeftOut: max(0, material.entries.count - Self.entries), roles: roles,
            alerts: material.alerts.map { record in
                IncidentPage.AttachedAlert(
                    id: record.alert.id.text, title: record.content.title, state: AlertMark(record.alert.phase),
                    count: Int(record.content.count))
            },
            pages: material.pages.map { page in
                IncidentPage.AttachedPage(
                    id: page.id.text, state: PageMark(page), who: page.who(organisation), at: page.openedAt)
            }, chain: IncidentPage.Chain(length: Int(incident.version), head: material.chainHead),
            statuses: procedure.choices(after: incident.status, named: incident.statusName).map {
                Choice($0.id, $0.label)
            },
            severities: procedure.ladder.choices, people: organisation.peopleChoices,
            subjects: ["incident/\(incident.id)"] + material.pages.map { "page/\($0.id)" }, after: material.logHead)
        page.procedure = material.edition.map {
            IncidentPage.Procedure($0, of: incident, in: organisation, at: material.now)
        }
        return page
    }
}

// MARK: In the words of the pages

extension IncidentListPage.Row {
    fileprivate init(_ summary: IncidentSummary, statusLabel: String, _ organisation: Organisation) {
        self.init(
            key: summary.key, title: summary.title, severity: SeverityMark(summary.severity),
            status: StateMark(summary.status, label: statusLabel),
            service: organisation.serviceName(summary.service),
            lead: summary.lead.map { organisation.name(of: .user($0)) }, declared: summary.declaredAt,
            ended: summary.resolvedAt ?? (summary.status.isFinal ? summary.updatedAt : nil),
            isDrill: summary.kind != .real)
    }
}

extension SeverityMark {
    init(_ severity: Severity) {
        self.init(rank: severity.rank, label: severity.label)
    }
}

extension StateMark {
    init(_ status: IncidentStatus, _ procedure: Procedure, named name: String? = nil) {
        self.init(status, label: procedure.label(of: status, named: name))
    }

    init(_ status: IncidentStatus, label: String) {
        let tone: Tone =
            switch status {
            case .reported, .triaging, .declared, .investigating, .identified: .bad
            case .mitigating, .monitoring, .paused: .waiting
            case .resolved: .good
            case .closed, .declined, .merged, .cancelled: .quiet
            }
        self.init(label, tone)
    }
}

extension TimelineRow {
    /// Who did it stands in front, unless Tocsin itself did.
    init(_ entry: TimelineEntry) {
        let sentence: Prose =
            entry.actor == .tocsin ? "\(entry.sentence)" : "\(strong: entry.actorName) · \(entry.sentence)"
        self.init(
            sequence: Int(entry.sequence), at: entry.at, kind: Kind(eventKind: entry.kind, entry.sentence),
            sentence: sentence, body: entry.detail)
    }
}

extension TimelineRow.Kind {
    /// Kinds of events that a later version writes are shown quietly.
    fileprivate init(eventKind: String, _ sentence: String) {
        switch eventKind {
        case "incident.declared": self = .declared
        case "incident.status-changed": self = .status
        case "incident.severity-changed": self = .severity
        case "incident.role-assigned", "incident.role-released": self = .role
        case "incident.alert-attached", "incident.alert-resolved": self = .alert
        case "incident.page-acknowledged", "page.acknowledged": self = .acknowledged
        case "incident.page-exhausted", "page.exhausted", "page.rung-skipped", "page.notice-failed": self = .late
        case "page.escalated": self = .escalated
        case "page.notice-sent": self = .delivery
        case "incident.paged", "incident.rung-reached", "page.opened", "page.rung-reached", "page.ended": self = .page
        default: self = .note
        }
    }
}

extension Organisation {
    func serviceName(_ id: ServiceID?) -> String? { id.map { service($0)?.name ?? $0.text } }

    /// Worst first, each with what it means.
    var severityChoices: [Choice] { procedure.ladder.choices }

    var playbookChoices: [Choice] { playbooks.map { Choice($0.id, $0.playbook.title) } }

    var serviceChoices: [Choice] { services.map { Choice($0.id.text, $0.name) } }
    var planChoices: [Choice] { plans.map { Choice($0.id.text, $0.name) } }

    /// As targets of escalation plans and of playbooks.
    var scheduleChoices: [Choice] { schedules.map { Choice("schedule:\($0.id)", "on call: \($0.name)") } }

    /// Everybody who can be given something to do.
    var peopleChoices: [Choice] { users.filter { !$0.isDisabled }.map { Choice($0.id.text, $0.name) } }

    func name(ofTarget target: EscalationPlan.Target) -> String {
        switch target {
        case .user(let id): name(of: .user(id))
        case .schedule(let id): schedule(id).map { "on call: \($0.name)" } ?? id.text
        case .team(let id): team(id).map { "the team \($0.name)" } ?? id.text
        case .role(let role): "whoever is \(role)"
        case .administrators: "the administrators"
        }
    }
}

extension Ladder {
    /// Worst first, each with what it means.
    var choices: [Choice] {
        steps.map { step in
            Choice(step.severity.label, step.meaning.isEmpty ? nil : "\(step.severity.label): \(step.meaning)")
        }
    }
}
