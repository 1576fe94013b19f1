import Chronology

/// The comparison of two playbooks, topic by topic.
struct ComparisonRun {
    let old: Playbook
    let new: Playbook
    let pairs: [SeverityPair]
    var list: ChangeList

    /// The same step of both ladders.
    struct SeverityPair {
        let old: Playbook.Severity
        let new: Playbook.Severity

        /// `SEV1`, and `SEV1/P1` where the two call it differently.
        var label: String { old.id == new.id ? new.id.text : "\(old.id)/\(new.id)" }
    }

    init(_ old: Playbook, _ new: Playbook) {
        self.old = old
        self.new = new
        pairs = Self.pairs(old, new)
        list = ChangeList(severities: pairs.map(\.label))
    }

    /// Of one playbook, those with one id; what is left of both, and of two playbooks all, by rank.
    private static func pairs(_ old: Playbook, _ new: Playbook) -> [SeverityPair] {
        let byID = old.id == new.id
        return new.severities.enumerated().compactMap { rank, severity in
            if byID, let before = old.severity(severity.id) { return SeverityPair(old: before, new: severity) }
            guard old.severities.indices.contains(rank) else { return nil }
            let before = old.severities[rank]
            return byID && new.severity(before.id) != nil ? nil : SeverityPair(old: before, new: severity)
        }
    }

    mutating func compareAll() {
        compareHead()
        compareCalendars()
        compareSeverities()
        compareClocks()
        compareFields()
        compareCourse()
        comparePeople()
        compareEscalation()
        compareMessages()
        compareRemedies()
        compareAfterwards()
        compareLibrary()
        comparePractice()
    }

    func playbook(_ side: ChangeList.Side) -> Playbook {
        switch side {
        case .old: old
        case .new: new
        }
    }

    // MARK: Values in words

    func rule(_ rule: TimeRule?, _ side: ChangeList.Side) -> String? { rule.map { playbook(side).ruleText($0) } }

    /// For each pair of severities, what is said for it.
    func bySeverity<Value>(
        _ values: BySeverity<Value>?, _ side: ChangeList.Side, _ text: (Value) -> String
    ) -> [String?] {
        pairs.map { pair in
            let severity =
                switch side {
                case .old: pair.old.id
                case .new: pair.new.id
                }
            return (values?[severity]).map(text)
        }
    }

    func rules(_ rules: BySeverity<TimeRule>?, _ side: ChangeList.Side) -> [String?] {
        bySeverity(rules, side) { playbook(side).ruleText($0) }
    }

    func party(_ party: Party?) -> String? {
        switch party {
        case .role(let id): id.text
        case .target(let id): id.text
        case .audience(let id): id.text
        case .declarer: "declarer"
        case nil: nil
        }
    }

    func parties(_ parties: [Party]) -> String? {
        parties.isEmpty ? nil : parties.compactMap { party($0) }.joined(separator: ", ")
    }

    func words(_ words: [String]) -> String? { words.isEmpty ? nil : words.joined(separator: ", ") }

    func roll(_ roll: Roll, _ side: ChangeList.Side) -> String? {
        roll == .none ? nil : playbook(side).ruleNotation.text(roll)
    }

    func span(_ span: DurationSpan) -> String {
        span.shortest == span.longest ? span.shortest.notation : "\(span.shortest.notation)..\(span.longest.notation)"
    }

    func denominator(_ denominator: Denominator?) -> String? {
        switch denominator {
        case .measure(let measure): measure.text
        case .field(let id): id.text
        case nil: nil
        }
    }

    func items(_ items: [Playbook.Item]) -> [Aspect.Entry] {
        items.map { item in
            Aspect.Entry(
                key: item.text,
                detail: details([
                    text(item.check), item.role.map { "role \($0)" }, party(item.to).map { "to \($0)" },
                    when(item.when),
                    command(item.command), item.link.map { "link \($0)" }, item.help.map { "help \"\($0.cut)\"" },
                    item.field.map { "field \($0)" },
                    // An item without an id has its place in the list for one, which says nothing.
                    item.id.text.allSatisfy(\.isNumber) ? nil : "id \(item.id)",
                ]))
        }
    }

    private func text(_ check: Playbook.Item.Check) -> String? {
        switch check {
        case .manual: nil
        case .event(let event): "event \(event)"
        case .metric(let metric, let time): "metric \(metric)" + (time.map { " for \($0.notation)" } ?? "")
        case .quiet(let time): "quiet for \(time.notation)"
        case .approval(let id): "approval \(id)"
        case .question: "question"
        case .evidence: "evidence"
        case .decision(let options): "one of " + options.joined(separator: " | ")
        }
    }

    func steps(_ steps: [Playbook.Step]) -> [Aspect.Entry] {
        steps.map { step in
            Aspect.Entry(
                key: step.text,
                detail: details([
                    step.risk == .read ? nil : "risk \(step.risk.rawValue)", step.role.map { "role \($0)" },
                    party(step.to).map { "to \($0)" }, step.when.map { "when \($0)" }, command(step.command),
                    step.link.map { "link \($0)" },
                ]))
        }
    }

    func when(_ condition: Guard) -> String? { condition == .always ? nil : "when \(condition)" }

    func command(_ command: Playbook.Command?) -> String? {
        guard let command else { return nil }
        return details([
            "command \"\(command.text)\"", command.risk == .read ? nil : "risk \(command.risk.rawValue)",
            parameters(command.parameters),
        ])
    }

    func parameters(_ parameters: [Playbook.Parameter]) -> String? {
        words(
            parameters.map { parameter in
                "asks \(parameter.id) \"\(parameter.title)\"" + (parameter.fallback.map { " or \($0)" } ?? "")
            })
    }

    func asks(_ asks: [Playbook.Template.Ask]) -> [Aspect.Entry] {
        asks.map { ask in
            Aspect.Entry(
                key: ask.id.text,
                detail: details([
                    "\"\(ask.title)\"", ask.kind == .text ? nil : ask.kind.rawValue, ask.isRequired ? "required" : nil,
                    ask.hasLines ? "several lines" : nil, ask.help.map { "help \"\($0.cut)\"" },
                ]))
        }
    }

    func details(_ parts: [String?]) -> String { parts.compactMap(\.self).joined(separator: ", ") }
}
