extension Recognition {
    /// Sign-offs, figures, exercises, principles and systems: what stands at the end of a procedure.
    mutating func recognisePractice() {
        for section in outline.sections {
            let context = outline.context(of: section)
            for part in section.parts {
                let words = Phrase((part.label ?? "") + " " + section.title)
                for block in part.blocks where isFree(block.lines) {
                    if let table = block.table {
                        takeSignoff(table, section, part)
                        if words.has("slo", "service level", "objective") { takeObjectives(table, section, part) }
                    }
                    guard let list = block.list, !list.hasCheckboxes else { continue }
                    if words.has("training", "drill", "exercise", "preparedness", "onboarding")
                        || context.has("training") && words.has("onboarding", "regular")
                    {
                        takeExercises(list, section, part)
                    } else if words.has("slo", "service level", "metric", "duration", "kpi") {
                        takeObjectives(list, section, part)
                        takeFigures(list, section, part)
                    } else if words.has("report", "trend") {
                        takeReports(list, section, part)
                    } else if words.has("best practice", "principle", "guideline", "maintenance", "rules", "playbooks")
                        || ["do", "don t", "dos", "don ts"].contains(section.phrase.joined)
                        || context.has("best practice")
                    {
                        takeAdvisories(list, section, part)
                    }
                }
                takeRemark(part, section)
            }
            takeIntegration(section, context)
        }
    }

    // MARK: Signing

    private mutating func takeSignoff(_ table: MarkdownTable, _ section: ProcedureSection, _ part: ProcedurePart) {
        guard table.header.contains(where: { $0.phrase.has("signature", "signed", "approved", "sign off") }),
            !table.rows.isEmpty
        else { return }
        var signers: [String] = []
        for row in table.rows where !row.cells[0].isEmpty {
            if let role = role(named: row.cells[0]) ?? roles[PartyName(row.cells[0]).key] {
                signers.append("role(\(role))")
            } else if let target = target(row.cells[0], line: row.line) {
                signers.append("target(\(target))")
            }
        }
        guard !signers.isEmpty else { return }
        let words = Phrase((part.label ?? "") + " " + section.title)
        let subject =
            words.has("deploy")
            ? "deploy" : words.has("clos") ? "close" : words.has("external", "communication") ? "external" : "resolve"
        let id = newID("signoff", for: subject == "resolve" ? "resolution" : subject)
        var record = DraftRecord(id: id, title: part.label ?? section.title)
        record.set("subject", subject)
        record.set("roles", .flow(signers.uniqued))
        record.set("quorum", "all")
        guard let path = add(["signoffs"], record, line: table.lines.lowerBound) else { return }
        understood(part.lines + Array(table.lines), "a sign-off by \(Self.counted(signers.count, "signer"))", path)
        takeHeading(section, "sign-off", path)
        ask(
            Array(table.headerLines), "What waits for this sign-off, do all of them sign, and for which incidents?",
            ["resolve", "close", "everybody signs", "one of them signs"],
            meanwhile: "\(subject), all of them, every incident", path)
    }

    // MARK: Exercises

    private mutating func takeExercises(_ list: MarkdownList, _ section: ProcedureSection, _ part: ProcedurePart) {
        var items: [String] = []
        var itemLines: [Int] = []
        for item in list.items where isFree(item.lines) {
            let text = Inline.plain(item.text)
            let labelled = Labelled(item.text)
            let title = labelled?.label ?? text
            let rhythm = TimeWords(title).rhythm
            let phrase = text.phrase
            let kind: String? =
                phrase.has("gameday", "game day", "chaos")
                ? "gameday"
                : phrase.has("tabletop")
                    ? "tabletop"
                    : phrase.has("disaster", "recovery", "restore test", "failover test", "fail over test")
                        ? "dr"
                        : phrase.has("simulat") && rhythm != nil
                            ? "simulation"
                            : phrase.has("drill")
                                ? "drill"
                                : rhythm != nil
                                    && Phrase((part.label ?? "") + " " + section.title).has("drill", "exercise")
                                    ? "drill" : nil
            if let kind {
                let id = newID("drill", for: title)
                var record = DraftRecord(id: id, title: title)
                record.set("kind", kind)
                record.set("every", rhythm)
                record.set("text", labelled.map { Inline.plain($0.value) })
                if let path = add(["drills"], record, line: item.lines.lowerBound) {
                    understood(Array(item.lines), "exercise: \(title)" + (rhythm.map { ", \($0)" } ?? ""), path)
                    if rhythm == nil {
                        ask(
                            Array(item.lines), "How often is \"\(title)\"?", ["monthly", "quarterly", "yearly"],
                            meanwhile: "nothing", path)
                    }
                }
            } else if phrase.has("rotation"), rhythm != nil {
                _ = draft.append(["on-call", "rotations"], DraftElement(.text(text), line: item.lines.lowerBound))
                understood(Array(item.lines), "who takes turns: \(text)", ["on-call", "rotations"])
            } else {
                items.append(text)
                itemLines += Array(item.lines)
            }
        }
        let lead = part.lines + (section.heading.map { Array($0.lines) } ?? [])
        if !items.isEmpty {
            let words = Phrase((part.label ?? "") + " " + section.title)
            let kind =
                words.has("onboard", "new")
                ? "onboarding" : words.has("shadow") ? "shadowing" : words.has("role") ? "role" : "tool"
            let isLinks = part.phrase.has("resource", "link")
            if isLinks {
                for item in list.items where isFree(item.lines) {
                    let id = newID("links", for: Inline.plain(item.text))
                    var record = DraftRecord(id: id, title: Inline.plain(item.text).filter { !"[]".contains($0) })
                    record.set("url", "unfilled")
                    guard let path = add(["reference", "links"], record, line: item.lines.lowerBound) else { continue }
                    understood(Array(item.lines), "a link that is not filled in", path)
                    ask(
                        Array(item.lines), "\"\(Inline.plain(item.text))\": where is it?", [], meanwhile: "unfilled",
                        path)
                }
            } else {
                let id = newID("training", for: part.label ?? section.title)
                var record = DraftRecord(id: id, title: part.label ?? section.title)
                record.set("kind", kind)
                record.set("items", .texts(items))
                if let path = add(["training"], record, line: itemLines.first ?? 1) {
                    understood(itemLines, "training: \(Self.counted(items.count, "topic"))", path)
                }
            }
        }
        understood(lead.filter { ledger.isFree($0) }, "training and exercises", ["drills"])
    }

    // MARK: Principles

    private mutating func takeAdvisories(_ list: MarkdownList, _ section: ProcedureSection, _ part: ProcedurePart) {
        let isNegative = section.title.lowercased().contains("don")
        for item in list.items where isFree(item.lines) {
            let text = Inline.plain(item.text)
            addAdvisory(
                isNegative ? "Do not: \(text.prefix(1).lowercased() + text.dropFirst())" : text, Array(item.lines),
                section, part)
        }
        let lead = part.lines + (section.heading.map { Array($0.lines) } ?? [])
        understood(lead.filter { ledger.isFree($0) }, "principles", ["advisories"])
    }

    private mutating func addAdvisory(
        _ text: String, _ lines: [Int], _ section: ProcedureSection, _ part: ProcedurePart
    ) {
        let words = Phrase(outline.context(of: section).joined + " " + (part.label ?? ""))
        let id = newID("advisory", for: text, otherwise: "advisory")
        var record = DraftRecord(id: id)
        record.set("text", text)
        let phrase = text.phrase
        record.set(
            "on",
            words.has("communicat", "update")
                ? "update"
                : phrase.has("post mortem", "postmortem", "action item", "blame", "lessons", "after incident")
                    || words.has("maintenance")
                    ? "review"
                    : phrase.has("declare") ? "declared" : "always")
        if phrase.has("apologi") { record.set("lint", "apology") }
        if let path = add(["advisories"], record, line: lines.first ?? 1) { understood(lines, "a principle", path) }
    }

    /// "**Remember**: Incidents are learning opportunities."
    private mutating func takeRemark(_ part: ProcedurePart, _ section: ProcedureSection) {
        guard part.phrase.isOnly("remember", "important", "note", "tip", "warning"), isFree(part.lines),
            part.plain.count > 10
        else { return }
        addAdvisory(part.plain, part.lines, section, part)
    }

    // MARK: Systems

    private mutating func takeIntegration(_ section: ProcedureSection, _ context: Phrase) {
        guard section.heading != nil, isOpen(section), context.has("tool", "system", "integration") else { return }
        let phrase = section.phrase
        let kind =
            phrase.has("pagerduty", "opsgenie", "pager", "victorops")
            ? "pager"
            : phrase.isOnly("slack", "teams", "slack teams", "microsoft teams", "discord")
                ? "chat"
                : phrase.has("jira", "servicenow", "ticket", "linear")
                    ? "ticket"
                    : phrase.has("statuspage", "status page")
                        ? "status"
                        : phrase.has("confluence", "notion", "wiki") ? "docs" : nil
        guard let kind else { return }
        let items = section.parts.flatMap(\.blocks).compactMap(\.list).flatMap(\.items).map { Inline.plain($0.text) }
        var record = DraftRecord(id: newID("integration", for: section.title), title: section.title)
        record.set("kind", kind)
        record.set("note", items.joined(separator: ", "))
        guard let path = add(["integrations"], record, line: section.heading?.line ?? 1) else { return }
        understood(
            (section.heading.map { Array($0.lines) } ?? [])
                + section.parts.flatMap(\.allLines).filter { ledger.isFree($0) }, "system \(section.title)", path)
    }
}
