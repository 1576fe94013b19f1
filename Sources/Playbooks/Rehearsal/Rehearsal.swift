import Chronology

/// An incident that does not take place: what a playbook would do from the declaration on, step by step of a clock that
/// stands in nobody's room. The same agenda decides as in a real incident, so what is printed here is what would happen.
public struct Rehearsal: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        case declared, page, notify, digest, agenda
        /// A phase begins.
        case phase
        /// What a phase asks of people.
        case task
        /// A step that calls nobody.
        case step
        case update, message, post
        /// Some time before something is owed, and when it is.
        case ahead, due
        case late
        /// A line of the script.
        case script
        case watched
    }

    public struct Entry: Hashable, Sendable {
        public let at: Instant
        public let kind: Kind
        public let title: String
        /// Whom it concerns: who is called, told or reminded.
        public let to: String?
        public let obligation: Obligation.ID?
        /// Rule, anchor and arithmetic.
        public let why: [String]
        public let line: Int?
        /// The names of the playbook that are called.
        public let calls: [Party]
    }

    /// The same with people in the place of the names that they stand for. Of a name that nobody stands for it says so: its
    /// step is taken at once and calls nobody.
    public func called(_ people: [ElementID<Playbook.Target>: [String]], under playbook: Playbook) -> Rehearsal {
        guard !people.isEmpty else { return self }
        let entries = entries.map { entry -> Entry in
            guard !entry.calls.isEmpty else { return entry }
            let words = entry.calls.map { party -> String in
                guard case .target(let id) = party, let target = playbook.target(id), let names = people[id] else {
                    return party.words(under: playbook)
                }
                return names.isEmpty
                    ? "\(target.title): nobody stands for it" : "\(target.title): \(names.joined(separator: ", "))"
            }
            return Entry(
                at: entry.at, kind: entry.kind, title: entry.title, to: words.joined(separator: "; "),
                obligation: entry.obligation, why: entry.why, line: entry.line, calls: entry.calls)
        }
        return Rehearsal(entries: entries, isComplete: isComplete)
    }

    private init(entries: [Entry], isComplete: Bool) {
        self.entries = entries
        self.isComplete = isComplete
    }

    /// More is a mistake of the playbook or of whoever asked for a year.
    public static let entryLimit = 5_000
    /// How long is looked at when nobody says: long enough for any first night.
    public static let usualLength = Duration.hours(4)

    public let entries: [Entry]
    /// Whether the end was reached, not the limit.
    public let isComplete: Bool

    /// - Parameters:
    ///   - sendsUpdates: whether promised updates are sent when they are due; otherwise they are late, as nobody acts.
    ///   - length: how far to look; nil: until the last step of the escalation, at least `usualLength`, and behind the last
    ///     line of the script as far as anything is owed.
    public init(
        of playbook: Playbook, severity: ElementID<Playbook.Severity>, at start: Instant,
        script: RehearsalScript = .empty, fields: [ElementID<Playbook.Field>: FieldValue] = [:],
        type: ElementID<Playbook.IncidentType>? = nil, sendsUpdates: Bool = true, length: Duration? = nil
    ) {
        var stage = Stage(playbook, severity, start, fields, type, sendsUpdates: sendsUpdates)
        stage.play(script, length: length)
        entries = stage.entries
        isComplete = stage.entries.count < Self.entryLimit
    }
}

private struct Stage {
    let playbook: Playbook
    let start: Instant
    let sendsUpdates: Bool
    var course: Course
    var now: Instant
    var entries: [Rehearsal.Entry] = []
    var told: Set<String> = []

    init(
        _ playbook: Playbook, _ severity: ElementID<Playbook.Severity>, _ start: Instant,
        _ fields: [ElementID<Playbook.Field>: FieldValue], _ type: ElementID<Playbook.IncidentType>?, sendsUpdates: Bool
    ) {
        self.playbook = playbook
        self.start = start
        self.sendsUpdates = sendsUpdates
        now = start
        course = Course(declared: start, severity: severity, type: type, fields: fields)
        add(.declared, "The incident is declared as \(severity)", to: nil, nil, [], line: nil)
    }

    mutating func play(_ script: RehearsalScript, length: Duration?) {
        var rest = script.steps[...]
        while entries.count < Rehearsal.entryLimit {
            while let step = rest.first, step.at <= now {
                rest = rest.dropFirst()
                act(step)
            }
            settle()
            let agenda = Agenda(of: course, under: playbook, at: now)
            let end = length.map { start + $0 } ?? horizon(agenda, script)
            guard let next = [agenda.nextTurn, rest.first?.at, nextWatch(agenda)].compactMap({ $0 }).min(), next <= end
            else { return }
            now = next
        }
    }

    /// Far enough for everything that is certain to come, without an endless line of updates.
    private func horizon(_ agenda: Agenda, _ script: RehearsalScript) -> Instant {
        var end = start + Rehearsal.usualLength
        if let last = script.steps.last?.at { end = max(end, last + Rehearsal.usualLength) }
        for obligation in agenda.obligations where obligation.state == .pending {
            if case .update = obligation.duty { continue }
            if case .rung(let rung, _) = obligation.duty, case .agenda = rung.via { continue }
            if let at = obligation.lateAt { end = max(end, at) }
        }
        return end
    }

    private func nextWatch(_ agenda: Agenda) -> Instant? {
        agenda.obligations.compactMap { obligation in
            if case .watch = obligation.duty, let target = obligation.target, target > now { target } else { nil }
        }.min()
    }

    // MARK: What happens

    /// Everything that is due by now, until nothing more follows from it.
    private mutating func settle() {
        var isSettled = false
        while !isSettled, entries.count < Rehearsal.entryLimit {
            isSettled = true
            if let phase = course.phaseToEnter(under: playbook, at: now) {
                enter(phase)
                isSettled = false
                continue
            }
            let agenda = Agenda(of: course, under: playbook, at: now)
            for obligation in agenda.rungsDue {
                call(obligation, agenda)
                isSettled = false
            }
            guard isSettled else { continue }
            for obligation in agenda.obligations {
                if case .watch = obligation.duty, case .met(let end, _) = obligation.state,
                    told.insert("watched \(obligation.id)").inserted
                {
                    add(.watched, "\(obligation.title): over", to: agenda.name(of: obligation.owner), obligation)
                    _ = end
                }
                for (notice, at) in obligation.notices where at <= now {
                    guard told.insert("\(obligation.id) \(notice.rawValue)").inserted else { continue }
                    if tell(obligation, notice, agenda) { isSettled = false }
                }
            }
        }
    }

    /// As in a real incident: it wakes and tells by itself, and the rest is for people to do.
    private mutating func enter(_ phase: Playbook.Phase) {
        let facts = course.facts(under: playbook)
        course.phases.append(.init(phase.id, since: now))
        add(.phase, phase.title, to: nil, nil, [], line: phase.source.line)
        guard let severity = course.severity else { return }
        let words = StoryWords(playbook: playbook, severity: severity)
        for action in phase.enter where action.when.holds(facts, at: now) {
            let (kind, calls): (Rehearsal.Kind, [Party]) =
                switch action.act {
                case .page(let parties): (.page, parties)
                case .notify(let parties, _): (.notify, parties)
                case .post, .statusPage, .room, .bridge, .assign, .task, .create, .start: (.task, [])
                }
            guard let text = action.title ?? words.act(action) else { continue }
            let names = calls.map { $0.words(under: playbook) }.joined(separator: ", ")
            add(
                kind, text, to: calls.isEmpty ? nil : names, nil, ["The phase \"\(phase.title)\" begins with it."],
                line: action.source.line, calls: calls)
        }
    }

    private mutating func call(_ obligation: Obligation, _ agenda: Agenda) {
        guard case .rung(let rung, let calls) = obligation.duty else { return }
        course.settlements[obligation.id] = .reached(at: now, calls, rung.via)
        if !rung.isSilent { course.happenings.append(.init(.escalated, at: now)) }
        let names = calls.map { agenda.name(of: $0) }.joined(separator: ", ")
        let kind: Rehearsal.Kind
        if calls.isEmpty {
            kind = .step
        } else {
            switch rung.via {
            case .page: kind = .page
            case .notify: kind = .notify
            case .digest: kind = .digest
            case .agenda: kind = .agenda
            }
        }
        let title =
            calls.isEmpty && !rung.isSilent
            ? obligation.title + ": called already, or by another plan" : obligation.title
        add(kind, title, to: calls.isEmpty ? nil : names, obligation, calls: calls)
    }

    /// Gives whether something has changed by it.
    private mutating func tell(_ obligation: Obligation, _ notice: Obligation.Notice, _ agenda: Agenda) -> Bool {
        let owner = agenda.name(of: obligation.owner)
        switch notice {
        case .ahead:
            if isSentByItself(obligation) { return false }
            add(.ahead, "Reminder: \(obligation.title)", to: owner, obligation)
        case .late: add(.late, "Late: \(obligation.title)", to: owner, obligation)
        case .due:
            switch obligation.duty {
            case .update(let audience, _, _) where sendsUpdates:
                add(.update, obligation.title, to: agenda.name(of: .audience(audience)), obligation)
                course.updates.append(.init(to: audience, at: now))
                course.happenings.append(.init(.updatePosted(audience), at: now))
                return true
            case .message(let id) where sendsUpdates:
                let message = playbook.communications.first { $0.id == id }
                add(
                    .message, obligation.title,
                    to: message?.to.map { agenda.name(of: $0) }.joined(separator: ", "), obligation)
                course.settlements[obligation.id] = .met(at: now)
                return true
            case .post(let stage) where sendsUpdates:
                add(.post, obligation.title, to: agenda.name(of: obligation.owner), obligation)
                course.settlements[obligation.id] = .met(at: now)
                course.happenings.append(.init(.pagePosted(stage), at: now))
                return true
            case .watch: return false
            case .clock, .rung, .update, .message, .post, .check, .review, .followUp, .relief:
                add(.due, "Due: \(obligation.title)", to: owner, obligation)
            }
        }
        return false
    }

    private func isSentByItself(_ obligation: Obligation) -> Bool {
        switch obligation.duty {
        case .update, .message, .post: sendsUpdates
        case .watch: true
        case .clock, .rung, .check, .review, .followUp, .relief: false
        }
    }

    private mutating func act(_ step: RehearsalScript.Step) {
        let title: String
        switch step.act {
        case .severity(let severity):
            course.severities.append(.init(severity, since: now))
            course.happenings.append(.init(.severityChanged, at: now))
            title = "The severity becomes \(severity)"
        case .status(let status):
            enter(status)
            title = "The status becomes \(playbook.status(status)?.label ?? status.text)"
        case .update(let audience):
            course.updates.append(.init(to: audience, at: now))
            course.happenings.append(.init(.updatePosted(audience), at: now))
            title = "An update is sent to \(playbook.audience(audience)?.title ?? audience.text)"
        case .role(let role):
            course.roles.append(.init(role, since: now))
            course.happenings.append(.init(.roleAssigned(role), at: now))
            title = "Somebody is \(playbook.role(role)?.title ?? role.text)"
        case .settle(let id):
            course.settlements[id] = .met(at: now)
            title = "Done: \(id)"
        case .waive(let id, let why):
            course.settlements[id] = .waived(at: now, reason: why)
            title = "Waived: \(id), because \(why)"
        case .happen(let name):
            happen(name)
            title = "It happens: \(name)"
        }
        add(.script, title, to: nil, nil, [], line: nil)
    }

    private mutating func enter(_ status: ElementID<Playbook.Status>) {
        course.statuses.append(.init(status, since: now))
        course.happenings.append(.init(.status(status), at: now))
        course.happenings.append(.init(.statusChanged, at: now))
        switch playbook.status(status)?.state {
        case .resolved: course.milestones[.resolved] = now
        case .closed: course.milestones[.closed] = now
        case .monitoring: course.milestones[.mitigated] = course.milestones[.mitigated] ?? now
        case .reported, .triaging, .declared, .investigating, .identified, .mitigating, .declined, .merged, .cancelled,
            .paused, nil:
            break
        }
    }

    private mutating func happen(_ name: IncidentEventName) {
        let milestones: [IncidentEventName: Milestone] = [
            .acknowledged: .acknowledged, .responding: .responding, .mitigated: .mitigated, .fixDeployed: .fixDeployed,
            .resolved: .resolved, .closed: .closed, .reviewScheduled: .reviewScheduled, .reviewHeld: .reviewHeld,
            .reviewPublished: .reviewPublished,
        ]
        course.happenings.append(.init(name, at: now))
        if let milestone = milestones[name] { course.milestones[milestone] = now }
        // A playbook without such a label still knows the state.
        switch name {
        case .resolved: course.statuses.append(.init(status(.resolved), since: now))
        case .closed: course.statuses.append(.init(status(.closed), since: now))
        default: break
        }
    }

    private func status(_ state: IncidentState) -> ElementID<Playbook.Status> {
        playbook.statuses.first { $0.state == state }?.id ?? ElementID(state.rawValue)
    }

    // MARK: Writing down

    private mutating func add(
        _ kind: Rehearsal.Kind, _ title: String, to: String?, _ obligation: Obligation, calls: [Party] = []
    ) {
        add(kind, title, to: to, obligation.id, obligation.explanation, line: obligation.line, calls: calls)
    }

    private mutating func add(
        _ kind: Rehearsal.Kind, _ title: String, to: String?, _ obligation: Obligation.ID?, _ why: [String], line: Int?,
        calls: [Party] = []
    ) {
        entries.append(
            Rehearsal.Entry(
                at: now, kind: kind, title: title, to: to, obligation: obligation, why: why, line: line,
                calls: calls))
    }
}

extension Party {
    /// As people call it.
    fileprivate func words(under playbook: Playbook) -> String {
        switch self {
        case .role(let id): playbook.role(id)?.title ?? id.text
        case .target(let id): playbook.target(id)?.title ?? id.text
        case .audience(let id): playbook.audience(id)?.title ?? id.text
        case .declarer: "who declared it"
        }
    }
}
