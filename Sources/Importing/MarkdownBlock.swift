/// A part of a Markdown document, with the lines on which it stands.
indirect enum MarkdownBlock: Hashable, Sendable {
    case heading(MarkdownHeading)
    case paragraph([SourceLine])
    case list(MarkdownList)
    case table(MarkdownTable)
    case fence(MarkdownFence)
    /// `---` between parts.
    case divider(Int)
    case comment(ClosedRange<Int>)
    /// `key: value` lines between two `---` at the very beginning.
    case frontMatter([SourceLine], ClosedRange<Int>)

    var lines: ClosedRange<Int> {
        switch self {
        case .heading(let heading): heading.lines
        case .paragraph(let lines): lines[0].number...lines[lines.count - 1].number
        case .list(let list): list.lines
        case .table(let table): table.lines
        case .fence(let fence): fence.lines
        case .divider(let line): line...line
        case .comment(let lines), .frontMatter(_, let lines): lines
        }
    }

    var list: MarkdownList? { if case .list(let list) = self { list } else { nil } }
    var table: MarkdownTable? { if case .table(let table) = self { table } else { nil } }
    var fence: MarkdownFence? { if case .fence(let fence) = self { fence } else { nil } }
}

struct MarkdownHeading: Hashable, Sendable {
    let level: Int
    let text: String
    let lines: ClosedRange<Int>

    var line: Int { lines.lowerBound }
}

struct MarkdownList: Hashable, Sendable {
    let isOrdered: Bool
    let items: [MarkdownItem]

    var lines: ClosedRange<Int> { items[0].lines.lowerBound...items[items.count - 1].lines.upperBound }
    var hasCheckboxes: Bool { items.allSatisfy { $0.checkbox != nil } }
}

struct MarkdownItem: Hashable, Sendable {
    /// Whether the box is ticked; nil when there is none.
    let checkbox: Bool?
    /// The first paragraph, as one line.
    let text: String
    /// What stands in the item below its first paragraph.
    let blocks: [MarkdownBlock]
    let lines: ClosedRange<Int>
    /// The lines of `text` alone.
    let textLines: ClosedRange<Int>
}

struct MarkdownTable: Hashable, Sendable {
    let header: [String]
    let rows: [Row]
    let lines: ClosedRange<Int>

    struct Row: Hashable, Sendable {
        /// As many as the header has.
        let cells: [String]
        let line: Int
    }

    /// The header and the line below it.
    var headerLines: ClosedRange<Int> { lines.lowerBound...(lines.lowerBound + 1) }
}

struct MarkdownFence: Hashable, Sendable {
    /// The language, in lower case; empty when none is named.
    let language: String
    /// What stands between the marks, without the indentation of the marks.
    let content: [SourceLine]
    let lines: ClosedRange<Int>
    let isClosed: Bool

    var text: String { content.map(\.text).joined(separator: "\n") }

    var isShell: Bool { ["bash", "sh", "shell", "zsh", "console", "powershell", "terminal"].contains(language) }
}
