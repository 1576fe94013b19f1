/// The account of what became of each line.
struct Ledger: Sendable {
    private(set) var entries: [Entry] = []
    /// By line number minus one.
    private var accounted: [Bool]
    private let blank: [Bool]

    struct Entry: Sendable {
        let lines: [Int]
        var outcome: ImportFinding.Outcome
        /// Where it stands in the draft.
        let path: DraftPath?
        /// Whether what stood there was taken out again.
        var isWithdrawn = false
    }

    init(_ lines: [SourceLine]) {
        blank = lines.map(\.isBlank)
        accounted = blank
    }

    func isFree(_ line: Int) -> Bool { accounted.indices.contains(line - 1) && !accounted[line - 1] }

    /// Whether nothing has been said of any of these lines.
    func isFree(_ lines: some Sequence<Int>) -> Bool {
        lines.allSatisfy { line in blank.indices.contains(line - 1) && (blank[line - 1] || !accounted[line - 1]) }
    }

    /// The lines of which nothing has been said, in order.
    var open: [Int] { accounted.indices.filter { !accounted[$0] }.map { $0 + 1 } }

    /// `accounts`: the lines are dealt with by this; otherwise it only points at them.
    mutating func add(
        _ lines: some Sequence<Int>, _ outcome: ImportFinding.Outcome, path: DraftPath? = nil, accounts: Bool = true
    ) {
        let known = Set(lines).sorted().filter { blank.indices.contains($0 - 1) && !blank[$0 - 1] }
        if accounts { for line in known { accounted[line - 1] = true } }
        entries.append(Entry(lines: known, outcome: outcome, path: path))
    }

    /// Nothing more is said of these lines than what has been.
    mutating func settle(_ lines: [Int]) {
        for line in lines where accounted.indices.contains(line - 1) { accounted[line - 1] = true }
    }

    /// What was said to stand at the path or inside of it does not: it is left out. Where nothing was said of it by
    /// itself, it is told of the line that it came from.
    mutating func withdraw(_ path: DraftPath, why: String, from line: Int?) {
        if !entries.contains(where: { $0.path?.isInside(path) == true }) {
            add([line].compactMap { $0 }, .leftOut(why: "\(path): \(why)"))
        }
        for index in entries.indices {
            guard let place = entries[index].path, place.isInside(path) else { continue }
            entries[index].outcome = .leftOut(why: why)
            entries[index].isWithdrawn = true
        }
    }

    /// In the order of the lines; those of one line in the order in which they were found.
    var findings: [ImportFinding] {
        entries.enumerated()
            // A question about something that has been taken out asks nothing any more.
            .filter { !($0.element.isWithdrawn && $0.element.lines.isEmpty) }
            .sorted { ($0.element.lines.first ?? 0, $0.offset) < ($1.element.lines.first ?? 0, $1.offset) }
            .map { ImportFinding(lines: $0.element.lines, $0.element.outcome) }
    }
}
