/// For which incidents something holds, as a condition of the playbook, and what has to be asked about it.
struct ConditionReading: Hashable, Sendable {
    /// Nil: for all of them.
    var condition: String?
    /// What was not understood of it.
    var question: RuleReading.Question?
}

extension Recognition {
    // MARK: Severities

    /// The severities that a text names, worst first: `SEV1/SEV2`, `SEV[1/2]`, `P1 or higher`, "Severity 1".
    func severities(in text: String) -> [String] {
        var numbers: Set<Int> = []
        let tokens = Self.severityTokens(text)
        let keys = ladder.map { Self.severityKey($0.id) }
        var prefix: String?
        var last: Int?
        for (index, token) in tokens.enumerated() {
            var key = token
            if ["severity", "sev", "priority"].contains(token), index + 1 < tokens.count, Int(tokens[index + 1]) != nil
            {
                prefix = token
                continue
            }
            // A bare number goes on with the prefix of the one before it: `SEV1/2`; but not in "S1 and 4 hours".
            if Int(token) != nil {
                if index + 1 < tokens.count, WrittenLength.Unit(tokens[index + 1]) != nil || tokens[index + 1] == "%" {
                    prefix = nil
                    continue
                }
                if let prefix { key = prefix + token }
            }
            key = Self.severityKey(key)
            if let found = keys.firstIndex(of: key)
                ?? Self.numbered(key).flatMap({ number in
                    prefix == nil ? nil : ladder.firstIndex { Self.numbered(Self.severityKey($0.id)) == number }
                })
            {
                numbers.insert(found)
                prefix = String(keys[found].prefix { !$0.isNumber })
                last = found
            } else if token == "/" || token == "or" || token == "and" || token == "," {
                continue
            } else if ["higher", "above", "worse", "+"].contains(token), let last {
                numbers.formUnion(0...last)
            } else if token == "≥" || token == ">=" {
                continue
            } else {
                prefix = nil
            }
        }
        if text.contains("≥") || text.contains(">="), let last { numbers.formUnion(0...last) }
        return numbers.sorted().map { ladder[$0].id }
    }

    /// `SEV-1`, `sev1` and "Severity 1" are the same, and so are `P1` and "Priority 1".
    static func severityKey(_ id: String) -> String {
        let key = String(id.lowercased().filter { $0.isLetter || $0.isNumber })
        let word = key.prefix { $0.isLetter }
        let number = key.dropFirst(word.count)
        guard !number.isEmpty, number.allSatisfy(\.isNumber) else { return key }
        switch word {
        case "severity", "sev": return "s" + number
        case "priority", "prio": return "p" + number
        default: return key
        }
    }

    private static func numbered(_ key: String) -> Int? { Int(key.drop { !$0.isNumber }) }

    private static func severityTokens(_ text: String) -> [String] {
        var tokens: [String] = []
        var token = ""
        let characters = Array(text.lowercased().prefix(2_000))
        for (index, character) in characters.enumerated() {
            if character.isLetter || character.isNumber {
                // `SEV[1` is a word and a number.
                token.append(character)
            } else if character == "-" || character == "[", token.allSatisfy(\.isLetter), !token.isEmpty,
                index + 1 < characters.count, characters[index + 1].isNumber
            {
                continue
            } else {
                if !token.isEmpty { tokens.append(token) }
                token = ""
                if "/,+≥%".contains(character) { tokens.append(String(character)) }
            }
        }
        if !token.isEmpty { tokens.append(token) }
        return tokens
    }

    /// The condition for these severities; nil for none of them and for all of them.
    func condition(for ids: [String]) -> String? {
        guard !ids.isEmpty, ids.count < ladder.count else { return nil }
        if ids.count == 1 { return "severity is \(ids[0])" }
        return ids == ladder.prefix(ids.count).map(\.id)
            ? "severity at least \(ids[ids.count - 1])" : "severity in (\(ids.joined(separator: ", ")))"
    }

    // MARK: Other conditions

    /// Reads for which incidents something holds: "SEV1, if customer-facing", "Extended outages (> 2 hours)".
    mutating func condition(_ text: String, line: Int) -> ConditionReading {
        let phrase = text.phrase
        var parts: [String] = []
        var question: RuleReading.Question?
        if let severities = condition(for: severities(in: text)) { parts.append(severities) }
        if phrase.has("customer facing", "user facing", "customer visible", "customers affected") {
            parts.append(customerFacing(line))
        }
        if phrase.has("security", "breach", "data issue", "data leak", "personal data", "data protection") {
            parts.append("type is \(incidentType("security", "Security incident", line))")
        }
        if phrase.has("public incident", "if public") { parts.append("public") }
        if phrase.has("prolong", "extended", "long running", "lasts", "unresolved", "still") {
            let span = TimeWords(text).span
            parts.append("active for \(span?.first.notation ?? "1h")")
            if span == nil {
                question = .init(
                    question: "\"\(Inline.plain(text))\": after how long?",
                    choices: ["active for 1h", "active for 2h", "active for 4h"])
            }
        }
        return ConditionReading(condition: parts.isEmpty ? nil : parts.joined(separator: " and "), question: question)
    }

    /// The field that says whether customers notice; it is made when it is first asked for.
    mutating func customerFacing(_ line: Int) -> String {
        if claimID("field", "customer-facing") {
            var field = DraftRecord(id: "customer-facing", title: "Customer-facing")
            field.set("kind", "yes-no")
            field.set("required", "at-declare")
            add(["fields"], field, line: line)
            ask(
                at: line, "Whether customers notice is asked for this: does it have to be answered at the declaration?",
                ["at-declare", "no"],
                meanwhile: "at-declare", ["fields", "customer-facing", "required"])
        }
        return "customer-facing"
    }

    mutating func incidentType(_ id: String, _ title: String, _ line: Int) -> String {
        if claimID("type", id) {
            add(["types"], DraftRecord(id: id, title: title), line: line)
            if id == "security" {
                ask(
                    at: line, "May only those who take part see a security incident?",
                    ["everybody", "restricted: true"],
                    meanwhile: "everybody", ["types", id])
            }
        }
        return id
    }
}
