import Chronology
import Engine
import HTTPTypes
import Notation
import OnCall
import Storage

/// Hand-offs: what whoever leaves tells whoever comes, and that they have it.
extension API {
    private static let handOffs = base + "/hand-offs"

    var handOffRoutes: [Route] {
        let (path, tag) = (Self.handOffs, Self.schedules.tag)
        let answer = [Route.Response(200, "The hand-off as it is now", schema: Schema.handOff)]
        return [
            Route(
                .get, path, .readAll, "List hand-offs, newest first", tag: tag,
                query: [
                    Route.QueryField(
                        "open", "`true`: those that are to come or that somebody has not acknowledged", Schema.flag),
                    Route.QueryField("schedule", "A schedule's id or name"),
                ] + Self.paging,
                responses: [Route.Response(200, "One page of them", schema: Schema.list(Schema.handOffSummary))],
                handler: listHandOffs),
            Route(
                .get, path + "/{id}", .readAll, "Read a hand-off: notes, checklist, and what was open", tag: tag,
                responses: [Route.Response(200, "The hand-off", schema: Schema.handOff)]
            ) { call in try await show(try await handOff(call)) },
            Route(
                .post, path + "/{id}/notes", .respond, "Tell whoever comes something; it stays until it is struck",
                tag: tag,
                body: .json(
                    schema: Schema.object(
                        [
                            "kind": ["enum": .array(HandOffNote.Kind.allCases.map { .string($0.rawValue) } + [.null])],
                            "text": Schema.text(HandOffNote.textLimit), "until": Schema.optionalText(40),
                        ], required: ["text"])), responses: answer
            ) { call in
                let (kind, text, until) = try call.read { body in
                    let word = body.optionalText("until", 1...40)
                    // Losing the error is right: the fault below says what is expected.
                    let until = word.flatMap { try? Instant(rfc3339: $0) }
                    if word != nil, until == nil {
                        body.fault("until", "must be an instant such as 2027-01-15T08:00:00Z")
                    }
                    return (
                        body.optionalChoice("kind", HandOffNote.Kind.self) ?? .issue,
                        body.text("text", 1...4 * HandOffNote.textLimit), until
                    )
                }
                return try await change(.note(kind, text, until: until), call)
            },
            Route(
                .delete, path + "/{id}/notes/{note}", .respond, "Strike a note that is settled", tag: tag,
                responses: answer
            ) { call in try await change(.strike(call.parameter("note")), call) },
            Route(
                .post, path + "/{id}/readiness", .respond, "Say that you have a thing of the checklist, counted from 1",
                tag: tag,
                body: .json(
                    schema: Schema.object(
                        [
                            "item": [
                                "type": "integer", "minimum": 1,
                                "maximum": .integer(Int64(HandOffRules.readinessLimit)),
                            ],
                            "ready": ["type": ["boolean", "null"]],
                        ], required: ["item"])), responses: answer
            ) { call in
                let (item, isReady) = try call.read { body in
                    (
                        body.integer("item", 1...Int64(HandOffRules.readinessLimit)),
                        body.optionalFlag("ready") ?? true
                    )
                }
                return try await change(.tick(Int(item) - 1, isReady), call)
            },
            Route(
                .post, path + "/{id}/acknowledge", .respond, "Say that you have taken over", tag: tag,
                responses: answer
            ) { call in try await change(.acknowledge, call) },
        ]
    }

    @Sendable private func listHandOffs(_ call: Call) async throws -> Answer {
        let organisation = try await engine.organisation()
        var filter = HandOffQueries.Filter()
        filter.isOpen = try call.query.flag("open")
        filter.schedule = try call.query.text("schedule").map { word in
            guard let schedule = organisation.schedule(named: word) else {
                throw InputFault(at: "/schedule", "there is no schedule \"\(word)\"")
            }
            return schedule.id
        }
        filter.after = try call.after(HandOffID.self)
        filter.limit = try call.pageSize()
        let items = try await read { [filter] in try HandOffQueries.list(filter, on: $0) }
        return list(items, limit: filter.limit, id: \.id.text) { one, writer in
            writer.object { writer in
                writer.member("id", one.id.text)
                writer.member("schedule", one.schedule.text)
                writer.member("at", at: one.due)
                writer.member("phase", one.phase)
                writer.member("people", .array(one.people.map { .string($0.text) }))
                writer.member("awaited", .array(one.awaited.map { .string($0.text) }))
            }
        }
    }

    private func handOff(_ call: Call) async throws -> HandOff {
        let id = HandOffID(call.parameter("id"))
        guard let found = try await read({ try HandOffQueries.handOff(id, on: $0) }) else {
            throw HTTPProblem.notFound("There is no hand-off \"\(id)\".")
        }
        return found
    }

    private func change(_ command: HandOffCommand, _ call: Call) async throws -> Answer {
        let outcome = try await submit(
            .handOff(HandOffID(call.parameter("id")), command), for: call, subject: "hand-off")
        guard case .handOff(let handOff) = outcome else { preconditionFailure("A hand-off leads to a hand-off.") }
        return try await show(handOff)
    }

    private func show(_ handOff: HandOff) async throws -> Answer {
        let organisation = try await engine.organisation()
        return .json { handOff.write(into: &$0, organisation) }
    }
}

extension HandOff {
    fileprivate func write(into writer: inout JSONWriter, _ organisation: Organisation) {
        func people(_ users: [UserID]) -> JSON {
            .array(
                users.map { user in
                    let at = acknowledgements[user].map { JSON.string($0.rfc3339()) } ?? .null
                    return [
                        "user": .string(user.text), "name": .string(organisation.name(of: .user(user))),
                        "acknowledgedAt": at,
                        "ready": .array((ready[user] ?? []).sorted().map { .integer(Int64($0 + 1)) }),
                    ]
                })
        }
        writer.object { writer in
            writer.member("id", id.text)
            writer.member("schedule", opening.schedule.text)
            writer.member("at", at: opening.due)
            writer.member("phase", phase.word)
            if case .lapsed(let why) = phase { writer.member("why", why) } else { writer.member("why", nil as String?) }
            writer.member("leaving", people(opening.leaving))
            writer.member("coming", people(opening.coming))
            writer.member("covers", .array(opening.covers.map(JSON.string)))
            writer.member("readiness", .array(opening.readiness.map(JSON.string)))
            writer.member("handedOverAt", at: handedOverAt)
            writer.member(
                "notes",
                array: { writer in
                    for note in notes {
                        writer.object { writer in
                            writer.member("id", note.id)
                            writer.member("kind", note.kind.rawValue)
                            writer.member("text", note.text)
                            writer.member("by", note.by.text)
                            writer.member("byName", organisation.name(of: note.by))
                            writer.member("made", at: note.made)
                            writer.member("until", at: note.until)
                        }
                    }
                })
            writer.member("packet", packet ?? .null)
        }
    }
}

extension Schema {
    private static let handOffPerson = answer([
        "user": string, "name": string, "acknowledgedAt": optionalTime, "ready": array(integer),
    ])
    static let handOffSummary = answer([
        "id": string, "schedule": string, "at": time, "phase": string, "people": texts, "awaited": texts,
    ])
    static let handOff = answer([
        "id": string, "schedule": string, "at": time,
        "phase": ["enum": ["preparing", "handed-over", "acknowledged", "lapsed"]], "why": optionalString,
        "leaving": array(handOffPerson), "coming": array(handOffPerson), "covers": texts, "readiness": texts,
        "handedOverAt": optionalTime,
        "notes": array(
            answer([
                "id": string, "kind": string, "text": string, "by": string, "byName": string, "made": time,
                "until": optionalTime,
            ])), "packet": ["type": ["object", "null"]],
    ])
    static let handOffRules = object([
        ("disabled", ["type": ["boolean", "null"]]),
        (
            "leadSeconds",
            [
                "type": ["integer", "null"], "minimum": 0,
                "maximum": .integer(HandOffRules.longestLead.wholeSeconds),
            ]
        ), ("readiness", array(0...HandOffRules.readinessLimit, of: text(HandOffRules.itemLimit))),
    ]).replacing("type", ["object", "null"])
}
