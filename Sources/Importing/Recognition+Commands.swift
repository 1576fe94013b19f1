extension Recognition {
    /// A command with its places to fill as parameters.
    struct CommandText: Hashable {
        let text: String
        let params: [(id: String, title: String)]

        static func == (left: Self, right: Self) -> Bool { left.text == right.text }
        func hash(into hasher: inout Hasher) { hasher.combine(text) }
    }

    /// `<service>` and `[pod-name]` become placeholders; brackets of shells and queries stay (S4-54).
    static func command(_ text: String) -> CommandText {
        var result = ""
        var params: [(id: String, title: String)] = []
        let characters = Array(text.escapingPlaceholders)
        var index = 0
        while index < characters.count {
            let open = characters[index]
            let close: Character? = open == "<" ? ">" : open == "[" ? "]" : nil
            if let close, let end = characters[index...].prefix(60).firstIndex(of: close),
                let name = parameter(String(characters[(index + 1)..<end])),
                index == 0
                    || !(characters[index - 1].isLetter || characters[index - 1].isNumber
                        || "<^".contains(characters[index - 1]))
                    || open == "<"
            {
                if name == "service" || name == "service-name" {
                    result += "{{service.name}}"
                } else {
                    if !params.contains(where: { $0.id == name }) {
                        params.append((name, name.replacing("-", with: " ").capitalised))
                    }
                    result += "{{param.\(name)}}"
                }
                index = end + 1
            } else {
                result.append(open)
                index += 1
            }
        }
        return CommandText(text: result, params: params)
    }

    /// A name in small letters and dashes; what stands in a class of characters or a range of time is none.
    private static func parameter(_ name: String) -> String? {
        let isName =
            name.count > 2 && name.allSatisfy { ($0.isASCII && $0.isLowercase) || $0 == "-" || $0 == "_" }
            && name.first?.isLetter == true
        return isName && !["a-z", "alnum", "alpha", "digit", "space"].contains(name) ? name.slug : nil
    }

    /// The keys of a record that hold the command, its class and its parameters.
    mutating func setCommand(_ record: inout DraftRecord, _ command: String, line: Int?) -> (risk: String, isSure: Bool)
    {
        guard command != ShellScript.unfilled else {
            record.set("command", command, line: line)
            return ("unfilled", false)
        }
        let text = Self.command(command)
        let risk = CommandRisk.of(command)
        record.set("command", text.text, line: line)
        record.set("risk", risk.risk)
        if !text.params.isEmpty {
            record.set(
                "params",
                .list(
                    text.params.map { param in
                        DraftElement(DraftRecord(id: param.id, title: param.title).node, name: param.id)
                    }))
        }
        return risk
    }

    /// Asks about a command whose class was guessed; what only looks is not asked about.
    mutating func askAboutRisk(
        _ risk: (risk: String, isSure: Bool), _ command: String, _ lines: [Int], _ path: DraftPath
    ) {
        guard !risk.isSure else { return }
        guard command != ShellScript.unfilled else {
            return ask(lines, "Which command is that?", [], meanwhile: command, path + "command")
        }
        let shown = command.split(separator: "\n").first.map { String($0.prefix(60)) } ?? ""
        ask(
            lines, "What can \"\(shown)\" do?", ["read", "change", "destructive", "secret"], meanwhile: risk.risk,
            path + "risk")
    }

    /// The steps of a script as items or steps of the draft, at the path of their list.
    /// `title` stands where no comment says what a command does.
    mutating func addSteps(_ script: ShellScript, to list: DraftPath, role: String? = nil, titled title: String? = nil)
        -> Int
    {
        var count = 0
        for step in script.steps where isFree(step.lines) {
            guard let line = step.lines.first else { continue }
            var record = DraftRecord()
            let command = step.command
            record.set(
                "text", step.title.isEmpty ? title ?? Self.firstWords(command ?? "Step") : step.title.capitalised,
                line: line)
            record.set("role", role)
            if let agent = step.agent, let target = target(agent, line: line, kind: "bot") {
                record.set("to", "target(\(target))")
            }
            var risk: (risk: String, isSure: Bool)?
            if let command { risk = setCommand(&record, command, line: line) }
            if command == nil, step.title.hasSuffix("?"), list.steps.first == "phases" {
                record.set("kind", "question")
            }
            guard let path = add(list, record, line: line) else { continue }
            count += 1
            understood(step.lines, "step: \(step.title.isEmpty ? Self.firstWords(command ?? "") : step.title)", path)
            if let risk, let command { askAboutRisk(risk, command, step.lines, path) }
        }
        return count
    }

    private static func firstWords(_ command: String) -> String {
        let line = command.split(separator: "\n").first.map(String.init) ?? command
        let words = line.split(separator: " ")
        return words.count <= 6 ? line : words.prefix(6).joined(separator: " ") + " …"
    }
}
