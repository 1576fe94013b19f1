import Chronology
import Engine
import Incidents
import Notation
import Playbooks

extension IncidentPage.Procedure {
    /// What the page of an incident shows of the playbook that it follows.
    init(_ edition: Edition, of incident: Incident, in organisation: Organisation, at now: Instant) {
        let playbook = edition.playbook
        let facts = Course(incident, under: playbook, in: organisation).facts(under: playbook)
        let lists = ItemList.all(of: incident, under: playbook, in: organisation, at: now)
        let agenda = edition.agenda(of: incident, in: organisation, at: now)
        self.init(
            name: "\(playbook.title), version \(incident.procedureVersion)",
            phase: incident.history.phases.last.flatMap { stay in
                playbook.phases.first { $0.id.text == stay.value }?.title
            }, room: edition.room(of: incident, in: organisation, at: now),
            audiences: playbook.audiences.map { Choice($0.id.text, $0.title) },
            stages: (playbook.statusPage?.stages ?? []).map { Choice($0.id.text) },
            templates: playbook.messages(for: facts, at: now).map { Choice($0.id.text, $0.title) },
            events: IncidentEventName.markable.map { Choice($0.description, $0.words) },
            duties: agenda.pending.compactMap { owed in
                if case .rung = owed.duty { return nil }
                if case .watch = owed.duty { return nil }
                return IncidentPage.Duty(
                    id: owed.id.text, what: owed.title, due: owed.target, isLate: owed.isOverdue(at: now),
                    why: owed.explanation.joined(separator: " ") + (owed.line.map { " (line \($0))" } ?? ""),
                    template: playbook.template(of: owed)?.text)
            },
            lists: lists.map { IncidentPage.TaskList($0) },
            gates: lists.filter { $0.gates == .closed }.flatMap(\.open).map(\.text))
    }
}

extension IncidentPage.TaskList {
    init(_ list: ItemList) {
        self.init(
            title: list.title,
            tasks: list.entries.map { entry in
                var note = entry.help
                switch entry.state {
                case .open: break
                case .done(_, let answer): note = answer
                case .waiting(let event): note = "Ticked by: \(event)"
                }
                var choices: [Choice]?
                switch entry.question {
                case .text?: choices = []
                case .choice(let options)?: choices = options.map { Choice($0) }
                case nil: break
                }
                return Task(
                    id: entry.id, text: entry.text, isDone: entry.state.isDone, note: note, command: entry.command,
                    choices: choices)
            })
    }
}

extension IncidentEventName {
    /// What a person would say.
    fileprivate var words: String {
        let text = description.split(separator: "-").joined(separator: " ")
        return text.prefix(1).uppercased() + text.dropFirst()
    }
}
