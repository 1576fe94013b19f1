import Chronology

// What is owed once a fix is there, and after the end.
extension Agenda {
    /// Looking again at set times after the fix (S1-27).
    var checks: [Obligation] {
        (playbook.verification?.series ?? []).filter { $0.when.holds(facts, at: now) }.flatMap { series in
            series.checks.map { check in
                let id = Obligation.ID("check/\(series.id)/\(check.offset.notation)")
                return obligation(
                    id, .check(series.id, text: check.text),
                    "\(series.title): \(check.text ?? series.text ?? "look again"), after \(check.offset.notation)",
                    series.owner, .elapsed(check.offset), from: series.from, line: series.source.line)
            }
        }
    }

    /// Times in which somebody watches; they are over by themselves (X13).
    var windows: [Obligation] {
        (playbook.verification?.windows ?? []).compactMap { window in
            guard window.when.holds(facts, at: now), let length = window.length[course.severity] else { return nil }
            let rule =
                length.shortest == length.longest
                ? TimeRule.elapsed(length.shortest)
                : .window(min: .elapsed(length.shortest), max: .elapsed(length.longest))
            let id = Obligation.ID("watch/\(window.id)")
            var owed = obligation(
                id, .watch(window.id), window.title, window.owner, rule, from: window.from, line: window.source.line)
            // It ends with its shortest length, unless somebody says that it goes on.
            if case .pending = owed.state, let end = owed.target, end <= now {
                owed = owed.with(.met(at: end, isLate: false))
            }
            return owed
        }
    }

    /// The deadlines of the review, where one is required; where it is optional, once somebody has opened one.
    var reviewSteps: [Obligation] {
        guard let review = playbook.review, let severity = course.severity else { return [] }
        switch review.needed[severity] {
        case .required?: break
        case .optional? where course.settlements.keys.contains(where: { $0.text.hasPrefix("review/") }): break
        case .optional?, .skip?, nil: return []
        }
        let steps: [(Obligation.ReviewStep, BySeverity<TimeRule>?, String, IncidentEventName?)] = [
            (.draft, review.draftBy, "Draft the review", nil),
            (.schedule, review.scheduleBy, "Schedule the review", .reviewScheduled),
            (.hold, review.holdBy, "Hold the review", .reviewHeld),
            (.complete, review.completeBy, "Complete the review", nil),
            (.publish, review.publishBy, "Publish the review", .reviewPublished),
        ]
        return steps.compactMap { step, rules, title, event in
            guard let rule = rules?[severity], !rule.owesNothing else { return nil }
            return obligation(
                Obligation.ID("review/\(step.rawValue)"), .review(step), title, review.owner, rule, from: .resolved,
                metBy: event, line: review.source.line)
        }
    }

    var followUps: [Obligation] {
        playbook.followUp.compactMap { followUp in
            guard followUp.when.holds(facts, at: now), let rule = followUp.by[course.severity], !rule.owesNothing else {
                return nil
            }
            return obligation(
                Obligation.ID("follow-up/\(followUp.id)"), .followUp(followUp.id), followUp.title, followUp.owner, rule,
                from: followUp.from, line: followUp.source.line)
        }
    }

    private func obligation(
        _ id: Obligation.ID, _ duty: Obligation.Duty, _ title: String, _ owner: Party?, _ rule: TimeRule,
        from: Anchor, metBy event: IncidentEventName? = nil, line: Int
    ) -> Obligation {
        guard let anchor = instant(of: from) else {
            return Obligation(
                id: id, duty: duty, title: title, owner: owner, anchor: nil, target: nil, limit: nil,
                state: settled(id, nil) ?? .waiting(for: from.description),
                explanation: ["\(rule.words), from \(from)."], line: line)
        }
        let due = rule.due(from: anchor, in: terms)
        return Obligation(
            id: id, duty: duty, title: title, owner: owner, anchor: anchor, target: due.target, limit: due.limit,
            state: state(id, due, metAt: event.flatMap { course.first($0, from: anchor) }, endsWithIncident: false),
            explanation: due.explanation, line: line)
    }
}

extension Obligation {
    func with(_ state: State) -> Obligation {
        Obligation(
            id: id, duty: duty, title: title, owner: owner, anchor: anchor, target: target, limit: limit, state: state,
            explanation: explanation, line: line)
    }
}

extension TimeRule {
    /// Nothing is owed by it: nobody wants it, or nobody has said.
    var owesNothing: Bool {
        switch self {
        case .none, .unspecified: true
        case .immediate, .elapsed, .businessElapsed, .calendarDays, .businessDays, .nextBusinessDay, .nextOccurrence,
            .window:
            false
        }
    }
}
