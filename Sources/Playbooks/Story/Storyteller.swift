import Chronology

/// Puts together what is told of one severity.
struct Storyteller {
    let run: EscalationRun
    let words: StoryWords

    init(_ run: EscalationRun) {
        self.run = run
        words = StoryWords(playbook: run.playbook, severity: run.severity)
    }

    var playbook: Playbook { run.playbook }
    var severity: ElementID<Playbook.Severity> { run.severity }

    func sections() -> [PlaybookStory.Section] {
        [
            .init("Before it is declared", reported()), .init("When nobody does anything", course()),
            .init("As it goes on", progress()), .init("Who takes part", roles()),
            .init("Before it is resolved", gateOfResolution()), .init("When it is over", resolution()),
            .init("Before it is closed", gateOfClosing()), .init("The review", review()),
            .init("Afterwards", followUp()),
        ]
    }

    // MARK: The course

    /// Something that happens or is owed, and when.
    private struct Event {
        /// Nil for what is known to come, and not when.
        let at: Instant?
        let sentence: PlaybookStory.Sentence
    }

    /// In the order of time; of what comes at the same time, in the order in which it is listed here.
    private func course() -> [PlaybookStory.Sentence] {
        let events = actions() + rungs() + messages() + posts() + checklists() + clocks() + updates()
        return events.enumerated().sorted { left, right in
            switch (left.element.at, right.element.at) {
            case (let one?, let other?): one == other ? left.offset < right.offset : one < other
            case (_?, nil): true
            case (nil, _?): false
            case (nil, nil): left.offset < right.offset
            }
        }.map(\.element.sentence)
    }

    private func event(_ at: Instant?, _ offset: String, _ text: String, _ condition: Guard, _ line: Int?) -> Event {
        Event(at: at, sentence: sentence(offset, text, condition, line))
    }

    /// `at once, if …: TEXT (line 12)`.
    func sentence(_ offset: String, _ text: String, _ condition: Guard, _ line: Int?) -> PlaybookStory.Sentence {
        let head = [offset, words.condition(condition)].compactMap(\.self).filter { !$0.isEmpty }.joined(
            separator: ", ")
        return PlaybookStory.Sentence(head.isEmpty ? text : "\(head): \(text)", line: line)
    }

    /// Something that comes when its condition does, `after 2 h, sooner if …`, and so long after that.
    private func event(
        on condition: Guard, by rule: TimeRule = .immediate(bound: nil), _ text: String, _ line: Int
    ) -> Event {
        let opening = words.opening(condition)
        let offset: [String?] = [
            opening.after > .zero ? words.occurs(.elapsed(opening.after)) : nil,
            opening.sooner.map { "sooner \(words.condition($0) ?? "")" },
            opening.after > .zero && rule.isAtOnce ? nil : words.owed(rule),
        ]
        return event(
            run.declared + opening.after + (rule.fixedTime ?? .zero), offset.compactMap(\.self).joined(separator: ", "),
            text,
            opening.rest, line)
    }

    private func actions() -> [Event] {
        var events: [Event] = []
        if let room = playbook.naming.room, words.isPossible(playbook.naming.roomWhen) {
            let when = playbook.naming.roomWhen
            events.append(event(on: when, "a room is opened, \(room.text)", playbook.naming.source.line))
        }
        if let when = playbook.naming.bridgeWhen, words.isPossible(when) {
            events.append(event(on: when, "a call is opened", playbook.naming.source.line))
        }
        for phase in playbook.phases where isFirst(phase) {
            for action in phase.enter {
                let when = phase.when.and(action.when)
                guard words.isPossible(when), let text = words.act(action) else { continue }
                events.append(event(on: when, text, action.source.line))
            }
        }
        return events
    }

    private func states(_ phase: Playbook.Phase) -> [IncidentState] {
        phase.states.compactMap { playbook.status($0)?.state ?? IncidentState(rawValue: $0.text) }
    }

    /// Whether a declared incident is in it.
    private func isFirst(_ phase: Playbook.Phase) -> Bool { states(phase).contains(.declared) }

    /// Whether it is over when an incident is declared.
    private func isBefore(_ phase: Playbook.Phase) -> Bool {
        states(phase).allSatisfy { $0 == .reported || $0 == .triaging }
    }

    private func rungs() -> [Event] {
        run.steps.map { step in
            Event(at: step.due, sentence: PlaybookStory.Sentence(text(of: step), line: step.rung.line))
        }
    }

    private func text(of step: EscalationRun.Step) -> String {
        var head = words.offset(of: step)
        if let condition = words.condition(step.condition) {
            // What time alone brings about needs no condition; what could bring it about sooner is told.
            let sooner = words.opening(step.condition).sooner.flatMap(words.condition)
            head += step.isCertain ? sooner.map { ", sooner \($0)" } ?? "" : ", \(condition)"
        }
        return "\(head): \(words.calls(of: step))"
    }

    private func messages() -> [Event] {
        playbook.communications.compactMap { message in
            guard message.on == .event(.declared), words.isPossible(message.when) else { return nil }
            return event(on: message.when, words.text(message), message.source.line)
        }
    }

    private func posts() -> [Event] {
        guard let page = playbook.statusPage else { return [] }
        return page.stages.compactMap { stage in
            let when = page.required.and(stage.when)
            guard stage.on == .event(.declared), words.isPossible(when) else { return nil }
            let rule = stage.within?[severity] ?? .immediate(bound: nil)
            return event(
                on: when, by: rule.owesNothing ? .immediate(bound: nil) : rule, words.text(stage, of: page),
                stage.source.line)
        }
    }

    private func checklists() -> [Event] {
        playbook.checklists.compactMap { list in
            guard list.on == .event(.declared), words.isPossible(list.when) else { return nil }
            let count = list.items.count { words.isPossible(list.when.and($0.when)) }
            return event(on: list.when, words.text(list, count: count), list.source.line)
        }
    }

    private func clocks() -> [Event] {
        let agenda = Agenda(of: Course(declared: run.declared, severity: severity), under: playbook, at: run.declared)
        return playbook.clocks.filter { !isAfterwards($0.from) }.flatMap { clock -> [Event] in
            var events: [Event] = []
            let rule = playbook.rule(of: clock.id, severity: severity)
            if !rule.owesNothing, words.isPossible(clock.when) {
                let line = playbook.severity(severity)?.clocks.first { $0.clock == clock.id }?.source.line
                let due = agenda[Obligation.ID("clock/\(clock.id)")]?.target
                events.append(
                    event(
                        due, words.owed(rule, of: clock), words.text(clock), clock.when, line ?? clock.source?.line))
            }
            // What some kinds of incident owe besides, or instead.
            for type in playbook.types {
                guard let own = type.clocks.first(where: { $0.clock == clock.id }), !own.rule.owesNothing else {
                    continue
                }
                let when = Guard(.condition(.type(in: [type.id]))).and(clock.when)
                guard words.isPossible(when) else { continue }
                let due = own.rule.due(from: run.declared, in: TimeRule.Terms(zone: playbook.zone)).target
                events.append(event(due, words.owed(own.rule, of: clock), words.text(clock), when, own.source.line))
            }
            return events
        }
    }

    func isAfterwards(_ anchor: Anchor) -> Bool {
        switch anchor {
        case .milestone(let milestone):
            switch milestone {
            case .impactStarted, .detected, .alertFired, .declared, .acknowledged, .responding: false
            case .mitigated, .fixDeployed, .resolved, .closed, .reviewScheduled, .reviewHeld, .reviewPublished: true
            }
        case .severityEntered, .lastProgress, .lastUpdate, .rungEntered, .phaseEntered, .phase: false
        }
    }

    private func updates() -> [Event] {
        let agenda = Agenda(of: Course(declared: run.declared, severity: severity), under: playbook, at: run.declared)
        return playbook.cadences.compactMap { cadence in
            guard words.isPossible(cadence.when), let every = words.every(cadence) else { return nil }
            let opening = words.opening(cadence.when)
            let begin = run.declared + opening.after
            let next = cadence.cadence(for: severity)?
                .next(after: begin, started: run.declared, in: TimeRule.Terms(zone: playbook.zone)).target
            let due = opening.after > .zero ? nil : agenda[Obligation.ID("update/\(cadence.id)/1")]?.target
            let offset: [String?] = [
                every, opening.after > .zero ? "from \(StoryWords.time(opening.after)) on" : nil,
                opening.sooner.map { "sooner \(words.condition($0) ?? "")" },
            ]
            return event(
                due ?? next ?? begin, offset.compactMap(\.self).joined(separator: ", "), words.text(cadence),
                opening.rest,
                cadence.source.line)
        }
    }

    // MARK: Later

    /// What hangs on a phase, a status or another event on the way.
    private func progress() -> [PlaybookStory.Sentence] {
        var sentences: [PlaybookStory.Sentence] = []
        for phase in playbook.phases where !isFirst(phase) && !isBefore(phase) { sentences += entering(phase) }
        sentences += happenings { !words.isEnd($0) && $0 != .event(.declared) }
        for series in playbook.verification?.series ?? [] where words.isPossible(series.when) {
            for check in series.checks {
                sentences.append(
                    sentence(
                        "\(StoryWords.time(check.offset)) after \(words.event(series.from))",
                        "\(check.text ?? series.text ?? series.title)\(words.owner(series.owner))",
                        series.when, series.source.line))
            }
        }
        sentences += windows { $0.from != .resolved }
        return sentences
    }

    /// What comes with a report, before anybody has declared an incident.
    private func reported() -> [PlaybookStory.Sentence] { playbook.phases.filter(isBefore).flatMap(entering) }

    private func entering(_ phase: Playbook.Phase) -> [PlaybookStory.Sentence] {
        phase.enter.compactMap { action in
            let when = phase.when.and(action.when)
            guard words.isPossible(when), let text = words.act(action) else { return nil }
            return sentence("when \"\(phase.title)\" begins", text, when, action.source.line)
        }
    }

    private func resolution() -> [PlaybookStory.Sentence] { happenings { words.isEnd($0) } }

    /// Messages, posts and lists of those moments.
    private func happenings(_ isMeant: (Moment) -> Bool) -> [PlaybookStory.Sentence] {
        var sentences: [PlaybookStory.Sentence] = []
        for message in playbook.communications where isMeant(message.on) && words.isPossible(message.when) {
            sentences.append(sentence(words.moment(message.on), words.text(message), message.when, message.source.line))
        }
        if let page = playbook.statusPage {
            for stage in page.stages where isMeant(stage.on) {
                let when = page.required.and(stage.when)
                guard words.isPossible(when) else { continue }
                let rule = stage.within?[severity] ?? .none
                let time = rule.owesNothing || rule.isAtOnce ? "" : ", \(words.owed(rule))"
                sentences.append(
                    sentence(words.moment(stage.on) + time, words.text(stage, of: page), when, stage.source.line))
            }
        }
        for list in playbook.checklists where isMeant(list.on) && words.isPossible(list.when) {
            let count = list.items.count { words.isPossible(list.when.and($0.when)) }
            sentences.append(
                sentence(words.moment(list.on), words.text(list, count: count), list.when, list.source.line))
        }
        return sentences
    }

    func windows(_ isMeant: (Playbook.Verification.Window) -> Bool) -> [PlaybookStory.Sentence] {
        (playbook.verification?.windows ?? []).compactMap { window in
            guard isMeant(window), words.isPossible(window.when), let length = window.length[severity] else {
                return nil
            }
            let gate =
                switch window.gate {
                case .resolve: ", before it is resolved"
                case .close: ", before it is closed"
                case .none: ""
                }
            let text = "\(window.title)\(words.owner(window.owner))\(gate)"
            return sentence(
                "for \(StoryWords.span(length)) after \(words.event(window.from))", text, window.when,
                window.source.line)
        }
    }
}
