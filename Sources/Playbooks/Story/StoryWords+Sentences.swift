import Chronology

// The sentences that stories are made of.
extension StoryWords {
    // MARK: Rungs

    /// `after 45 min without progress`.
    func offset(of step: EscalationRun.Step) -> String {
        let rung = step.rung
        var text = step.elapsed.map { occurs(.elapsed($0)) } ?? occurs(rung.after) + within(rung.within)
        // Of a ladder whose levels are no lengths of elapsed time, the sum cannot be told.
        if step.elapsed == nil, rung.anchor == .rungEntered { text += " after the one before" }
        switch rung.anchor {
        case .milestone(.alertFired): text += " from the alert"
        case .milestone(.declared), .milestone(.detected), .severityEntered, .rungEntered, .lastProgress: break
        case .milestone, .lastUpdate, .phase, .phaseEntered: text += " after \(event(rung.anchor))"
        }
        guard step.elapsed != .zero else { return text }
        switch rung.until {
        case .progress: return "\(text) without progress"
        case .event(.acknowledged): return "\(text) without an acknowledgement"
        case .event(.responding): return "\(text) without anybody at work"
        case .firstUpdate: return "\(text) without an update"
        case .role(let role): return "\(text) without \(title(.role(role)))"
        case .event, .done, .never: return text
        }
    }

    /// `On-call Engineer is paged`.
    func calls(of step: EscalationRun.Step) -> String {
        let rung = step.rung
        guard !rung.isSilent else { return "\(rung.note ?? "nobody is called") (nobody is called)" }
        let authority = rung.authority.isEmpty ? nil : "may decide on \(rung.authority.listed)"
        guard !step.calls.isEmpty else { return "\(titles(rung.targets)) \(authority ?? "is called already")" }
        let may = authority.map { ", and \($0)" } ?? ""
        let verb: String =
            switch (rung.via, step.calls.count == 1) {
            case (.page, true): "is paged"
            case (.page, false): "are paged"
            case (.notify, true): "is told"
            case (.notify, false): "are told"
            case (.digest, true): "reads of it in the next digest"
            case (.digest, false): "read of it in the next digest"
            case (.agenda(let meeting), _): "on the agenda of \(meeting.name ?? "the next meeting")"
            }
        let note = rung.note.map { " (\($0))" } ?? ""
        if case .agenda = rung.via { return "it is put \(verb) for \(titles(step.calls))\(may)\(note)" }
        return "\(titles(step.calls)) \(verb)\(may)\(note)"
    }

    // MARK: Messages

    /// Nil for one that is said nowhere.
    func every(_ cadence: Playbook.CadenceRule) -> String? {
        switch cadence.every[severity] {
        case .every(let interval, let calendar)?:
            let later = cadence.after.compactMap { decay -> String? in
                guard case .every(let slower, _) = decay.every else { return nil }
                return ", from \(Self.time(decay.from)) on \(every(slower))"
            }
            return every(interval) + within(calendar) + later.joined()
        case .onEvents?:
            let events = cadence.alsoOn.map { happens($0) }
            return events.isEmpty ? "when something happens" : "when \(events.joined(separator: ", or "))"
        case UpdateInterval.none?, nil: return nil
        }
    }

    func text(_ cadence: Playbook.CadenceRule) -> String {
        let promise = cadence.isPromise ? "" : ", without a promise"
        var also = ""
        if case .every? = cadence.every[severity] {
            let events = cadence.alsoOn.filter { $0 != .declared }.map { happens($0) }
            also = events.isEmpty ? "" : ", and whenever \(events.joined(separator: " or "))"
        }
        return "update for \(title(.audience(cadence.audience)))\(owner(cadence.owner))\(promise)\(also)"
    }

    func text(_ message: Playbook.Communication) -> String {
        let what = message.template.flatMap { playbook.template($0)?.title } ?? message.title
        let subject = what.map { "\"\($0)\" goes to" } ?? "a message goes to"
        return "\(subject) \(titles(message.to))\(owner(message.owner))"
    }

    func text(_ stage: Playbook.StatusPage.Stage, of page: Playbook.StatusPage) -> String {
        "the status page shows \"\(stage.id)\"\(owner(page.owner))"
    }

    func text(_ list: Playbook.Checklist, count: Int) -> String {
        "the checklist \"\(list.title)\" is due, with \(count) "
            + "\(count == 1 ? "item" : "items")\(owner(list.role.map { .role($0) }))"
    }

    func moment(_ moment: Moment) -> String {
        switch moment {
        case .phase(let phase): "when \"\(playbook.phase(phase)?.title ?? phase.text)\" begins"
        case .stage(let stage): "when the status page shows \"\(stage)\""
        case .every: "with every update"
        case .event(let event): "when \(happens(event))"
        }
    }

    /// Whether it comes with the resolution or later.
    func isEnd(_ moment: Moment) -> Bool {
        switch moment {
        case .event(.resolved), .event(.closed), .event(.reviewScheduled), .event(.reviewHeld),
            .event(.reviewPublished),
            .event(.actionsOwned):
            true
        case .phase, .stage, .every, .event: false
        }
    }

    // MARK: Clocks

    /// `within 5 min after the alert fires`; from the declaration where nothing is said.
    func owed(_ rule: TimeRule, of clock: Playbook.Clock) -> String {
        clock.from == .declared || clock.from == .severityEntered
            ? owed(rule) : "\(owed(rule)) after \(event(clock.from))"
    }

    /// `somebody acknowledges ("Acknowledge", owed by …)`.
    func text(_ clock: Playbook.Clock) -> String { "\(end(of: clock)) (\"\(clock.title)\"\(owner(clock.owner)))" }

    private func end(of clock: Playbook.Clock) -> String {
        switch clock.until {
        case .firstUpdate: "somebody is told"
        case .progress: "there is progress"
        case .role(let role): "\(title(.role(role))) is taken"
        case .done: "it is ticked off"
        case .never: "it runs on"
        case .event(let event): happens(event)
        }
    }

    // MARK: Actions

    /// Nil for what is told elsewhere: rooms, calls and posts of the status page.
    func act(_ action: Playbook.Action) -> String? {
        func with(_ template: ElementID<Playbook.Template>?) -> String {
            template.map { " with \"\(playbook.template($0)?.title ?? $0.text)\"" } ?? ""
        }
        switch action.act {
        case .page(let parties): return "\(titles(parties)) \(parties.count == 1 ? "is" : "are") paged"
        case .notify(let parties, let template):
            return "\(titles(parties)) \(parties.count == 1 ? "is" : "are") told\(with(template))"
        case .post(let audience, let template): return "\(title(.audience(audience))) is told\(with(template))"
        // The stage of the page is told with its own moment.
        case .statusPage: return nil
        case .room: return playbook.naming.room == nil ? "a room is opened" : nil
        case .bridge: return playbook.naming.bridgeWhen == nil ? "a call is opened" : nil
        case .assign(let role, let party):
            return "\(title(.role(role))) is given to \(party.map { title($0) } ?? "whom its rule names")"
        case .task(let text, let role, let party):
            let whose = (role.map { .role($0) } ?? party).map { title($0) }
            return "task: \(text)" + (whose.map { ", for \($0)" } ?? "")
        case .create(.ticket): return "a ticket is created"
        case .create(.integration(let id)):
            return "its counterpart in \(playbook.integrations.first { $0.id == id }?.title ?? id.text) is created"
        case .start(let clock): return "\"\(playbook.clock(clock)?.title ?? clock.text)\" begins to run"
        }
    }

    // MARK: Items

    /// `Error rate is normal (ticked when …)`.
    func text(_ item: Playbook.Item) -> String {
        let check: String? =
            switch item.check {
            case .manual: nil
            case .event(let event): "by itself, when \(happens(event))"
            case .metric(let metric, let time): "\(metric)" + (time.map { " for \(Self.time($0))" } ?? "")
            case .quiet(let time): "no alert for \(Self.time(time))"
            case .approval(let id): "signed as \"\(playbook.signoff(id)?.title ?? id.text)\""
            case .question: "answered"
            case .evidence: "shown by a link or a file"
            case .decision(let options): "decided: \(options.joined(separator: " | "))"
            }
        let whose = (item.role.map { .role($0) } ?? item.to).map { title($0) }
        let details = [check, whose].compactMap(\.self)
        return item.text + (details.isEmpty ? "" : " (\(details.joined(separator: ", ")))")
    }
}
