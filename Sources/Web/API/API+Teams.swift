import Engine
import HTTPTypes
import Identity
import Notation
import Storage

/// Teams: people who are told together, and the ways that they share. The secrets of those are written and never read.
extension API {
    private static let teams = Chapter(
        kind: .team, path: base + "/teams", tag: "Teams", noun: "team", permission: .manage,
        schema: [
            ("name", Schema.text(OrganisationLimits.name)), ("members", Schema.array(0...200, of: Schema.text(64))),
            ("contacts", contactsSchema),
        ], required: ["name"]
    ) { body in
        [
            "name": .string(body.text("name", 1...512)),
            "members": .array(body.texts("members", 0...200, 1...64).map(JSON.string)),
            "contacts": contacts(&body) ?? .null,
        ]
    }

    var teamRoutes: [Route] {
        let chapter = Self.teams
        return [
            Route(
                // A shared way's address is often its only secret, so it is not for everybody who may look around.
                .get, chapter.path, .manage, "List every team", tag: chapter.tag, query: Self.paging,
                responses: [Route.Response(200, "One page of them", schema: Schema.list(chapter.answer))]
            ) { call in
                let (limit, after) = (try call.pageSize(), try call.query.text("after") ?? "")
                let all = try await read { try ConfigurationQueries.documents(.team, on: $0) }
                return list(Array(all.filter { $0.id > after }.prefix(limit)), limit: limit, id: \.id) {
                    $0.writeUser(into: &$1)
                }
            },
            Route(
                .get, chapter.path + "/{id}", .manage, "Read a team", tag: chapter.tag,
                responses: [Route.Response(200, "The team", schema: chapter.answer)]
            ) { call in
                let document = try await document(.team, call.parameter("id"))
                return .json { document.writeUser(into: &$0) }
            },
            Route(
                .post, chapter.path, .manage, "Make a team", tag: chapter.tag, body: .json(schema: chapter.body),
                responses: [Route.Response(201, "The team is made", schema: chapter.answer)]
            ) { call in try await putTeam(nil, for: call) },
            Route(
                .put, chapter.path + "/{id}", .manage, "Make or replace a team", tag: chapter.tag,
                body: .json(schema: chapter.body),
                responses: [Route.Response(200, "The team as it is now", schema: chapter.answer)]
            ) { call in try await putTeam(call.parameter("id"), for: call) },
            deleting(chapter),
        ]
    }

    private func putTeam(_ id: String?, for call: Call) async throws -> Answer {
        let written = try call.read { Self.document(&$0, Self.teams) }
        if let id, let named = written.id, named != id {
            throw HTTPProblem.badRequest("The body is about \"\(named)\", and the path about \"\(id)\".", at: "/id")
        }
        let before = try await engine.organisation().team(TeamID(id ?? written.id ?? ""))
        let document = written.document.replacing(
            "contacts", contacts(written.document["contacts"], before: before?.contacts ?? [], at: call))
        let stored = try await put(
            .team, id ?? written.id, document, seen: written.seenVersion ?? (id == nil && written.id != nil ? 0 : nil),
            for: call)
        let answer = Answer.json(status: id == nil ? .created : .ok) { stored.writeUser(into: &$0) }
        return id == nil ? answer.with(.location, "\(Self.teams.path)/\(stored.id)") : answer
    }
}
