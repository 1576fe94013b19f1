extension Recognition {
    /// What has happened before and how it was handled: sections with symptoms, and what was looked at and done about
    /// them (S1-45, S2-32 to S2-34, S4-44 to S4-50).
    mutating func recogniseScenarios() {
        for section in outline.sections where section.heading != nil {
            let entries = entries(of: section).flatMap(Self.divided)
            let hasSymptoms = entries.contains { $0.phrase.has("symptom", "signs", "indicator") }
            let hasCourse = entries.contains { Self.meaning(of: $0.phrase) != nil && !$0.phrase.has("symptom") }
            guard hasSymptoms, hasCourse, entries.allSatisfy({ isFree($0.lines) }) else { continue }
            takeScenario(section, entries)
        }
        linkScenarios()
    }

    /// A table of causes that stands below a list of symptoms is no part of them.
    private static func divided(_ entry: WrittenEntry) -> [WrittenEntry] {
        guard meaning(of: entry.phrase) != .causes else { return [entry] }
        let tables = entry.blocks.filter { $0.table?.header.first?.phrase.has("cause", "reason") == true }
        guard !tables.isEmpty else { return [entry] }
        let lines = tables.flatMap { Array($0.lines) }
        let rest = WrittenEntry(
            label: entry.label, note: entry.note, value: entry.value,
            blocks: entry.blocks.filter { !tables.contains($0) },
            lines: entry.lines.filter { !lines.contains($0) })
        return [rest, WrittenEntry(label: "Causes", note: nil, value: "", blocks: tables, lines: lines)]
    }

    private enum Meaning {
        case symptoms, steps, resolution, causes, longTerm, services, contacts, prevention, severity
    }

    private static func meaning(of phrase: Phrase) -> Meaning? {
        if phrase.has("symptom", "signs", "indicator", "alert") { return .symptoms }
        if phrase.has("long term", "permanent", "follow up") { return .longTerm }
        if phrase.has("prevent") { return .prevention }
        if phrase.has("cause") { return .causes }
        if phrase.has("resol", "fix", "mitigat", "remed", "action", "solution", "recover") { return .resolution }
        if phrase.has("investigat", "diagnos", "check", "triage", "steps", "debug", "verif") { return .steps }
        if phrase.has("service", "component") { return .services }
        if phrase.has("contact", "escalat", "owner") { return .contacts }
        return phrase.has("sever") ? .severity : nil
    }

    private mutating func takeScenario(_ section: ProcedureSection, _ entries: [WrittenEntry]) {
        var title = section.title
        for word in ["Scenario:", "Runbook:", "Issue:", "Incident:", "Problem:"] where title.hasPrefix(word) {
            title = title.dropFirst(word.count).trimmed
        }
        let line = section.heading?.line ?? 1
        let id = newID("scenario", for: title, otherwise: "scenario")
        guard let path = add(["scenarios"], DraftRecord(id: id, title: title), line: line) else { return }
        var told: [String] = []
        for entry in entries {
            guard let meaning = Self.meaning(of: entry.phrase) else { continue }
            let count = take(entry, meaning, path)
            if count > 0 { told.append(Self.counted(count, Self.noun(meaning))) }
        }
        shareParameters(path)
        understood(
            section.heading.map { Array($0.lines) } ?? [], "scenario \(title): \(told.joined(separator: ", "))", path)
        let lead = section.parts.filter { $0.label == nil && !$0.value.isEmpty && isFree($0.lines) }
        if !lead.isEmpty {
            draft.set(path + "text", lead.map(\.plain).joined(separator: "\n"), line: lead[0].firstLine)
            understood(lead.flatMap(\.lines), "what is good to know of \(title)", path + "text")
        }
    }

    private static func noun(_ meaning: Meaning) -> String {
        switch meaning {
        case .symptoms: "symptom"
        case .steps: "step"
        case .resolution: "resolution"
        case .causes: "cause"
        case .longTerm, .prevention: "long-term step"
        case .services: "service"
        case .contacts: "contact"
        case .severity: "severity"
        }
    }

    private mutating func take(_ entry: WrittenEntry, _ meaning: Meaning, _ path: DraftPath) -> Int {
        let line = entry.lines.first ?? 1
        switch meaning {
        case .symptoms: return takeSymptoms(entry, path)
        case .steps: return takeCourse(entry, path, to: "steps")
        case .resolution: return takeCourse(entry, path, to: "resolution")
        case .causes: return takeCauses(entry, path)
        case .longTerm, .prevention:
            let texts = entry.list
            append(texts, to: path + "long-term", line: line)
            understood(entry.lines, "what becomes an action item", path + "long-term")
            return texts.count
        case .services:
            append(entry.list, to: path + "services", line: line)
            understood(entry.lines, "the services concerned", path + "services")
            return entry.list.count
        case .contacts:
            let ids = entry.list.compactMap { target($0, line: line) }
            draft.set(path + "contacts", .flow(ids.map { "target(\($0))" }), line: line)
            understood(entry.lines, "whom to ask", path + "contacts")
            return ids.count
        case .severity:
            append(["Severity: \(entry.joined)"], to: path + "symptoms", line: line)
            understood(entry.lines, "its severity, as words", path + "symptoms")
            return 1
        }
    }

    private mutating func append(_ texts: [String], to path: DraftPath, line: Int) {
        for text in texts where !text.isEmpty { _ = draft.append(path, DraftElement(.text(text), line: line)) }
    }

    // MARK: Symptoms and causes

    private mutating func takeSymptoms(_ entry: WrittenEntry, _ path: DraftPath) -> Int {
        var count = 0
        let line = entry.lines.first ?? 1
        let isAlerts = entry.phrase.isOnly("alert", "alerts", "alert name")
        for text in entry.list where !text.isEmpty {
            count += 1
            if isAlerts, !text.contains(" ") {
                append([text], to: path + "alerts", line: line)
                continue
            }
            guard let labelled = Labelled(plain: text),
                labelled.label.phrase.isOnly("alert", "alert name", "alertname"),
                !labelled.value.contains(" ")
            else {
                append([text.capitalised], to: path + "symptoms", line: line)
                continue
            }
            append([labelled.value], to: path + "alerts", line: line)
        }
        understood(
            entry.lines, Self.counted(count, isAlerts ? "alert" : "symptom"),
            path + (draft[path + "symptoms"] == nil ? "alerts" : "symptoms"))
        return count
    }

    private mutating func takeCauses(_ entry: WrittenEntry, _ path: DraftPath) -> Int {
        var count = 0
        for block in entry.blocks {
            if let table = block.table, table.header.count > 1 {
                let fix = table.header.firstIndex { $0.phrase.has("fix", "resol", "action", "solution") } ?? 1
                for row in table.rows where !row.cells[0].isEmpty {
                    addCause(Inline.plain(row.cells[0]), fix: Inline.plain(row.cells[fix]), path, row.line)
                    count += 1
                }
            }
            for item in block.list?.items ?? [] {
                let labelled = Labelled(item.text)
                addCause(
                    labelled?.label ?? Inline.plain(item.text), fix: labelled.map { Inline.plain($0.value) }, path,
                    item.lines.lowerBound)
                count += 1
            }
        }
        if count == 0, !entry.value.isEmpty {
            for text in entry.list {
                addCause(text, fix: nil, path, entry.lines.first ?? 1)
                count += 1
            }
        }
        understood(entry.lines, Self.counted(count, "cause"), path + "causes")
        return count
    }

    private mutating func addCause(_ cause: String, fix: String?, _ path: DraftPath, _ line: Int) {
        var record = DraftRecord()
        record.set("cause", cause)
        record.set("fix", fix)
        add(path + "causes", record, line: line)
    }

    // MARK: Steps

    private mutating func takeCourse(_ entry: WrittenEntry, _ path: DraftPath, to key: String) -> Int {
        let list = path + key
        var count = 0
        if !entry.value.isEmpty {
            let texts = Inline.plain(entry.value).enumerated
            append(texts, to: list, line: entry.lines.first ?? 1)
            count += texts.count
        }
        for block in entry.blocks {
            switch block {
            case .fence(let fence):
                count += addSteps(ShellScript(fence.content), to: list)
            case .list(let items):
                for item in items.items { count += takeStep(item, path, list) }
            case .table(let table):
                for row in table.rows where table.header.count > 1 && !row.cells[0].isEmpty && !row.cells[1].isEmpty {
                    addBranch(row.cells[0], row.cells[1], path, [row.line])
                    count += 1
                }
            case .heading, .paragraph, .divider, .comment, .frontMatter: continue
            }
        }
        understood(
            entry.lines.filter { ledger.isFree($0) }, Self.counted(count, "step"),
            draft[list] == nil ? path + "branches" : list)
        return count
    }

    private mutating func takeStep(_ item: MarkdownItem, _ path: DraftPath, _ list: DraftPath) -> Int {
        let text = Inline.plain(item.text)
        if let colon = text.firstRange(of: ": "), item.blocks.isEmpty {
            let condition = text[..<colon.lowerBound]
            let isCondition = condition.lowercased().hasPrefix("if ") || condition.split(separator: " ").count <= 4
            if isCondition {
                let short = condition.lowercased().hasPrefix("if ") ? String(condition.dropFirst(3)) : String(condition)
                addBranch(short, text[colon.upperBound...].trimmed, path, Array(item.lines))
                return 1
            }
        }
        var count = 0
        for fence in item.blocks.compactMap(\.fence) { count += addSteps(ShellScript(fence.content), to: list) }
        let isDeferred = text.phrase.has("next deployment", "next release", "next sprint", "long term")
        if count == 0 || !item.blocks.contains(where: { $0.fence != nil }) {
            append(
                Self.items(of: MarkdownList(isOrdered: false, items: [item])).map(\.text),
                to: isDeferred ? path + "long-term" : list, line: item.lines.lowerBound)
            count += 1
        }
        understood(
            item.lines.filter { ledger.isFree($0) },
            isDeferred ? "what becomes an action item: \(text)" : "step: \(text)",
            isDeferred ? path + "long-term" : list)
        return count
    }

    private mutating func addBranch(_ condition: String, _ action: String, _ path: DraftPath, _ lines: [Int]) {
        var record = DraftRecord()
        record.set("if", Inline.plain(condition).capitalised)
        record.set("then", Inline.plain(action).capitalised)
        if let place = add(path + "branches", record, line: lines.first ?? 1) {
            understood(lines, "if \(Inline.plain(condition)): \(Inline.plain(action))", place)
        }
    }

    /// Parameters that several commands of a scenario ask for are asked once.
    private mutating func shareParameters(_ path: DraftPath) {
        var known: [String: Int] = [:]
        var shared: [DraftElement] = []
        for key in ["steps", "resolution"] {
            guard case .list(let elements)? = draft[path + key] else { continue }
            for element in elements {
                guard case .list(let params)? = element.value.entry("params") else { continue }
                for param in params { known[param.name ?? "", default: 0] += 1 }
                shared += params.filter { param in !shared.contains { $0.name == param.name } }
            }
        }
        shared = shared.filter { known[$0.name ?? "", default: 0] > 1 }
        guard !shared.isEmpty else { return }
        draft.set(path + "params", .list(shared))
        for key in ["steps", "resolution"] {
            guard case .list(let elements)? = draft[path + key] else { continue }
            for (index, element) in elements.enumerated() {
                guard case .list(let params)? = element.value.entry("params") else { continue }
                let own = params.filter { param in !shared.contains { $0.name == param.name } }
                let place = path + key + (element.name ?? "\(index + 1)") + "params"
                if own.isEmpty { draft.remove(place) } else { draft.set(place, .list(own)) }
            }
        }
    }

    // MARK: Links

    /// A fix that says "See Database Issues section" points at the scenarios of that section.
    private mutating func linkScenarios() {
        guard case .list(let scenarios)? = draft[["scenarios"]] else { return }
        for section in outline.sections where section.heading != nil {
            for table in section.parts.flatMap(\.blocks).compactMap(\.table) {
                for row in table.rows {
                    guard let cell = row.cells.first(where: { $0.lowercased().hasPrefix("see ") }) else { continue }
                    let wanted = cell.phrase
                    let named = outline.sections.filter { other in
                        other.heading != nil && !other.phrase.words.isEmpty
                            && wanted.joined.contains(other.phrase.joined)
                    }
                    let ids = named.flatMap { outline.tree($0) }.compactMap { target in
                        scenarios.first { $0.line == target.heading?.line }?.name
                    }
                    guard let from = scenarios.first(where: { $0.line == section.heading?.line })?.name, !ids.isEmpty
                    else { continue }
                    draft.set(["scenarios", from, "links"], .flow(ids.filter { $0 != from }.uniqued), line: row.line)
                    understood(
                        [row.line], "a link to \(ids.uniqued.joined(separator: ", "))", ["scenarios", from, "links"])
                }
            }
        }
    }
}
