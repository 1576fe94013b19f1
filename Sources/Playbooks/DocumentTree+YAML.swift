import Yams

extension DocumentTree {
    /// Reads one YAML document in UTF-8.
    ///
    /// - Throws: a `PlaybookFault` with the place of what is wrong. Whatever the bytes are, it ends within time that
    ///   grows with the limits of `DocumentLimits`, and never traps.
    public init(yaml bytes: [UInt8]) throws(PlaybookFault) {
        let source = try DocumentBytes(bytes)
        try YAMLSurvey.check(source.utf8)
        let text = String(decoding: source.utf8, as: UTF8.self)
        do {
            // The encoding is named, since the default is looked up in the environment. Without rules for types the
            // resolver leaves every scalar a text.
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            guard let node = try parser.singleRoot() else {
                throw PlaybookFault(.emptyDocument, at: .start, "the document is empty: it begins with \"playbook:\"")
            }
            var composer = Composer()
            root = try composer.node(node, depth: 1)
        } catch let fault as PlaybookFault {
            throw fault
        } catch let error as YamlError {
            throw Self.fault(error, in: source)
        } catch {
            throw PlaybookFault(.syntax, at: .start, "this is not a YAML document: \(error)")
        }
        self.source = source
    }

    /// Turns the library's nodes into ours and counts them, wherever an alias repeats one.
    private struct Composer {
        var count = 0

        mutating func node(_ node: Yams.Node, depth: Int) throws(PlaybookFault) -> DocumentTree.Node {
            let place = DocumentPlace(node.mark)
            count += 1
            guard count <= DocumentLimits.nodes else { throw YAMLSurvey.tooMany(place) }
            guard depth <= DocumentLimits.depth else { throw YAMLSurvey.tooDeep(place) }
            switch node {
            case .scalar(let scalar):
                return DocumentTree.Node(
                    .scalar(DocumentTree.Scalar(scalar.string, style: DocumentTree.Style(scalar.style))), at: place)
            case .sequence(let sequence):
                var elements: [DocumentTree.Node] = []
                for element in sequence { elements.append(try self.node(element, depth: depth + 1)) }
                return DocumentTree.Node(.list(elements), at: place)
            case .mapping(let mapping):
                var entries: [DocumentTree.Entry] = []
                for (key, value) in mapping {
                    let keyPlace = DocumentPlace(key.mark)
                    guard case .scalar(let scalar) = key else {
                        // The survey refuses these before the library hashes them; a test looks for this sentence.
                        throw PlaybookFault(.complexKey, at: keyPlace, "this key is a list or a map: write a word")
                    }
                    guard scalar.string != "<<" || scalar.style != .plain else {
                        throw PlaybookFault(
                            .mergeKey, at: keyPlace,
                            "merge keys (<<) are not read: write the keys out, or use an alias as a value")
                    }
                    entries.append(
                        DocumentTree.Entry(scalar.string, at: keyPlace, try self.node(value, depth: depth + 1)))
                }
                return DocumentTree.Node(.map(entries), at: place)
            case .alias:
                // The parser puts what an alias names in its place.
                throw PlaybookFault(.unknownAnchor, at: place, "there is no anchor of that name above")
            }
        }
    }

    // MARK: What the library refuses

    private static func fault(_ error: YamlError, in source: DocumentBytes) -> PlaybookFault {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
            return PlaybookFault(
                .syntax, at: DocumentPlace(mark),
                "this is not YAML (\(problem)): look at the brackets, quotes and spaces here")
        case .composer(_, let problem, let mark, _):
            // The survey has seen an anchor of that name above, so the alias stands inside of what it names.
            return PlaybookFault(
                problem.contains("undefined alias") ? .anchorCycle : .severalDocuments, at: DocumentPlace(mark),
                problem.contains("undefined alias")
                    ? "this alias stands inside of what it repeats: it would never end"
                    : "here begins another document: put every playbook into its own file")
        case .duplicatedKeysInMapping(let names, let context):
            let first = DocumentPlace(context.mark)
            let name = names.first ?? ""
            return PlaybookFault(
                .duplicateKey, at: source.repetition(of: name, after: first) ?? first,
                "the key \"\(name)\" is already in line \(first.line): every key stands once")
        case .no, .memory, .reader, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            return PlaybookFault(.syntax, at: .start, "this is not a YAML document: \(error)")
        }
    }
}

extension DocumentBytes {
    /// Where a key of a block stands again, which the library does not tell: on a later line, at the same column, with
    /// nothing between that is indented less. Nil inside of brackets.
    fileprivate func repetition(of key: String, after first: DocumentPlace) -> DocumentPlace? {
        let forms = [key, "\"\(key)\"", "'\(key)'"].map { Array(($0 + ":").utf8) }
        var number = first.line + 1
        while number <= lineStarts.count {
            let line = line(number)
            let spaces = line.prefix { $0 == 0x20 }.count
            let rest = line.dropFirst(spaces)
            let isEmpty = rest.isEmpty || rest.first == UInt8(ascii: "#")
            if !isEmpty {
                if spaces < first.column - 1 { return nil }
                if spaces == first.column - 1, forms.contains(where: rest.starts(with:)) {
                    return DocumentPlace(line: number, column: first.column)
                }
            }
            number += 1
        }
        return nil
    }
}

extension DocumentPlace {
    fileprivate init(_ mark: Mark?) {
        self = mark.map { DocumentPlace(line: $0.line, column: $0.column) } ?? .start
    }
}

extension DocumentTree.Style {
    fileprivate init(_ style: Yams.Node.Scalar.Style) {
        switch style {
        case .any, .plain: self = .plain
        case .singleQuoted, .doubleQuoted: self = .quoted
        case .literal: self = .literal
        case .folded: self = .folded
        }
    }
}
