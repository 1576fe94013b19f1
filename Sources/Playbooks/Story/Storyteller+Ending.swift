import Chronology

// Who takes part, what has to be true before an incident is over, and what is owed afterwards.
extension Storyteller {
    func roles() -> [PlaybookStory.Sentence] {
        playbook.roles.map { role in
            var parts: [String] = []
            if let required = role.required, words.isPossible(required) {
                parts.append(words.condition(required).map { "is required \($0)" } ?? "is required")
            } else {
                parts.append("is optional")
            }
            switch role.fallback {
            case .declarer?: parts.append("falls to whoever declares the incident")
            case let party?: parts.append("falls to \(words.title(party))")
            case nil:
                if !role.isClaimable { parts.append("is given to somebody by whoever may assign roles") }
            }
            if role.isClaimable { parts.append("may be taken by anybody") }
            if let eligible = eligible(role) { parts.append("is for \(eligible)") }
            let tasks = role.tasks.count { words.isPossible($0.when) }
            if tasks > 0 { parts.append("has \(tasks) \(tasks == 1 ? "task" : "tasks")") }
            return PlaybookStory.Sentence("\(role.title) \(parts.listed)", line: role.source.line)
        }
    }

    private func eligible(_ role: Playbook.Role) -> String? {
        guard let eligible = role.eligible else { return nil }
        let words = eligible.text ?? (eligible.requires.isEmpty ? nil : eligible.requires.joined(separator: ", "))
        return words.map { "\"\($0)\"" }
    }

    // MARK: Gates

    func gateOfResolution() -> [PlaybookStory.Sentence] {
        items((playbook.verification?.checks ?? []), .always)
            + items((playbook.verification?.regression ?? []), .always)
            + playbook.phases.flatMap { phase in
                items(phase.exit, phase.when, "before \"\(phase.title)\" is left")
            }
            + fields(.atResolve) + signoffs([.resolve, .deploy, .goNoGo, .external])
    }

    func gateOfClosing() -> [PlaybookStory.Sentence] {
        items(playbook.closure, .always) + fields(.atClose) + signoffs([.close])
    }

    private func items(_ items: [Playbook.Item], _ outer: Guard, _ offset: String = "") -> [PlaybookStory.Sentence] {
        items.compactMap { item in
            let when = outer.and(item.when)
            return words.isPossible(when) ? sentence(offset, words.text(item), when, item.source.line) : nil
        }
    }

    private func fields(_ requirement: Playbook.Field.Requirement) -> [PlaybookStory.Sentence] {
        playbook.fields.filter { $0.required == requirement && words.isPossible($0.when) }.map { field in
            sentence("", "\"\(field.title)\" is answered", field.when, field.source.line)
        }
    }

    private func signoffs(_ subjects: [Playbook.Signoff.Subject]) -> [PlaybookStory.Sentence] {
        playbook.signoffs.filter { subjects.contains($0.subject) && words.isPossible($0.when) }.map { signoff in
            let who = words.titles(signoff.roles)
            let count: String =
                switch signoff.quorum {
                case .all: signoff.roles.count == 1 ? "by \(who)" : "by all of \(who)"
                case .number(let number): "by \(number) of \(who)"
                }
            return sentence("", "\"\(signoff.title)\" is signed \(count)", signoff.when, signoff.source.line)
        }
    }

    // MARK: Afterwards

    func review() -> [PlaybookStory.Sentence] {
        guard let review = playbook.review else { return [] }
        let line = review.source.line
        let need = review.needed[severity]
        switch need {
        case .skip?: return [.init("there is none", line: line)]
        case nil: return [.init("nothing is said of one", line: line)]
        case .required?, .optional?: break
        }
        var sentences: [PlaybookStory.Sentence] = [
            .init(
                need == .required ? "one is required" : "one is optional; what follows is owed once somebody opens it",
                line: line)
        ]
        let steps: [(BySeverity<TimeRule>?, String)] = [
            (review.draftBy, "is drafted"), (review.scheduleBy, "is scheduled"), (review.holdBy, "is held"),
            (review.completeBy, "is complete"), (review.publishBy, "is published"),
        ]
        for (rules, verb) in steps {
            guard let rule = rules?[severity], !rule.owesNothing else { continue }
            let offset = words.owed(rule, after: .resolved)
            sentences.append(.init("\(offset): the review \(verb)\(words.owner(review.owner))", line: line))
        }
        sentences += attendees(review)
        if !review.agenda.isEmpty {
            let minutes = review.minutes ?? review.agenda.compactMap(\.minutes).reduce(0, +)
            let items = review.agenda.map { $0.item + ($0.minutes.map { " (\($0) min)" } ?? "") }
            sentences.append(
                .init(
                    "its agenda\(minutes > 0 ? " of \(minutes) min" : "") is \(items.joined(separator: "; "))",
                    line: line))
        }
        let sections = review.sections.filter { words.isPossible($0.when) }
        if !sections.isEmpty {
            sentences.append(.init("its document has \(sections.map(\.title).joined(separator: ", "))", line: line))
        }
        return sentences
    }

    private func attendees(_ review: Playbook.Review) -> [PlaybookStory.Sentence] {
        func names(_ attendees: [Playbook.Review.Attendee]) -> String {
            attendees.map { attendee in
                switch attendee {
                case .party(let party): words.title(party)
                case .text(let text): text
                }
            }.listed
        }
        let (required, optional) = (review.attendees?.required ?? [], review.attendees?.optional ?? [])
        let parts = [
            required.isEmpty ? nil : "\(names(required)) take part",
            optional.isEmpty ? nil : "\(names(optional)) may take part",
        ].compactMap(\.self)
        return parts.isEmpty ? [] : [.init(parts.listed, line: review.source.line)]
    }

    func followUp() -> [PlaybookStory.Sentence] {
        var sentences = windows { $0.from == .resolved }
        for clock in playbook.clocks where isAfterwards(clock.from) && words.isPossible(clock.when) {
            let rule = playbook.rule(of: clock.id, severity: severity)
            guard !rule.owesNothing else { continue }
            sentences.append(
                sentence(
                    words.owed(rule, after: clock.from), "\"\(clock.title)\"\(words.owner(clock.owner))", clock.when,
                    clock.source?.line))
        }
        for followUp in playbook.followUp where words.isPossible(followUp.when) {
            guard let rule = followUp.by[severity], !rule.owesNothing else { continue }
            let tasks = followUp.tasks.count { words.isPossible(followUp.when.and($0.when)) }
            let count = tasks == 0 ? "" : " (\(tasks) \(tasks == 1 ? "task" : "tasks"))"
            sentences.append(
                sentence(
                    words.owed(rule, after: followUp.from), "\(followUp.title)\(count)\(words.owner(followUp.owner))",
                    followUp.when, followUp.source.line))
        }
        return sentences
    }
}
