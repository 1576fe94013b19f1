extension Recognition {
    // MARK: What has to be there

    /// A ladder of our own where the procedure has none: everything else refers to one.
    mutating func requireSeverities() {
        guard ladder.isEmpty else { return }
        for (id, name, meaning) in [
            ("SEV1", "Critical", "Everybody is affected"), ("SEV2", "Major", "Many are affected"),
            ("SEV3", "Minor", "Few are affected"),
        ] {
            var record = DraftRecord()
            record.set("id", id)
            record.set("name", name)
            record.set("meaning", meaning)
            add(["severities"], record, line: 1)
            ladder.append(WrittenSeverity(id: id, name: name, line: 1))
        }
        ask(
            [], "The procedure has no severity levels that were recognised: which are they?", [],
            meanwhile: "SEV1, SEV2 and SEV3 of the importer's own",
            ["severities"])
    }

    /// Roles that only messages name: `Incident Commander: @[name]`.
    mutating func recogniseNamedRoles() {
        for section in outline.sections {
            for fence in section.parts.flatMap(\.blocks).compactMap(\.fence) where !fence.isShell {
                for line in fence.content {
                    guard let labelled = Labelled(line.trimmed), Self.commonRole(labelled.label) != nil,
                        role(named: labelled.label) == nil,
                        labelled.value.hasPrefix("@") || labelled.value.phrase.isOnly("name")
                    else { continue }
                    guard let id = makeRole(labelled.label, line: line.number) else { continue }
                    ask(
                        at: line.number,
                        "\(labelled.label) is named in a message only: what does the role do, and who can have it?",
                        meanwhile: "a role without duties", ["roles", id])
                }
            }
        }
    }

    mutating func requireRoles() {
        if roles.isEmpty, makeRole("Incident Commander", line: 1) != nil {
            ask(
                [], "The procedure names no roles: who leads an incident?", [], meanwhile: "an incident commander",
                ["roles"])
        }
        guard case .list(let made)? = draft[["roles"]], let first = made.first?.name else { return }
        let named = made.compactMap(\.name).filter { draft[["roles", $0, "required"]] != nil }
        if named.isEmpty { draft.set(["roles", first, "required"], "always") }
        for name in made.compactMap(\.name) where draft[["roles", name, "default"]] == nil {
            draft.set(["roles", name, "claimable"], "true")
        }
        ask(
            [],
            "For which severities does each role have to be filled, who has it unless somebody takes it, and "
                + "what may it decide?",
            [],
            meanwhile:
                "\(named.isEmpty ? "\(first) for all" : "\(named.joined(separator: ", ")) as the procedure says"), the "
                + "others for none; anybody may take one; every responder may decide everything",
            ["roles"])
    }

    /// What the words alone do not settle of people and principles.
    mutating func askAboutKinds() {
        if draft[["targets"]] != nil {
            ask(
                [],
                "Who is behind each of these names in the organisation, and is its kind (person, role, "
                    + "schedule, team, …) the right one?",
                [],
                meanwhile: "kinds by the words of the names; bound to nobody", ["targets"])
        }
        if draft[["advisories"]] != nil {
            ask(
                [], "When is each of these principles told?", ["always", "declared", "update", "review"],
                meanwhile: "by their words, as the draft says", ["advisories"])
        }
    }

    /// When an incident is declared (S1-09), and which severity is taken in doubt (S4-30).
    mutating func recogniseDeclaring() {
        for (line, phrase) in zip(lines, phrases) {
            if phrase.has("in doubt"), phrase.has("higher", "escalate", "worse", "more severe"),
                draft[["when-in-doubt"]] == nil
            {
                draft.set(["when-in-doubt"], "higher", line: line.number)
                noticed(at: line.number, "in doubt the higher severity is taken", ["when-in-doubt"])
            }
            guard draft[["declare-at"]] == nil,
                phrase.has(
                    "declare incident if", "declare an incident if", "declare if", "ic declares",
                    "declare incident when", "is declared", "are declared", "declared as", "counts as an incident",
                    "becomes an incident")
                    || (phrase.has("declare") && (line.text.contains("≥") || line.text.contains(">=")))
            else { continue }
            var concerned = severities(in: line.text)
            if concerned.isEmpty { concerned = severitiesAbove(line.number) }
            guard let last = concerned.last else { continue }
            draft.set(["declare-at"], last, line: line.number)
            noticed(at: line.number, "incidents are declared at \(last) and worse", ["declare-at"])
        }
        if draft[["declare-at"]] == nil {
            ask(
                [], "From which severity on is an incident declared?", ["any"] + ladder.map(\.id), meanwhile: "any",
                ["severities"])
        }
        if draft[["when-in-doubt"]] == nil {
            ask([], "Which severity is taken in doubt?", ["ask", "higher"], meanwhile: "ask", ["severities"])
        }
    }

    /// Those that the label names under which the line stands.
    private func severitiesAbove(_ line: Int) -> [String] {
        for section in outline.sections {
            for part in section.parts where part.allLines.contains(line) { return severities(in: part.label ?? "") }
        }
        return []
    }

    // MARK: Checklists

    /// Boxes to tick that no other recogniser knows (S0-32, S0-34, S0-35, S0-37).
    mutating func recogniseChecklists() {
        for section in outline.sections {
            for part in section.parts {
                for list in part.blocks.compactMap(\.list)
                where list.hasCheckboxes && list.items.contains(where: { isFree($0.lines) }) {
                    takeChecklist(list, section, part)
                }
            }
        }
    }

    private mutating func takeChecklist(_ list: MarkdownList, _ section: ProcedureSection, _ part: ProcedurePart) {
        let title = part.label ?? section.title
        let words = Phrase(title + " " + outline.context(of: section).joined)
        let isAfter = words.has(
            "post mortem", "postmortem", "follow up", "knowledge", "after", "documentation to update", "closure")
        let id = newID("checklist", for: title, otherwise: "checklist")
        var record = DraftRecord(id: id, title: title.isEmpty ? "Checklist" : title)
        record.set("on", isAfter ? "resolved" : "declared")
        guard let path = add(["checklists"], record, line: list.lines.lowerBound) else { return }
        let count = add(Self.items(of: list), to: path + "items")
        guard count > 0 else { return draft.remove(path) }
        understood(part.lines.filter { ledger.isFree($0) }, "checklist \(title): \(Self.counted(count, "item"))", path)
        ask(
            part.lines.isEmpty ? [list.lines.lowerBound] : part.lines,
            "When does the checklist \"\(title)\" come due, for which incidents, and which of its boxes are "
                + "ticked by what happens?",
            ["declared", "resolved", "closed"],
            meanwhile: "\(isAfter ? "resolved" : "declared"), all incidents, ticked by hand", path + "on")
    }

    /// Rules of use that stand in running text: they are kept as words where nothing else knows them.
    mutating func recogniseSentences() {
        for section in outline.sections {
            for part in section.parts where isFree(part.allLines) && part.blocks.isEmpty && !part.plain.isEmpty {
                let words = Phrase((part.label ?? "") + " " + part.plain)
                guard words.has("must", "should", "always", "never", "do not", "goal is", "ensure"),
                    part.plain.count > 20, section.heading != nil
                else { continue }
                let id = newID("advisory", for: part.label ?? part.plain)
                var record = DraftRecord(id: id)
                record.set("text", (part.label.map { "\($0): " } ?? "") + part.plain)
                guard let path = add(["advisories"], record, line: part.firstLine) else { continue }
                understood(part.lines, "a principle", path)
                if let what = stated(in: part.plain) {
                    ask(
                        at: part.lines,
                        "\"\(Self.cut(part.plain))\" names \(what), and is kept as words: does a rule follow from it?",
                        ["words only", "a rule"], meanwhile: "words only", path)
                }
            }
        }
    }

    // MARK: Ties

    /// Cadences get the message that updates their audience.
    mutating func tieTemplates() {
        var cadences: [DraftElement] = []
        if case .list(let elements)? = draft[["cadence"]] { cadences = elements }
        for use in templateUses
        where use.purpose == .update && !cadences.contains(where: { $0.value.entry("audience") == .text(use.audience) })
        {
            ask(
                at: use.line, "When is this update sent? No rhythm is given for \(use.audience).",
                ["by hand", "every 30m", "status-changed"],
                meanwhile: "by hand", ["templates", use.id])
        }
        for cadence in cadences {
            guard let name = cadence.name, draft[["cadence", name, "template"]] == nil,
                case .text(let audience)? = cadence.value.entry("audience")
            else { continue }
            let updates = templateUses.filter { $0.purpose == .update && $0.audience == audience }
            guard let first = updates.first else { continue }
            draft.set(["cadence", name, "template"], first.id)
            if updates.count == 1, !first.isSure {
                ask(
                    at: first.line, "Does this message go out with the updates of \(audience)?",
                    ["with the cadence \(name)", "by hand"], meanwhile: "with the cadence \(name)",
                    ["cadence", name, "template"])
            }
            if updates.count > 1 {
                ask(
                    [], "Several messages update \(audience): which goes out with the cadence \(name)?",
                    updates.map(\.id), meanwhile: first.id,
                    ["cadence", name, "template"])
            }
        }
    }
}
