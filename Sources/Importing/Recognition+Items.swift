/// Something to be checked or done, as it is written.
struct WrittenItem: Hashable, Sendable {
    var text: String
    var lines: [Int]
    /// `A vs B`.
    var options: [String] = []
    /// A field that the item has a row of underscores for: "timestamp", "CI".
    var wanted: String?
}

extension Recognition {
    /// The items of a list; those inside of an item are told with its text before theirs.
    static func items(of list: MarkdownList, prefix: String = "", depth: Int = 0) -> [WrittenItem] {
        list.items.flatMap { item -> [WrittenItem] in
            let own = self.item(item.text, lines: Array(item.textLines), prefix: prefix)
            let nested = item.blocks.compactMap(\.list)
            guard !nested.isEmpty, depth < 3 else { return own.text.isEmpty ? [] : [own] }
            let title = own.text.hasSuffix(":") ? String(own.text.dropLast()) : own.text
            var inner = nested.flatMap { items(of: $0, prefix: title, depth: depth + 1) }
            if !inner.isEmpty { inner[0].lines = own.lines + inner[0].lines }
            return inner
        }
    }

    static func item(_ text: String, lines: [Int], prefix: String) -> WrittenItem {
        var item = WrittenItem(text: "", lines: lines)
        let sides = text.split(separator: " vs ", maxSplits: 1).map(String.init)
        if sides.count == 2, sides.allSatisfy({ $0.trimmed.hasPrefix("**") }) {
            item.options = sides.map(Inline.plain)
            item.text = item.options.joined(separator: " or ") + "?"
            return item
        }
        var plain = Inline.plain(text)
        if plain.contains("___") {
            plain = String(plain.filter { $0 != "_" })
            let (title, note) = Labelled.splitNote(plain)
            if let note {
                let wanted = note.hasSuffix(":") ? String(note.dropLast()) : note
                item.wanted = wanted.trimmed
                plain = title
            }
            plain = plain.trimmed
            while plain.hasSuffix(":") { plain = String(plain.dropLast()).trimmed }
        }
        item.text = prefix.isEmpty ? plain : "\(prefix): \(plain)"
        return item
    }

    /// The numbered lines of a fence; indented lines belong to the one above.
    static func items(of fence: MarkdownFence) -> [WrittenItem]? {
        let filled = fence.content.filter { !$0.isBlank }
        guard let first = filled.first, isNumbered(first.trimmed), filled.count(where: { isNumbered($0.trimmed) }) > 1
        else { return nil }
        var items: [WrittenItem] = []
        for line in filled {
            if isNumbered(line.trimmed), line.indent <= first.indent {
                items.append(
                    WrittenItem(
                        text: line.trimmed.drop { $0.isNumber || ".) ".contains($0) }.trimmed, lines: [line.number]))
            } else if !items.isEmpty {
                items[items.count - 1].text += " " + line.trimmed
                items[items.count - 1].lines.append(line.number)
            }
        }
        return items
    }

    /// A question with an answer on each branch below it: `├─ YES → Rollback`.
    static func decisions(of fence: MarkdownFence) -> [WrittenItem]? {
        var items: [WrittenItem] = []
        for line in fence.content where !line.isBlank {
            let text = line.trimmed
            if text.hasSuffix("?") {
                items.append(WrittenItem(text: text, lines: [line.number]))
            } else if !items.isEmpty, let first = text.first, "├└|+`-".contains(first) {
                let option = text.drop { "├└─|+`->→ ".contains($0) }.trimmed
                items[items.count - 1].options.append(option)
                items[items.count - 1].lines.append(line.number)
            } else {
                return nil
            }
        }
        return !items.isEmpty && items.allSatisfy { $0.options.count > 1 } ? items : nil
    }

    /// Adds items to a list of the draft; says how many. `condition` holds for all of them.
    mutating func add(_ items: [WrittenItem], to list: DraftPath, role: String? = nil, when condition: String? = nil)
        -> Int
    {
        var count = 0
        for item in items where !item.text.isEmpty && isFree(item.lines) {
            let line = item.lines.first ?? 1
            var record = DraftRecord()
            let (title, note) = Labelled.splitNote(item.text)
            let own = note.flatMap { self.condition(for: severities(in: $0)) }
            record.set("text", own == nil ? item.text : title, line: line)
            // Steps are not ticked, and their conditions are words.
            let isStep = ["steps", "resolution"].contains(list.steps.last)
            if isStep {
                record.set("text", item.text, line: line)
            } else if item.options.count > 1 {
                record.set("kind", "decision")
                record.set("options", .texts(item.options))
            } else if item.wanted != nil {
                record.set("kind", "evidence")
                record.set("help", item.wanted?.capitalised)
            } else if title.hasSuffix("?") || item.text.hasSuffix("?") {
                record.set("kind", "question")
            }
            record.set("role", role ?? leader(of: item.text))
            if !isStep { record.set("when", own ?? condition, line: line) }
            let isPlain = record.entries.count == 1
            let path = isPlain ? addText(item.text, to: list, line: line) : add(list, record, line: line)
            guard let path else { continue }
            count += 1
            understood(item.lines, "item: \(item.text)", path)
        }
        return count
    }

    /// A bare text is an item that is ticked by hand.
    private mutating func addText(_ text: String, to list: DraftPath, line: Int) -> DraftPath? {
        guard draft.append(list, DraftElement(.text(text), line: line)), case .list(let elements)? = draft[list] else {
            leaveOut([line], "the draft has \(Draft.elementLimit) \(list) already")
            return nil
        }
        return list + "\(elements.count)"
    }

    /// The role that a text begins with: "IC declares incident".
    private func leader(of text: String) -> String? {
        let words = text.split(separator: " ").prefix(2).map(String.init)
        guard let first = words.first else { return nil }
        if first.count <= 3, first == first.uppercased(), let id = role(named: first) { return id }
        return nil
    }
}
