/// The names that a document defines, gathered before it is checked, so that a name may be used above the place where
/// it is defined.
struct Vocabulary {
    private(set) var guardNames = GuardNames()
    private(set) var templateNames = TemplateNames()
    private var ids: [NameKind: [String]] = [:]
    private var sets: [NameKind: Set<String>] = [:]

    init(_ root: DocumentTree.Node, _ shape: Shape) {
        for state in IncidentState.allCases { define(.status, state.rawValue) }
        define(.activity, Self.active)
        for clock in ClockRecord.knownIDs { define(.clock, clock) }
        gather(root, shape)
        guardNames = GuardNames(
            severities: names(.severity), types: names(.type), statuses: names(.status), fields: Self.fields(root))
        templateNames = TemplateNames(ids, titles: Self.titles(root))
    }

    /// The word for all statuses in which an incident is worked on.
    static let active = "active"

    /// In the order of the document.
    func names(_ kind: NameKind) -> [String] { ids[kind] ?? [] }

    func knows(_ kind: NameKind, _ id: String) -> Bool { sets[kind]?.contains(id) == true }

    /// The first of the kinds that has an element of that name.
    func kind(of id: String, among kinds: [NameKind]) -> NameKind? { kinds.first { knows($0, id) } }

    struct LocalName {
        let kind: NameKind
        let id: String
        let title: String?
    }

    /// The elements right inside of this record that only it can name: its questions, its parameters.
    static func localNames(of node: DocumentTree.Node, _ shape: RecordShape) -> [LocalName] {
        var names: [LocalName] = []
        for field in shape.fields {
            guard case .list(.record(let element), _) = field.shape, let value = node[field.key],
                case .list(let nodes) = value.content,
                let idField = element.fields.first(where: { $0.key == "id" }), case .id(let kind) = idField.shape,
                kind.isLocal
            else { continue }
            for node in nodes {
                if let id = node["id"]?.text { names.append(LocalName(kind: kind, id: id, title: node["title"]?.text)) }
            }
        }
        return names
    }

    // MARK: Leaves

    private mutating func define(_ kind: NameKind, _ id: String) {
        if sets[kind, default: []].insert(id).inserted { ids[kind, default: []].append(id) }
    }

    private mutating func gather(_ node: DocumentTree.Node, _ shape: Shape) {
        switch shape {
        case .record(let record): gather(node, record)
        case .list(let element, _):
            guard case .list(let nodes) = node.content else { return }
            for node in nodes { gather(node, element) }
        case .table(_, let value), .bySeverity(let value):
            guard case .map(let entries) = node.content else { return gather(node, value) }
            for entry in entries { gather(entry.value, value) }
        case .either(let scalar, let list, let map):
            switch node.content {
            case .scalar: if let scalar { gather(node, scalar) }
            case .list: if let list { gather(node, list) }
            case .map: if let map { gather(node, map) }
            }
        case .leaf, .integer, .choice, .id, .reference, .call: return
        }
    }

    private mutating func gather(_ node: DocumentTree.Node, _ record: RecordShape) {
        guard case .map(let entries) = node.content else { return }
        var kind: NameKind?
        for entry in entries {
            guard let index = record.index(of: entry.key) else { continue }
            let field = record.fields[index].shape
            if case .id(let named) = field, let id = entry.value.text {
                kind = named
                define(named, id)
            }
            gather(entry.value, field)
        }
        if kind == nil, let nameKey = record.nameKey, let id = node[nameKey]?.text,
            let index = record.index(of: "id"), case .id(let named) = record.fields[index].shape
        {
            define(named, id)
        }
    }

    /// How gaps of a message call fields and roles.
    private static func titles(_ root: DocumentTree.Node) -> [String: String] {
        var titles: [String: String] = [:]
        for (key, prefix) in [("fields", "field"), ("roles", "role")] {
            guard case .list(let nodes)? = root[key]?.content else { continue }
            for node in nodes {
                if let id = node["id"]?.text, let title = node["title"]?.text { titles["\(prefix).\(id)"] = title }
            }
        }
        return titles
    }

    /// What guards need to know about the fields, read ahead of their check: a guard may stand above them.
    private static func fields(_ root: DocumentTree.Node) -> [String: GuardNames.Field] {
        guard let list = root["fields"], case .list(let nodes) = list.content else { return [:] }
        var fields: [String: GuardNames.Field] = [:]
        for node in nodes {
            guard let id = node["id"]?.text else { continue }
            var choices: [String] = []
            if case .list(let elements)? = node["choices"]?.content { choices = elements.compactMap(\.text) }
            if case .list(let elements)? = node["variants"]?.content {
                choices = elements.compactMap { $0["id"]?.text }
            }
            let kind = node["kind"]?.text.flatMap { Playbook.Field.Kind(rawValue: $0) } ?? .text
            fields[id] = GuardNames.Field(kind, choices: choices)
            guard case .list(let metrics)? = node["metrics"]?.content else { continue }
            for metric in metrics { if let id = metric["id"]?.text { fields[id] = GuardNames.Field(.number) } }
        }
        return fields
    }
}

extension DocumentTree.Node {
    /// The value of that key; nil when this is not a map or has no such key.
    subscript(key: String) -> DocumentTree.Node? {
        guard case .map(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// The text of a scalar.
    var text: String? {
        guard case .scalar(let scalar) = content else { return nil }
        return scalar.text
    }

    /// How a sentence calls what stands here.
    var kindWords: String {
        switch content {
        case .scalar: "a text"
        case .list: "a list"
        case .map: "a map"
        }
    }
}
