extension Recognition {
    /// Figures in the descriptions of severities, such as "Error rate > 10%" and "Performance degraded 10-50%": a
    /// condition that suggests the severity, on a field that is asked (S0-15, S1-07, S4-02, S4-03).
    mutating func recogniseCriteria(_ facts: [SeverityFacts]) {
        var lines: [Int] = []
        for fact in facts {
            for entry in fact.entries where !entry.phrase.has("response", "resolution", "communicat", "escalat", "sla")
            {
                for text in entry.list {
                    guard let (name, condition) = Self.figure(text) else { continue }
                    let line =
                        entry.lines.first { lines.isEmpty || self.lines[$0 - 1].text.contains(text.dropFirst()) }
                        ?? fact.line
                    let field = percentField(name, line)
                    var record = DraftRecord()
                    record.set("when", condition.replacing("FIELD", with: field))
                    record.set("because", text)
                    if add(["severities", fact.label.id, "criteria"], record, line: line) != nil { lines.append(line) }
                }
            }
        }
        guard !lines.isEmpty else { return }
        ask(
            Set(lines).sorted(), "May these figures suggest the severity, once somebody has told them?",
            ["they suggest it", "they are words only"],
            meanwhile: "they suggest it", ["severities"])
    }

    private mutating func percentField(_ name: String, _ line: Int) -> String {
        if let id = figureFields[name] { return id }
        let id = newID("field", for: name)
        figureFields[name] = id
        var record = DraftRecord(id: id, title: name.capitalised)
        record.set("kind", "percent")
        add(["fields"], record, line: line)
        return id
    }

    /// What is measured, and the condition on it: `error rate`, `FIELD > 10%`.
    private static func figure(_ text: String) -> (name: String, condition: String)? {
        let plain = text.split(separator: "(").first.map(String.init) ?? text
        guard let percent = plain.firstIndex(of: "%") else { return nil }
        var start = percent
        while start > plain.startIndex, "0123456789.-–<>≥≤=+~ ".contains(plain[plain.index(before: start)]) {
            start = plain.index(before: start)
        }
        var words = plain[..<start].phrase.words
        while let last = words.last,
            ["for", "of", "to", "by", "at", "than", "is", "exceeds", "above", "over", "more"].contains(last)
        { words.removeLast() }
        let around = plain[..<start].phrase
        let range = plain[start..<percent].filter { $0 != " " && $0 != "~" }
        let rest = plain[plain.index(after: percent)...]
        guard (1...4).contains(words.count), rest.isEmpty || rest.first == "+" || rest.first == " " || rest.first == ","
        else { return nil }
        let name = words.joined(separator: " ")
        let ends = range.split { "-–".contains($0) }.map { $0.filter { $0.isNumber || $0 == "." } }
        guard let first = ends.first, Double(first) != nil else { return nil }
        if ends.count == 2, Double(ends[1]) != nil { return (name, "FIELD >= \(first)% and FIELD <= \(ends[1])%") }
        if range.contains(">=") || range.contains("≥") || rest.first == "+" || around.has("at least") {
            return (name, "FIELD >= \(first)%")
        }
        if range.contains(">") || around.has("more than", "above", "over", "exceed") {
            return (name, "FIELD > \(first)%")
        }
        if range.contains("<=") || range.contains("≤") { return (name, "FIELD <= \(first)%") }
        return range.contains("<") ? (name, "FIELD < \(first)%") : nil
    }
}

extension StringProtocol {
    fileprivate var phrase: Phrase { Phrase(String(self)) }
}
