extension Recognition {
    /// Forms to fill in: a block of keys (S0-01 to S0-10), kinds of detection with a blank each (S0-17), measurements
    /// with a baseline (S0-19), figures with a blank (S0-52).
    mutating func recogniseFields() {
        for section in outline.sections {
            for part in section.parts {
                for block in part.blocks where isFree(block.lines) {
                    if let fence = block.fence {
                        if fence.language == "yaml" || fence.language == "yml",
                            fence.content.contains(where: { $0.text.contains("[") })
                        {
                            takeForm(fence, section, part)
                        } else {
                            takeMeasurements(fence, section, part)
                        }
                    } else if let list = block.list {
                        takeDetection(list, part)
                        takeImpact(list, section, part)
                    }
                }
            }
        }
    }

    /// An id of a field, a metric of one, or a role: fields and their metrics share their names.
    private mutating func addField(
        _ name: String, _ title: String, _ kind: String, line: Int, _ fill: (inout DraftRecord) -> Void
    ) -> DraftPath? {
        let id = newID("field", for: name)
        var record = DraftRecord(id: id, title: title)
        record.set("kind", kind)
        fill(&record)
        return add(["fields"], record, line: line)
    }

    // MARK: A block of keys

    private mutating func takeForm(_ fence: MarkdownFence, _ section: ProcedureSection, _ part: ProcedurePart) {
        let isAtOnce = Phrase((part.label ?? "") + " " + part.plain).has("immediate", "detection", "declar", "initial")
        understood(
            [fence.lines.lowerBound, fence.lines.upperBound] + part.lines,
            "the form of an incident" + (isAtOnce ? ", filled in at once" : ""), ["fields"])
        takeHeading(section, "the form of an incident", ["fields"])
        for line in fence.content where !line.isBlank {
            guard let labelled = Labelled(plain: line.trimmed) else { continue }
            takeKey(labelled.label, labelled.value, line.number, isAtOnce)
        }
    }

    private mutating func takeKey(_ key: String, _ value: String, _ line: Int, _ isAtOnce: Bool) {
        let phrase = key.replacing("_", with: " ").phrase
        let title = phrase.joined.capitalised
        let blank = Blank.parts(of: value).compactMap { part -> Blank? in
            if case .blank(let blank) = part { return blank }
            return nil
        }.first
        if case .choice(let words)? = blank?.kind {
            if words.allSatisfy({ !severities(in: $0).isEmpty }) {
                return understood([line], "the severities", ["severities"])
            }
            if StatusLexicon.isVocabulary(words) {
                for word in words { noteStatus(word, line: line) }
                return understood([line], "the words for statuses: \(words.joined(separator: ", "))", ["statuses"])
            }
            if phrase.has("notified", "informed") {
                return understood(
                    [line], "who was told is computed from what was delivered ({{stakeholders-notified}})", ["fields"])
            }
            return takeChoice(title, phrase, words, line, isAtOnce)
        }
        if phrase.has("id", "number"), value.contains("-") {
            return understood([line], "the key of an incident", ["incident", "key"])
        }
        if phrase.has("time", "date", "at") && (value.contains("YYYY") || value.contains("HH")) {
            return understood([line], "\(phrase.joined) is computed from what happens", ["fields"])
        }
        if blank?.content.phrase.isOnly("name", "person") == true {
            guard let role = makeRole(title, line: line) else { return }
            understood([line], "role \(title)", ["roles", role])
            return
        }
        guard
            let path = addField(
                phrase.joined, title, "text", line: line,
                { record in
                    record.set("required", isAtOnce ? "at-declare" : nil)
                    record.set("help", Inline.plain(value))
                })
        else { return }
        understood([line], "field \(title)", path)
    }

    private mutating func takeChoice(
        _ title: String, _ phrase: Phrase, _ words: [String], _ line: Int, _ isAtOnce: Bool
    ) {
        let maps = phrase.isOnly("impact") ? "impact" : phrase.has("service") ? "service" : nil
        guard
            let path = addField(
                phrase.joined, title, "choice", line: line,
                { record in
                    record.set("choices", words.allSatisfy { !$0.contains(" ") } ? .flow(words) : .texts(words))
                    record.set("required", isAtOnce ? "at-declare" : nil)
                    record.set("maps", maps)
                })
        else { return }
        understood([line], "field \(title): \(words.joined(separator: ", "))", path)
        if !isAtOnce {
            ask(
                [line], "When does \"\(title)\" have to be answered?", ["no", "at-declare", "at-close"],
                meanwhile: "no", path)
        }
    }

    // MARK: Detection

    private mutating func takeDetection(_ list: MarkdownList, _ part: ProcedurePart) {
        guard part.phrase.has("detected", "detection", "source"), list.items.count > 1,
            list.items.count(where: { $0.text.contains("___") }) * 2 > list.items.count
        else { return }
        let title = (part.label ?? "Detection") + (part.phrase.has("how", "what", "who") ? "?" : "")
        guard
            let path = addField(
                "detection", title.replacing("??", with: "?"), "detection", line: part.firstLine,
                { record in
                    record.set("required", "at-declare")
                    record.set(
                        "variants",
                        .list(
                            list.items.enumerated().map { index, item in
                                let (name, note) = Labelled.splitNote(String(item.text.filter { $0 != "_" }))
                                let detail = note.map { $0.split(separator: ":").first.map(String.init) ?? $0 }
                                var variant = DraftRecord(
                                    id: "\(name.slug ?? "kind-\(index + 1)")", title: Inline.plain(name))
                                variant.set("detail", detail.map { $0.replacing("specify ", with: "").trimmed })
                                return DraftElement(variant.node, line: item.lines.lowerBound)
                            }))
                })
        else { return }
        understood(
            part.lines + Array(list.lines), "how it was detected: \(Self.counted(list.items.count, "way"))", path)
        ask(
            part.lines, "Does the way of detection have to be told at the declaration?", ["at-declare", "no"],
            meanwhile: "at-declare", path)
    }

    // MARK: Measurements

    /// `- Queue depth: _____ messages (baseline: < 100)`.
    private mutating func takeMeasurements(_ fence: MarkdownFence, _ section: ProcedureSection, _ part: ProcedurePart) {
        let measured = fence.content.compactMap {
            line -> (title: String, unit: String, baseline: String?, line: Int)? in
            let text = line.trimmed.drop { "-* ".contains($0) }
            guard text.contains("___"), let labelled = Labelled(plain: String(text)) else { return nil }
            let (rest, note) = Labelled.splitNote("x " + labelled.value.filter { $0 != "_" }.trimmed)
            let baseline = note.flatMap { Labelled(plain: $0) }.map(\.value)
            return (labelled.label, rest.dropFirst().trimmed, baseline, line.number)
        }
        guard measured.count > 1 else { return }
        var ids: [String] = []
        let metrics = measured.map { metric -> DraftElement in
            let id = newID("field", for: metric.title)
            ids.append(id)
            var record = DraftRecord(id: id, title: metric.title)
            record.set("unit", metric.unit)
            record.set("baseline", metric.baseline.map { Self.baseline($0, unit: metric.unit) })
            return DraftElement(record.node, name: id, line: metric.line)
        }
        let title = part.label ?? section.title
        guard
            let path = addField(
                title, title, "metrics", line: fence.lines.lowerBound,
                { record in
                    record.set("metrics", .list(metrics))
                })
        else { return }
        let help = fence.content.filter { line in !measured.contains { $0.line == line.number } && !line.isBlank }
        if let first = help.first {
            draft.set(path + "help", first.trimmed.filter { !"[]".contains($0) }, line: first.number)
        }
        understood(
            part.lines + Array(fence.lines),
            "measurements: \(measured.count), \(measured.count(where: { $0.baseline != nil })) with a baseline", path)
    }

    /// The number of "1000/sec" where the unit says the rest.
    private static func baseline(_ text: String, unit: String) -> String {
        let digits = text.prefix { $0.isNumber }
        let rest = text.dropFirst(digits.count).trimmed.filter { $0 != "%" }
        return !digits.isEmpty && (rest.isEmpty || unit.hasSuffix(rest) || rest == unit) ? String(digits) : text
    }

    // MARK: Figures

    /// `- **Affected Users:** _____ (total user base: ~10,000)`.
    private mutating func takeImpact(_ list: MarkdownList, _ section: ProcedureSection, _ part: ProcedurePart) {
        guard part.phrase.has("impact", "affected"), list.items.count > 1,
            list.items.allSatisfy({ $0.text.contains("___") && $0.checkbox == nil })
        else { return }
        for item in list.items {
            guard let labelled = Labelled(item.text) else { continue }
            let note =
                Labelled.splitNote(String(labelled.value.filter { $0 != "_" }.trimmed)).note
                ?? Labelled.splitNote("x " + labelled.value.filter { $0 != "_" }).note
            let line = item.lines.lowerBound
            let title = labelled.label.phrase.joined.capitalised
            guard
                let path = addField(
                    labelled.label, title, "number", line: line,
                    { record in
                        if let note, note.contains(where: \.isNumber) {
                            record.set("of", note.split(separator: ":").last.map { $0.trimmed })
                        } else {
                            record.set("help", note?.capitalised)
                        }
                    })
            else { continue }
            understood(Array(item.lines), "figure \(labelled.label)", path)
            if let id = path.steps.last {
                var impact = DraftRecord(id: newID("impact", for: labelled.label), title: title)
                impact.set("field", id)
                add(["impact"], impact, line: line)
            }
        }
        understood(part.lines.filter { ledger.isFree($0) }, "how large the impact was", ["impact"])
        ask(
            part.lines, "When do these figures have to be told?", ["no", "at-resolve", "at-close"], meanwhile: "no",
            ["fields"])
    }
}
