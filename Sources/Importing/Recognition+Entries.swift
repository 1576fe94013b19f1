/// A label and what stands behind it: on its line, in the list below it, or anywhere in its blocks.
struct WrittenEntry: Hashable, Sendable {
    let label: String
    let note: String?
    let value: String
    let blocks: [MarkdownBlock]
    /// All of its lines.
    let lines: [Int]

    var phrase: Phrase { label.phrase }

    /// The texts of the items of its lists, without those inside of items.
    var items: [String] { blocks.compactMap(\.list).flatMap { $0.items.map(\.text) } }

    /// The items, or the parts of the value between commas.
    var list: [String] { items.isEmpty ? Inline.plain(value).enumerated : items.map(Inline.plain) }

    var fences: [MarkdownFence] { blocks.compactMap(\.fence) }

    /// The value, or the items in one line.
    var joined: String { value.isEmpty ? items.map(Inline.plain).joined(separator: ", ") : Inline.plain(value) }
}

extension Recognition {
    /// The labels of a section: those in bold, and those of lists of which every item begins with one.
    func entries(of section: ProcedureSection) -> [WrittenEntry] {
        section.parts.flatMap { part -> [WrittenEntry] in
            guard part.label == nil else { return [entry(part)] }
            return part.blocks.flatMap(entries)
        }
    }

    func entry(_ part: ProcedurePart) -> WrittenEntry {
        WrittenEntry(
            label: part.label ?? "", note: part.note, value: part.value, blocks: part.blocks, lines: part.allLines)
    }

    /// The items of a list as labels, where most of them are.
    func entries(_ block: MarkdownBlock) -> [WrittenEntry] {
        guard let list = block.list else { return [] }
        let labelled = list.items.map { item in (item, Labelled(item.text)) }
        guard labelled.count(where: { $0.1 != nil }) * 2 > labelled.count else { return [] }
        return labelled.compactMap { item, labelled in
            labelled.map {
                WrittenEntry(
                    label: $0.label, note: $0.note, value: $0.value, blocks: item.blocks, lines: Array(item.lines))
            }
        }
    }
}
