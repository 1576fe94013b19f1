/// A rule of time in the notation of playbooks, and what has to be asked about it.
struct RuleReading: Hashable, Sendable {
    var rule: String
    var questions: [Question] = []

    struct Question: Hashable, Sendable {
        let question: String
        let choices: [String]
    }
}

extension Recognition {
    /// What a rule is about, which decides what words such as "immediate" can mean.
    enum RulePurpose {
        /// A time that is promised.
        case clock
        /// When somebody is called.
        case rung
        /// When something is due after an incident.
        case afterwards
    }

    /// Reads a time as people write it. What can be meant in several ways gets a question, and the first of its
    /// choices.
    mutating func rule(_ text: String, _ purpose: RulePurpose, line: Int) -> RuleReading {
        let words = TimeWords(text)
        let shown = "\"\(Inline.plain(text))\""
        if words.isNone { return RuleReading(rule: "none") }
        if let occasion = words.occasion { return occasionRule(occasion, shown, purpose) }
        if words.saysNextBusinessDay {
            needBusinessTime(line)
            let choices = ["next business day by close", "next business day by open"]
            let meant = purpose == .rung ? choices[1] : choices[0]
            return RuleReading(
                rule: meant,
                questions: [
                    .init(
                        question: "\(shown): by the opening or by the close of that day?",
                        choices: [meant] + choices.filter { $0 != meant })
                ])
        }
        if words.saysNextDay {
            needBusinessTime(line)
            return RuleReading(
                rule: "next business day by open",
                questions: [
                    .init(
                        question: "\(shown): the next business day, or the next calendar day?",
                        choices: ["next business day by open", "next business day by close", "1 calendar day"])
                ])
        }
        if words.isImmediate { return immediate(words, shown, purpose) }
        guard let span = words.span else { return wordsOnly(words, shown, purpose, line) }
        return length(span, words, shown, line)
    }

    /// Some rule counts in business time, which needs a calendar.
    mutating func needBusinessTime(_ line: Int) { businessLine = min(businessLine ?? line, line) }

    private mutating func occasionRule(_ occasion: String, _ shown: String, _ purpose: RulePurpose) -> RuleReading {
        if occasion == "sprint" {
            return RuleReading(
                rule: "unspecified",
                questions: [
                    .init(
                        question:
                            "\(shown): when does a sprint begin? Give the calendar an occasion for it and name "
                            + "it here.",
                        choices: ["unspecified", "next sprint", "2w"])
                ])
        }
        if !occasions.contains(occasion) { occasions.append(occasion) }
        let rule = purpose == .rung ? "agenda \(occasion)" : "next \(occasion)"
        return RuleReading(rule: rule)
    }

    private func immediate(_ words: TimeWords, _ shown: String, _ purpose: RulePurpose) -> RuleReading {
        if let bound = words.span {
            return RuleReading(rule: "immediately, within \((bound.longest ?? bound.first).notation)")
        }
        switch purpose {
        case .rung: return RuleReading(rule: "immediately")
        case .clock, .afterwards:
            return RuleReading(
                rule: "immediately",
                questions: [
                    .init(
                        question: "\(shown) has no bound: after how long is it late?",
                        choices: ["immediately", "immediately, within 5m", "immediately, within 15m"])
                ])
        }
    }

    private mutating func wordsOnly(_ words: TimeWords, _ shown: String, _ purpose: RulePurpose, _ line: Int)
        -> RuleReading
    {
        if words.saysBusinessHours, purpose == .rung {
            needBusinessTime(line)
            return RuleReading(
                rule: "immediately within \(Self.calendar)",
                questions: [
                    .init(
                        question: "\(shown): at once within business hours and at their next opening otherwise?",
                        choices: ["immediately within \(Self.calendar)", "next business day by open", "none"])
                ])
        }
        return RuleReading(
            rule: purpose == .rung ? "none" : "unspecified",
            questions: [
                .init(
                    question: "\(shown) names no time: by when?",
                    choices: [
                        purpose == .rung ? "none" : "unspecified", "1h", "4 business hours in \(Self.calendar)", "none",
                    ].uniqued)
            ])
    }

    private mutating func length(_ span: WrittenSpan, _ words: TimeWords, _ shown: String, _ line: Int) -> RuleReading {
        let isBusiness = span.isBusiness || words.saysBusinessHours
        let last = span.longest ?? span.first
        guard isBusiness else {
            guard last.unit == .day || last.unit == .month || last.unit == .year else {
                return RuleReading(rule: span.notation)
            }
            let days = span.longest == nil ? span.first.count : last.count
            let isPlainDays = last.unit == .day
            return RuleReading(
                rule: span.notation,
                questions: [
                    .init(
                        question: isPlainDays
                            ? "\(shown): days of 24 hours, calendar days or business days?"
                            : "\(shown): counted as \(last.notation)?",
                        choices: isPlainDays
                            ? [span.notation, "\(days) calendar days", "\(days) business days by close"]
                            : [span.notation])
                ])
        }
        needBusinessTime(line)
        guard last.unit >= .day else {
            let unit = last.unit == .hour ? "hours" : last.unit == .minute ? "minutes" : "seconds"
            let rule = span.longest.map { "\(span.first.count) business \(unit)..\($0.count) business \(unit)" }
            return RuleReading(rule: (rule ?? "\(span.first.count) business \(unit)"))
        }
        let days = { (length: WrittenLength) in length.unit == .day ? length.count : length.count * 5 }
        let ends = ([span.first] + (span.longest.map { [$0] } ?? [])).map(days)
        let choices = ["close", "open"].map { point in
            ends.map { "\($0) business days by \(point)" }.joined(separator: "..")
        }
        return RuleReading(
            rule: choices[0],
            questions: [.init(question: "\(shown): by the close or by the opening of the last day?", choices: choices)])
    }

    /// Enters the questions about a rule.
    mutating func askAbout(_ reading: RuleReading, _ lines: [Int], _ path: DraftPath) {
        for question in reading.questions {
            ask(lines, question.question, question.choices, meanwhile: reading.rule, path)
        }
    }
}

extension [String] {
    /// Each once, in order.
    var uniqued: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
