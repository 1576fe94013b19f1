extension Recognition {
    /// What usually helps at once (S1-17, S2-17, S3-22, S4-34), and ways to a permanent fix (S1-25, S3-24, S3-25).
    mutating func recogniseMitigations() {
        for section in outline.sections {
            var options: [(title: String, entry: WrittenEntry)] = []
            for part in section.parts {
                let words = Phrase((part.label ?? "") + " " + section.title)
                let ofLabel = part.label?.phrase ?? Phrase("")
                if let label = part.label, let title = Self.option(label), !part.blocks.isEmpty {
                    options.append((title, entry(part)))
                    continue
                }
                for block in part.blocks where isFree(block.lines) {
                    let isAboutThem = words.has("mitigat", "limit the damage", "contain", "stop the bleeding")
                    let isOptions =
                        ofLabel.isOnly("options", "mitigation options", "mitigations") && words.has("mitigat")
                        || isAboutThem && ofLabel.has("in order", "in this order", "options", "try")
                    if let list = block.list, !list.hasCheckboxes, isOptions || ofLabel.has("mitigation options") {
                        takeOptions(list, part)
                    } else if let fence = block.fence, fence.isShell,
                        ofLabel.has("quick fix", "rollback command", "mitigation")
                    {
                        takeOptions(fence, part, section)
                    } else if let list = block.list, words.has("mitigat") {
                        takeSteps(list, section)
                    }
                }
            }
            if options.count > 1 { takeStrategies(options, section) }
        }
    }

    /// `Option 2: Hotfix`.
    private static func option(_ label: String) -> String? {
        let (number, title) = ProcedureSection.numbered(label)
        return number != nil && label.lowercased().hasPrefix("option") ? title : nil
    }

    private mutating func takeOptions(_ list: MarkdownList, _ part: ProcedurePart) {
        let isOrdered = list.isOrdered
        let note = Phrase((part.note ?? "") + " " + (part.label ?? ""))
        for item in list.items {
            let labelled = Labelled(item.text)
            let title = labelled?.label ?? Inline.plain(item.text)
            var commands: [String] = []
            for fence in item.blocks.compactMap(\.fence) where fence.isShell && isFree(fence.lines) {
                for step in ShellScript(fence.content).steps {
                    guard let command = step.command else { continue }
                    if let id = addCommand(step.title.isEmpty ? title : step.title, command, step.lines) {
                        commands.append(id)
                    }
                }
                understood(fence.lines.filter { ledger.isFree($0) }, "commands of \(title)", ["mitigations"])
            }
            let others = item.blocks.filter { $0.fence == nil }.flatMap { Array($0.lines) }
            _ = addMitigation(
                title, text: labelled.map { Inline.plain($0.value) }, commands: commands,
                item.lines.filter { line in ledger.isFree(line) && !others.contains(line) })
        }
        guard draft[["mitigations"]] != nil else { return }
        let says = note.has("order", "preference", "first")
        draft.set(["mitigations", "ordered"], says || isOrdered ? "true" : "false", line: part.firstLine)
        understood(
            part.lines.filter { ledger.isFree($0) }, "mitigations" + (says ? ", in order of preference" : ""),
            ["mitigations"])
        ask(
            part.lines,
            says
                ? "Does passing over one of the options ask why?"
                : "Are the options tried in this order, and does passing over one ask why?",
            ["no reason is asked", "skip-needs-reason: true"], meanwhile: "no reason is asked", ["mitigations"])
    }

    private mutating func addMitigation(_ title: String, text: String?, commands: [String], _ lines: [Int])
        -> DraftPath?
    {
        let id = newID("mitigation", for: title, otherwise: "mitigation")
        var record = DraftRecord(id: id, title: title.capitalised)
        record.set("text", text)
        record.set("commands", commands.isEmpty ? nil : .flow(commands))
        guard let path = add(["mitigations", "options"], record, line: lines.first ?? 1) else { return nil }
        understood(lines, "mitigation \(title)", path)
        return path
    }

    private mutating func takeOptions(_ fence: MarkdownFence, _ part: ProcedurePart, _ section: ProcedureSection) {
        let isCatalogue = part.phrase.has("command")
        if !isCatalogue { askAboutOrder(part.firstLine) }
        for step in ShellScript(fence.content).steps where isFree(step.lines) {
            let title = step.title.isEmpty ? "Mitigation" : step.title
            guard let command = step.command else {
                if !isCatalogue { _ = addMitigation(title, text: nil, commands: [], step.lines) }
                continue
            }
            guard let id = addCommand(title, command, step.lines) else { continue }
            if isCatalogue {
                tie(id, title)
            } else {
                _ = addMitigation(title, text: nil, commands: [id], step.lines)
            }
        }
        understood(
            (part.lines + Array(fence.lines)).filter { ledger.isFree($0) }, part.label ?? section.title,
            isCatalogue ? ["reference", "commands"] : ["mitigations"])
    }

    /// A command of a catalogue belongs to the mitigation whose name it says.
    private mutating func tie(_ command: String, _ title: String) {
        guard case .list(let options)? = draft[["mitigations", "options"]] else { return }
        for option in options {
            guard let name = option.name, title.phrase.has(name.replacing("-", with: " ")) else { continue }
            let path: DraftPath = ["mitigations", "options", name, "commands"]
            var present: [String] = []
            if case .flow(let ids)? = draft[path] { present = ids }
            draft.set(path, .flow(present + [command]))
            return
        }
    }

    /// Steps of a phase of mitigation: each with commands or a list of what can be done.
    private mutating func takeSteps(_ list: MarkdownList, _ section: ProcedureSection) {
        for item in list.items {
            let title = Labelled(item.text)?.label ?? Inline.plain(item.text)
            let phrase = title.phrase
            guard
                phrase.has(
                    "workaround", "quick fix", "mitigat", "resource alloc", "restart", "scale", "rollback",
                    "containment")
            else { continue }
            var took = false
            for fence in item.blocks.compactMap(\.fence) where fence.isShell && isFree(fence.lines) {
                for step in ShellScript(fence.content).steps {
                    guard let command = step.command,
                        let id = addCommand(step.title.isEmpty ? title : step.title, command, step.lines)
                    else { continue }
                    took =
                        addMitigation(step.title.isEmpty ? title : step.title, text: title, commands: [id], step.lines)
                        != nil || took
                }
                understood(fence.lines.filter { ledger.isFree($0) }, "commands of \(title)", ["mitigations"])
            }
            for inner in item.blocks.compactMap(\.list).flatMap(\.items) where isFree(inner.lines) {
                took =
                    addMitigation(Inline.plain(inner.text), text: title, commands: [], Array(inner.lines)) != nil
                    || took
            }
            if took {
                understood(item.textLines.filter { ledger.isFree($0) }, "mitigations: \(title)", ["mitigations"])
                askAboutOrder(item.lines.lowerBound)
            }
        }
    }

    private mutating func askAboutOrder(_ line: Int) {
        guard draft[["mitigations", "ordered"]] == nil else { return }
        draft.set(["mitigations", "ordered"], "false")
        ask(
            [line], "Are the mitigations tried in an order?", ["ordered: false", "ordered: true"],
            meanwhile: "ordered: false", ["mitigations"])
    }

    // MARK: Strategies

    private mutating func takeStrategies(_ options: [(title: String, entry: WrittenEntry)], _ section: ProcedureSection)
    {
        for (title, entry) in options where isFree(entry.lines) {
            let id = newID("strategy", for: title)
            guard let path = add(["strategies"], DraftRecord(id: id, title: title), line: entry.lines.first ?? 1) else {
                continue
            }
            var count = 0
            for fence in entry.fences where fence.isShell {
                count += addSteps(ShellScript(fence.content), to: path + "steps")
            }
            for list in entry.blocks.compactMap(\.list) { count += add(Self.items(of: list), to: path + "steps") }
            understood(
                entry.lines.filter { ledger.isFree($0) },
                "a way to a permanent fix: \(title), \(Self.counted(count, "step"))", path)
        }
        takeHeading(section, "ways to a permanent fix", ["strategies"])
    }
}
