import Chronology
import Incidents
import Notation
import Playbooks

/// A list of things to check or do that an incident has by its playbook: of a role, of a phase, before it is closed. What
/// has happened ticks some of them; people tick the rest.
public struct ItemList: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        /// Names it within the incident: `closure/told`.
        public let id: String
        public let text: String
        /// Who does it: a role's id.
        public let role: String?
        public let help: String?
        public let link: String?
        public let command: String?
        /// What is answered by ticking it; nil: nothing is.
        public let question: Question?
        public let state: State
        /// Who alone may tick it, as far as anybody stands for that name; nil: everybody may.
        public var signer: Party?
        /// The line of the playbook.
        public let line: Int

        public enum Question: Hashable, Sendable {
            case text
            case choice([String])
        }

        public enum State: Hashable, Sendable {
            case open
            case done(at: Instant, answer: String?)
            /// It is ticked by what happens, and that has not happened.
            case waiting(for: String)

            public var isDone: Bool {
                switch self {
                case .done: true
                case .open, .waiting: false
                }
            }
        }
    }

    /// `closure`, `phase/detection`, `role/scribe`.
    public let id: String
    public let title: String
    /// Whose it is: a role's id.
    public let role: String?
    /// Which change of status asks for it: `resolved` or `closed`; nil: none does.
    public let gates: IncidentStatus?
    /// How many of the entries have to be done; nil: all of them.
    public var quorum: Int?
    public let entries: [Entry]

    public var isDone: Bool { open.isEmpty }

    /// What is left to do; nothing once as many are done as have to be.
    public var open: [Entry] {
        if let quorum, entries.count(where: \.state.isDone) >= quorum { return [] }
        return entries.filter { !$0.state.isDone }
    }
}

extension ItemList {
    /// The lists that an incident has now, in the order in which they are met: roles that are taken, phases that were
    /// entered, checklists whose moment has come, what has to be signed, and what has to be done before the end.
    public static func all(
        of incident: Incident, under playbook: Playbook, in organisation: Organisation, at now: Instant
    ) -> [ItemList] {
        let maker = Maker(incident, playbook, organisation, now)
        return maker.lists.filter { !$0.entries.isEmpty }
    }

    /// The entry of that id, on whichever list.
    static func entry(
        _ id: String, of incident: Incident, under playbook: Playbook, in organisation: Organisation, at now: Instant
    ) -> Entry? {
        all(of: incident, under: playbook, in: organisation, at: now).flatMap(\.entries).first { $0.id == id }
    }

    private struct Maker {
        let incident: Incident
        let playbook: Playbook
        let now: Instant
        let course: Course
        let facts: GuardFacts

        init(_ incident: Incident, _ playbook: Playbook, _ organisation: Organisation, _ now: Instant) {
            self.incident = incident
            self.playbook = playbook
            self.now = now
            course = Course(incident, under: playbook, in: organisation)
            facts = course.facts(under: playbook)
        }

        var lists: [ItemList] { roles + phases + checklists + playbook.signoffs.compactMap(signing) + ends }

        private var roles: [ItemList] {
            playbook.roles.filter { role in incident.assignments.contains { $0.role == role.id.text } }.map { role in
                list("role/\(role.id)", role.title, role: role.id.text, role.tasks)
            }
        }

        private var phases: [ItemList] {
            var entered: [String] = []
            for stay in incident.history.phases where !entered.contains(stay.value) { entered.append(stay.value) }
            return entered.compactMap { id in playbook.phases.first { $0.id.text == id } }.flatMap { phase in
                [
                    ItemList(
                        id: "enter/\(phase.id)", title: "\(phase.title): to begin with", role: nil, gates: nil,
                        entries: phase.enter.filter { $0.when.holds(facts, at: now) }.enumerated().compactMap {
                            index, action in entry(action, "enter/\(phase.id)/\(index + 1)", of: phase)
                        }),
                    list("phase/\(phase.id)", phase.title, role: nil, phase.checklist),
                    list("exit/\(phase.id)", "\(phase.title): before it is left", role: nil, phase.exit),
                ]
            }
        }

        private var checklists: [ItemList] {
            playbook.checklists.filter { $0.when.holds(facts, at: now) && hasCome($0.on) }.map { checklist in
                list("checklist/\(checklist.id)", checklist.title, role: checklist.role?.text, checklist.items)
            }
        }

        private var ends: [ItemList] {
            guard incident.times.resolved != nil else { return [] }
            return [list("closure", "Before it is closed", role: nil, gates: .closed, playbook.closure)]
        }

        /// A line for each who signs. What is signed for the end of an incident is asked for when it is over, the rest from
        /// the beginning.
        private func signing(_ signoff: Playbook.Signoff) -> ItemList? {
            guard signoff.when.holds(facts, at: now) else { return nil }
            if signoff.subject == .close, incident.times.resolved == nil { return nil }
            let quorum: Int? = if case .number(let number) = signoff.quorum { number } else { nil }
            let gates: IncidentStatus? =
                switch signoff.subject {
                case .resolve: .resolved
                case .close: .closed
                case .external, .deploy, .goNoGo: nil
                }
            return ItemList(
                id: "signoff/\(signoff.id)", title: "Sign-off: \(signoff.title)", role: nil, gates: gates,
                quorum: quorum,
                entries: signoff.roles.map { party in
                    let id = "signoff/\(signoff.id)/\(party)"
                    let role: String? = if case .role(let role) = party { role.text } else { nil }
                    let tick = incident.history.ticks[id]
                    return Entry(
                        id: id, text: "\(playbook.title(of: party)) signs", role: role, help: signoff.text, link: nil,
                        command: nil, question: nil, state: tick.map { .done(at: $0.at, answer: $0.answer) } ?? .open,
                        signer: party, line: signoff.source.line)
                })
        }

        /// When the last of those signed who have to; nil: they have not, or nobody is asked.
        private func signed(_ id: ElementID<Playbook.Signoff>) -> Instant? {
            guard let list = playbook.signoff(id).flatMap(signing), list.isDone else { return nil }
            return list.entries.compactMap { incident.history.ticks[$0.id]?.at }.max()
        }

        /// When none of the incident's alerts had fired for so long; nil: it has not come to that, or the incident has no
        /// alert, and a person has to look.
        private func quiet(for time: Duration) -> Instant? {
            let ends = incident.alerts.compactMap(\.resolvedAt)
            guard ends.count == incident.alerts.count, let last = ends.max() else { return nil }
            return last + time <= now ? last + time : nil
        }

        private func hasCome(_ moment: Moment) -> Bool {
            switch moment {
            case .phase(let phase): incident.history.phases.contains { $0.value == phase.text }
            case .stage(let stage): incident.history.happenings.contains { $0.name == "page-posted(\(stage))" }
            case .every: true
            case .event(let name): happened(name) != nil
            }
        }

        private func happened(_ name: IncidentEventName) -> Instant? {
            if name == .resolved { return incident.times.resolved }
            if name == .closed { return incident.times.closed }
            return incident.history.happenings.first { $0.name == name.description }?.at
        }

        private func happened(_ name: IncidentEventName, since instant: Instant) -> Instant? {
            course.happenings.first { $0.name == name && $0.at >= instant }?.at
        }

        private func list(
            _ id: String, _ title: String, role: String?, gates: IncidentStatus? = nil, _ items: [Playbook.Item]
        ) -> ItemList {
            ItemList(
                id: id, title: title, role: role, gates: gates,
                entries: items.filter { $0.when.holds(facts, at: now) }.map { entry($0, "\(id)/\($0.id)", role) })
        }

        private func entry(_ item: Playbook.Item, _ id: String, _ role: String?) -> Entry {
            var question: Entry.Question?
            var waiting: String?
            switch item.check {
            case .manual: break
            case .event(let name):
                if let at = happened(name), incident.history.ticks[id] == nil {
                    return make(item, id, role, nil, .done(at: at, answer: nil))
                }
                waiting = name.description
            case .metric(let condition, let time):
                waiting = condition.description + (time.map { " for \($0.notation)" } ?? "")
            case .quiet(let time):
                if let at = quiet(for: time), incident.history.ticks[id] == nil {
                    return make(item, id, role, nil, .done(at: at, answer: nil))
                }
                waiting = "no alert for \(time.notation)"
            case .approval(let signoff):
                if let at = signed(signoff), incident.history.ticks[id] == nil {
                    return make(item, id, role, nil, .done(at: at, answer: nil))
                }
                waiting = "the sign-off \(playbook.signoff(signoff)?.title ?? signoff.text)"
            case .question, .evidence: question = .text
            case .decision(let options): question = .choice(options)
            }
            if let field = item.field, let answer = incident.history.answers[field.text],
                let at = incident.history.answeredAt[field.text]
            {
                return make(item, id, role, question, .done(at: at, answer: answer))
            }
            if let tick = incident.history.ticks[id] {
                return make(item, id, role, question, .done(at: tick.at, answer: tick.answer))
            }
            return make(item, id, role, question, waiting.map { .waiting(for: $0) } ?? .open)
        }

        private func make(
            _ item: Playbook.Item, _ id: String, _ role: String?, _ question: Entry.Question?, _ state: Entry.State
        ) -> Entry {
            Entry(
                id: id, text: item.text, role: item.role?.text ?? role, help: item.help, link: item.link,
                command: item.command?.text.description, question: question, state: state, line: item.source.line)
        }

        /// What a phase begins with and a person has to do; what Tocsin does by itself is on the record.
        private func entry(_ action: Playbook.Action, _ id: String, of phase: Playbook.Phase) -> Entry? {
            let text: String
            var role: String?
            // What was done since the phase was entered needs no tick.
            let entered = incident.history.phases.last { $0.value == phase.id.text }?.since ?? now
            var done: Instant?
            switch action.act {
            case .assign, .start, .notify, .page: return nil
            case .post(let audience, _):
                text = "Tell \(playbook.audience(audience)?.title ?? audience.text)"
                done = happened(.updatePosted(audience), since: entered)
            case .statusPage(let stage):
                text = "Status page: \(stage)"
                done = happened(.pagePosted(stage), since: entered)
            case .room:
                text = "Open the room of the incident"
                done = happened(.roomOpened)
            case .bridge: text = "Open a call"
            case .task(let task, let owner, _):
                text = task
                role = owner?.text
            case .create(.ticket): text = "Open a ticket"
            case .create(.integration(let name)): text = "Open its counterpart in \(name)"
            }
            var state = Entry.State.open
            if let tick = incident.history.ticks[id] {
                state = .done(at: tick.at, answer: tick.answer)
            } else if let done {
                state = .done(at: done, answer: nil)
            }
            return Entry(
                id: id, text: action.title ?? text, role: role, help: nil, link: nil, command: nil, question: nil,
                state: state, line: action.source.line)
        }
    }
}
