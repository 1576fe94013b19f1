import Chronology

// Rungs that nobody reaches, and plans that do not agree.
extension LintRun {
    mutating func checkRungs() {
        for plan in playbook.escalation {
            let rungs = plan.rungs()
            var isReached = true
            if case .ladder = plan.form { isReached = checkStops(plan, rungs) }
            if isReached {
                for rung in rungs where severities(of: rung).isEmpty { sayUnreachable(rung) }
            }
            checkOrder(plan, rungs)
        }
    }

    /// The severities for which it can be reached, worst first.
    private func severities(of rung: Rung) -> [ElementID<Playbook.Severity>] {
        rung.condition.severities(in: playbook).filter { rung.severity == nil || rung.severity == $0 }
    }

    private mutating func sayUnreachable(_ rung: Rung) {
        let severity = rung.severity?.text ?? "any severity"
        warn(
            .unreachableRung, at: rung.source.place,
            "this rung is never reached: \"\(rung.condition.description.cut)\" cannot hold for \(severity), so "
                + "mend the condition or take the rung out"
        )
    }

    /// Each level of a ladder is counted from the one before: behind one that is never due, none is. False when there
    /// is one.
    private mutating func checkStops(_ plan: EscalationPlan, _ rungs: [Rung]) -> Bool {
        guard let stop = rungs.first(where: { $0.after.owesNothing }) else { return true }
        for rung in rungs where rung.index > stop.index {
            warn(
                .unreachableRung, at: rung.source.place,
                "this rung is never reached: the one before it (line \(stop.line)) says "
                    + "\"\(playbook.ruleNotation.text(stop.after))\", so give that one a time or take it out"
            )
        }
        return false
    }

    /// In forms that list rungs one after the other, a later one is due later. Rungs under a condition of their own are
    /// compared with those under the same one.
    private mutating func checkOrder(_ plan: EscalationPlan, _ rungs: [Rung]) {
        switch plan.form {
        case .matrix, .windows, .levels: break
        case .ladder, .single, .onDeclare, .acknowledgementTimeout, .manual: return
        }
        var told: Set<DocumentPlace> = []
        for severity in playbook.ladder {
            var last: [Guard: Rung] = [:]
            for rung in rungs where severities(of: rung).contains(severity) && !rung.after.owesNothing {
                let condition = rung.condition.reduced(for: severity, in: playbook)
                let before = last.updateValue(rung, forKey: condition)
                guard let before, before.after.isCertainlyLater(than: rung.after, otherWithin: rung.within),
                    told.insert(rung.source.place).inserted
                else { continue }
                warn(
                    .rungOrder, at: rung.source.place,
                    "for \(severity) this rung (\(text(rung))) is due before the one above it (line \(before.line), "
                        + "\(text(before))): put them in the order in which they are called, or mend the times")
            }
        }
    }

    private func text(_ rung: Rung) -> String { playbook.ruleText(rung.after, within: rung.within) }

    // MARK: Plans that do not agree (X5)

    mutating func checkPlans() {
        let plans = playbook.escalation.map { plan in
            PlannedCalls(plan: plan, calls: playbook.ladder.map { calls(of: plan, for: $0) })
        }.filter { plan in plan.calls.contains { !$0.isEmpty } }
        for (index, plan) in plans.enumerated() {
            for other in plans[(index + 1)...] where !isFull { compare(plan, other) }
        }
    }

    /// Whom a plan calls, for each severity.
    private struct PlannedCalls {
        let plan: EscalationPlan
        let calls: [[Call]]
    }

    /// Someone whom two plans call at different times.
    private struct Disagreement {
        let party: Party
        let first: Call
        let second: Call
    }

    /// When a plan first calls somebody, for a severity.
    private struct Call {
        let party: Party
        let via: Rung.Delivery
        let rule: TimeRule
        let within: BusinessCalendar?
        let condition: Guard
        let line: Int
        let place: DocumentPlace

        func isAlike(_ other: Call) -> Bool {
            within == other.within && (rule == other.rule || (rule.isAtOnce && other.rule.isAtOnce))
        }
    }

    private mutating func compare(_ one: PlannedCalls, _ another: PlannedCalls) {
        let (plan, other) = (one.plan, another.plan)
        var found: [(severity: ElementID<Playbook.Severity>, disagreements: [Disagreement])] = []
        for (index, severity) in playbook.ladder.enumerated() {
            let disagreements = one.calls[index].compactMap { call -> Disagreement? in
                // A call under a condition of its own is another case, and not another word on this one.
                guard
                    let second = another.calls[index].first(where: {
                        $0.party == call.party && $0.via == call.via && $0.condition == call.condition
                    }), !call.isAlike(second)
                else { return nil }
                return Disagreement(party: call.party, first: call, second: second)
            }
            if !disagreements.isEmpty { found.append((severity, disagreements)) }
        }
        guard let worst = found.first, let place = worst.disagreements.map(\.second.place).min() else { return }
        let cases = worst.disagreements.map { disagreement in
            let (first, second) = (disagreement.first, disagreement.second)
            return
                "\(name(disagreement.party)) \(text(first)) (line \(first.line)) or \(text(second)) (line "
                + "\(second.line))"
        }
        let more = found.dropFirst().map(\.severity.text)
        warn(
            .planDisagreement, at: place,
            "\"\(plan.id)\" and \"\(other.id)\" do not agree for \(worst.severity): \(cases.joined(separator: ", "))"
                + (more.isEmpty ? "" : ", and likewise for \(more.listed)") + ": \(remedy(plan, other))")
    }

    private func remedy(_ plan: EscalationPlan, _ other: EscalationPlan) -> String {
        switch (plan.merge, other.merge) {
        case (.thisWins, .earliest): "\"\(plan.id)\" wins as it says, so make them alike unless both are meant"
        case (.earliest, .thisWins): "\"\(other.id)\" wins as it says, so make them alike unless both are meant"
        case (.earliest, .earliest):
            "the earlier call counts; make them alike, or say \"merge: this-wins\" in the one that decides"
        case (.thisWins, .thisWins): "both say that they win, so let one of them say \"merge: earliest\""
        }
    }

    private func text(_ call: Call) -> String { playbook.ruleText(call.rule, within: call.within) }

    func name(_ party: Party) -> String {
        switch party {
        case .role(let id): id.text
        case .target(let id): id.text
        case .audience(let id): id.text
        case .declarer: "declarer"
        }
    }

    /// Whom the plan calls when nothing else happens, each once. What waits for progress or an acknowledgement calls
    /// only when that does not come, and says nothing against a plan that always calls.
    private func calls(of plan: EscalationPlan, for severity: ElementID<Playbook.Severity>) -> [Call] {
        var calls: [Call] = []
        var sum = Duration.zero
        for rung in plan.rungs() {
            switch rung.until {
            case .progress, .event(.acknowledged), .firstUpdate, .role: continue
            case .done, .never, .event: break
            }
            var rule = rung.after
            switch rung.anchor {
            case .milestone(.declared), .severityEntered: break
            case .rungEntered:
                guard let time = rule.fixedTime else { continue }
                rule = .elapsed(sum + time)
            case .milestone, .lastProgress, .lastUpdate, .phase, .phaseEntered: continue
            }
            if let time = rule.fixedTime { sum = time }
            let condition = rung.condition.reduced(for: severity, in: playbook)
            guard rung.severity == nil || rung.severity == severity, condition != .never, !rule.owesNothing else {
                continue
            }
            for party in rung.targets where !calls.contains(where: { $0.party == party && $0.via == rung.via }) {
                calls.append(
                    Call(
                        party: party, via: rung.via, rule: rule, within: rung.within, condition: condition,
                        line: rung.line,
                        place: rung.source.place))
            }
        }
        return calls
    }

    // MARK: A general rule beside a row of a severity (X24)

    /// A task that says when to escalate, while the plan says for some severity that nobody is called then.
    mutating func checkGeneralRules() {
        let silent = playbook.escalation.flatMap { $0.rungs() }.filter { $0.isSilent && $0.severity != nil }
        guard !silent.isEmpty else { return }
        for role in playbook.roles {
            for task in role.tasks where task.text.lowercased().contains("escalate") {
                guard let time = WrittenTime.all(in: task.text).first?.span.longest else { continue }
                let exceptions = silent.filter { $0.after.fixedTime == time }
                guard !exceptions.isEmpty else { continue }
                let cases = exceptions.map { rung in
                    "\"\((rung.note ?? "nobody is called").cut)\" for \(rung.severity?.text ?? "") (line "
                        + "\(rung.line))"
                }
                warn(
                    .overriddenRule, at: task.source.place,
                    "\"\(task.text.cut)\" is the general rule, and \(cases.listed) "
                        + "\(cases.count == 1 ? "has" : "have") precedence over it: say so here, or call "
                        + "somebody there"
                )
            }
        }
    }
}
