import Notation
import Testing

@Suite struct FieldChangeTests {
    struct Case: Sendable {
        let old: JSON?
        let new: JSON?
        let sentences: [String]
    }

    static let cases = [
        Case(old: ["name": "Ana"], new: ["name": "Ana"], sentences: []),
        Case(old: ["name": "Ana"], new: ["name": "Bea"], sentences: [#"/name: "Ana" → "Bea""#]),
        Case(old: nil, new: ["name": "Ana", "plan": .null], sentences: [#"/name: nothing → "Ana""#]),
        Case(
            old: ["name": "Ana", "size": 3], new: nil, sentences: [#"/name: "Ana" → nothing"#, "/size: 3 → nothing"]),
        Case(old: ["plan": .null], new: [:], sentences: []),
        Case(old: ["a": ["b": 1]], new: ["a": ["b": 2]], sentences: ["/a/b: 1 → 2"]),
        Case(old: ["a": ["b": 1]], new: ["a": 1], sentences: [#"/a: {"b":1} → 1"#]),
        Case(old: ["x/y": 1], new: ["x/y": 2], sentences: ["/x~1y: 1 → 2"]),
        Case(old: ["words": ["a", "b"]], new: ["words": ["b"]], sentences: [#"/words: ["a","b"] → ["b"]"#]),
        // By number where there is no id, by id where there is, whatever its place.
        Case(
            old: ["rungs": [["n": 1]]], new: ["rungs": [["n": 2], ["n": 3]]],
            sentences: ["/rungs/0/n: 1 → 2", "/rungs/1/n: nothing → 3"]),
        Case(
            old: ["contacts": [["id": "a", "n": 1], ["id": "b", "n": 1]]],
            new: ["contacts": [["id": "b", "n": 1], ["id": "c", "n": 1]]],
            sentences: [
                #"/contacts/c/id: nothing → "c""#, "/contacts/c/n: nothing → 1", #"/contacts/a/id: "a" → nothing"#,
                "/contacts/a/n: 1 → nothing",
            ]),
        Case(
            old: ["roles": [["id": "a"], ["id": "b"]]], new: ["roles": [["id": "b"], ["id": "a"]]],
            sentences: [#"/roles: ["a","b"] → ["b","a"]"#]),
        // Secrets, and addresses that hold one.
        Case(old: ["secret": "one"], new: ["secret": "two"], sentences: ["/secret: changed"]),
        Case(old: ["secret": .null], new: ["secret": .null], sentences: []),
        Case(old: [:], new: ["keyHashes": ["abc"]], sentences: ["/keyHashes: changed"]),
        Case(
            old: nil, new: ["contacts": [["id": "a", "password": ["x": "y"]]]],
            sentences: [#"/contacts/a/id: nothing → "a""#, "/contacts/a/password: changed"]),
        Case(
            old: ["destination": "https://u:p@a.example.org/T0/key?k=1"], new: ["destination": "https://b.example.org"],
            sentences: [#"/destination: "https://a.example.org/…" → "https://b.example.org/…""#]),
        Case(
            old: ["destination": "https://a.example.org/one"], new: ["destination": "https://a.example.org/two"],
            sentences: ["/destination: changed"]),
        Case(
            old: ["destination": "ana@example.org"], new: ["destination": "bea@example.org"],
            sentences: [#"/destination: "ana@example.org" → "bea@example.org""#]),
    ]

    @Test(arguments: cases)
    func `what changed is said field by field, and of a secret only that it did`(example: Case) {
        #expect(FieldChange.changes(from: example.old, to: example.new).map(\.sentence) == example.sentences)
    }

    private static func record(_ changes: [FieldChange]) throws -> JSON {
        var writer = JSONWriter()
        writer.object { FieldChange.write(changes, into: &$0) }
        return try JSON(parsing: writer.text, limits: .stored)
    }

    @Test(arguments: cases)
    func `a record is read as it was written`(example: Case) throws {
        let changes = FieldChange.changes(from: example.old, to: example.new)
        #expect(FieldChange.read(try Self.record(changes)) == changes)
    }

    @Test func `a record is bounded, whatever changed`() throws {
        let long = String(repeating: "ü\"", count: 5_000)
        let many = JSON.object((0..<1_000).map { JSON.Member("field \($0)", .string(long)) })
        let changes = FieldChange.changes(from: nil, to: many)
        let record = try Self.record(changes)
        #expect(record["changes"]?.array?.count == FieldChange.mostChanges)
        #expect(record["moreChanges"] == .integer(Int64(1_000 - FieldChange.mostChanges)))
        #expect(record.text.utf8.count < 40_000)
        #expect(FieldChange.read(record) == Array(changes.prefix(FieldChange.mostChanges)))
        #expect(FieldChange.read(["before": "00"]) == [])
    }
}
