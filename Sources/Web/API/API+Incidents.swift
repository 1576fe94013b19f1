import Engine
import HTTPTypes
import Incidents
import Notation
import Storage

extension API {
    private static let tag = "Incidents"
    private static let incidents = base + "/incidents"

    var incidentRoutes: [Route] {
        incidentReading + [
            Route(
                .post, Self.incidents, .respond, "Declare an incident", tag: Self.tag,
                body: .json(schema: Schema.declaration),
                responses: [Route.Response(201, "It is declared", schema: Schema.incident)], handler: declareIncident),
            changing(
                .patch, "", "Change the title",
                Schema.object(["title": Schema.line(IncidentLimits.title)], required: ["title"])
            ) { key, body in .incident(key: key, .retitle(body.text("title", 1...1_024))) },
            changing(.post, "/status", "Change the status", Schema.statusChange) { key, body in
                .incident(
                    key: key,
                    .changeStatus(body.text("status", 1...400), message: body.optionalText("message", 0...65_536)))
            },
            changing(.post, "/severity", "Change the severity, and say why", Schema.severityChange) { key, body in
                .incident(
                    key: key, .changeSeverity(body.text("severity", 1...400), why: body.text("why", 1...65_536)))
            },
            changing(
                .post, "/notes", "Add a note",
                Schema.object(["text": Schema.text(IncidentLimits.text)], required: ["text"]),
                status: .created
            ) { key, body in .incident(key: key, .note(body.text("text", 1...65_536))) },
            Route(
                .post, Self.incidents + "/{key}/roles", .respond, "Give a role to somebody", tag: Self.tag,
                body: .json(schema: Schema.assignment), responses: [Self.changed], handler: assignRole),
            Route(
                .delete, Self.incidents + "/{key}/roles/{role}", .respond, "Take a role back", tag: Self.tag,
                query: [Route.QueryField("user", "From whom, by id, address or name; everybody who has it otherwise")],
                responses: [Self.changed]
            ) { call in
                let word = try call.query.text("user")
                let user = try await engine.organisation().user(named: word ?? "")
                if let word, user == nil {
                    throw HTTPProblem(Refusal("unknown-user", "There is no user \"\(word)\"."), subject: nil)
                }
                let command = IncidentCommand.release(role: call.parameter("role"), user?.id)
                return try await carryOut(.incident(key: call.parameter("key"), command), for: call)
            },
            Route(
                .post, Self.incidents + "/{key}/pages", .respond, "Wake the people of an escalation plan",
                tag: Self.tag,
                body: .json(schema: Schema.object(["plan": Schema.text(128)], required: ["plan"])),
                responses: [Route.Response(201, "They are being woken", schema: Schema.page)],
                handler: pageForIncident),
        ]
    }

    private var incidentReading: [Route] {
        [
            Route(
                .get, Self.incidents, .readAll, "List incidents, newest first", tag: Self.tag,
                query: [
                    Route.QueryField(
                        "open", "`true`: those that still ask for something; `false`: the others", Schema.flag),
                    Route.QueryField("severity", "A severity's label"),
                    Route.QueryField("service", "A service's id or name"),
                    Route.QueryField("q", "Text in the title or the key"),
                ] + Self.paging,
                responses: [Route.Response(200, "One page of incidents", schema: Schema.list(Schema.incidentSummary))],
                handler: listIncidents),
            Route(
                .get, Self.incidents + "/{key}", .readAll, "Read an incident", tag: Self.tag,
                responses: [Route.Response(200, "The incident", schema: Schema.incident)]
            ) { call in
                let view = try await incident(call)
                return .json { view.write(into: &$0) }
            },
            Route(
                .get, Self.incidents + "/{key}/timeline", .readAll, "What happened, oldest first, its pages included",
                tag: Self.tag,
                responses: [Route.Response(200, "All entries", schema: Schema.list(Schema.timelineEntry))],
                handler: timeline),
            Route(
                .get, Self.incidents + "/{key}/export.md", .readAll, "The record as Markdown", tag: Self.tag,
                responses: [Route.Response(200, "A document", type: "text/markdown", schema: ["type": "string"])],
                handler: exportIncident),
            Route(
                .get, Self.incidents + "/{key}/verify", .readAll, "Check that the record was not changed",
                tag: Self.tag,
                responses: [Route.Response(200, "What the walk along the chain found", schema: Schema.chainReport)],
                handler: verifyIncident),
        ]
    }

    private static let changed = Route.Response(200, "The incident as it is now", schema: Schema.incident)

    /// A route that changes one incident with a JSON body. Asking for what is so already changes nothing and answers
    /// the same.
    func changing(
        _ method: HTTPRequest.Method, _ path: String, _ summary: String, _ schema: JSON,
        status: HTTPResponse.Status = .ok,
        _ command: @escaping @Sendable (_ key: String, inout BodyReader) -> Command
    ) -> Route {
        Route(
            method, Self.incidents + "/{key}" + path, .respond, summary, tag: Self.tag, body: .json(schema: schema),
            responses: [Route.Response(Int(status.code), Self.changed.meaning, schema: Schema.incident)]
        ) { call in
            let key = call.parameter("key")
            return try await carryOut(try call.read { body in command(key, &body) }, for: call, status: status)
        }
    }

    // MARK: Handlers

    @Sendable private func declareIncident(_ call: Call) async throws -> Answer {
        let request = try call.read { body in
            DeclareRequest(
                title: body.text("title", 1...1_024), severity: body.optionalText("severity", 1...400) ?? "",
                service: body.optionalText("service", 0...512), playbook: body.optionalText("playbook", 0...512),
                kind: body.optionalKind("kind"), note: body.optionalText("note", 0...65_536),
                answers: body.answers("fields"), why: body.optionalText("why", 0...1_024))
        }
        guard case .incident(let incident) = try await submit(.declare(request), for: call) else {
            preconditionFailure("A declaration leads to an incident.")
        }
        return try await answer(incident, .created).with(.location, "\(Self.incidents)/\(incident.key)")
    }

    private func carryOut(
        _ command: Command, for call: Call, status: HTTPResponse.Status = .ok
    ) async throws -> Answer {
        let outcome = try await submit(command, for: call, subject: "incident")
        guard case .incident(let incident) = outcome else {
            preconditionFailure("A command on an incident leads to an incident.")
        }
        return try await answer(incident, status)
    }

    @Sendable private func assignRole(_ call: Call) async throws -> Answer {
        let (role, word) = try call.read { body in (body.text("role", 1...400), body.text("user", 1...1_016)) }
        guard let user = try await engine.organisation().user(named: word) else {
            throw HTTPProblem(Refusal("unknown-user", "There is no user \"\(word)\"."), subject: nil)
        }
        return try await carryOut(.incident(key: call.parameter("key"), .assign(role: role, user.id)), for: call)
    }

    @Sendable private func pageForIncident(_ call: Call) async throws -> Answer {
        let word = try call.read { body in body.text("plan", 1...512) }
        let organisation = try await engine.organisation()
        let plan = organisation.plans.first { $0.id.text == word } ?? organisation.plans.first { $0.name == word }
        guard let plan else {
            throw HTTPProblem(Refusal("unknown-plan", "There is no escalation plan \"\(word)\"."), subject: nil)
        }
        let outcome = try await submit(.page(key: call.parameter("key"), plan.id), for: call, subject: "incident")
        guard case .page(let page) = outcome else { preconditionFailure("Paging leads to a page.") }
        return try await answer(page, .created).with(.location, "\(Self.base)/pages/\(page.id)")
    }

    @Sendable private func listIncidents(_ call: Call) async throws -> Answer {
        let organisation = try await engine.organisation()
        var filter = IncidentFilter()
        filter.isOpen = try call.query.flag("open")
        filter.severity = try call.query.text("severity").map { word in
            guard let severity = organisation.severity(ofAnyPlaybook: word) else {
                let known = organisation.severityLabels.joined(separator: ", ")
                throw InputFault(at: "/severity", "\"\(word)\" is not a severity: \(known)")
            }
            return severity.label
        }
        filter.service = try call.service(in: organisation)
        filter.text = try call.query.text("q")
        filter.after = try call.after(IncidentID.self)
        filter.limit = try call.pageSize()
        let shelf = engine.shelf
        let items = try await read { [filter] in
            let found = try IncidentQueries.list(filter, on: $0)
            let labels = try IncidentQueries.statusLabels(of: found, organisation: organisation, shelf: shelf, on: $0)
            return Array(zip(found, labels))
        }
        return list(items, limit: filter.limit, id: \.0.id.text) { item, writer in
            item.0.write(into: &writer, statusLabel: item.1, organisation: organisation)
        }
    }

    /// The incident that the path names.
    private func incident(_ call: Call) async throws -> IncidentView {
        let key = call.parameter("key")
        let organisation = try await engine.organisation()
        let shelf = engine.shelf
        let view = try await read { connection in
            try IncidentQueries.incident(key: key, on: connection).map {
                try IncidentView($0, organisation: organisation, shelf: shelf, on: connection)
            }
        }
        guard let view else { throw Self.noIncident(key) }
        return view
    }

    func answer(_ incident: Incident, _ status: HTTPResponse.Status) async throws -> Answer {
        let organisation = try await engine.organisation()
        let shelf = engine.shelf
        let view = try await read { try IncidentView(incident, organisation: organisation, shelf: shelf, on: $0) }
        return .json(status: status) { view.write(into: &$0) }
    }

    @Sendable private func timeline(_ call: Call) async throws -> Answer {
        let key = call.parameter("key")
        let organisation = try await engine.organisation()
        let shelf = engine.shelf
        let entries = try await read { connection in
            try IncidentQueries.incident(key: key, on: connection).map {
                try Timeline.of($0, organisation: organisation, shelf: shelf, on: connection)
            }
        }
        guard let entries else { throw Self.noIncident(key) }
        return list(entries, limit: .max, id: \.sequence.description) { $0.write(into: &$1) }
    }

    @Sendable private func exportIncident(_ call: Call) async throws -> Answer {
        let key = call.parameter("key")
        let organisation = try await engine.organisation()
        let shelf = engine.shelf
        let text = try await read { [now = call.now] connection in
            try IncidentQueries.incident(key: key, on: connection).map {
                try IncidentExport.markdown(
                    of: $0, organisation: organisation, shelf: shelf, generatedAt: now, on: connection)
            }
        }
        guard let text else { throw Self.noIncident(key) }
        return Answer.bytes(Array(text.utf8), type: "text/markdown; charset=utf-8")
            .with(.contentDisposition, "attachment; filename=\"incident.md\"")
    }

    @Sendable private func verifyIncident(_ call: Call) async throws -> Answer {
        let key = call.parameter("key")
        let report = try await read { connection in
            try IncidentQueries.id(key: key, on: connection).map {
                try EventLog.verify(stream: "incident/\($0)", on: connection)
            }
        }
        guard let report else { throw Self.noIncident(key) }
        return .json { writer in
            writer.object { writer in
                writer.member("sound", report.broken == nil)
                writer.member("head", report.head)
                writer.member("length", report.length)
                writer.member("brokenAt", report.broken.map { JSON.integer($0.version) } ?? .null)
                writer.member("reason", report.broken?.reason)
            }
        }
    }

    static func noIncident(_ key: String) -> HTTPProblem { .notFound("There is no incident \"\(key)\".") }
}

extension BodyReader {
    fileprivate mutating func optionalKind(_ name: String) -> Incident.Kind {
        guard let word = optionalText(name, 1...20) else { return .real }
        guard let kind = Incident.Kind(rawValue: word) else {
            fault(name, "must be one of \"real\", \"drill\", \"test\"")
            return .real
        }
        return kind
    }
}
