import Chronology
import Engine
import HTTPTypes
import Incidents
import NIOCore
import Notation
import Playbooks

extension API {
    private static let tag = "Playbooks"
    private static let playbooks = base + "/playbooks"

    /// The content types of a playbook's document. RFC 9512 names the first; the others are what tools send.
    private static let documentTypes = ["application/yaml", "text/yaml", "application/x-yaml", "text/plain"]

    var playbookRoutes: [Route] {
        let one = Route.Response(200, "The playbook", schema: Schema.playbook)
        return [
            Route(
                .get, Self.playbooks, .readAll, "List the playbooks", tag: Self.tag,
                responses: [Route.Response(200, "They", schema: Schema.list(Schema.playbook))]
            ) { _ in
                let organisation = try await engine.organisation()
                return list(organisation.playbooks, limit: .max, id: \.id) { $0.write(into: &$1, organisation) }
            },
            Route(.get, Self.playbooks + "/{id}", .readAll, "Read a playbook", tag: Self.tag, responses: [one]) {
                call in
                let (edition, organisation) = try await playbook(call)
                return .json { edition.write(into: &$0, organisation) }
            },
            Route(
                .put, Self.playbooks + "/{id}", .manage, "Upload a playbook, as its next version", tag: Self.tag,
                query: [
                    Route.QueryField(
                        "seen", "The version that it was written from, 0 for none; refused when another is in force",
                        ["type": "integer", "minimum": 0, "maximum": .integer(Int64(Int32.max))])
                ], body: .raw(types: Self.documentTypes), responses: [one]
            ) { call in
                let id = call.parameter("id")
                let seen = try call.query.integer("seen", 0...Int(Int32.max))
                guard let text = String(validating: call.body, as: UTF8.self) else {
                    throw HTTPProblem.badRequest("The document is not UTF-8.", at: "")
                }
                let document: JSON = ["yaml": .string(text), "origin": .string(Edition.Origin.uploaded.rawValue)]
                _ = try await put(.playbook, id, document, seen: seen.map { Int64($0) }, for: call)
                let (edition, organisation) = try await playbook(call)
                return .json { edition.write(into: &$0, organisation) }
            },
            Route(
                .delete, Self.playbooks + "/{id}", .manage,
                "Take a playbook away; incidents that follow it keep it, and one that comes with Tocsin is as it came",
                tag: Self.tag, responses: [Route.Response(204, "It is gone")]
            ) { call in
                let change = DocumentChange(
                    kind: .playbook, id: call.parameter("id"), action: .delete, origin: call.changeOrigin)
                _ = try await submit(.change(change), for: call, subject: "playbook")
                return .noContent
            },
            Route(
                .get, Self.playbooks + "/{id}/document", .readAll, "Read a playbook's document", tag: Self.tag,
                responses: [Route.Response(200, "YAML", type: "application/yaml", schema: ["type": "object"])]
            ) { call in
                let (edition, _) = try await playbook(call)
                return Answer(
                    .ok, headers: [.contentType: "application/yaml; charset=utf-8"],
                    body: .bytes(ByteBuffer(string: edition.text)))
            },
            Route(
                .get, Self.playbooks + "/{id}/findings", .readAll, "What lint finds in a playbook", tag: Self.tag,
                responses: [Route.Response(200, "Findings", schema: Schema.list(Schema.finding))]
            ) { call in
                let (edition, _) = try await playbook(call)
                return list(engine.shelf.findings(in: edition), limit: .max, id: \.description) { finding, writer in
                    writer.object { writer in
                        writer.member("line", finding.line)
                        writer.member("column", finding.column)
                        writer.member("severity", finding.severity.rawValue)
                        writer.member("code", finding.code.rawValue)
                        writer.member("sentence", finding.sentence)
                    }
                }
            },
            Route(
                .post, Self.playbooks + "/{id}/suggestion", .readAll,
                "Which severity a playbook suggests for these answers, and why", tag: Self.tag,
                body: .json(
                    schema: Schema.object(
                        ["fields": Schema.optionalAnswers, "service": Schema.optionalText(128)])),
                responses: [Route.Response(200, "The suggestion", schema: Schema.suggestion)], handler: suggest),
            Route(
                .get, Self.playbooks + "/{id}/people", .readAll, "Who stands for a playbook's names", tag: Self.tag,
                responses: [Route.Response(200, "They", schema: Schema.cast)]
            ) { call in
                let (edition, organisation) = try await playbook(call)
                return .json { Self.write(organisation.cast(of: edition.id), of: edition, into: &$0) }
            },
            Route(
                .put, Self.playbooks + "/{id}/people", .manage, "Say who stands for a playbook's names", tag: Self.tag,
                body: .json(
                    schema: Schema.object(
                        [
                            "names": [
                                "type": "object",
                                "additionalProperties": ["type": "array", "items": Schema.text(100)],
                            ]
                        ], required: ["names"])),
                responses: [Route.Response(200, "They, as they are now", schema: Schema.cast)]
            ) { call in
                let (edition, _) = try await playbook(call)
                let names = try call.read { body in
                    let names = body.json("names")
                    if names?.members == nil { body.fault("names", "must be an object of lists of people") }
                    return names
                }
                _ = try await put(.cast, edition.id, ["names": names ?? .null], for: call)
                let (current, organisation) = try await playbook(call)
                return .json { Self.write(organisation.cast(of: current.id), of: current, into: &$0) }
            },
        ]
    }

    private func playbook(_ call: Call) async throws -> (Edition, Organisation) {
        let organisation = try await engine.organisation()
        guard let edition = organisation.playbook(call.parameter("id")) else {
            let known = organisation.playbooks.map(\.id).joined(separator: ", ")
            throw HTTPProblem.notFound("There is no playbook \"\(call.parameter("id"))\"; known: \(known).")
        }
        return (edition, organisation)
    }

    @Sendable private func suggest(_ call: Call) async throws -> Answer {
        let (edition, organisation) = try await playbook(call)
        let (answers, word) = try call.read { body in
            (body.answers("fields"), body.optionalText("service", 0...512) ?? "")
        }
        let service = organisation.service(named: word)?.name
        guard word.isEmpty || service != nil else {
            throw HTTPProblem(Refusal("unknown-service", "There is no service \"\(word)\"."), subject: nil)
        }
        let suggestion: SeveritySuggestion?
        do throws(Refusal) {
            suggestion = try edition.suggestion(for: answers, service: service, at: call.now)
        } catch {
            throw HTTPProblem(error, subject: nil)
        }
        return .json { writer in
            writer.object { writer in
                writer.member("severity", suggestion?.severity.text)
                writer.member("because", suggestion?.because)
                writer.member(
                    "examples", array: { writer in for text in suggestion?.examples ?? [] { writer.value(text) } })
                writer.member(
                    "unanswered", array: { writer in for text in suggestion?.unanswered ?? [] { writer.value(text) } })
            }
        }
    }

    private static func write(_ cast: Cast, of edition: Edition, into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("playbook", edition.id)
            writer.member(
                "names",
                object: { writer in
                    let names = edition.playbook.targets.map(\.id.text) + edition.playbook.audiences.map(\.id.text)
                    for name in names {
                        writer.member(
                            name, array: { writer in for target in cast[name] { writer.value(target.text) } })
                    }
                })
        }
    }
}

extension BodyReader {
    /// Answers to fields, an object of texts by the field's id.
    mutating func answers(_ name: String, _ count: ClosedRange<Int> = 0...200) -> [IncidentEvent.Answer] {
        dictionary(name, count, 0...16_384).map { IncidentEvent.Answer($0.name, $0.value) }
    }
}

extension Edition {
    func write(into writer: inout JSONWriter, _ organisation: Organisation) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("version", version)
            writer.member("title", playbook.title)
            writer.member("revision", playbook.version)
            writer.member("owner", playbook.owner)
            writer.member("origin", origin.rawValue)
            writer.member("usual", organisation.procedure.id == id)
            writer.member("summary", playbook.summary)
            writer.member("zone", playbook.zone.name)
            writer.member("key", playbook.naming.key.text)
            writer.member(
                "severities",
                array: { writer in
                    for step in procedure.ladder.steps {
                        writer.object { writer in
                            writer.member("rank", step.severity.rank)
                            writer.member("label", step.severity.label)
                            writer.member("meaning", step.meaning)
                            writer.member("words", array: { writer in for word in step.words { writer.value(word) } })
                        }
                    }
                })
            writer.member(
                "statuses",
                array: { writer in
                    for status in procedure.statuses {
                        writer.object { writer in
                            writer.member("id", status.id)
                            writer.member("state", status.status.rawValue)
                            writer.member("label", status.label)
                        }
                    }
                })
            writer.member(
                "roles",
                array: { writer in
                    for role in procedure.roles {
                        writer.object { writer in
                            writer.member("id", role.id)
                            writer.member("label", role.label)
                        }
                    }
                })
            writer.member(
                "fields",
                array: { writer in
                    for field in playbook.fields {
                        writer.object { writer in
                            writer.member("id", field.id.text)
                            writer.member("title", field.title)
                            writer.member("kind", field.kind.rawValue)
                            writer.member("required", field.required.rawValue)
                            writer.member(
                                "choices", array: { writer in for choice in field.choices { writer.value(choice) } })
                        }
                    }
                })
            writer.member(
                "audiences",
                array: { writer in
                    for audience in playbook.audiences {
                        writer.object { writer in
                            writer.member("id", audience.id.text)
                            writer.member("title", audience.title)
                        }
                    }
                })
        }
    }
}
