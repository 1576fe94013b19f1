extension Recognition {
    /// What is looked up: dashboards, tools, links, documents, commands (S0-20, S0-55, S1-48, S2-40, S2-41, S3-48,
    /// S3-49, S4-51).
    mutating func recogniseReference() {
        for section in outline.sections {
            let words = Phrase(outline.context(of: section).joined)
            for part in section.parts {
                let label = Phrase((part.label ?? "") + " " + section.title)
                for block in part.blocks where isFree(block.lines) {
                    if let table = block.table { takeReferences(table, section) }
                    if let list = block.list { takeReferences(list, label, words, section, part) }
                }
                // "Rollback Documentation: See `docs/…`".
                if part.phrase.has("documentation", "runbook"), let path = Inline.firstCode(part.value),
                    path.contains("/"), isFree(part.lines)
                {
                    addReference("documents", part.label ?? section.title, part.value, purpose: nil, part.lines)
                }
            }
        }
    }

    /// Commands in fences that no phase, scenario or mitigation has taken.
    mutating func recogniseCommands() {
        for section in outline.sections {
            for part in section.parts {
                for fence in part.blocks.compactMap(\.fence) where isFree(fence.lines) {
                    takeCommands(fence, section, part)
                }
            }
        }
    }

    // MARK: Tables

    private mutating func takeReferences(_ table: MarkdownTable, _ section: ProcedureSection) {
        guard let first = table.header.first?.phrase,
            first.has("dashboard", "tool", "system", "resource", "link", "document", "runbook", "name"),
            let place = table.header.firstIndex(where: {
                $0.phrase.has("url", "link", "command", "location", "address", "path")
            })
        else { return }
        let purpose = table.header.firstIndex { $0.phrase.has("purpose", "descr", "use", "what") }
        let kind =
            first.has("dashboard")
            ? "dashboards"
            : first.has("tool", "system") ? "tools" : first.has("document", "runbook") ? "documents" : "links"
        for row in table.rows where !row.cells[0].isEmpty {
            addReference(
                kind, Inline.plain(row.cells[0]), row.cells[place],
                purpose: purpose.map { Inline.plain(row.cells[$0]) }, [row.line])
        }
        understood(table.headerLines, kind, ["reference", kind])
        takeHeading(section, kind, ["reference", kind])
    }

    private mutating func addReference(
        _ kind: String, _ title: String, _ place: String, purpose: String?, _ lines: [Int]
    ) {
        let line = lines.first ?? 1
        let isTodo = place.contains("TODO") || title.contains("TODO") || (purpose ?? "").contains("TODO")
        let id = newID(kind, for: title)
        var record = DraftRecord(id: id, title: title)
        let code = Inline.firstCode(place)
        let address =
            Inline.firstLink(place)?.address ?? Inline.firstAddress(place)
            ?? (code.flatMap { $0.contains(" ") ? nil : $0 })
        let isUnfilled = Blank.parts(of: place).contains { if case .blank = $0 { true } else { false } }
        switch kind {
        case "tools":
            record.set("use", purpose)
            if address == nil, code == nil, !isUnfilled, use(purpose).isEmpty { record.set("use", Inline.plain(place)) }
            if address == nil, let code {
                let risk = setCommand(&record, code, line: line)
                if !risk.isSure { record.set("risk", risk.risk) }
            } else {
                record.set("url", address)
                if isUnfilled { record.set("status", "unfilled") }
            }
        case "documents":
            record.set("path", address ?? (isUnfilled ? "unfilled" : Inline.plain(place)))
            record.set("purpose", purpose)
        default:
            record.set(
                "url", address ?? (isUnfilled || place.isEmpty ? "unfilled" : Inline.plain(place).escapingPlaceholders))
            record.set("purpose", purpose)
        }
        if isTodo { record.set("todo", "true") }
        guard let path = add(["reference", kind], record, line: line) else { return }
        understood(
            lines, "\(kind): \(title)" + (isTodo ? ", not finished" : "") + (isUnfilled ? ", not filled in" : ""), path)
        if isTodo || isUnfilled {
            ask(
                lines,
                isTodo ? "\"\(title)\" is marked TODO: where is it?" : "\"\(Inline.plain(place))\": which one is it?",
                [], meanwhile: isTodo ? "todo: true" : "unfilled", path)
        }
    }

    private func use(_ purpose: String?) -> String { purpose ?? "" }

    // MARK: Lists

    private mutating func takeReferences(
        _ list: MarkdownList, _ label: Phrase, _ context: Phrase, _ section: ProcedureSection, _ part: ProcedurePart
    ) {
        guard !list.hasCheckboxes else { return }
        let isReference =
            label.has(
                "quick link", "link", "reference", "dashboard", "runbook", "documentation", "resource", "tool",
                "monitoring", "architecture", "automation", "communication")
            && context.has("link", "reference", "tool", "resource", "dashboard", "runbook", "documentation")
            || label.has("quick link", "blueprint reference")
        guard isReference, !label.has("contact", "maintenance", "playbooks", "vendor"),
            !context.has("training", "maintenance", "template") || label.has("resource", "quick link")
        else { return }
        let kind =
            label.has("dashboard")
            ? "dashboards"
            : label.has("tool", "monitoring", "communication", "automation", "alerting")
                ? "tools" : label.has("runbook", "documentation", "architecture", "blueprint") ? "documents" : "links"
        var took = false
        for item in list.items where isFree(item.lines) && item.blocks.isEmpty {
            let lines = Array(item.lines)
            guard let labelled = Labelled(item.text), !labelled.value.isEmpty else {
                addReference(
                    kind == "tools" ? "links" : kind, Inline.plain(item.text).filter { !"[]".contains($0) }, item.text,
                    purpose: nil, lines)
                took = true
                continue
            }
            // `**Application Health**: Service-specific metrics` has no address but says what is there.
            let hasPlace =
                Inline.firstAddress(labelled.value) != nil || Inline.firstCode(labelled.value) != nil
                || Blank.count(in: labelled.value) > 0
                || Inline.firstLink(labelled.value) != nil || labelled.value.contains("#")
            if hasPlace || kind == "documents" {
                addReference(kind, labelled.label, labelled.value, purpose: nil, lines)
            } else if kind == "dashboards" {
                addReference(kind, labelled.label, "", purpose: Inline.plain(labelled.value), lines)
            } else {
                addReference("tools", labelled.label, "", purpose: Inline.plain(labelled.value), lines)
            }
            took = true
        }
        guard took else { return }
        understood(part.lines.filter { ledger.isFree($0) }, "what is looked up", ["reference", kind])
        takeHeading(section, "what is looked up", ["reference", kind])
    }

    // MARK: Commands

    private mutating func takeCommands(_ fence: MarkdownFence, _ section: ProcedureSection, _ part: ProcedurePart) {
        guard fence.isShell || ["promql", "sql", "logql"].contains(fence.language) else { return }
        var took = false
        for step in ShellScript(fence.content).steps where isFree(step.lines) {
            guard let command = step.command else { continue }
            let id = addCommand(step.title.isEmpty ? (part.label ?? section.title) : step.title, command, step.lines)
            if let id, !fence.isShell { draft.set(["reference", "commands", id, "stack"], fence.language) }
            took = took || id != nil
        }
        guard took else { return }
        understood(
            (part.lines + Array(fence.lines)).filter { ledger.isFree($0) }, "commands", ["reference", "commands"])
        takeHeading(section, "commands", ["reference", "commands"])
    }

    mutating func addCommand(_ title: String, _ command: String, _ lines: [Int]) -> String? {
        let line = lines.first ?? 1
        let id = newID("commands", for: title, otherwise: "command")
        var record = DraftRecord(id: id, title: title.capitalised)
        let risk = setCommand(&record, command, line: line)
        guard let path = add(["reference", "commands"], record, line: line) else { return nil }
        understood(lines, "command \(title), \(risk.risk)", path)
        askAboutRisk(risk, command, lines, path)
        return id
    }
}
