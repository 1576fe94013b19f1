import Engine
import HTTPTypes
import Incidents
import Notation
import Playbooks

// Messages as the templates of an incident's playbook make them of what is known. Reading one sends nothing.
extension API {
    var draftRoutes: [Route] {
        let place = Self.base + "/incidents/{key}/drafts"
        return [
            Route(
                .get, place, .readAll, "The messages that the playbook has for such an incident, filled in",
                tag: "Incidents",
                responses: [Route.Response(200, "All of them", schema: Schema.list(Schema.draft))]
            ) { call in
                let drafts = try await drafts(of: call.parameter("key")) { writer throws(RenderingFault) in
                    var drafts: [MessageDraft] = []
                    for template in writer.templates { drafts.append(try writer.draft(template)) }
                    return drafts
                }
                return list(drafts, limit: .max, id: \.template.id.text) { $0.write(into: &$1) }
            },
            Route(
                .get, place + "/{template}", .readAll, "One message, filled in", tag: "Incidents",
                responses: [Route.Response(200, "The draft", schema: Schema.draft)]
            ) { call in
                let draft = try await draft(call.parameter("template"), of: call.parameter("key"))
                return .json { draft.write(into: &$0) }
            },
        ]
    }

    /// The message of that template, with what is known now. Throws a 404 where there is no such incident or template.
    func draft(_ word: String, of key: String) async throws -> MessageDraft {
        let draft = try await drafts(of: key) { writer throws(RenderingFault) in
            guard let template = writer.template(word) else { return nil as MessageDraft? }
            return try writer.draft(template)
        }
        guard let draft else { throw HTTPProblem.notFound("The playbook of \(key) has no template \"\(word)\".") }
        return draft
    }

    private func drafts<Result: Sendable>(
        of key: String, _ write: @escaping @Sendable (MessageWriter) throws(RenderingFault) -> Result
    ) async throws -> Result {
        let organisation = try await engine.organisation()
        let (shelf, publicURL) = (engine.shelf, engine.publicURL)
        let result = try await read { connection -> Swift.Result<Result, RenderingFault>? in
            guard let incident = try IncidentQueries.incident(key: key, on: connection),
                let writer = try MessageWriter(
                    incident, organisation, shelf: shelf, publicURL: publicURL, on: connection)
            else { return nil }
            return Swift.Result { () throws(RenderingFault) in try write(writer) }
        }
        switch result {
        case .success(let drafts): return drafts
        case .failure:
            throw HTTPProblem(
                Refusal("too-long-message", "A template of its playbook would make more than 64 kB of text."),
                subject: nil)
        case nil: throw Self.noIncident(key)
        }
    }
}

extension MessageDraft {
    func write(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("template", template.id.text)
            writer.member("title", template.title)
            writer.member("audience", template.audience?.text)
            writer.member("kind", template.kind.rawValue)
            writer.member("subject", subject)
            writer.member("text", text)
            writer.member("gaps", array: { writer in for gap in gaps { writer.value(gap.title) } })
            writer.member(
                "asks",
                array: { writer in
                    for ask in template.asks {
                        writer.object { writer in
                            writer.member("id", ask.id.text)
                            writer.member("title", ask.title)
                            writer.member("required", ask.isRequired)
                            writer.member("help", ask.help)
                        }
                    }
                })
        }
    }
}
