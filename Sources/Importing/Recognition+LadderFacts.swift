extension Recognition {
    /// What each severity says of escalation: one action a severity (S1-03 to S1-06).
    mutating func escalationOfLadder(_ facts: [SeverityFacts]) {
        let found = facts.compactMap { fact in
            fact.entries.first { $0.phrase.has("escalat") && !$0.value.isEmpty }.map { (fact.label.id, $0) }
        }
        guard let first = found.first, ladder.count > 1 else { return }
        let plan = newID("plan", for: "By severity")
        add(["escalation"], DraftRecord(id: plan, title: "Escalation by severity"), line: first.1.lines.first ?? 1)
        let path: DraftPath = ["escalation", plan, "single"]
        draft.set(path + "from", "declared", line: first.1.lines.first)
        for (severity, entry) in found {
            let line = entry.lines.first ?? 1
            let words = TimeWords(entry.value)
            var record = DraftRecord()
            record.set("severity", severity)
            let isCall = words.phrase.has(
                "page", "notify", "call", "alert", "inform", "on call", "oncall", "contact", "escalate to")
            if words.isNone {
                record.set("none", "true")
            } else {
                guard let target = target(Self.object(of: entry.value), line: line) else { continue }
                let reading = rule(entry.value, .rung, line: line)
                record.set("to", "target(\(target))")
                let wakes = words.phrase.has("page", "wake") || words.phrase.words.first == "call"
                record.set("via", wakes ? "page" : "notify")
                record.set("after", Self.withinAtMost(reading.rule, entry.value), line: line)
            }
            guard let place = add(path + "rows", record, named: severity, line: line) else { continue }
            understood(entry.lines, "escalation of \(severity): \(entry.value)", place)
            if !isCall, !words.isNone {
                ask(
                    entry.lines, "\"\(entry.value)\": who is called for \(severity), and when?",
                    ["on-call, told at once", "nobody"],
                    meanwhile: "on-call, told at once", place)
            }
        }
        ask(
            found.flatMap(\.1.lines), "From when does the escalation by severity count?",
            ["declared", "severity-entered", "alert-fired"],
            meanwhile: "declared", path + "from")
    }

    /// "Within 15 minutes" is at once, with a bound.
    private static func withinAtMost(_ rule: String, _ text: String) -> String {
        guard rule.first?.isNumber == true, !rule.contains(" "), !rule.contains("..") else {
            return rule.hasPrefix("agenda") || rule.contains(" within \(Self.calendar)") || rule == "none"
                ? "immediately" : rule
        }
        return text.phrase.has("within") ? "immediately, within \(rule)" : rule
    }

    /// Whom a sentence such as "Page on-call immediately" is about.
    private static func object(of text: String) -> String {
        let phrase = text.phrase
        if phrase.has("secondary") { return "Secondary on-call" }
        for (stem, name) in [
            ("engineering manager", "Engineering manager"), ("team lead", "Team lead"), ("manager", "Manager"),
            ("executive", "Executives"),
            ("director", "Director"), ("cto", "CTO"),
        ] where phrase.has(stem) { return name }
        return "On-call"
    }

    /// What each severity says of updates: one cadence (S4-05 to S4-08).
    mutating func cadenceOfLadder(_ facts: [SeverityFacts]) {
        let found = facts.compactMap { fact in
            fact.entries.first { $0.phrase.has("communicat", "update") && !$0.phrase.has("first") && !$0.value.isEmpty }
                .map { CadenceStatement(severities: [fact.label.id], text: $0.value, lines: $0.lines) }
        }
        guard !found.isEmpty else { return }
        takeCadence(found, title: "Updates", audience: internalAudience(line: found[0].lines.first ?? 1))
    }
}
