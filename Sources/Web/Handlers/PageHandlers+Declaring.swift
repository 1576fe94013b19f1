import Engine
import HTTPTypes
import Identity
import Incidents
import Notation
import Playbooks

/// Declaring by hand, in the words of the playbook that the incident will follow.
extension PageHandlers {
    /// The form as somebody opens it, perhaps for a service or under a playbook of their choice.
    func declarePage(for query: Fields) async throws -> DeclarePage {
        var form = FormState()
        form.values["service"] = try query.one("service")
        if let playbook = try query.text("playbook") {
            form.values["playbook"] = playbook
            form.values["chosen"] = "yes"
        }
        return try await declarePage(form)
    }

    private func declarePage(_ form: FormState) async throws -> DeclarePage {
        let organisation = try await engine.organisation()
        let service = form.values["service"].flatMap { organisation.service(named: $0) }
        let word = form.values["playbook"].flatMap { $0.isEmpty ? nil : $0 }
        let usual = organisation.procedure.id
        guard let edition = organisation.playbook(word ?? service?.playbook ?? usual) else {
            throw HTTPProblem.notFound("There is no playbook \"\(word ?? usual)\".")
        }
        let questions = edition.playbook.questions(organisation)
        var form = form
        form.move(toFieldsOf: questions)
        return DeclarePage(
            playbooks: organisation.playbooksInUse.map { Choice($0.id, $0.playbook.title) }, playbook: edition.id,
            isChosen: form.values["chosen"] == "yes", severities: edition.procedure.ladder.choices,
            suggests: edition.playbook.suggests, questions: questions,
            services: organisation.services.map { service in
                let other = service.playbook.flatMap { $0 == edition.id ? nil : organisation.playbook($0) }
                return Choice(
                    service.id.text, service.name + (other.map { " (follows \($0.playbook.title))" } ?? ""))
            },
            asksWhy: form.faults["why"] != nil || !(form.values["why"] ?? "").isEmpty, form: form)
    }

    @Sendable func declare(_ call: Call) async throws -> Answer {
        let organisation = try await engine.organisation()
        let (playbook, service) = (try call.field("playbook"), try call.field("service"))
        let own = (service.isEmpty ? nil : organisation.service(named: service)?.playbook) ?? organisation.procedure.id
        if !playbook.isEmpty, playbook != own, try call.field("chosen") != "yes",
            let edition = organisation.playbook(own)
        {
            // Nobody chose the playbook whose words the form spoke, and the service follows another.
            var form = FormState(fault: "The incident will follow \(edition.playbook.title); these are its words now.")
            for field in call.form.fields where field.name != "csrf" { form.values[field.name] = field.value }
            form.values["playbook"] = own
            return try await show(try await declarePage(form), call, status: .unprocessableContent)
        }
        return try await submit(call, fields: ["why": "why"]) {
            try await declarePage($0)
        } _: {
            let questions = organisation.playbook(playbook.isEmpty ? own : playbook)?.playbook.questions(organisation)
            var answers: [JSON.Member] = []
            for question in questions ?? [] {
                let answer = try call.answer(to: question)
                if !answer.isEmpty { answers.append(JSON.Member(question.id, .string(answer))) }
            }
            let incident = try await actions.perform(
                .post, "/api/v1/incidents",
                [
                    "title": .string(try call.field("title")), "severity": try call.optionalField("severity"),
                    "service": try call.optionalField("service"), "note": try call.optionalField("note"),
                    "playbook": try call.optionalField("playbook"), "why": try call.optionalField("why"),
                    "fields": .object(answers),
                ], for: call)
            return .seeOther("/incidents/\(try incident.text("key"))", .declared)
        }
    }
}

extension Organisation {
    /// The usual one, those that services follow, and those that somebody uploaded.
    fileprivate var playbooksInUse: [Edition] {
        playbooks.filter { edition in
            edition.id == procedure.id || edition.origin == .uploaded
                || services.contains { $0.playbook == edition.id }
        }
    }
}

extension DeclarePage.Question {
    /// The answer's name for the API.
    fileprivate var id: String { name == "type" ? name : String(name.dropFirst("field-".count)) }
}

extension Playbook {
    /// Whether answers can tell the severity.
    fileprivate var suggests: Bool { severityMatrix != nil || severities.contains { !$0.criteria.isEmpty } }

    /// What is asked of whoever declares: what is needed now, and what the severity is told from.
    fileprivate func questions(_ organisation: Organisation) -> [DeclarePage.Question] {
        var deciding = severities.flatMap(\.criteria).flatMap(\.when.fields)
        if let matrix = severityMatrix { deciding += [matrix.rows.field, matrix.columns.field] }
        var questions: [DeclarePage.Question] = []
        if !types.isEmpty {
            questions.append(
                DeclarePage.Question(
                    name: "type", title: "Type", kind: .choice(types.map { Choice($0.id.text, $0.title) }),
                    isRequired: false))
        }
        for field in fields {
            let isNeeded = field.required == .atDeclare
            if isNeeded || deciding.contains(field.id) {
                questions.append(
                    DeclarePage.Question(
                        name: "field-\(field.id)", title: field.titleWithUnit, kind: field.question(organisation),
                        help: field.help,
                        // Where it depends on something whether it is asked at all, nobody is held up by it.
                        isRequired: isNeeded && field.when == .always))
            }
            for metric in field.metrics where deciding.contains(ElementID(metric.id.text)) {
                questions.append(
                    DeclarePage.Question(
                        name: "field-\(metric.id)",
                        title: metric.title + (metric.unit.map { " (\($0))" } ?? ""), kind: .number,
                        isRequired: false))
            }
        }
        return questions
    }
}

extension Playbook.Field {
    fileprivate var titleWithUnit: String { title + (unit.map { " (\($0))" } ?? "") }

    fileprivate func question(_ organisation: Organisation) -> DeclarePage.Question.Kind {
        switch kind {
        case .yesNo: .yesNo
        case .number, .percent, .money: .number
        case .choice: .choice(choices.map { Choice($0) })
        case .choices: .choices(choices)
        case .detection: .choice(variants.map { Choice($0.id.text, $0.title) })
        case .person: .choice(organisation.users.filter { !$0.isDisabled }.map { Choice($0.name) })
        case .service: .choice(organisation.services.map { Choice($0.name) })
        case .longText, .list, .metrics: .lines
        case .text, .time, .link: .text
        }
    }
}

extension Call {
    fileprivate func answer(to question: DeclarePage.Question) throws(InputFault) -> String {
        guard case .choices(let choices) = question.kind else { return try field(question.name) }
        var chosen: [String] = []
        for (index, choice) in choices.enumerated() where try field("\(question.name)-\(index)") == "yes" {
            chosen.append(choice)
        }
        return chosen.joined(separator: "\n")
    }
}

extension FormState {
    /// What the API says of an answer begins with the question's id; it is shown where the answer stands.
    fileprivate mutating func move(toFieldsOf questions: [DeclarePage.Question]) {
        guard let fault else { return }
        for question in questions {
            let head = question.id + ": "
            guard fault.lowercased().hasPrefix(head.lowercased()) else { continue }
            faults[question.name] = String(fault.dropFirst(head.count))
            self.fault = nil
            return
        }
    }
}
