import Engine
import HTTPTypes
import Identity
import Notation
import Playbooks

/// Writing playbooks: first what is wrong, then what would change, then it is put in force.
extension PageHandlers {
    var playbookEditing: [Route] {
        let fields = ["text", "seen", "step"]
        return [
            Route(.get, "/playbooks/-/new", .manage, "The form that adds a playbook") { call in
                let name = try call.query.one("from") ?? PlaybookShelf.usual
                let text = BuiltInPlaybooks.text(named: name).map { String(decoding: $0.bytes, as: UTF8.self) }
                return try await show(
                    PlaybookEditPage(text: text ?? "", seen: 0, stage: .writing(faults: [])), call)
            },
            Route(.post, "/playbooks/-/new", .manage, "Check and add a playbook", body: .longForm(fields)) { call in
                try await write(nil, call)
            },
            Route(
                .post, "/playbooks/{id}/remove", .manage, "Take a playbook away", body: .form([]),
                handler: removePlaybook),
            Route(.get, "/playbooks/{id}/edit", .manage, "The form that changes a playbook") { call in
                let edition = try await inForce(call)
                return try await show(
                    PlaybookEditPage(
                        id: edition.id, heading: edition.playbook.title, text: edition.text,
                        seen: Int(edition.version), stage: .writing(faults: [])), call)
            },
            Route(
                .post, "/playbooks/{id}/edit", .manage, "Check and change a playbook", body: .longForm(fields)
            ) { call in
                try await write(try await inForce(call), call)
            },
        ]
    }

    private func inForce(_ call: Call) async throws -> Edition {
        guard let edition = try await engine.organisation().playbook(call.parameter("id")) else {
            throw HTTPProblem.notFound("There is no playbook \"\(call.parameter("id"))\".")
        }
        return edition
    }

    private enum Step: String {
        case check, edit, save
    }

    /// `edited` is the playbook on whose page the form stood; nil for a new one.
    private func write(_ edited: Edition?, _ call: Call) async throws -> Answer {
        guard let step = Step(rawValue: try call.field("step")) else {
            throw HTTPProblem.badRequest("The form says no step.", at: "/step")
        }
        // Not trimmed: faults cite lines and columns of what was typed.
        let text = (try call.form.one("text") ?? "").replacing("\r\n", with: "\n")
        let seen = try call.form.integer("seen", 0...Int(Int32.max)) ?? 0
        func page(_ stage: PlaybookEditPage.Stage, seen: Int = seen, fault: String? = nil) -> PlaybookEditPage {
            PlaybookEditPage(
                id: edited?.id, heading: edited?.playbook.title, text: text, seen: seen, stage: stage,
                form: FormState(fault: fault))
        }
        if step == .edit { return try await show(page(.writing(faults: [])), call) }
        let reading = engine.shelf.reading(text)
        guard let playbook = reading.playbook else {
            let faults = reading.errors.map { PlaybookEditPage.Fault($0, in: text) }
            let sentence =
                faults.count == 1
                ? "There is a mistake. Nothing is in force."
                : "There are \(faults.count) mistakes. Nothing is in force."
            return try await show(page(.writing(faults: faults), fault: sentence), call, status: .unprocessableContent)
        }
        let id = playbook.id.text
        if let edited, edited.id != id {
            let sentence =
                "The document calls itself \"\(id)\", and this is \"\(edited.id)\". Add it as a playbook of its own instead."
            return try await show(page(.writing(faults: []), fault: sentence), call, status: .unprocessableContent)
        }
        let organisation = try await engine.organisation()
        let current = organisation.playbook(id)
        let version = Int(current?.version ?? 0)
        let preview = PlaybookEditPage.Stage.deciding(
            PlaybookEditPage.Preview(
                id: id, heading: playbook.title, before: current.map { Int($0.version) },
                topics: current.map { Self.topics(from: $0.playbook, to: playbook) } ?? [],
                findings: PlaybookLint.findings(of: playbook, text: Array(text.utf8)).map { .init($0) },
                services: organisation.services.filter { $0.playbook == id }.map(\.name),
                isUsual: organisation.procedure.id == id))
        if seen != version, edited != nil || step == .save {
            let sentence =
                "Meanwhile version \(version) has come into force. What stands below is the difference to that one."
            return try await show(
                page(preview, seen: version, fault: sentence), call, status: step == .save ? .conflict : .ok)
        }
        if step == .check { return try await show(page(preview, seen: version), call) }
        return try await submit(call) { state in
            page(preview, seen: version, fault: state.fault ?? state.faults["text"])
        } _: {
            try await actions.perform(
                .put, "/api/v1/playbooks/\(id)", raw: Array(text.utf8),
                query: Fields([Fields.Field("seen", String(seen))]), for: call)
            return .seeOther("/playbooks/\(id)", .inForce)
        }
    }
}

extension PlaybookEditPage.Fault {
    /// As much of a line as tells which it is.
    private static let sourceLimit = 160

    fileprivate init(_ fault: PlaybookFault, in text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let source = fault.line <= lines.count ? String(lines[fault.line - 1].prefix(Self.sourceLimit)) : ""
        self.init(line: fault.line, column: fault.column, sentence: fault.sentence, source: source.trimmed)
    }
}
