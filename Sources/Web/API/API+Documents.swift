import Engine
import HTTPTypes
import Identity
import Notation
import Storage

/// Configuration: services, routes, escalation plans, the playbook and the settings are documents, which are written
/// whole. A document may be sent back as it was read: its `version` then makes the server refuse the change where
/// somebody else was faster.
extension API {
    /// How one kind of document is called in paths, what it holds, and who may change it.
    struct Chapter: Sendable {
        let kind: DocumentKind
        let path: String
        let tag: String
        let noun: String
        let permission: Permission
        let schema: [(String, JSON)]
        let required: [String]
        /// Reads the members of a body into the document that is stored.
        let read: @Sendable (inout BodyReader) -> JSON

        /// What a request may hold: the members, and those that an answer adds.
        var body: JSON {
            Schema.object(
                schema + [
                    ("id", Schema.optionalID), ("version", ["type": ["integer", "null"], "minimum": 1]),
                    ("updatedAt", Schema.optionalText(40)), ("updatedBy", Schema.optionalText(300)),
                ], required: required)
        }

        var answer: JSON { Schema.document(schema.map(\.0)) }
    }

    var documentRoutes: [Route] {
        [Self.services, Self.routing, Self.escalations].flatMap(routes(of:)) + settingsRoutes + heartbeatRoutes
            + teamRoutes + handOffRoutes + deliveryRoutes + selfMonitorRoutes
            + channelRoutes
    }

    func routes(of chapter: Chapter) -> [Route] {
        reading(chapter) + [
            Route(
                .post, chapter.path, chapter.permission, "Make a \(chapter.noun)", tag: chapter.tag,
                body: .json(schema: chapter.body),
                responses: [Route.Response(201, "It is made", schema: chapter.answer)]
            ) { call in
                let body = try call.read { Self.document(&$0, chapter) }
                return try await put(body, nil, chapter, for: call, .created)
            },
            Route(
                .put, chapter.path + "/{id}", chapter.permission, "Make or replace a \(chapter.noun)", tag: chapter.tag,
                body: .json(schema: chapter.body),
                responses: [Route.Response(200, "The \(chapter.noun) as it is now", schema: chapter.answer)]
            ) { call in
                let body = try call.read { Self.document(&$0, chapter) }
                return try await put(body, call.parameter("id"), chapter, for: call, .ok)
            },
            deleting(chapter),
        ]
    }

    func reading(_ chapter: Chapter) -> [Route] {
        [
            Route(
                .get, chapter.path, .readAll, "List every \(chapter.noun)", tag: chapter.tag,
                query: Self.paging,
                responses: [Route.Response(200, "One page of them", schema: Schema.list(chapter.answer))]
            ) { call in
                let (limit, after) = (try call.pageSize(), try call.query.text("after") ?? "")
                let all = try await read { try ConfigurationQueries.documents(chapter.kind, on: $0) }
                let items = Array(all.filter { $0.id > after }.prefix(limit))
                return list(items, limit: limit, id: \.id) { $0.write(into: &$1) }
            },
            Route(
                .get, chapter.path + "/{id}", .readAll, "Read a \(chapter.noun)", tag: chapter.tag,
                responses: [Route.Response(200, "The \(chapter.noun)", schema: chapter.answer)]
            ) { call in
                let document = try await document(chapter.kind, call.parameter("id"))
                return .json { document.write(into: &$0) }
            },
        ]
    }

    func deleting(_ chapter: Chapter) -> Route {
        Route(
            .delete, chapter.path + "/{id}", chapter.permission, "Take a \(chapter.noun) away", tag: chapter.tag,
            responses: [Route.Response(204, "It is gone")]
        ) { call in
            let change = DocumentChange(
                kind: chapter.kind, id: call.parameter("id"), action: .delete, origin: call.changeOrigin)
            _ = try await submit(.change(change), for: call, subject: chapter.kind.rawValue)
            return .noContent
        }
    }

    // MARK: Writing

    /// What a body says: the document, and which version its sender saw.
    struct Written: Sendable {
        let id: String?
        let document: JSON
        let seenVersion: Int64?
    }

    static func document(_ body: inout BodyReader, _ chapter: Chapter) -> Written {
        let id = body.optionalText("id", 0...256).flatMap { $0.isEmpty ? nil : $0 }
        let seen = body.optionalInteger("version", 1...Int64.max)
        // Part of what was read, and of no meaning when it is sent back.
        _ = (body.optionalText("updatedAt", 0...40), body.optionalText("updatedBy", 0...300))
        return Written(id: id, document: chapter.read(&body), seenVersion: seen)
    }

    /// `id` is the one in the path; a body may repeat it, and may choose one where the path names none.
    func put(
        _ written: Written, _ id: String?, _ chapter: Chapter, for call: Call, _ status: HTTPResponse.Status
    ) async throws -> Answer {
        if let id, let named = written.id, named != id {
            throw HTTPProblem.badRequest("The body is about \"\(named)\", and the path about \"\(id)\".", at: "/id")
        }
        // Making what is there already would be replacing it unseen.
        let seen = written.seenVersion ?? (id == nil && written.id != nil ? 0 : nil)
        let stored = try await put(chapter.kind, id ?? written.id, written.document, seen: seen, for: call)
        let answer = Answer.json(status: status) { stored.write(into: &$0) }
        return status == .created ? answer.with(.location, "\(chapter.path)/\(stored.id)") : answer
    }

    func put(
        _ kind: DocumentKind, _ id: String?, _ document: JSON, seen: Int64? = nil, for call: Call
    ) async throws -> StoredDocument {
        let change = DocumentChange(
            kind: kind, id: id, action: .put(document), seenVersion: seen, origin: call.changeOrigin)
        guard case .document(_, let id, _) = try await submit(.change(change), for: call) else {
            preconditionFailure("A change leads to a document.")
        }
        return try await self.document(kind, id)
    }

    func document(_ kind: DocumentKind, _ id: String) async throws -> StoredDocument {
        guard let document = try await read({ try ConfigurationQueries.document(kind, id, on: $0) }) else {
            throw HTTPProblem.notFound("There is no \(kind.rawValue) \"\(id)\".")
        }
        return document
    }
}

extension Call {
    var changeOrigin: DocumentChange.Origin { DocumentChange.Origin(address: address, request: id) }
}

extension StoredDocument {
    /// The stored members with id and version around them. For kinds that hold no secret.
    func write(into writer: inout JSONWriter, _ members: [JSON.Member]? = nil) {
        writer.object { writer in
            writer.member("id", id)
            for member in members ?? body.members ?? [] where member.name != "id" {
                writer.member(member.name, member.value)
            }
            writer.member("version", version)
            writer.member("updatedAt", at: updatedAt)
            writer.member("updatedBy", updatedBy)
        }
    }
}

extension Schema {
    static func document(_ members: [String]) -> JSON {
        [
            "type": "object",
            "required": .array((["id", "version", "updatedAt", "updatedBy"] + members.prefix(1)).map(JSON.string)),
            "properties": ["id": string, "version": integer, "updatedAt": time, "updatedBy": string],
        ]
    }
}
