import Chronology
import Engine
import HTTPTypes
import Incidents
import Notation
import Playbooks

// What is done to an incident in the words of its playbook.
extension API {
    private static let tag = "Incidents"

    var procedureRoutes: [Route] {
        [
            changing(
                .put, "/fields", "Answer fields of the playbook",
                Schema.object(["fields": Schema.answers], required: ["fields"])
            ) { key, body in .procedure(key: key, .answer(body.answers("fields", 1...200))) },
            changing(
                .post, "/updates", "Tell an audience where the incident stands",
                Schema.object(
                    [
                        "audience": Schema.optionalText(100), "message": Schema.optionalText(16_384),
                        "stage": Schema.optionalText(100), "template": Schema.optionalText(100),
                        "answers": Schema.optionalAnswers,
                    ], required: []), status: .created
            ) { key, body in
                let template = body.optionalText("template", 1...400)
                // Without a template both are there, or the body says which is missing.
                let update = UpdateRequest(
                    audience: template == nil
                        ? body.text("audience", 1...400) : body.optionalText("audience", 1...400),
                    stage: body.optionalText("stage", 1...400), template: template,
                    text: template == nil
                        ? body.text("message", 1...65_536) : body.optionalText("message", 1...65_536),
                    answers: Dictionary(body.answers("answers", 0...100).map { ($0.field, $0.text) }) { $1 })
                return .procedure(key: key, .update(update))
            },
            changing(
                .post, "/events", "Note that something has happened that the playbook counts from",
                Schema.object(
                    ["event": Schema.text(100), "detail": Schema.optionalText(16_384)], required: ["event"]),
                status: .created
            ) { key, body in
                let word = body.text("event", 1...400)
                return .procedure(key: key, .mark(word, detail: body.optionalText("detail", 0...65_536)))
            },
            changing(
                .post, "/obligations/met", "Say that something owed is done",
                Schema.object(
                    ["obligation": Schema.text(200), "note": Schema.optionalText(16_384)], required: ["obligation"])
            ) { key, body in
                let id = body.text("obligation", 1...800)
                return .procedure(key: key, .meet(id, note: body.optionalText("note", 0...65_536)))
            },
            changing(
                .post, "/obligations/waived", "Say that something owed is not wanted, and why",
                Schema.object(
                    ["obligation": Schema.text(200), "why": Schema.text(16_384)], required: ["obligation", "why"])
            ) { key, body in
                let id = body.text("obligation", 1...800)
                return .procedure(key: key, .waive(id, why: body.text("why", 1...65_536)))
            },
            changing(
                .post, "/tasks", "Tick a task, or take the tick away",
                Schema.object(
                    [
                        "task": Schema.text(200), "done": ["type": ["boolean", "null"]],
                        "answer": Schema.optionalText(16_384),
                    ], required: ["task"])
            ) { key, body in
                let task = body.text("task", 1...800)
                let answer = body.optionalText("answer", 0...65_536)
                let isDone = body.optionalFlag("done") ?? true
                return .procedure(key: key, isDone ? .tick(task, answer: answer) : .untick(task))
            },
            changing(
                .post, "/playbook", "Follow the latest version of the playbook from here on",
                Schema.object(["why": Schema.text(16_384)], required: ["why"])
            ) { key, body in .procedure(key: key, .upgrade(why: body.text("why", 1...65_536))) },
            Route(
                .get, Self.base + "/obligations", .readAll, "What open incidents owe, the most urgent first",
                tag: Self.tag,
                responses: [Route.Response(200, "They", schema: Schema.list(Schema.owed))], handler: listObligations),
        ]
    }

    @Sendable private func listObligations(_ call: Call) async throws -> Answer {
        let organisation = try await engine.organisation()
        let shelf = engine.shelf
        let owed = try await read { [now = call.now] connection in
            try Owed.everywhere(organisation: organisation, shelf: shelf, at: now, on: connection)
        }
        return list(owed, limit: .max, id: \.obligation.id.text) { owed, writer in
            writer.object { writer in
                writer.member("incident", owed.incident)
                owed.obligation.writeMembers(into: &writer, now: call.now)
            }
        }
    }
}

extension Obligation {
    func write(into writer: inout JSONWriter, now: Instant) {
        writer.object { writeMembers(into: &$0, now: now) }
    }

    /// `state` is one word; what else belongs to it stands in members of its own.
    func writeMembers(into writer: inout JSONWriter, now: Instant) {
        writer.member("id", id.text)
        writer.member("rule", explanation.first)
        writer.member("title", title)
        writer.member("owner", owner?.description)
        writer.member("due", at: target)
        writer.member("limit", at: lateAt)
        var reason: String?
        var metAt: Instant?
        var late = isOverdue(at: now)
        let word: String
        switch state {
        case .waiting(let event):
            word = "waiting"
            reason = "Counts from: \(event)"
        case .pending: word = "pending"
        case .met(let at, let isLate):
            word = "met"
            metAt = at
            late = isLate
        case .waived(let at, let why):
            word = "waived"
            metAt = at
            reason = why
        case .ended(let why):
            word = "ended"
            reason = why
        }
        writer.member("state", word)
        writer.member("metAt", at: metAt)
        writer.member("late", late)
        writer.member("reason", reason)
        writer.member("explanation", array: { writer in for line in explanation { writer.value(line) } })
        writer.member("line", line.map { JSON.integer(Int64($0)) } ?? .null)
    }
}

extension ItemList.Entry {
    func write(into writer: inout JSONWriter, list: ItemList) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("list", list.title)
            writer.member("text", text)
            writer.member("role", role)
            writer.member("required", list.gates.map { $0.rawValue })
            var at: Instant?
            var answer: String?
            var waitsFor: String?
            switch state {
            case .open: break
            case .done(let instant, let text):
                at = instant
                answer = text
            case .waiting(let event): waitsFor = event
            }
            writer.member("done", state.isDone)
            writer.member("doneAt", at: at)
            writer.member("answer", answer)
            writer.member("waitsFor", waitsFor)
        }
    }
}
