/// Where something stands in the draft: `severities`, `SEV1`, `clocks`, `respond`.
struct DraftPath: Hashable, Sendable, CustomStringConvertible, ExpressibleByArrayLiteral {
    var steps: [String]

    init(_ steps: [String]) { self.steps = steps }
    init(arrayLiteral steps: String...) { self.steps = steps }

    var description: String { steps.joined(separator: ".") }

    func isInside(_ other: DraftPath) -> Bool { steps.starts(with: other.steps) }

    static func + (left: DraftPath, right: String) -> DraftPath { DraftPath(left.steps + [right]) }
}

/// A value of the draft, on its way to YAML.
indirect enum DraftNode: Hashable, Sendable {
    /// A text of one line.
    case text(String)
    /// A text of several lines.
    case block(String)
    /// A short list of ids, in one line.
    case flow([String])
    case list([DraftElement])
    case map([DraftEntry])

    static func texts(_ texts: [String]) -> DraftNode { .list(texts.map { DraftElement(.text($0)) }) }

    /// A text of one line or several.
    static func long(_ text: String) -> DraftNode { text.contains("\n") ? .block(text) : .text(text) }

    var isEmpty: Bool {
        switch self {
        case .text(let text), .block(let text): text.trimmed.isEmpty
        case .flow(let ids): ids.isEmpty
        case .list(let elements): elements.isEmpty
        case .map(let entries): entries.isEmpty
        }
    }
}

struct DraftEntry: Hashable, Sendable {
    let key: String
    var value: DraftNode
    /// The line of the procedure that says it.
    var line: Int?

    init(_ key: String, _ value: DraftNode, line: Int? = nil) {
        self.key = key
        self.value = value
        self.line = line
    }
}

struct DraftElement: Hashable, Sendable {
    var value: DraftNode
    /// How paths call it: its id, or its number in the list.
    var name: String?
    var line: Int?

    init(_ value: DraftNode, name: String? = nil, line: Int? = nil) {
        self.value = value
        self.name = name
        self.line = line
    }
}

/// A record that is put together key by key; what has no value is left out.
struct DraftRecord: Hashable, Sendable {
    private(set) var entries: [DraftEntry] = []

    init() {}

    init(id: String, title: String? = nil) {
        set("id", id)
        set("title", title)
    }

    mutating func set(_ key: String, _ text: String?, line: Int? = nil) {
        if let text, !text.trimmed.isEmpty { set(key, DraftNode.long(text), line: line) }
    }

    mutating func set(_ key: String, _ texts: [String], line: Int? = nil) {
        set(key, DraftNode.texts(texts), line: line)
    }

    mutating func set(_ key: String, _ value: DraftNode?, line: Int? = nil) {
        guard let value, !value.isEmpty else { return }
        if let index = entries.firstIndex(where: { $0.key == key }) {
            entries[index] = DraftEntry(key, value, line: line)
        } else {
            entries.append(DraftEntry(key, value, line: line))
        }
    }

    subscript(key: String) -> DraftNode? { entries.first { $0.key == key }?.value }

    var node: DraftNode { .map(entries) }
}

/// The playbook as far as it has been put together.
struct Draft: Sendable {
    private(set) var root: [DraftEntry] = []

    /// The order of the keys in the document, which is that of the hand-written playbooks.
    static let order = [
        "playbook", "title", "version", "owner", "updated", "summary", "source", "upkeep", "zone", "default-calendar",
        "calendars", "progress", "when-in-doubt", "declare-at", "severities", "clocks", "types", "fields", "incident",
        "statuses", "detection", "phases", "checklists", "roles", "targets", "audiences", "on-call", "escalation",
        "cadence",
        "communications", "status-page", "templates", "mitigations", "strategies", "records", "verification",
        "signoffs",
        "closure", "review", "actions", "follow-up", "metrics", "impact", "slo", "reports", "scenarios", "reference",
        "integrations", "training", "drills", "advisories", "history",
    ]

    /// Elements of a list; more of anything is read by nobody, and refused by the reader.
    static let elementLimit = 400

    subscript(path: DraftPath) -> DraftNode? {
        var node = DraftNode.map(root)
        for step in path.steps {
            guard let next = node.child(step) else { return nil }
            node = next
        }
        return node
    }

    /// The line of the procedure that says what stands at the path, or that of the innermost around it which has one.
    func line(of path: DraftPath) -> Int? {
        var node = DraftNode.map(root)
        var line: Int?
        for step in path.steps {
            switch node {
            case .map(let entries): line = entries.first { $0.key == step }?.line ?? line
            case .list(let elements):
                line = elements.enumerated().first { $0.element.isNamed(step, at: $0.offset) }?.element.line ?? line
            case .text, .block, .flow: break
            }
            guard let next = node.child(step) else { break }
            node = next
        }
        return line
    }

    /// Sets the value of a key, and makes the records around it.
    mutating func set(_ path: DraftPath, _ value: DraftNode, line: Int? = nil) {
        guard !value.isEmpty else { return }
        let count = root.count
        var node = DraftNode.map(root)
        node.set(path.steps[...], value, line)
        if case .map(let entries) = node { root = entries }
        if root.count != count { sortRoot() }
    }

    mutating func set(_ path: DraftPath, _ text: String?, line: Int? = nil) {
        if let text { set(path, DraftNode.long(text), line: line) }
    }

    /// Adds an element to the list at the path; false when the list is full.
    mutating func append(_ path: DraftPath, _ element: DraftElement) -> Bool {
        var elements: [DraftElement] = []
        if case .list(let present)? = self[path] { elements = present }
        guard elements.count < Self.elementLimit else { return false }
        elements.append(element)
        set(path, .list(elements))
        return true
    }

    /// Takes out what stands at the path, and what is empty without it.
    mutating func remove(_ path: DraftPath) {
        var node = DraftNode.map(root)
        node.remove(path.steps[...])
        if case .map(let entries) = node { root = entries }
    }

    private mutating func sortRoot() {
        root.sort { left, right in
            let ranks = [left, right].map { entry in Self.order.firstIndex(of: entry.key) ?? Self.order.count }
            return ranks[0] < ranks[1]
        }
    }
}

extension DraftNode {
    fileprivate func child(_ step: String) -> DraftNode? {
        switch self {
        case .map(let entries): entries.first { $0.key == step }?.value
        case .list(let elements): elements.enumerated().first { $0.element.isNamed(step, at: $0.offset) }?.element.value
        case .text, .block, .flow: nil
        }
    }

    fileprivate mutating func set(_ steps: ArraySlice<String>, _ value: DraftNode, _ line: Int?) {
        guard let step = steps.first else {
            self = value
            return
        }
        let rest = steps.dropFirst()
        switch self {
        case .map(var entries):
            let index = entries.firstIndex { $0.key == step } ?? entries.endIndex
            if index == entries.endIndex { entries.append(DraftEntry(step, .map([]), line: line)) }
            entries[index].value.set(rest, value, line)
            if rest.isEmpty, let line { entries[index].line = line }
            self = .map(entries)
        case .list(var elements):
            guard let index = elements.indices.first(where: { elements[$0].isNamed(step, at: $0) }) else { return }
            elements[index].value.set(rest, value, line)
            self = .list(elements)
        case .text, .block, .flow:
            self = .map([])
            set(steps, value, line)
        }
    }

    fileprivate mutating func remove(_ steps: ArraySlice<String>) {
        guard let step = steps.first else { return }
        let rest = steps.dropFirst()
        switch self {
        case .map(var entries):
            guard let index = entries.firstIndex(where: { $0.key == step }) else { return }
            if !rest.isEmpty { entries[index].value.remove(rest) }
            if rest.isEmpty || entries[index].value.isEmpty { entries.remove(at: index) }
            self = .map(entries)
        case .list(var elements):
            guard let index = elements.indices.first(where: { elements[$0].isNamed(step, at: $0) }) else { return }
            if !rest.isEmpty { elements[index].value.remove(rest) }
            if rest.isEmpty || elements[index].value.isEmpty { elements.remove(at: index) }
            self = .list(elements)
        case .text, .block: return
        case .flow(var ids):
            guard let index = Int(step), ids.indices.contains(index - 1) else { return }
            ids.remove(at: index - 1)
            self = .flow(ids)
        }
    }
}

extension DraftElement {
    func isNamed(_ step: String, at index: Int) -> Bool { name == step || (name == nil && step == "\(index + 1)") }
}
