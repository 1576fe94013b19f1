/// Columns of text, aligned, with a line of headings. A cell is one line: what is not printable is left out.
struct Table {
    private let rows: [[String]]

    /// The longest cell; a title that is longer is cut with an ellipsis, in full it is in `show` and in `--json`.
    static let widestCell = 72

    init(_ headings: [String], _ rows: [[String]]) {
        self.rows = [headings] + rows.map { $0.map(Wording.oneLine) }
    }

    var text: String {
        guard rows.count > 1 else { return "None." }
        var widths: [Int] = []
        for column in rows[0].indices { widths.append(rows.map { min($0[column].count, Self.widestCell) }.max() ?? 0) }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let shown = cell.count > Self.widestCell ? cell.prefix(Self.widestCell - 1) + "…" : cell[...]
                line += shown
                guard column < row.count - 1 else { break }
                line += String(repeating: " ", count: widths[column] - shown.count + 2)
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}
