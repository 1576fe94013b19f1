import Alerting
import Chronology
import Intake
import Notation
import Testing

/// A title wakes somebody: by mail, on a page, in a terminal. Whoever writes it may be hostile (F20).
@Suite struct HostileTitleTests {
    private static let receivedAt = Instant(seconds: 1_795_222_271)

    /// Embeddings, overrides, isolates and what ends them (Unicode Standard Annex 9, §2).
    private static let turning: [Unicode.Scalar] =
        Array(0x202a...0x202e).compactMap(Unicode.Scalar.init) + Array(0x2066...0x2069).compactMap(Unicode.Scalar.init)

    private static func titles(of title: String) throws -> [String] {
        let labels: JSON = ["alertname": "A", "severity": "critical"]
        let start: JSON = "2026-11-21T00:00:00Z"
        let alert: JSON = ["labels": labels, "annotations": ["summary": .string(title)], "startsAt": start]
        let webhook: JSON = [
            "version": "4", "status": "firing",
            "alerts": [
                [
                    "status": "firing", "labels": labels, "annotations": ["summary": .string(title)],
                    "startsAt": start,
                ]
            ],
        ]
        let generic: JSON = ["title": .string(title)]
        let results = [
            try AlertmanagerWebhook.read(Array(webhook.text.utf8)),
            AlertmanagerAPI.post(
                Array(JSON.array([alert]).text.utf8), contentType: "application/json", receivedAt: receivedAt
            ).result,
            try GenericJSON.read(Array(generic.text.utf8), receivedAt: receivedAt),
        ]
        return results.flatMap { $0.signals.map(\.title) }
    }

    @Test func `marks that turn the direction of reading are taken out of a title in every dialect`() throws {
        #expect(Self.turning.count == 9)
        for mark in Self.turning {
            let titles = try Self.titles(of: "disk \(mark)gnp.exe on db-1")
            #expect(titles == Array(repeating: "disk \u{fffd}gnp.exe on db-1", count: 3), "U+\(mark.value)")
        }
    }

    @Test func `writing from right to left stays as it was written`() throws {
        // Letters have a direction of their own; a mark between them, U+200F, turns nothing around.
        let title = "القرص ممتلئ\u{200f} (db-1) דיסק"
        #expect(try Self.titles(of: title) == Array(repeating: title, count: 3))
    }
}
