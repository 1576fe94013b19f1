extension Recognition {
    /// How incidents and their rooms are called (S0-02, S1-10, S2-15).
    mutating func recogniseNaming() {
        var key: (pattern: String, line: Int)?
        var room: (pattern: String, line: Int, isExample: Bool)?
        for line in lines {
            if key == nil, let pattern = Self.keyPattern(line.text) { key = (pattern, line.number) }
            if room == nil {
                for name in Self.channels(in: line.text) {
                    guard let (pattern, isExample) = Self.roomPattern(name) else { continue }
                    room = (pattern, line.number, isExample)
                    break
                }
            }
        }
        let path: DraftPath = ["incident", "key"]
        if let key {
            draft.set(path, key.pattern, line: key.line)
            understood([key.line], "the key of an incident: \(key.pattern)", path)
            ask(
                at: key.line, "Whose date stands in the key of an incident?", ["the home zone", "UTC"],
                meanwhile: "the home zone", path)
        } else {
            draft.set(path, "INC-{date}-{seq:3}")
            ask(
                [], "How are incidents numbered?", ["INC-{date}-{seq:3}", "INC-{seq:4}"],
                meanwhile: "INC-{date}-{seq:3}", path)
        }
        guard let room else {
            return ask(
                [], "Does an incident get a room of its own, and how is it called?",
                ["none", "#incident-{date}-{slug}"], meanwhile: "none", ["incident"])
        }
        draft.set(["incident", "room"], room.pattern, line: room.line)
        if room.isExample {
            ask(
                at: room.line, "This room is an example: are they all called like it?", [room.pattern],
                meanwhile: room.pattern,
                ["incident", "room"])
        } else {
            noticed(at: room.line, "the name of a room: \(room.pattern)", ["incident", "room"])
        }
        ask(
            at: room.line, "Which incidents get a room?",
            ["all"] + ladder.dropLast().map { "severity at least \($0.id)" }, meanwhile: "all", ["incident", "room"])
    }

    /// `INC-YYYY-MM-DD-NNN`, `INC-1234`.
    private static func keyPattern(_ text: String) -> String? {
        for word in text.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "-") }) {
            let parts = word.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count >= 2, ["INC", "INCIDENT", "IR"].contains(parts[0]), let last = parts.last else {
                continue
            }
            let rest = parts.dropFirst().dropLast()
            let isSequence =
                last.allSatisfy { $0 == "N" || $0 == "X" || $0 == "#" || $0.isNumber } && (1...9).contains(last.count)
            guard isSequence else { continue }
            let date = rest.joined(separator: "-")
            switch date {
            case "YYYY-MM-DD": return "\(parts[0])-{date}-{seq:\(last.count)}"
            case "YYYYMMDD": return "\(parts[0])-{date:compact}-{seq:\(last.count)}"
            case "": return last.allSatisfy({ $0 == "X" }) ? nil : "\(parts[0])-{seq:\(last.count)}"
            default: continue
            }
        }
        return nil
    }

    /// `#incident-YYYYMMDD-brief-name`, `#incident-2024-02-13-payment-failure`.
    private static func roomPattern(_ name: String) -> (pattern: String, isExample: Bool)? {
        let text = String(name.dropFirst()).filter { $0 != "[" && $0 != "]" }
        let parts = text.split(separator: "-").map(String.init)
        guard let first = parts.first, parts.count > 1,
            ["inc", "incident", "incidents"].contains(first.lowercased()) || parts[1].hasPrefix("YYYY")
        else { return nil }
        let rest = Array(parts.dropFirst())
        if rest[0] == "YYYYMMDD" { return ("#\(first)-{date:compact}" + (rest.count > 1 ? "-{slug}" : ""), false) }
        if rest.count >= 3, rest[0] == "YYYY" { return ("#\(first)-{date}" + (rest.count > 3 ? "-{slug}" : ""), false) }
        if rest.count >= 3, rest[0].count == 4, rest[1].count == 2, rest[2].count == 2,
            rest[0...2].joined().allSatisfy(\.isNumber)
        {
            return ("#\(first)-{date}" + (rest.count > 3 ? "-{slug}" : ""), true)
        }
        if rest[0].count == 8, rest[0].allSatisfy(\.isNumber) {
            return ("#\(first)-{date:compact}" + (rest.count > 1 ? "-{slug}" : ""), true)
        }
        return nil
    }

    // MARK: Statuses

    /// The team's words for the states, as they stand in messages and forms (X12).
    mutating func finishStatuses() {
        var labels: [String: String] = [:]
        var found: [Int] = []
        var other: [String] = []
        for (word, line) in statusWords {
            guard let state = StatusLexicon.state(of: word) else { continue }
            found.append(line)
            if labels[state] == nil {
                labels[state] = word
            } else if labels[state]?.phrase != word.phrase {
                other.append(word)
            }
        }
        let isUpper = !labels.isEmpty && labels.values.allSatisfy { $0 == $0.uppercased() }
        let styled = { (word: String) in isUpper ? word.uppercased() : word }
        let investigating = labels["investigating"]
        let rows: [(state: String, label: String?, fallback: String)] = [
            ("reported", labels["reported"], "Reported"), ("triaging", labels["triaging"], "Triage"),
            ("declared", labels["declared"] ?? investigating, "Declared"),
            ("investigating", investigating, "Investigating"),
            ("identified", labels["identified"], "Identified"),
            ("mitigating", labels["mitigating"] ?? labels["identified"], "Mitigating"),
            ("monitoring", labels["monitoring"] ?? labels["mitigating"], "Monitoring"),
            ("resolved", labels["resolved"], "Resolved"),
            ("closed", labels["closed"], "Closed"),
        ]
        var made: [String] = []
        for (state, label, fallback) in rows {
            let needed =
                label != nil || ["declared", "investigating", "resolved", "closed"].contains(state) || isUsed(state)
            guard needed else { continue }
            var record = DraftRecord()
            record.set("state", state)
            record.set("label", label ?? styled(fallback))
            if !["reported", "triaging", "closed"].contains(state) {
                record.set("public", (label ?? fallback).lowercased().capitalised)
            }
            add(["statuses"], record, named: state, line: found.first ?? 1)
            made.append("\(state) = \(label ?? styled(fallback))")
        }
        let meanwhile = made.joined(separator: ", ")
        guard !found.isEmpty else {
            return ask(
                [], "The procedure has no words for the state of an incident: which does the team use?",
                meanwhile: meanwhile, ["statuses"])
        }
        let words = statusWords.map(\.word).filter { StatusLexicon.state(of: $0) != nil }.joined(separator: ", ")
        let which = other.isEmpty ? "" : ", which of several words for one state holds"
        ask(
            at: Set(found).sorted(),
            "The procedure says \(words): for which states do they stand\(which), and what does the public read?",
            meanwhile: meanwhile, ["statuses"])
    }

    /// Whether a phase or a stage of the status page needs the state.
    private func isUsed(_ state: String) -> Bool {
        guard case .list(let phases)? = draft[["phases"]] else { return false }
        return phases.contains { phase in
            if case .flow(let states)? = phase.value.entry("states") { return states.contains(state) }
            return false
        }
    }
}

extension DraftNode {
    func entry(_ key: String) -> DraftNode? {
        if case .map(let entries) = self { return entries.first { $0.key == key }?.value }
        return nil
    }
}
