import Chronology

extension Agenda {
    /// The updates that audiences were promised: those that were sent, with whether they came in time, and the next.
    var updates: [Obligation] {
        playbook.cadences.flatMap(updates(of:))
    }

    private func updates(of rule: Playbook.CadenceRule) -> [Obligation] {
        let sent = course.updates.filter { $0.audience == rule.audience }.map(\.at)
        var owed: [Obligation] = []
        var last = course.declared
        for (index, instant) in sent.enumerated() {
            if let due = due(rule, after: last, severity: severity(at: last)) {
                let id = Obligation.ID("update/\(rule.id)/\(index + 1)")
                owed.append(
                    obligation(
                        id, rule, due, last,
                        .met(at: instant, isLate: (due.limit ?? due.target).map { instant > $0 } ?? false)))
            }
            last = instant
        }
        guard speaks(rule) else { return owed }
        let id = Obligation.ID("update/\(rule.id)/\(sent.count + 1)")
        if let due = due(rule, after: last, severity: course.severity) {
            owed.append(obligation(id, rule, sooner(due, rule, since: last), last, settled(id, due.limit) ?? .pending))
        } else if let event = lastReason(rule, since: last) {
            // Nothing by the clock, but what has just happened is told (S4-07).
            let due = TimeRule.immediate(bound: nil).due(from: event, in: terms)
            owed.append(obligation(id, rule, due, event, settled(id, due.limit) ?? .pending))
        }
        return owed
    }

    /// Whether the rule speaks now: its condition, and the statuses in which it does.
    private func speaks(_ rule: Playbook.CadenceRule) -> Bool {
        guard rule.when.holds(facts, at: now) else { return false }
        return rule.during.isEmpty ? facts.isActive : facts.statuses.contains(where: rule.during.contains)
    }

    /// When the audience hears again if it is told something at that time; nil: nothing more is promised to it.
    public func nextUpdate(to audience: ElementID<Playbook.Audience>, after instant: Instant) -> Instant? {
        playbook.cadences.filter { $0.audience == audience && $0.isPromise && speaks($0) }
            .compactMap { due($0, after: instant, severity: course.severity)?.target }.min()
    }

    private func severity(at instant: Instant) -> ElementID<Playbook.Severity>? {
        (course.severities.last { $0.since <= instant } ?? course.severities.first)?.value
    }

    private func due(
        _ rule: Playbook.CadenceRule, after last: Instant, severity: ElementID<Playbook.Severity>?
    ) -> Due? {
        rule.cadence(for: severity)?.next(after: last, started: course.declared, in: terms)
    }

    /// An event that is told at once brings the next update forward.
    private func sooner(_ due: Due, _ rule: Playbook.CadenceRule, since last: Instant) -> Due {
        guard let event = lastReason(rule, since: last), let target = due.target, event < target else { return due }
        return TimeRule.immediate(bound: nil).due(from: event, in: terms)
    }

    private func lastReason(_ rule: Playbook.CadenceRule, since last: Instant) -> Instant? {
        course.happenings.first { happening in
            // The declaration itself is what the first interval counts from.
            happening.at > last && rule.alsoOn.contains { happening.name.isMeant(by: $0) }
        }?.at
            ?? (rule.alsoOn.contains(.declared) && course.lastUpdate(to: rule.audience) == nil ? course.declared : nil)
    }

    private func obligation(
        _ id: Obligation.ID, _ rule: Playbook.CadenceRule, _ due: Due, _ anchor: Instant, _ state: Obligation.State
    ) -> Obligation {
        Obligation(
            id: id, duty: .update(rule.audience, template: rule.template, isPromise: rule.isPromise),
            title: rule.title ?? "Update for \(name(of: .audience(rule.audience)))", owner: rule.owner, anchor: anchor,
            target: due.target, limit: due.limit, state: state, explanation: due.explanation, line: rule.source.line)
    }

    // MARK: Single messages

    /// What is said once, when something happens.
    var messages: [Obligation] {
        playbook.communications.compactMap { message in
            guard message.on != .every else { return nil }
            let id = Obligation.ID("message/\(message.id)")
            let verdict = message.when.verdict(facts, at: now)
            if case .no = verdict, course.settlements[id] == nil { return nil }
            guard var instant = instant(of: message.on) else { return nil }
            if case .notYet(let turn) = verdict { instant = max(instant, turn) }
            let due = TimeRule.immediate(bound: nil).due(from: instant, in: terms)
            let told = message.template.flatMap { course.first(.messageSent($0), from: instant) }
            let state: Obligation.State =
                if case .notYet = verdict, facts.isActive { .pending } else {
                    self.state(id, due, metAt: told, endsWithIncident: false)
                }
            return Obligation(
                id: id, duty: .message(message.id),
                title: message.title ?? "Tell \(message.to.map(name(of:)).joined(separator: ", "))",
                owner: message.owner, anchor: instant, target: due.target, limit: nil, state: state,
                explanation: due.explanation, line: message.source.line)
        }
    }

    /// The posts that the status page owes, stage by stage.
    var posts: [Obligation] {
        guard let page = playbook.statusPage, page.required.holds(facts, at: now) else { return [] }
        return page.stages.compactMap { stage in
            guard stage.when.holds(facts, at: now), let instant = instant(of: stage.on) else { return nil }
            let id = Obligation.ID("post/\(stage.id)")
            let rule = stage.within?[course.severity] ?? .immediate(bound: nil)
            let due = rule.due(from: instant, in: terms)
            return Obligation(
                id: id, duty: .post(stage.id), title: "Status page: \(stage.id)", owner: page.owner, anchor: instant,
                target: due.target, limit: due.limit,
                state: state(
                    id, due, metAt: course.first(.pagePosted(stage.id), from: instant), endsWithIncident: false),
                explanation: due.explanation, line: stage.source.line)
        }
    }

    private func instant(of moment: Moment) -> Instant? {
        switch moment {
        case .phase(let phase): course.phases.last { $0.value == phase }?.since
        case .stage(let stage): course.first(.pagePosted(stage), from: course.declared)
        case .every: nil
        case .event(let name): course.first(name, from: course.declared)
        }
    }
}
