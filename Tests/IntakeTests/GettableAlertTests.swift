import Alerting
import Chronology
import Foundation
import Intake
import Notation
import Testing

@Suite struct GettableAlertTests {
    @Test func `every recorded answer is written again byte for byte, but for the member that came later`() throws {
        var count = 0
        let fixtures = try Fixture.all(in: "api-answers", where: { $0.hasPrefix("get-") }) + Fixture.all(in: "amtool")
        for fixture in fixtures {
            guard let answer = fixture.answer, answer.status == 200, answer.body.hasPrefix("[") else { continue }
            let alerts = try #require(try JSON(parsing: answer.body, limits: .intake).array).map(read)
            count += alerts.count
            let written = String(decoding: GettableAlert.body(alerts.reversed()), as: UTF8.self)
            // Alertmanager keeps the offset of the sender; ours are all in UTC, as its documentation says.
            let expected = answer.body.replacingOccurrences(
                of: "2024-01-02T03:04:05.678+02:00", with: "2024-01-02T01:04:05.678Z")
            #expect(written.replacingOccurrences(of: #""mutedBy":[],"#, with: "") == expected, "\(fixture)")
        }
        #expect(count > 30)
    }

    private func read(_ json: JSON) throws -> GettableAlert {
        func labels(_ name: String) throws -> [Label] {
            try #require(json[name]?.members).map { Label($0.name, $0.value.string ?? "") }
        }
        let status = try #require(json["status"])
        return GettableAlert(
            fingerprint: try json.text("fingerprint"), labels: try labels("labels"),
            annotations: try labels("annotations"), startsAt: try at(json.text("startsAt")),
            endsAt: try at(json.text("endsAt")), updatedAt: try at(json.text("updatedAt")),
            generatorURL: json["generatorURL"]?.string,
            receivers: try json.elements("receivers").map { try $0.text("name") },
            state: try #require(GettableAlert.State(rawValue: status.text("state"))),
            silencedBy: try status.elements("silencedBy").compactMap(\.string),
            inhibitedBy: try status.elements("inhibitedBy").compactMap(\.string))
    }

    @Test func `times have three decimals and are cut, and mutedBy is always there`() throws {
        let alert = GettableAlert(
            fingerprint: "0000000000000001", labels: [Label("a", "<b>")], startsAt: Instant(microseconds: 1_999_999),
            endsAt: Instant(seconds: 60), updatedAt: .epoch, receivers: ["x"], state: .suppressed, mutedBy: ["night"])
        #expect(
            String(decoding: GettableAlert.body([alert]), as: UTF8.self)
                == #"[{"annotations":{},"endsAt":"1970-01-01T00:01:00.000Z","fingerprint":"0000000000000001","#
                + #""receivers":[{"name":"x"}],"startsAt":"1970-01-01T00:00:01.999Z","status":{"inhibitedBy":[],"#
                + #""mutedBy":["night"],"silencedBy":[],"state":"suppressed"},"updatedAt":"1970-01-01T00:00:00.000Z","#
                + #""labels":{"a":"<b>"}}]"# + "\n")
        #expect(GettableAlert.body([]) == Array("[]\n".utf8))
    }
}
