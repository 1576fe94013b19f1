import Chronology

// The review, and times in which somebody watches.
extension LintRun {
    mutating func checkReview() {
        guard let review = playbook.review else { return }
        checkAgenda(of: review)
        checkDeadlines(of: review)
    }

    private mutating func checkAgenda(of review: Playbook.Review) {
        let minutes = review.agenda.compactMap(\.minutes)
        let sum = minutes.reduce(0, +)
        guard let length = review.minutes, !minutes.isEmpty else { return }
        let isComplete = minutes.count == review.agenda.count
        guard isComplete ? sum != length : sum > length else { return }
        warn(
            .agendaSum, at: places.value(of: review.source, "minutes"),
            "the agenda of the review takes \(sum) minutes of \(length): give its items as many as the meeting has")
    }

    /// What comes first, and what it has to be done before.
    private static let steps: [(String, before: [String])] = [
        ("draft-by", ["hold-by", "complete-by", "publish-by"]),
        ("schedule-by", ["hold-by"]),
        ("hold-by", ["complete-by", "publish-by"]),
        ("complete-by", ["publish-by"]),
    ]

    private mutating func checkDeadlines(of review: Playbook.Review) {
        let deadlines = deadlines(of: review)
        func rules(_ key: String) -> BySeverity<TimeRule>? { deadlines.first { $0.1 == key }?.0 }
        for (step, laterSteps) in Self.steps {
            guard let early = rules(step) else { continue }
            for laterStep in laterSteps {
                guard let late = rules(laterStep) else { continue }
                let wrong = playbook.ladder.filter { severity in
                    guard let one = early[severity], let other = late[severity] else { return false }
                    return one.isCertainlyLateAfter(other)
                }
                guard let first = wrong.first, let one = early[first], let other = late[first] else { continue }
                let key = early.named.isEmpty ? "" : first.text
                warn(
                    .deadlineOrder, at: places.value(of: review.source, step, key),
                    "\"\(step)\" (\(playbook.ruleText(one))) comes after \"\(laterStep)\" "
                        + "(\(playbook.ruleText(other))) \(scope(wrong)): make it the earlier one"
                )
            }
        }
    }

    // MARK: Observation windows said twice (S3-29)

    /// A window that is spoken of elsewhere under another condition.
    mutating func checkWindows() {
        for window in playbook.verification?.windows ?? [] {
            let watched = window.when.severities(in: playbook).filter { window.length[$0] != nil }
            for mention in mentions(of: window) {
                let meant = mention.when.severities(in: playbook)
                guard meant != watched, !meant.isEmpty, !watched.isEmpty else { continue }
                warn(
                    .windowSaidTwice, at: mention.source.place,
                    "\"\(mention.text.cut)\" stands here \(scope(meant)), and as the observation window "
                        + "\"\(window.id)\" (line \(window.source.line)) \(scope(watched)): say it once, or "
                        + "give both the same condition"
                )
            }
        }
    }

    private struct Mention {
        let text: String
        let when: Guard
        let source: SourcePlace
    }

    private func mentions(of window: Playbook.Verification.Window) -> [Mention] {
        allItems().filter { mention in
            let text = mention.text.lowercased()
            if text.contains(window.title.lowercased()) { return true }
            guard ["observ", "monitor", "watch"].contains(where: text.contains) else { return false }
            let lengths = playbook.ladder.compactMap { window.length[$0] }
            return WrittenTime.all(in: mention.text).contains { lengths.contains($0.span) }
        }
    }

    /// What people are asked to do and to check, but for what the end of a window ticks.
    private func allItems() -> [Mention] {
        var all: [Mention] = []
        func add(_ items: [Playbook.Item], _ outer: Guard) {
            for item in items {
                if case .event(.windowEnded) = item.check { continue }
                all.append(Mention(text: item.text, when: outer.and(item.when), source: item.source))
            }
        }
        for phase in playbook.phases { add(phase.checklist + phase.exit, phase.when) }
        for list in playbook.checklists { add(list.items, list.when) }
        add(
            (playbook.verification?.checks ?? []) + (playbook.verification?.regression ?? []) + playbook.closure,
            .always)
        for followUp in playbook.followUp {
            all.append(Mention(text: followUp.title, when: followUp.when, source: followUp.source))
            add(followUp.tasks, followUp.when)
        }
        return all
    }
}
