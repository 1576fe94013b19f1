import Alerting
import Chronology
import Engine
import HTTPTypes
import Notation
import Storage

extension API {
    private static let tag = "Alerts"
    private static let alerts = base + "/alerts"

    var alertRoutes: [Route] {
        [
            Route(
                .get, Self.alerts, .readAll, "List alerts, newest first", tag: Self.tag,
                query: [
                    Route.QueryField(
                        "open", "`true`: firing and acknowledged ones; `false`: resolved ones", Schema.flag),
                    Route.QueryField("state", "One state", ["enum": ["firing", "acknowledged", "resolved"]]),
                    Route.QueryField("service", "A service's id or name"),
                    Route.QueryField("integration", "An integration's id"),
                    Route.QueryField("incident", "An incident's key"),
                    Route.QueryField("q", "Text in the title, a label or an annotation"),
                    Route.QueryField(
                        "label", "`name=value`; may be given more than once, and all must hold",
                        Schema.array(["type": "string", "pattern": "^[^=]+="])),
                ] + Self.paging,
                responses: [Route.Response(200, "One page of alerts", schema: Schema.list(Schema.alert))],
                handler: listAlerts),
            Route(
                .get, Self.alerts + "/{id}", .readAll, "Read an alert, why it did what it did, and what happened",
                tag: Self.tag,
                responses: [Route.Response(200, "The alert", schema: Schema.alert)]
            ) { call in try await answer(AlertID(call.parameter("id"))) },
            Route(
                .post, Self.alerts + "/{id}/acknowledge", .respond, "Acknowledge an alert and its page", tag: Self.tag,
                responses: [
                    Route.Response(
                        200, "It is taken; `first` says whether by this request, `acknowledgedBy` by whom",
                        schema: Schema.takenAlert)
                ], isUrgent: true, handler: acknowledgeAlert),
            Route(
                .post, Self.alerts + "/{id}/resolve", .respond, "Resolve an alert by hand", tag: Self.tag,
                responses: [Route.Response(200, "The alert as it is now", schema: Schema.alert)], handler: resolveAlert),
            Route(
                .post, Self.alerts + "/{id}/declare", .respond, "Declare an incident from an alert", tag: Self.tag,
                body: .json(
                    schema: Schema.object([
                        "title": Schema.optionalText(256, shortest: 1),
                        "severity": Schema.optionalText(100, shortest: 1),
                    ]), isOptional: true),
                responses: [Route.Response(201, "It is declared", schema: Schema.incident)], handler: declareFromAlert),
        ]
    }

    @Sendable private func listAlerts(_ call: Call) async throws -> Answer {
        let organisation = try await engine.organisation()
        var filter = AlertFilter()
        filter.isOpen = try call.query.flag("open")
        filter.state = try call.query.text("state")
        if let state = filter.state, !["firing", "acknowledged", "resolved"].contains(state) {
            throw InputFault(at: "/state", "must be firing, acknowledged or resolved")
        }
        filter.service = try call.service(in: organisation)
        filter.integration = try call.query.text("integration").map { word in
            guard let integration = organisation.integration(IntegrationID(word)) else {
                throw InputFault(at: "/integration", "there is no integration \"\(word)\"")
            }
            return integration.id
        }
        filter.text = try call.query.text("q")
        filter.labels = try call.query.all("label").map { text in
            guard let cut = text.firstIndex(of: "="), cut != text.startIndex else {
                throw InputFault(at: "/label", "must be name=value")
            }
            return Label(String(text[..<cut]), String(text[text.index(after: cut)...]))
        }
        filter.after = try call.after(AlertID.self)
        filter.limit = try call.pageSize()
        if let key = try call.query.text("incident") {
            guard let incident = try await read({ try IncidentQueries.incident(key: key, on: $0) }) else {
                throw InputFault(at: "/incident", "there is no incident \"\(key)\"")
            }
            filter.incident = incident.id
        }
        let views = try await read { [filter] connection -> [AlertView] in
            let records = try AlertQueries.list(filter, on: connection)
            return try AlertView.all(records, organisation: organisation, on: connection)
        }
        return list(views, limit: filter.limit, id: \.record.alert.id.text) { $0.write(into: &$1) }
    }

    /// A second acknowledgement is no error: it answers 200 and says who was first.
    @Sendable private func acknowledgeAlert(_ call: Call) async throws -> Answer {
        let id = AlertID(call.parameter("id"))
        return try await answer(id, try await acknowledge(id, for: call))
    }

    func acknowledge(_ id: AlertID, for call: Call) async throws -> Acknowledgement {
        let outcome = try await submit(.acknowledgeAlert(id), for: call, subject: "alert")
        guard case .alertAcknowledged(_, let acknowledgement) = outcome else {
            preconditionFailure("An acknowledgement of an alert says who was first.")
        }
        return acknowledgement
    }

    @Sendable private func resolveAlert(_ call: Call) async throws -> Answer {
        let id = AlertID(call.parameter("id"))
        _ = try await submit(.resolveAlert(id), for: call, subject: "alert")
        return try await answer(id)
    }

    @Sendable private func declareFromAlert(_ call: Call) async throws -> Answer {
        var (title, severity): (String?, String?) = (nil, nil)
        if !call.body.isEmpty {
            (title, severity) = try call.read {
                ($0.optionalText("title", 1...1_024), $0.optionalText("severity", 1...400))
            }
        }
        let command = Command.declareFromAlert(AlertID(call.parameter("id")), title: title, severity: severity)
        guard case .incident(let incident) = try await submit(command, for: call, subject: "alert") else {
            preconditionFailure("A declaration leads to an incident.")
        }
        return try await answer(incident, .created).with(.location, "\(Self.base)/incidents/\(incident.key)")
    }

    private func answer(_ id: AlertID, _ acknowledgement: Acknowledgement? = nil) async throws -> Answer {
        let organisation = try await engine.organisation()
        let found = try await read { connection -> (view: AlertView, timeline: [TimelineEntry])? in
            guard let record = try AlertQueries.alert(id, on: connection),
                let view = try AlertView.all([record], organisation: organisation, on: connection).first
            else { return nil }
            return (view, try Timeline.of(id, organisation: organisation, on: connection))
        }
        guard let found else { throw HTTPProblem.notFound("There is no alert \"\(id)\".") }
        return .json { found.view.write(into: &$0, timeline: found.timeline, acknowledgement: acknowledgement) }
    }
}

/// An alert as the API shows it.
struct AlertView: Sendable {
    let record: AlertRecord
    /// The key of its incident.
    let incident: String?
    let organisation: Organisation

    static func all(
        _ records: [AlertRecord], organisation: Organisation, on connection: any Connection
    ) throws -> [AlertView] {
        var keys: [IncidentID: String] = [:]
        return try records.map { record in
            if let id = record.alert.incident, keys[id] == nil {
                keys[id] = try IncidentQueries.key(of: id, on: connection)
            }
            return AlertView(
                record: record, incident: record.alert.incident.flatMap { keys[$0] }, organisation: organisation)
        }
    }

    /// - Parameter acknowledgement: what the request came to that is answered with it.
    func write(
        into writer: inout JSONWriter, timeline: [TimelineEntry]? = nil, acknowledgement: Acknowledgement? = nil
    ) {
        let (alert, content) = (record.alert, record.content)
        writer.object { writer in
            writer.member("id", alert.id.text)
            writer.member("dedupKey", alert.dedupKey)
            writer.member("state", alert.phase.word)
            writer.member("suppressedBy", nil as String?)
            writer.member("title", content.title)
            writer.member("severity", alert.severity)
            writer.member("service", alert.service?.text)
            writer.member("serviceName", alert.service.flatMap(organisation.service)?.name)
            writer.member("integration", alert.integration.text)
            writer.member("integrationName", organisation.integration(alert.integration)?.name)
            writer.member("labels", content.labels)
            writer.member("annotations", content.annotations)
            writer.member("url", content.sourceURL)
            writer.member("count", content.count)
            writer.member("firstSeen", at: content.firstSeen)
            writer.member("lastSeen", at: content.lastSeen)
            writer.member("startsAt", at: content.startsAt)
            writer.member("expiresAt", at: content.expiresAt)
            writePhase(alert.phase, acknowledgement, into: &writer)
            writer.member("incident", incident)
            writer.member("page", alert.page?.text)
            writer.member("route", alert.route?.text)
            writer.member(
                "explanation", array: { writer in for sentence in alert.explanation { writer.value(sentence) } })
            if let timeline {
                writer.member("timeline", array: { writer in for entry in timeline { entry.write(into: &writer) } })
            }
        }
    }

    private func writePhase(
        _ phase: Alert.Phase, _ acknowledgement: Acknowledgement?, into writer: inout JSONWriter
    ) {
        var (by, acknowledgedAt, resolvedAt, resolution): (Actor?, Instant?, Instant?, String?) = (nil, nil, nil, nil)
        switch phase {
        case .firing: break
        case .acknowledged(let actor, let at): (by, acknowledgedAt) = (actor, at)
        case .resolved(.source, let at): (resolvedAt, resolution) = (at, "source")
        case .resolved(.expiry, let at): (resolvedAt, resolution) = (at, "expiry")
        case .resolved(.person(let actor), let at): (resolvedAt, resolution) = (at, actor.text)
        }
        // The alert is read after the answer's transaction, in which it may have been acknowledged and since resolved.
        if let acknowledgement {
            (by, acknowledgedAt) = (acknowledgement.by, acknowledgement.at)
            writer.member("first", acknowledgement.isFirst)
        }
        writer.member("acknowledgedBy", by?.text)
        writer.member("acknowledgedByName", by.map(organisation.name(of:)))
        writer.member("acknowledgedAt", at: acknowledgedAt)
        writer.member("resolvedAt", at: resolvedAt)
        writer.member("resolution", resolution)
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: String, _ labels: [Label]) {
        member(name, object: { writer in for label in labels { writer.member(label.name, label.value) } })
    }
}
