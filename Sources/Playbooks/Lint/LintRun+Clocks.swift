import Chronology

// Clocks and other rules that leave open by when.
extension LintRun {
    /// Severities that say nothing where others do: `none` is a decision, silence is not.
    mutating func checkClocks() {
        for clock in playbook.clocks {
            let naming = playbook.severities.filter { $0.clocks.contains { $0.clock == clock.id } }
            guard !naming.isEmpty else { continue }
            for severity in playbook.severities
            where !naming.contains(where: { $0.id == severity.id }) && clock.rule?[severity.id] == nil {
                warn(
                    .missingClock, at: places.value(of: severity.source, "clocks"),
                    "\(severity.id) says nothing of the clock \"\(clock.id)\", while "
                        + "\(naming.map(\.id.text).listed) \(naming.count == 1 ? "does" : "do"): give it a "
                        + "time, or say \"none\""
                )
            }
        }
        for cadence in playbook.cadences {
            checkSilence(cadence.every, cadence.when, cadence.source, "every", "the cadence \"\(cadence.id)\"")
        }
        if let review = playbook.review {
            checkSilence(review.needed, .always, review.source, "needed", "the need for a review")
            for (rule, key) in deadlines(of: review) {
                guard let rule else { continue }
                let silent = playbook.ladder.filter { rule[$0] == nil && review.needed[$0] == .required }
                saySilence(silent, places.value(of: review.source, key), "\"\(key)\" of the review")
            }
        }
        for followUp in playbook.followUp {
            checkSilence(followUp.by, followUp.when, followUp.source, "by", "the follow-up \"\(followUp.id)\"")
        }
        for window in playbook.verification?.windows ?? [] {
            checkSilence(window.length, window.when, window.source, "for", "the observation window \"\(window.id)\"")
        }
    }

    private mutating func checkSilence<Value>(
        _ values: BySeverity<Value>, _ when: Guard, _ source: SourcePlace, _ key: String, _ subject: String
    ) {
        let silent = when.severities(in: playbook).filter { values[$0] == nil }
        saySilence(silent, places.value(of: source, key), subject)
    }

    private mutating func saySilence(
        _ severities: [ElementID<Playbook.Severity>], _ place: DocumentPlace, _ subject: String
    ) {
        guard !severities.isEmpty else { return }
        warn(
            .missingSeverity, at: place,
            "\(subject) says nothing \(scope(severities)): give a value, or say \"others: none\"")
    }

    func deadlines(of review: Playbook.Review) -> [(BySeverity<TimeRule>?, String)] {
        [
            (review.draftBy, "draft-by"), (review.scheduleBy, "schedule-by"), (review.holdBy, "hold-by"),
            (review.completeBy, "complete-by"), (review.publishBy, "publish-by"),
        ]
    }

    // MARK: Rules

    /// Rules of which nobody has said by when, and "immediately" without a bound (X2). A rung that calls at once has no
    /// bound: nobody can be late for it.
    mutating func checkRules() {
        for severity in playbook.severities {
            for rule in severity.clocks { check(rule, "the clock \"\(rule.clock)\" of \(severity.id)") }
        }
        for type in playbook.types {
            for rule in type.clocks { check(rule, "the clock \"\(rule.clock)\" of the type \"\(type.id)\"") }
        }
        for clock in playbook.clocks {
            guard let source = clock.source else { continue }
            check(clock.rule, source, "rule", "the clock \"\(clock.id)\"")
        }
        if let review = playbook.review {
            for (rules, key) in deadlines(of: review) { check(rules, review.source, key, "\"\(key)\" of the review") }
        }
        for followUp in playbook.followUp {
            check(followUp.by, followUp.source, "by", "the follow-up \"\(followUp.id)\"")
        }
        for stage in playbook.statusPage?.stages ?? [] {
            check(stage.within, stage.source, "within", "the stage \"\(stage.id)\" of the status page")
        }
        for rung in playbook.escalation.flatMap({ $0.rungs() }) where rung.after.isUnspecified {
            sayUnspecified(rung.source.place, "this rung of \"\(rung.plan)\"")
        }
    }

    private mutating func check(_ rule: Playbook.ClockRule, _ subject: String) {
        if rule.rule.isUnspecified { sayUnspecified(rule.source.place, subject) }
        if rule.rule.isUnbounded { sayUnbounded(rule.source.place, subject) }
    }

    private mutating func check(
        _ rules: BySeverity<TimeRule>?, _ source: SourcePlace, _ key: String, _ subject: String
    ) {
        guard let rules else { return }
        let all = rules.named.map { ($0.severity.text, $0.value) } + (rules.others.map { [("others", $0)] } ?? [])
        for (name, rule) in all {
            let place = places.value(of: source, key, name)
            let subject = rules.named.isEmpty ? subject : "\(subject) for \(name)"
            if rule.isUnspecified { sayUnspecified(place, subject) }
            if rule.isUnbounded { sayUnbounded(place, subject) }
        }
    }

    private mutating func sayUnspecified(_ place: DocumentPlace, _ subject: String) {
        warn(
            .unspecifiedRule, at: place,
            "nobody has said by when for \(subject): give a time, or say \"none\" if nothing is owed")
    }

    private mutating func sayUnbounded(_ place: DocumentPlace, _ subject: String) {
        warn(
            .unboundedImmediately, at: place,
            "\"immediately\" of \(subject) is never late: say within what time, as in \"immediately, within 15m\"")
    }
}
