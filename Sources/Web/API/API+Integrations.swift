import Engine
import HTTPTypes
import Identity
import Notation
import Storage

/// Integrations: where tools send. A key is shown in the answer that makes it and never again; what is stored is its
/// hash.
extension API {
    private static let answer: JSON = [
        "type": "object", "required": ["id", "name", "dialect", "service", "disabled", "keys", "keyHint", "version"],
    ]

    private static let answerWithKey = Schema.answer([
        "id": Schema.string, "name": Schema.string, "dialect": Schema.string, "key": Schema.string,
        "url": Schema.string,
    ])

    static let integrations = Chapter(
        kind: .integration, path: base + "/integrations", tag: "Integrations", noun: "integration", permission: .manage,
        schema: [
            ("name", Schema.text(OrganisationLimits.name)), ("dialect", ["enum": ["alertmanager", "generic"]]),
            ("service", Schema.optionalText(128)), ("disabled", ["type": ["boolean", "null"]]),
            ("keys", ["type": ["integer", "null"]]), ("keyHint", Schema.optionalText(64)),
        ], required: ["name", "dialect"]
    ) { body in
        // What an answer adds may come back, and changes nothing: keys have their own request.
        _ = (body.optionalInteger("keys", 0...2), body.optionalText("keyHint", 0...64))
        return [
            "name": .string(body.text("name", 1...512)), "dialect": .string(body.text("dialect", 1...40)),
            "service": JSON(body.optionalText("service", 0...512)),
            "disabled": .bool(body.optionalFlag("disabled") ?? false),
        ]
    }

    var integrationRoutes: [Route] {
        let chapter = Self.integrations
        let one = chapter.path + "/{id}"
        return [
            Route(
                .get, chapter.path, .readAll, "List every integration", tag: chapter.tag, query: Self.paging,
                responses: [Route.Response(200, "One page of them", schema: Schema.list(Self.answer))],
                handler: listIntegrations),
            Route(
                .get, one, .readAll, "Read an integration", tag: chapter.tag,
                responses: [Route.Response(200, "The integration", schema: Self.answer)]
            ) { call in
                let document = try await document(.integration, call.parameter("id"))
                return .json { document.writeIntegration(into: &$0) }
            },
            Route(
                .post, chapter.path, .manage, "Make an integration", tag: chapter.tag,
                body: .json(schema: chapter.body),
                responses: [Route.Response(201, "It is made; its key is shown this once", schema: Self.answerWithKey)],
                answersSecret: true, handler: makeIntegration),
            Route(
                .put, one, .manage, "Change an integration", tag: chapter.tag, body: .json(schema: chapter.body),
                responses: [Route.Response(200, "The integration as it is now", schema: Self.answer)],
                handler: putIntegration),
            deleting(chapter),
            Route(
                .post, one + "/rotate", .manage, "Make a new key; the one before goes on working beside it",
                tag: chapter.tag,
                responses: [Route.Response(201, "The new key, shown this once", schema: Self.answerWithKey)],
                answersSecret: true, handler: rotateKey),
            Route(
                .get, one + "/requests", .readAll, "The last requests: what came, and what was made of it",
                tag: chapter.tag,
                responses: [
                    Route.Response(
                        200, "At most 40, newest first",
                        schema: Schema.list(
                            Schema.answer([
                                "id": Schema.string, "at": Schema.time, "status": Schema.integer,
                                "summary": Schema.string,
                                "fault": Schema.optionalString, "contentType": Schema.string, "source": Schema.string,
                                "body": Schema.string,
                            ])))
                ], handler: listRequests),
        ]
    }

    @Sendable private func listIntegrations(_ call: Call) async throws -> Answer {
        let (limit, after) = (try call.pageSize(), try call.query.text("after") ?? "")
        let all = try await read { try ConfigurationQueries.documents(.integration, on: $0) }
        return list(Array(all.filter { $0.id > after }.prefix(limit)), limit: limit, id: \.id) {
            $0.writeIntegration(into: &$1)
        }
    }

    /// The service may be named; it is stored by its id.
    private func resolved(_ document: JSON) async throws -> JSON {
        guard let word = document["service"]?.string, !word.isEmpty else { return document }
        guard let service = try await engine.organisation().service(named: word) else {
            throw HTTPProblem(Refusal("unknown-service", "There is no service \"\(word)\"."), subject: nil)
        }
        return document.replacing("service", .string(service.id.text))
    }

    @Sendable private func makeIntegration(_ call: Call) async throws -> Answer {
        let written = try call.read { Self.document(&$0, Self.integrations) }
        let key = IntegrationKey.make(random: identity.random)
        let document = try await resolved(written.document).withKey(key, beside: [])
        let stored = try await put(
            .integration, written.id, document, seen: written.id == nil ? nil : 0, for: call)
        return answer(stored, key).with(.location, "\(Self.integrations.path)/\(stored.id)")
    }

    @Sendable private func putIntegration(_ call: Call) async throws -> Answer {
        let written = try call.read { Self.document(&$0, Self.integrations) }
        let id = call.parameter("id")
        if let named = written.id, named != id {
            throw HTTPProblem.badRequest("The body is about \"\(named)\", and the path about \"\(id)\".", at: "/id")
        }
        let before = try await document(.integration, id)
        var document = try await resolved(written.document)
        for name in ["keyHashes", "keyHint"] { document = document.replacing(name, before.body[name] ?? .null) }
        let stored = try await put(.integration, id, document, seen: written.seenVersion ?? before.version, for: call)
        return .json { stored.writeIntegration(into: &$0) }
    }

    /// Two keys live at most: the tool is moved to the new one, and the next rotation ends the old one.
    @Sendable private func rotateKey(_ call: Call) async throws -> Answer {
        let before = try await document(.integration, call.parameter("id"))
        let key = IntegrationKey.make(random: identity.random)
        let newest = (before.body["keyHashes"]?.array ?? []).suffix(1)
        let stored = try await put(
            .integration, before.id, before.body.withKey(key, beside: Array(newest)), seen: before.version, for: call)
        return answer(stored, key)
    }

    private func answer(_ stored: StoredDocument, _ key: IntegrationKey) -> Answer {
        let dialect = stored.body["dialect"]?.string ?? ""
        return .json(status: .created) { writer in
            writer.object { writer in
                writer.member("id", stored.id)
                writer.member("name", stored.body["name"]?.string)
                writer.member("dialect", dialect)
                writer.member("service", stored.body["service"]?.string)
                writer.member("key", key.reveal())
                writer.member("url", "\(origin())/in/\(key.reveal())/\(dialect)")
            }
        }
    }

    @Sendable private func listRequests(_ call: Call) async throws -> Answer {
        let id = IntegrationID(call.parameter("id"))
        _ = try await document(.integration, id.text)
        let requests = try await read { try ConfigurationQueries.requests(of: id, on: $0) }
        return list(requests, limit: .max, id: \.id) { request, writer in
            writer.object { writer in
                writer.member("id", request.id)
                writer.member("at", at: request.at)
                writer.member("status", request.record.status)
                writer.member("summary", request.record.summary)
                writer.member("fault", request.record.fault)
                writer.member("contentType", request.record.contentType)
                writer.member("source", request.record.source)
                // What is not UTF-8 is shown as it can be: the reader wants to see what came, not to store it.
                writer.member("body", String(decoding: request.record.body, as: UTF8.self))
            }
        }
    }
}

extension StoredDocument {
    /// How many keys live, and the last letters of the newest; never a hash.
    fileprivate func writeIntegration(into writer: inout JSONWriter) {
        var members = (body.members ?? []).filter { !["keyHashes", "keyHint"].contains($0.name) }
        members.append(JSON.Member("keys", .integer(Int64(body["keyHashes"]?.array?.count ?? 0))))
        members.append(JSON.Member("keyHint", .string(body["keyHint"]?.string ?? "")))
        write(into: &writer, members)
    }
}

extension JSON {
    /// The same object with this member, which goes to the end.
    func replacing(_ name: String, _ value: JSON) -> JSON {
        .object((members ?? []).filter { $0.name != name } + [Member(name, value)])
    }

    fileprivate func withKey(_ key: IntegrationKey, beside others: [JSON]) -> JSON {
        replacing("keyHashes", .array(others + [.string(key.hash.hexadecimal)]))
            .replacing("keyHint", .string("…" + key.reveal().suffix(4)))
    }
}
