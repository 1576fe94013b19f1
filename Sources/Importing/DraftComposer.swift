import Chronology
import Playbooks

/// Writes the draft with its questions beside the places that they are about, has the reader of playbooks read it,
/// and takes out what the reader refuses until it takes the whole.
struct DraftComposer {
    private var work: Recognition

    init(_ work: Recognition) {
        self.work = work
    }

    func composed(zone: @escaping @Sendable (String) -> Zone?) -> (text: String, findings: [ImportFinding]) {
        var composer = self
        composer.work.draft.sortKeys()
        for _ in 0..<ImportLimits.mendings {
            let writer = composer.written()
            let faults = Playbook.read(Array(writer.text.utf8), zone: zone).errors
            guard !faults.isEmpty else { return (writer.text, composer.findings) }
            guard composer.takeOut(faults, writer.spans) else { break }
        }
        composer.startAnew()
        return (composer.written().text, composer.findings)
    }

    private var findings: [ImportFinding] {
        let all = work.ledger.findings
        guard all.count > ImportLimits.findings else { return all }
        let rest = all[ImportLimits.findings...]
        return all[..<ImportLimits.findings] + [
            ImportFinding(
                lines: Set(rest.flatMap(\.lines)).sorted(),
                .leftOut(why: "more findings than are told (\(rest.count)): divide the document"))
        ]
    }

    // MARK: Writing

    private func written() -> DraftWriter {
        var comments: [DraftPath: [String]] = [:]
        var head: [String] = []
        var tail: [String] = []
        var questions = 0
        var leftOut = 0
        for entry in work.ledger.entries {
            switch entry.outcome {
            case .understood: continue
            case .leftOut: leftOut += entry.lines.count
            case .ambiguous(let question, let choices, let meanwhile, _):
                questions += 1
                let place = entry.lines.isEmpty ? "" : " (line \(entry.lines.asRanges))"
                let offered = choices.isEmpty ? "" : " One of: \(choices.joined(separator: " | "))."
                let text = "To be answered\(place): \(question)\(offered) Meanwhile: \(meanwhile)."
                if let path = entry.path.flatMap(nearest) {
                    comments[path, default: []].append(text)
                } else if entry.path?.steps.isEmpty == true {
                    tail.append(text)
                } else {
                    head.append(text)
                }
            }
        }
        var told: Set<String> = []
        let outline = work.outline
        var writer = DraftWriter(comments: comments) { line in
            guard let section = outline.section(of: line), let anchor = section.anchor else { return nil }
            return "\(section.title) (#\(anchor))"
        }
        let title = outline.sections.first { $0.heading != nil }?.title ?? "a document without a title"
        let introduction = [
            "A draft, made from the written procedure \"\(title)\". What the procedure leaves open stands as "
                + "\"To be answered\" above the "
                + "place that it is about, with what the draft says meanwhile: \(questions) questions. "
                + (leftOut == 0
                    ? "No line was left out. " : "\(leftOut) lines were left out; the report of the import tells why. ")
                + "A name with a # is the heading that an element comes from, with its anchor."
        ]
        writer.write(work.draft, head: introduction + head, tail: tail)
        for line in writer.lines {
            if let start = line.firstRange(of: "(#") { told.insert(String(line[start.upperBound...].dropLast())) }
        }
        let others = outline.sections.filter { section in section.anchor.map { !told.contains($0) } ?? false }
        guard !others.isEmpty else { return writer }
        var complete = DraftWriter(comments: comments, origin: writer.origin)
        complete.write(
            work.draft, head: introduction + head,
            tail: tail + ["Headings of the procedure from which no element of its own was made, with their anchors:"]
                + others.prefix(Self.headingLimit).map { "- \($0.title) (#\($0.anchor ?? ""))" }
                + (others.count > Self.headingLimit ? ["- and \(others.count - Self.headingLimit) more"] : []))
        return complete
    }

    /// A procedure with more headings than this is none.
    private static let headingLimit = 500

    /// The path, or the innermost around it that is in the draft.
    private func nearest(_ path: DraftPath) -> DraftPath? {
        var path = path
        while !path.steps.isEmpty {
            if work.draft[path] != nil { return path }
            path.steps.removeLast()
        }
        return nil
    }

    // MARK: Mending

    /// Takes out what the faults are about; false when nothing could be.
    private mutating func takeOut(_ faults: [PlaybookFault], _ spans: [DraftWriter.Span]) -> Bool {
        var chosen: [DraftPath: (sentence: String, line: Int)] = [:]
        for fault in faults {
            guard let span = Self.span(of: fault, spans) else { continue }
            if chosen[span.path] == nil { chosen[span.path] = (fault.sentence, span.lines.lowerBound) }
        }
        // From the end, so that the numbers of elements without a name stay what they are.
        let ordered = chosen.sorted { ($0.value.line, $0.key.description) > ($1.value.line, $1.key.description) }
        for (path, reason) in ordered {
            work.ledger.withdraw(
                path, why: "the reader of playbooks refuses it: \(reason.sentence)", from: work.draft.line(of: path))
            work.draft.remove(path)
        }
        restore()
        return !ordered.isEmpty
    }

    private static func span(of fault: PlaybookFault, _ spans: [DraftWriter.Span]) -> DraftWriter.Span? {
        let around = spans.filter { $0.lines.contains(fault.line) }
        switch fault.code {
        case .missingKey, .conflictingKeys, .tooFew, .tooMany, .wrongKind:
            // What is wrong is the whole record that begins there.
            let records = around.filter {
                $0.isElement ? $0.lines.lowerBound == fault.line : $0.lines.lowerBound < fault.line
            }
            return (records.isEmpty ? around : records).min { $0.lines.count < $1.lines.count }
        default: return around.min { $0.lines.count < $1.lines.count }
        }
    }

    /// Puts in what a playbook cannot be without, where it is missing.
    private mutating func restore() {
        for (key, value) in [
            ("playbook", "imported"), ("title", "Imported procedure"), ("version", "1.0.0"), ("owner", "unknown"),
            ("zone", "UTC"),
        ]
        where work.draft[[key]] == nil {
            work.draft.set([key], value)
            work.ask([], "The draft needs \"\(key)\": what is it?", [], meanwhile: value, [key])
        }
        let elements: [(list: String, pairs: [(String, String)])] = [
            ("severities", [("id", "SEV1"), ("name", "Critical"), ("meaning", "Everybody is affected")]),
            ("statuses", [("state", "declared"), ("label", "Declared")]),
            ("roles", [("id", "ic"), ("title", "Incident Commander")]),
        ]
        for (list, pairs) in elements where work.draft[[list]] == nil {
            var record = DraftRecord()
            for (key, value) in pairs { record.set(key, value) }
            _ = work.draft.append(DraftPath([list]), DraftElement(record.node))
            work.ask(
                [], "The draft needs \(list): which are they?", [], meanwhile: "one of the importer's own",
                DraftPath([list]))
        }
        if work.draft[["incident", "key"]] == nil {
            work.draft.set(["incident", "key"], "INC-{date}-{seq:3}")
            work.ask(
                [], "The draft needs a way to number incidents: which?", [], meanwhile: "INC-{date}-{seq:3}",
                ["incident", "key"])
        }
    }

    /// The least that is a playbook: everything that was understood is left out.
    private mutating func startAnew() {
        work.ledger.withdraw(
            DraftPath([]), why: "the reader of playbooks refuses the draft that it would be in", from: nil)
        work.draft = Draft()
        restore()
    }
}

extension Outline {
    /// The section in which a line stands.
    func section(of line: Int) -> ProcedureSection? {
        let headings = sections.dropFirst()
        var low = headings.startIndex
        var high = headings.endIndex
        while low < high {
            let middle = (low + high) / 2
            if (headings[middle].heading?.line ?? 0) <= line { low = middle + 1 } else { high = middle }
        }
        return low > headings.startIndex ? headings[low - 1] : nil
    }
}

extension Draft {
    /// The order of keys in records that are put together over time.
    private static let keys: [String: [String]] = [
        "severities": ["id", "name", "meaning", "facets", "characteristics", "examples", "criteria", "clocks"],
        "targets": [
            "id", "title", "kind", "contact", "backup", "when", "phone", "portal", "vendor-of", "authority", "duties",
        ],
        "audiences": ["id", "title", "channels", "when"],
        "roles": [
            "id", "title", "text", "count", "duties", "tasks", "eligible", "default", "authority", "required",
            "claimable",
        ],
        "phases": ["id", "title", "states", "concurrent", "box", "goal", "enter", "checklist", "exit"],
        "cadence": ["id", "title", "audience", "every", "choose", "while", "template"],
        "scenarios": [
            "id", "title", "text", "services", "alerts", "symptoms", "params", "steps", "branches", "causes",
            "resolution", "long-term", "links",
            "contacts",
        ],
        "review": [
            "needed", "draft-by", "schedule-by", "hold-by", "complete-by", "publish-by", "zone", "attendees", "minutes",
            "agenda", "template",
            "sections",
        ],
        "status-page": ["required", "stages"], "mitigations": ["ordered", "options"],
        "actions": ["key", "categories", "statuses", "priorities", "columns"],
        "escalation": [
            "id", "title", "when", "ladder", "matrix", "windows", "single", "on-declare", "ack-timeout", "levels",
            "manual",
        ],
        "on-call": ["rotations", "handoff", "readiness", "duties"], "upkeep": ["every", "last"],
        "reference": ["dashboards", "links", "tools", "commands", "documents"],
        "verification": ["series", "checks", "regression", "windows"], "detection": ["sources", "automated", "manual"],
    ]

    mutating func sortKeys() {
        for entry in root {
            guard let keys = Self.keys[entry.key] else { continue }
            switch entry.value {
            case .map(let entries): set(DraftPath([entry.key]), .map(entries.sorted(by: keys)))
            case .list(let elements):
                let sorted = elements.map { element -> DraftElement in
                    guard case .map(let entries) = element.value else { return element }
                    return DraftElement(.map(entries.sorted(by: keys)), name: element.name, line: element.line)
                }
                set(DraftPath([entry.key]), .list(sorted))
            case .text, .block, .flow: continue
            }
        }
    }
}

extension [DraftEntry] {
    /// Keys that are not in the list keep their order, behind the others.
    fileprivate func sorted(by keys: [String]) -> [DraftEntry] {
        enumerated().sorted { left, right in
            let ranks = [left, right].map { keys.firstIndex(of: $0.element.key) ?? keys.count }
            return (ranks[0], left.offset) < (ranks[1], right.offset)
        }.map(\.element)
    }
}
