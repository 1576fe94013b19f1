/// One thing in detail: a heading, a title, named facts and lists. Facts that are empty are left out.
struct Sheet {
    private let heading: String
    private let title: String
    private let details: [(name: String, value: String)]
    private var lists: [(name: String, lines: [String])] = []

    init(heading: String, title: String, details: [(String, String)]) {
        self.heading = heading
        self.title = title
        self.details = details.filter { !$0.1.isEmpty }.map { (name: $0.0, value: $0.1) }
    }

    mutating func add(_ name: String, _ lines: [String]) {
        if !lines.isEmpty { lists.append((name, lines)) }
    }

    var text: String {
        var lines = [heading, title]
        if !details.isEmpty { lines.append("") }
        let width = details.map(\.name.count).max() ?? 0
        for (name, value) in details {
            lines.append(name + String(repeating: " ", count: width - name.count + 2) + Wording.oneLine(value))
        }
        for (name, items) in lists { lines += ["", name] + items.map { "  " + Wording.oneLine($0) } }
        return lines.joined(separator: "\n")
    }
}
