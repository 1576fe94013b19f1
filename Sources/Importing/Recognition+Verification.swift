extension Recognition {
    /// How the team makes sure that it is over: criteria (S0-39, S2-19, S3-27, S3-28), regression (S0-41), a ladder
    /// of checks (S1-27), observation (S0-40, S3-29), and what is owed before an incident is closed (S1-34).
    mutating func recogniseVerification() {
        for section in outline.sections {
            for part in section.parts {
                let words = Phrase((part.label ?? "") + " " + section.title)
                for list in part.blocks.compactMap(\.list) where isFree(list.lines) {
                    if takeSeries(list, section, part) || takePeriod(list, section, part) { continue }
                    guard list.hasCheckboxes else { continue }
                    if words.has("clos"), words.has("check", "criteria", "incident clos") {
                        takeGate(list, ["closure"], "what is owed before an incident is closed", section, part)
                    } else if words.has("regression") {
                        takeGate(
                            list, ["verification", "regression"], "what must not have become worse", section, part)
                    } else if words.has(
                        "criteria for resol", "verify", "verification", "post remediation", "resolution criteria",
                        "restoration")
                    {
                        takeGate(
                            list, ["verification", "checks"], "what has to be true before an incident is resolved",
                            section, part)
                    }
                }
            }
        }
        takeObservations()
    }

    private mutating func takeGate(
        _ list: MarkdownList, _ path: DraftPath, _ what: String, _ section: ProcedureSection, _ part: ProcedurePart
    ) {
        var count = 0
        for item in list.items {
            let plain = Self.item(item.text, lines: Array(item.lines), prefix: "")
            let line = item.lines.lowerBound
            if let quiet = Self.quiet(plain.text) {
                var record = DraftRecord()
                record.set("text", plain.text, line: line)
                record.set("kind", "quiet")
                record.set("for", quiet, line: line)
                if let place = add(path, record, line: line) { understood(plain.lines, "no alert for \(quiet)", place) }
                count += 1
            } else {
                count += add([plain], to: path)
            }
        }
        guard count > 0 else { return }
        understood(part.lines.filter { ledger.isFree($0) }, what, path)
        takeHeading(section, what, path)
        ask(
            [list.lines.lowerBound], "Who ticks these, and is any of them decided by a figure or an event?",
            ["by hand", "by an event or a metric"],
            meanwhile: "by hand", path)
    }

    /// "No new alerts: quiet for 30+ minutes".
    private static func quiet(_ text: String) -> String? {
        let words = TimeWords(text)
        guard words.phrase.has("alert", "pager"), words.phrase.has("quiet", "no new alert", "no alert"),
            let span = words.span
        else { return nil }
        return span.first.notation
    }

    // MARK: Series

    /// Items that each name a time: "**Short-term** (15 min): Metrics returned to normal?".
    private mutating func takeSeries(_ list: MarkdownList, _ section: ProcedureSection, _ part: ProcedurePart) -> Bool {
        guard Phrase(section.title + " " + (part.label ?? "")).has("verif", "after fix", "validat", "check") else {
            return false
        }
        let timed = list.items.map { item -> (length: WrittenLength, text: String, lines: [Int])? in
            guard let labelled = Labelled(bold: item.text), let note = labelled.note, let span = TimeWords(note).span
            else { return nil }
            return (span.first, Inline.plain(labelled.value), Array(item.lines))
        }
        let found = timed.compactMap { $0 }
        guard found.count > 1, found.count == timed.count,
            zip(found, found.dropFirst()).allSatisfy({ $0.length.seconds < $1.length.seconds })
        else {
            return false
        }
        let id = newID("series", for: section.title)
        var record = DraftRecord(id: id, title: section.title)
        record.set("from", "fix-deployed")
        record.set("at", .map(found.map { DraftEntry($0.length.notation, .text($0.text), line: $0.lines.first) }))
        guard let path = add(["verification", "series"], record, line: list.lines.lowerBound) else { return false }
        understood(Array(list.lines), "checks at \(found.map(\.length.notation).joined(separator: ", "))", path)
        takeHeading(section, "checks at set times", path)
        if part.phrase.has("fix", "deploy") {
            understood(part.lines, "they count from the deployment of the fix", path + "from")
        } else {
            ask(
                part.lines, "From when do these times count?", ["fix-deployed", "mitigated", "resolved"],
                meanwhile: "fix-deployed", path + "from")
        }
        return true
    }

    // MARK: Observation

    /// "Monitoring Period": start, duration, who (S0-40).
    private mutating func takePeriod(_ list: MarkdownList, _ section: ProcedureSection, _ part: ProcedurePart) -> Bool {
        guard part.phrase.has("monitoring period", "observation period", "observation window") else { return false }
        let entries = entries(.list(list))
        guard let length = entries.first(where: { $0.phrase.has("duration", "length") }),
            let span = TimeWords(length.value).span
        else { return false }
        let id = newID("window", for: part.label ?? "Observation")
        var record = DraftRecord(id: id, title: part.label ?? "Observation")
        let start = entries.first { $0.phrase.has("start", "begin") }
        record.set(
            "from", start?.value.phrase.has("deploy", "fix") == true ? "fix-deployed" : "resolved",
            line: start?.lines.first)
        record.set("for", span.first.notation, line: length.lines.first)
        if span.isChoice { record.set("choose", .flow(span.lengths.map(\.notation))) }
        let assigned = entries.first { $0.phrase.has("assigned", "owner", "who") }
        if let assigned,
            let owner = roles.sorted(by: { $0.key < $1.key }).first(where: { assigned.value.phrase.has($0.key) })
        {
            record.set("owner", "role(\(owner.value))")
        }
        guard let path = add(["verification", "windows"], record, line: list.lines.lowerBound) else { return false }
        understood(
            part.lines + Array(list.lines),
            "an observation of \(span.lengths.map(\.notation).joined(separator: " or "))", path)
        ask(
            Array(list.lines),
            "Which length holds until somebody chooses, who watches, and does anything wait for the end?",
            span.lengths.map(\.notation) + ["gate: none", "gate: resolve", "gate: close"],
            meanwhile: "\(span.first.notation), nothing waits", path)
        return true
    }

    /// Sentences such as "24-hour observation period for SEV-1 incidents" and "Monitor for 15-30 minutes".
    private mutating func takeObservations() {
        var seen: Set<String> = []
        for section in outline.sections {
            let sentences = section.parts.filter { !$0.value.isEmpty }.map { (text: $0.plain, lines: $0.lines) }
            for item in section.parts.flatMap(\.blocks).compactMap(\.list).flatMap(Self.leafItems) + sentences {
                guard
                    item.text.phrase.has("observation", "monitor for", "monitoring for", "watch for", "observe for")
                else { continue }
                let clauses = clauses(of: Inline.plain(item.text))
                for clause in clauses {
                    takeObservation(
                        clause, of: clauses.count > 1 ? "Observation: \(clause)" : Inline.plain(item.text), item.lines,
                        section, &seen)
                }
            }
        }
    }

    /// "24 hours after an S1 and 4 hours after an S2": two parts, each with a time and a severity of its own.
    private func clauses(of text: String) -> [String] {
        let parts = text.split(separator: " and ").map { String($0).trimmed }
        guard parts.count > 1,
            parts.allSatisfy({ TimeWords($0).spans.count == 1 && !severities(in: $0).isEmpty })
        else { return [text] }
        return parts
    }

    private mutating func takeObservation(
        _ text: String, of title: String, _ lines: [Int], _ section: ProcedureSection, _ seen: inout Set<String>
    ) {
        let words = TimeWords(text)
        guard let span = words.span, !span.isChoice else { return }
        let concerned = condition(for: severities(in: text))
        let line = lines.first ?? 1
        let key = span.notation
        let place: DraftPath = ["verification", "windows"]
        guard seen.insert(key).inserted else {
            return ask(
                at: line, "\"\(text)\" says this again, in other words: is it the same observation?",
                ["the same", "another one"], meanwhile: "the same", place)
        }
        let id = newID("window", for: "Observation")
        var record = DraftRecord(id: id, title: title.capitalised)
        let isAfter = outline.context(of: section).has("post", "after")
        record.set("from", isAfter ? "resolved" : "fix-deployed")
        record.set("for", key, line: line)
        record.set("when", concerned)
        guard let path = add(place, record, line: line) else { return }
        if isFree(lines) { understood(lines, "an observation of \(key)", path) }
        ask(
            at: line,
            "The observation of \(key): from when does it count, who watches, and does anything wait for its end?",
            ["fix-deployed", "resolved", "gate: resolve", "gate: close"],
            meanwhile: "\(isAfter ? "resolved" : "fix-deployed"), nothing waits", path)
    }

    static func leafItems(_ list: MarkdownList) -> [(text: String, lines: [Int])] {
        list.items.flatMap { item in
            [(item.text, Array(item.textLines))] + item.blocks.compactMap(\.list).flatMap(leafItems)
        }
    }
}
