/// Where the values of an element stand. The model knows the places of its elements; those of their values are looked
/// up in the document, when it is there.
struct LintPlaces {
    private let tree: DocumentTree?
    private var records: [DocumentPlace: DocumentTree.Node] = [:]

    init(_ text: [UInt8]?) {
        // A text that is no document has no places to tell; whoever read the playbook has told why.
        tree = text.flatMap { try? DocumentTree(yaml: $0) }
        if let tree { gather(tree.root) }
    }

    /// The place of the value below those keys and list indexes, or of as much of the way as there is.
    func value(of source: SourcePlace, _ keys: String...) -> DocumentPlace {
        var place = source.place
        var node = records[source.place]
        for key in keys {
            guard let next = node?.child(key) else { break }
            node = next
            place = next.place
        }
        return place
    }

    /// The place of those words in the text under that key, or of the element.
    func words(_ words: String, of source: SourcePlace, _ key: String) -> DocumentPlace {
        guard let tree, let node = records[source.place]?[key], let text = node.text else { return source.place }
        guard let offset = text.scalarOffset(of: words) else { return node.place }
        return tree.place(of: node, offset: offset)
    }

    private mutating func gather(_ node: DocumentTree.Node) {
        switch node.content {
        case .scalar: return
        case .list(let nodes): for node in nodes { gather(node) }
        case .map(let entries):
            // The outermost one that begins there is the element.
            if records[node.place] == nil { records[node.place] = node }
            for entry in entries { gather(entry.value) }
        }
    }
}

extension DocumentTree.Node {
    /// What stands under that key, or at that place of a list.
    fileprivate func child(_ key: String) -> DocumentTree.Node? {
        if case .list(let nodes) = content {
            guard let index = Int(key), nodes.indices.contains(index) else { return nil }
            return nodes[index]
        }
        return self[key]
    }
}

extension String {
    /// How many Unicode scalars stand before those words; nil when they are not there.
    fileprivate func scalarOffset(of words: String) -> Int? {
        let all = Array(unicodeScalars)
        let wanted = Array(words.unicodeScalars)
        guard !wanted.isEmpty, all.count >= wanted.count else { return nil }
        return (0...(all.count - wanted.count)).first { all[$0..<($0 + wanted.count)].elementsEqual(wanted) }
    }
}
