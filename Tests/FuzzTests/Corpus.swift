import Foundation
import Notation
import Playbooks

/// What the rounds begin with: bodies that real senders sent, and the playbooks that come with Tocsin.
enum Corpus {
    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .appendingPathComponent("IntakeTests/Fixtures")

    /// The bodies of the recorded requests and answers, in the order of their names. There must be some.
    static func bodies() throws -> [[UInt8]] {
        var bodies: [[UInt8]] = []
        for folder in try FileManager.default.contentsOfDirectory(atPath: fixtures.path).sorted() {
            let path = fixtures.appendingPathComponent(folder)
            for file in try FileManager.default.contentsOfDirectory(atPath: path.path).sorted() {
                let record = try JSON(
                    parsing: Array(try Data(contentsOf: path.appendingPathComponent(file))), limits: .stored)
                for text in [record["body"]?.string, record["response"]?["body"]?.string] {
                    if let text, !text.isEmpty { bodies.append(Array(text.utf8)) }
                }
            }
        }
        precondition(bodies.count > 30, "The recorded requests are not in \(fixtures.path).")
        return bodies
    }

    /// In Tocsin's own format, of which nothing was recorded.
    static let generic: [[UInt8]] = [
        #"{"title":"Disk full","severity":"critical","status":"firing","dedupKey":"disk-7","service":"shop","url":"https://a.test/x","labels":{"host":"db1"},"annotations":{"note":"see there"},"startsAt":"2026-11-21T04:41:36Z"}"#,
        #"[{"title":"a"},{"title":"b","status":"resolved"},{"title":"c","status":"acknowledged"}]"#,
    ].map { Array($0.utf8) }

    /// Whole playbooks, and pieces of them that begin at a line: what a change does to a small document is not lost among a
    /// thousand lines.
    static func documents() -> [[UInt8]] {
        let pieceLength = 1_500
        return BuiltInPlaybooks.texts.flatMap { text -> [[UInt8]] in
            var pieces = [text.bytes]
            var rest = text.bytes[...]
            while let start = rest.dropFirst(pieceLength).firstIndex(of: UInt8(ascii: "\n")) {
                pieces.append(Array(rest[..<start]))
                rest = rest[rest.index(after: start)...]
            }
            return pieces
        }
    }
}
