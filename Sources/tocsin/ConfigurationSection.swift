import Yams

/// One mapping of the configuration file, read key by key. Every fault names the file, the line and the column.
struct ConfigurationSection {
    /// A value and where it stands.
    struct Located<Value> {
        let value: Value
        let place: String
    }

    private let file: String
    private let place: String
    private let pairs: [(key: String, place: String, node: Node)]

    /// Refuses what is not a mapping, and a key that nobody reads: a misspelt setting that is quietly passed over is found
    /// out on the night when it is needed. That no key stands twice, the parser has seen to.
    init(_ node: Node, of file: String, knowing keys: [String]) throws(Failure) {
        self.file = file
        place = Self.place(of: node, in: file)
        guard case .mapping(let mapping) = node else {
            throw Failure("\(place): settings are written as `name: value`")
        }
        var pairs: [(key: String, place: String, node: Node)] = []
        for (key, value) in mapping {
            let keyPlace = Self.place(of: key, in: file)
            guard let name = key.string, keys.contains(name) else {
                let word = key.string ?? "this"
                throw Failure(
                    "\(keyPlace): \"\(word)\" is not a setting here"
                        + (Suggestion.nearest(to: word, among: keys).map { "; did you mean \($0)?" }
                            ?? "; there are \(keys.joined(separator: ", "))"))
            }
            pairs.append((name, keyPlace, value))
        }
        self.pairs = pairs
    }

    private static func place(of node: Node, in file: String) -> String {
        node.mark.map { "\(file):\($0.line):\($0.column)" } ?? file
    }

    /// Where a fault of the whole section is shown.
    var position: String { place }

    private func node(_ key: String) -> Node? {
        guard let pair = pairs.first(where: { $0.key == key }) else { return nil }
        // An empty value is YAML's null: the setting is there and not made.
        if case .scalar(let scalar) = pair.node, scalar.string.isEmpty || scalar.string == "~", scalar.style == .plain {
            return nil
        }
        return pair.node
    }

    func text(_ key: String) throws(Failure) -> Located<String>? {
        guard let node = node(key) else { return nil }
        return Located(value: try scalar(node, key), place: Self.place(of: node, in: file))
    }

    func number(_ key: String) throws(Failure) -> Located<Int>? {
        guard let text = try text(key) else { return nil }
        guard let number = Int(text.value) else { throw Failure("\(text.place): \(key) is a whole number") }
        return Located(value: number, place: text.place)
    }

    func flag(_ key: String) throws(Failure) -> Located<Bool>? {
        guard let text = try text(key) else { return nil }
        switch text.value {
        case "true": return Located(value: true, place: text.place)
        case "false": return Located(value: false, place: text.place)
        default: throw Failure("\(text.place): \(key) is true or false")
        }
    }

    /// A list; a single value is a list of one.
    func list(_ key: String) throws(Failure) -> [Located<String>]? {
        guard let node = node(key) else { return nil }
        guard case .sequence(let elements) = node else {
            return [Located(value: try scalar(node, key), place: Self.place(of: node, in: file))]
        }
        var values: [Located<String>] = []
        for element in elements {
            values.append(Located(value: try scalar(element, key), place: Self.place(of: element, in: file)))
        }
        return values
    }

    func section(_ key: String, knowing keys: [String]) throws(Failure) -> ConfigurationSection? {
        guard let node = node(key) else { return nil }
        return try ConfigurationSection(node, of: file, knowing: keys)
    }

    private func scalar(_ node: Node, _ key: String) throws(Failure) -> String {
        guard case .scalar(let scalar) = node else {
            throw Failure("\(Self.place(of: node, in: file)): \(key) is a single value")
        }
        return scalar.string
    }
}
