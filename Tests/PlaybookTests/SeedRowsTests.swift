import Foundation
import Playbooks
import Testing

/// The requirements of the five procedures, row by row: where the built-in playbook says it, or what of Tocsin has to do it.
/// The tables in `Fixtures` are written by hand; `docs/playbook-coverage.md` is made from them.
@Suite struct SeedRowsTests {
    struct Row {
        let id: String
        let path: String
        let status: String
        let sentence: String
    }

    static let tables: [(playbook: String, seed: String, count: Int)] = [
        ("wiretuner", "S0", 57), ("workflow", "S1", 55), ("sre", "S2", 44), ("pipeline-guard", "S3", 64),
        ("autolytiq", "S4", 54),
    ]

    private static func rows(_ playbook: String) throws -> [Row] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
        let data = try Data(contentsOf: folder.appendingPathComponent("\(playbook).rows.tsv"))
        return try String(decoding: data, as: UTF8.self).split(separator: "\n").map { line in
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            try #require(cells.count == 4, "\(line)")
            return Row(id: cells[0], path: cells[1], status: cells[2], sentence: cells[3])
        }
    }

    @Test(arguments: tables)
    func `every row of a seed is there once, in order`(playbook: String, seed: String, count: Int) throws {
        let expected = (1...count).map { "\(seed)-\($0 < 10 ? "0" : "")\($0)" }
        #expect(try Self.rows(playbook).map(\.id) == expected)
    }

    @Test(arguments: tables)
    func `the element that a row names is in the document`(playbook: String, seed: String, count: Int) throws {
        let text = try #require(BuiltInPlaybooks.text(named: playbook))
        let root = try DocumentTree(yaml: text.bytes).root
        for row in try Self.rows(playbook) {
            #expect(["here", "server", "missing"].contains(row.status), "\(row.id)")
            #expect(!row.sentence.isEmpty, "\(row.id)")
            // What nothing in the document says is a matter of the server.
            #expect(row.path != "-" || row.status != "here", "\(row.id)")
            if row.path != "-" { #expect(root.holds(row.path), "\(row.id): \(row.path)") }
        }
    }

    @Test func `nothing of the five procedures is left unsaid`() throws {
        let missing = try Self.tables.flatMap { try Self.rows($0.playbook) }.filter { $0.status == "missing" }
        #expect(missing.map(\.id) == [])
    }
}

extension DocumentTree.Node {
    /// Follows keys, and ids of the elements of lists, separated by slashes.
    fileprivate func holds(_ path: String) -> Bool {
        var node = self
        for step in path.split(separator: "/") {
            switch node.content {
            case .map(let entries):
                guard let entry = entries.first(where: { $0.key == step }) else { return false }
                node = entry.value
            case .list(let elements):
                guard let element = elements.first(where: { $0.id == String(step) }) else { return false }
                node = element
            case .scalar: return false
            }
        }
        return true
    }

    private var id: String? {
        guard case .map(let entries) = content, let id = entries.first(where: { $0.key == "id" })?.value,
            case .scalar(let scalar) = id.content
        else { return nil }
        return scalar.text
    }
}
