import Playbooks
import Testing
import Yams

/// What we take of YAML is what the library understands by it, and what could harm the library never reaches it.
@Suite struct DocumentTreeDifferentialTests {
    /// Signs that mean something in YAML, and a few that do not, often enough side by side.
    private static let pieces = [
        "a", "b", "key", "é", "-", "- ", ": ", ":", "\n", "\n", "\n  ", "\n    ", "  ", " ", "[", "]", "{", "}", ",",
        ", ", "*x", "&x ",
        "&y ", "*y", "|\n", "|-\n  ", ">\n ", "'", "\"", "''", "\\n", " #", "#", "? ", "?", "!t ", "---", "...", "\t",
        "key: ", "\n- ",
        "\nkey: ", "0", "%", "@", "<<", "\\", "|2\n",
    ]

    static func randomText(_ generator: inout SeededGenerator) -> String {
        (0..<Int.random(in: 1...24, using: &generator)).map { _ in
            pieces[Int.random(in: 0..<pieces.count, using: &generator)]
        }
        .joined()
    }

    /// Why a text that the library reads may still be refused: because of what a playbook has no use for.
    private static let narrower: Set<PlaybookFault.Code> = [
        .complexKey, .mergeKey, .tag, .directive, .duplicateAnchor, .misplacedAnchor, .severalDocuments, .emptyDocument,
    ]

    /// Nil when the text is as it should be.
    static func difference(_ text: String) -> String? {
        let ours = Result { try DocumentTree(yaml: Array(text.utf8)) }
        let theirs = Result { try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot() }
        switch (ours, theirs) {
        case (.success(let tree), .success(let node?)):
            return node.isSame(as: tree.root) ? nil : "read as \(tree.root.content)"
        case (.success(let tree), .success(nil)), (.success(let tree), .failure):
            return "let through as \(tree.root.content)"
        case (.failure, .failure), (.failure, .success(nil)): return nil
        case (.failure(let error), .success):
            guard let fault = error as? PlaybookFault else { return "\(error)" }
            if fault.sentence.contains("this key is a list or a map") {
                return "a key that is no word reached the library"
            }
            // A second colon, and a sign that begins no text, are refused by both or asked to be quoted.
            return narrower.contains(fault.code) ? nil : fault.description
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `random texts are read as the library reads them, or refused`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<3_000 {
            let text = Self.randomText(&generator)
            guard let difference = Self.difference(text) else { continue }
            Issue.record("seed \(seed), \(text.debugDescription): \(difference)")
            return
        }
    }
}

extension Yams.Node {
    /// Whether texts, lists, maps and their order are those of the other.
    func isSame(as other: DocumentTree.Node) -> Bool {
        switch (self, other.content) {
        case (.scalar(let ours), .scalar(let theirs)): ours.string == theirs.text
        case (.sequence(let ours), .list(let theirs)):
            ours.count == theirs.count && zip(ours, theirs).allSatisfy { $0.isSame(as: $1) }
        case (.mapping(let ours), .map(let theirs)):
            ours.count == theirs.count
                && zip(ours, theirs).allSatisfy { $0.key.string == $1.key && $0.value.isSame(as: $1.value) }
        default: false
        }
    }
}
