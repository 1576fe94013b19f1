import Alerting
import Foundation
import Intake
import Notation
import Testing

@Suite struct FingerprintTests {
    /// Every alert of every recorded webhook body and API answer that states its fingerprint.
    private func recorded() throws -> [(labels: [Label], fingerprint: String)] {
        var alerts: [JSON] = []
        for fixture in try Fixture.all(in: "webhook") {
            alerts += try JSON(parsing: fixture.body, limits: .intake).elements("alerts")
        }
        let answers = try Fixture.all(in: "api-answers", where: { $0.hasPrefix("get-") }) + Fixture.all(in: "amtool")
        for fixture in answers {
            guard let answer = fixture.answer, answer.status == 200, answer.body.hasPrefix("[") else { continue }
            alerts += try JSON(parsing: answer.body, limits: .intake).array ?? []
        }
        return try alerts.map { alert in
            let labels = try #require(alert["labels"]?.members)
            return (labels.map { Label($0.name, $0.value.string ?? "") }, try alert.text("fingerprint"))
        }
    }

    @Test func `it is Alertmanager's on every recorded alert, whatever the order of the labels`() throws {
        var random = SeededGenerator("fingerprints")
        let alerts = try recorded()
        #expect(alerts.count > 60)
        for (labels, fingerprint) in alerts {
            #expect(Fingerprint(labels).text == fingerprint)
            #expect(Fingerprint(labels.shuffled(using: &random)).text == fingerprint)
            #expect(Fingerprint(text: fingerprint) == Fingerprint(labels))
        }
    }

    @Test func `it tells apart what runs together as text`() {
        let sets: [[Label]] = [
            [], [Label("a", "bc")], [Label("ab", "c")], [Label("a", "b"), Label("c", "d")], [Label("a", "bcd")],
            [Label("é", "x")], [Label("e\u{301}", "x")],
        ]
        #expect(Set(sets.map { Fingerprint($0).text }).count == sets.count)
        #expect(Fingerprint([]).text == "cbf29ce484222325")
    }

    @Test func `only 16 hexadecimal digits are a fingerprint`() {
        #expect(Fingerprint(text: "00000000000000AF")?.text == "00000000000000af")
        for text in [
            "", "f", "b0fcddf1d15e68b", "b0fcddf1d15e68b00", "b0fcddf1d15e68bg", "+0fcddf1d15e68b0", "0x00000000000000",
        ] {
            #expect(Fingerprint(text: text) == nil)
        }
    }
}
