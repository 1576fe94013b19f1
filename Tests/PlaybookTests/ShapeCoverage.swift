import Playbooks

/// Which keys of the grammar, and which of the ways to write their values, stand in a document.
struct ShapeCoverage {
    private(set) var met: Set<String> = []

    /// `path` names what stands there: `role.tasks` and, where there are several ways to write it, which of them.
    mutating func walk(_ node: DocumentTree.Node, _ shape: Shape, _ path: String = "") {
        switch (shape, node.content) {
        case (.record(let record), .map(let entries)):
            for entry in entries {
                if let field = record.fields.first(where: { $0.key == entry.key }) {
                    met.insert("\(record.name).\(field.key)")
                    walk(entry.value, field.shape, "\(record.name).\(field.key)")
                } else if let rest = record.rest {
                    met.insert("\(record.name).…")
                    walk(entry.value, rest.shape, "\(record.name).…")
                }
            }
        case (.list(let element, _), .list(let nodes)): for node in nodes { walk(node, element, path) }
        case (.table(_, let value), .map(let entries)): for entry in entries { walk(entry.value, value, path) }
        case (.bySeverity(let value), .map(let entries)):
            met.insert("\(path) by severity")
            for entry in entries { walk(entry.value, value, path) }
        case (.bySeverity(let value), _):
            met.insert("\(path) for all")
            walk(node, value, path)
        case (.either(let scalar, _, _), .scalar): if let scalar { walk(node, scalar, mark("\(path) as text")) }
        case (.either(_, let list, _), .list): if let list { walk(node, list, mark("\(path) as list")) }
        case (.either(_, _, let map), .map): if let map { walk(node, map, mark("\(path) as map")) }
        default: return
        }
    }

    private mutating func mark(_ path: String) -> String {
        met.insert(path)
        return path
    }

    /// Everything that there is to be met.
    static func all(_ shape: Shape) -> Set<String> {
        var keys: Set<String> = []
        func visit(_ shape: Shape, _ path: String) {
            switch shape {
            case .list(let element, _): visit(element, path)
            case .table(_, let value): visit(value, path)
            case .bySeverity(let value):
                keys.formUnion(["\(path) by severity", "\(path) for all"])
                visit(value, path)
            case .either(let scalar, let list, let map):
                for (shape, way) in [(scalar, "text"), (list, "list"), (map, "map")] {
                    guard let shape else { continue }
                    keys.insert("\(path) as \(way)")
                    visit(shape, "\(path) as \(way)")
                }
            case .record, .leaf, .integer, .choice, .id, .reference, .call: return
            }
        }
        for record in records(shape) {
            for field in record.fields {
                keys.insert("\(record.name).\(field.key)")
                visit(field.shape, "\(record.name).\(field.key)")
            }
            if let rest = record.rest {
                keys.insert("\(record.name).…")
                visit(rest.shape, "\(record.name).…")
            }
        }
        return keys
    }

    /// Every record that can stand in a document, each once.
    static func records(_ shape: Shape) -> [RecordShape] {
        var found: [RecordShape] = []
        func visit(_ shape: Shape) {
            switch shape {
            case .record(let record):
                guard !found.contains(record) else { return }
                found.append(record)
                for field in record.fields { visit(field.shape) }
                if let rest = record.rest { visit(rest.shape) }
            case .list(let element, _): visit(element)
            case .table(let key, let value):
                visit(key)
                visit(value)
            case .bySeverity(let value): visit(value)
            case .either(let scalar, let list, let map): for shape in [scalar, list, map] { shape.map(visit) }
            case .leaf, .integer, .choice, .id, .reference, .call: return
            }
        }
        visit(shape)
        return found
    }
}
