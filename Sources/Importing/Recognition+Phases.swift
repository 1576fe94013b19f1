extension Recognition {
    /// The phases of an incident with their time boxes and what is done in them (S0, S1-08 to S1-36, S2-11 to S2-23,
    /// S3-11 to S3-30, S4-29 to S4-38).
    mutating func recognisePhases() {
        guard let (parent, children) = phaseGroup() else { return }
        takeHeading(parent, "the phases of an incident", ["phases"])
        let hasClosing = children.contains { $0.phrase.has("clos", "verif", "post") }
        var boxes: [(section: ProcedureSection, id: String, span: WrittenSpan)] = []
        var told: [String] = []
        for child in children {
            let id = newID("phase", for: child.title, otherwise: "phase")
            let line = child.heading?.line ?? 1
            var states = Self.states(of: child.phrase, hasClosing: hasClosing)
            // A word for the state is not needed where the team has none.
            if !statusWords.isEmpty, !statusWords.contains(where: { StatusLexicon.state(of: $0.word) == "identified" })
            {
                states.removeAll { $0 == "identified" }
            }
            var record = DraftRecord(id: id, title: child.title)
            record.set("states", .flow(states.isEmpty ? ["investigating"] : states))
            let isBeside =
                child.phrase.has("communicat")
                || child.noteText.phrase.has("throughout", "ongoing", "continuous", "parallel")
            if isBeside { record.set("concurrent", "true") }
            guard let path = add(["phases"], record, line: line) else { continue }
            told.append(
                "\(child.title): \(states.isEmpty ? "investigating, for want of a word" : states.joined(separator: ", "))"
                    + (isBeside ? ", beside the others" : ""))
            if let span = box(child, id, line) { boxes.append((child, id, span)) }
            let count = takeContents(of: child, into: path)
            understood(
                child.heading.map { Array($0.lines) } ?? [],
                "phase \(child.title)" + (count > 0 ? ": \(Self.counted(count, "item"))" : ""), path)
        }
        ask(
            children.compactMap { $0.heading?.line }, "Which states do the phases stand for?",
            [
                "reported", "triaging", "declared", "investigating", "identified", "mitigating", "monitoring",
                "resolved",
            ],
            meanwhile: told.joined(separator: "; "), ["phases"])
        askAboutBoxes(boxes)
    }

    // MARK: Finding them

    private func phaseGroup() -> (ProcedureSection, [ProcedureSection])? {
        var best: (ProcedureSection, [ProcedureSection])?
        for section in outline.sections {
            let children = outline.children(of: section).filter { SeverityLabel($0.title) == nil }
            let named = children.filter {
                $0.heading?.text.lowercased().contains("phase ") == true
                    || $0.heading?.text.lowercased().contains("stage ") == true
            }
            let numbered = children.filter { $0.number != nil }
            let isProcess = section.phrase.has(
                "lifecycle", "life cycle", "process", "phase", "workflow", "procedure", "steps")
            let known = { (sections: [ProcedureSection]) in
                sections.count { !Self.states(of: $0.phrase, hasClosing: false).isEmpty }
            }
            let found: [ProcedureSection]
            if named.count > 1 {
                found = named
            } else if numbered.count > 1, isProcess {
                found = numbered
            } else if isProcess, known(children) > 2, known(children) * 3 >= children.count * 2 {
                found = children
            } else {
                continue
            }
            // Where the headings say "Phase" themselves, their words need not be those that are known.
            guard named.count > 1 || known(found) * 2 >= found.count else { continue }
            if found.count > best?.1.count ?? 0 { best = (section, found) }
        }
        return best
    }

    /// The states for which the words of a title stand, in the order of an incident.
    static func states(of phrase: Phrase, hasClosing: Bool) -> [String] {
        if phrase.has("communicat") { return ["declared", "investigating", "identified", "mitigating", "monitoring"] }
        var states: [String] = []
        if phrase.has("detect", "identification", "report", "alert", "notice") { states.append("reported") }
        if phrase.has("triag", "assess", "classif") { states.append("triaging") }
        if phrase.has("declar", "mobili", "initial response", "acknowledg", "notif", "assembl") {
            states.append("declared")
        }
        if phrase.has("investigat", "diagnos", "analys", "analyz", "cause") {
            states += ["investigating", "identified"]
        }
        if phrase.has(
            "mitigat", "contain", "remediat", "workaround", "fix", "repair", "eradicat", "stabili",
            "limit the damage", "stop the bleeding")
        {
            states.append("mitigating")
        }
        if phrase.has("verif", "monitor", "validat", "observ", "prove", "confirm") { states.append("monitoring") }
        let isEnd = phrase.has("resol", "recover", "restor")
        if isEnd, states.isEmpty { states.append(hasClosing && !phrase.has("recover") ? "mitigating" : "resolved") }
        if phrase.has("clos", "post", "learn", "follow", "review", "retro", "lesson"), states.isEmpty {
            states.append("resolved")
        }
        return states
    }

    // MARK: Time boxes

    private mutating func box(_ section: ProcedureSection, _ id: String, _ line: Int) -> WrittenSpan? {
        guard let note = section.note else { return nil }
        let words = TimeWords(note)
        let path: DraftPath = ["phases", id, "box"]
        guard let span = words.span else {
            let isOpen = words.isVague || words.phrase.has("throughout", "after", "variable", "ongoing", "until")
            if !isOpen {
                ask(
                    [line], "\"\(note)\": how long does \(section.title) take?", [], meanwhile: "no time is set",
                    ["phases", id])
            }
            return nil
        }
        if words.phrase.has("within"), span.longest == nil {
            let isAfter = section.phrase.has("learn", "post", "follow", "review")
            draft.set(path + "from", isAfter ? "resolved" : "declared", line: line)
            draft.set(path + "max", span.first.notation, line: line)
            ask(
                [line], "\"\(note)\": from when does the time of \(section.title) count?",
                [isAfter ? "resolved" : "declared", isAfter ? "closed" : "detected"],
                meanwhile: isAfter ? "resolved" : "declared", path)
        } else {
            draft.set(path + "from", "declared", line: line)
            draft.set(path + "min", span.longest == nil ? nil : span.first.notation, line: line)
            draft.set(path + "max", (span.longest ?? span.first).notation, line: line)
        }
        understood([line], "time box of \(section.title): \(note)", path)
        return span
    }

    /// Whether boxes are offsets or lengths, and from when they count (X15).
    private mutating func askAboutBoxes(_ boxes: [(section: ProcedureSection, id: String, span: WrittenSpan)]) {
        var offsets: [Int] = []
        var lastEnd: Int?
        for (section, id, span) in boxes {
            let line = section.heading?.line ?? 1
            let start = span.first.seconds
            let end = span.longest?.seconds
            let follows = start == 0 || lastEnd == nil || start == lastEnd
            if follows {
                offsets.append(line)
            } else if end != nil {
                draft.set(["phases", id, "box", "from"], "phase-entered", line: line)
                ask(
                    [line],
                    "\"\(section.noteText)\" does not begin where the phase before ends: is it how long the "
                        + "phase takes, or a time since the beginning?",
                    ["phase-entered", "declared", "detected"], meanwhile: "phase-entered, which makes it a length",
                    ["phases", id, "box"])
            }
            if let end { lastEnd = end }
        }
        guard !offsets.isEmpty else { return }
        ask(
            offsets, "From when do the times of the phases count?", ["declared", "detected", "alert-fired"],
            meanwhile: "declared", ["phases"])
    }

    // MARK: What is done

    /// Everything in the section that can be a step and is not taken yet; says how many.
    private mutating func takeContents(of section: ProcedureSection, into phase: DraftPath) -> Int {
        var count = 0
        let list = phase + "checklist"
        for inner in outline.tree(section) {
            let before = count
            let role = role(of: inner)
            for part in inner.parts {
                let phrase = part.phrase
                if phrase.isOnly("goal", "objective", "purpose", "aim"), !part.value.isEmpty, isFree(part.lines) {
                    draft.set(phase + "goal", part.plain, line: part.firstLine)
                    understood(part.lines, "the goal", phase + "goal")
                    continue
                }
                let condition = condition(for: severities(in: (part.label ?? "") + " " + (part.note ?? "")))
                let was = count
                for block in part.blocks where block.lines.contains(where: { ledger.isFree($0) }) {
                    count += take(block, into: list, role, condition, part)
                }
                if count > was { understood(part.lines.filter { ledger.isFree($0) }, "what the items belong to", list) }
            }
            if count > before, inner.index != section.index { takeHeading(inner, "a part of the phase", list) }
        }
        return count
    }

    private func role(of section: ProcedureSection) -> String? {
        for (words, id) in [
            ("incident commander", "ic"), ("tech lead", "tech-lead"), ("technical lead", "tech-lead"),
            ("communications lead", "comms"),
        ]
        where section.phrase.has(words) && roles.values.contains(id) { return id }
        return nil
    }

    private mutating func take(
        _ block: MarkdownBlock, into list: DraftPath, _ role: String?, _ condition: String?, _ part: ProcedurePart
    ) -> Int {
        switch block {
        case .list(let items): return take(items, into: list, role, condition)
        case .fence(let fence):
            if let items = Self.items(of: fence) {
                let count = add(items, to: list, role: role, when: condition)
                if count > 0 { understood(fence.lines.filter { ledger.isFree($0) }, "steps", list) }
                return count
            }
            if let items = Self.decisions(of: fence), isFree(fence.lines) {
                let count = add(items, to: list, role: role, when: condition)
                understood(fence.lines.filter { ledger.isFree($0) }, "a tree of decisions", list)
                return count
            }
            guard fence.isShell else { return 0 }
            let count = addSteps(ShellScript(fence.content), to: list, role: role)
            if count > 0 { understood(fence.lines.filter { ledger.isFree($0) }, "commands", list) }
            return count
        case .heading, .paragraph, .table, .divider, .comment, .frontMatter: return 0
        }
    }

    private mutating func take(_ items: MarkdownList, into list: DraftPath, _ role: String?, _ condition: String?)
        -> Int
    {
        var count = 0
        for item in items.items {
            guard item.lines.contains(where: { ledger.isFree($0) }) else { continue }
            let fences = item.blocks.compactMap(\.fence).filter { $0.isShell && isFree($0.lines) }
            for fence in fences {
                let title = Labelled(item.text)?.label ?? Inline.plain(item.text)
                let made = addSteps(ShellScript(fence.content), to: list, role: role, titled: title)
                if made > 0 {
                    understood(
                        fence.lines.filter { ledger.isFree($0) } + Array(item.textLines),
                        "commands of \(Labelled(item.text)?.label ?? Inline.plain(item.text))", list)
                }
                count += made
            }
            let lists = item.blocks.compactMap(\.list)
            guard fences.isEmpty || !lists.isEmpty else { continue }
            if !lists.isEmpty, isFree(item.textLines),
                !lists.contains(where: { $0.lines.contains { ledger.isFree($0) } })
            {
                // What stands inside of it has become something else.
                count += add(
                    [Self.item(item.text, lines: Array(item.textLines), prefix: "")], to: list, role: role,
                    when: condition)
                continue
            }
            count += add(
                Self.items(of: MarkdownList(isOrdered: false, items: [item])), to: list, role: role, when: condition)
        }
        return count
    }
}
