import Chronology
import Engine
import Notation
import Storage
import Testing

/// R10: rows are what their events come to, and where somebody changed one it is named.
@Suite struct ReplayTests {
    struct Tampering: CustomTestStringConvertible, Sendable {
        let statement: String
        /// The ends of the sentences, for the ids in their subjects are made in each run.
        let found: [String]
        var testDescription: String { statement }
    }

    /// On an alert that declared an incident, whose page was acknowledged, and an alert that pages by itself.
    static let tamperings = [
        Tampering(statement: "UPDATE meta SET value = value", found: []),
        Tampering(
            statement: "UPDATE incident SET status = 'closed', is_open = 0",
            found: [
                #"status is listed as "closed", and is "declared" by its events"#,
                "is_open is listed as no, and is yes by its events",
            ]),
        Tampering(
            statement: "UPDATE incident SET title = 'Nothing'",
            found: [#"title is listed as "Nothing", and is "Trouble with db" by its events"#]),
        Tampering(
            statement: "UPDATE incident SET service = NULL",
            found: [#"service is listed as nothing, and is "svc_shop" by its events"#]),
        Tampering(
            statement: "UPDATE incident SET body = '{\"kind\":\"drill\",\"alerts\":1}'",
            found: [#"kind is listed as "drill", and is "real" by its events"#]),
        Tampering(
            statement: "UPDATE incident SET body = '[]'", found: ["it cannot be read: body: is not an object"]),
        Tampering(
            statement: "UPDATE incident SET declared_at = 0",
            found: [
                "declared_at is listed as 1970-01-01T00:00:00Z, and is 2027-01-15T08:00:00Z by its events"
            ]),
        Tampering(
            statement: "UPDATE page SET phase = 'climbing' WHERE phase = 'acknowledged'",
            found: [#"phase is listed as "climbing", and is "acknowledged" by its events"#]),
        Tampering(
            statement: "DELETE FROM timer",
            found: ["its next step is set for nothing, and is due at 2027-01-15T08:05:00Z by its events"]),
        Tampering(
            statement: "UPDATE alert SET state = 'firing' WHERE state = 'acknowledged'",
            found: [#"state is listed as "firing", and is "acknowledged" by its events"#]),
        Tampering(
            statement: "UPDATE alert SET body = replace(body, 'user:usr_ana', 'user:usr_ben')",
            found: [#"acknowledgedBy is listed as "user:usr_ben", and is "user:usr_ana" by its events"#]),
        Tampering(statement: "DELETE FROM incident", found: ["it has events and is not listed"]),
        Tampering(
            statement: "DELETE FROM event WHERE stream LIKE 'incident/%'", found: ["it is listed and has no events"]),
        Tampering(
            statement: """
                DELETE FROM event WHERE stream LIKE 'incident/%' AND version = \
                (SELECT max(version) FROM event e WHERE e.stream LIKE 'incident/%')
                """,
            found: ["version is listed as {last}, and is {before} by its events"]),
        Tampering(
            statement: "DELETE FROM event WHERE stream LIKE 'incident/%' AND version = 1",
            found: ["it cannot be read: events: the first of them is missing"]),
    ]

    private static func compare(_ desk: Desk) async throws -> [Replay.Difference] {
        try await desk.store.read { connection in
            var differences: [Replay.Difference] = []
            try Replay.compareAll(excluding: [], on: connection) { differences.append($0) }
            return differences
        }
    }

    @Test(arguments: tamperings)
    func `a row that is not what its events say is named`(tampering: Tampering) async throws {
        let desk = try await Desk()
        let first = try await desk.receive(desk.signal("db", severity: "critical"))
        let last = try await desk.incident(try await desk.alert(first.alerts.first).alert.incident).version
        let other = try await desk.receive(desk.signal("disk"))
        try await desk.command(.acknowledgeAlert(try #require(other.alerts.first)))
        try await desk.store.write(.engine) { try $0.execute(tampering.statement) }
        let expected = tampering.found.map {
            $0.replacing("{last}", with: "\(last)").replacing("{before}", with: "\(last - 1)")
        }
        let found = try await Self.compare(desk).map(\.sentence)
        #expect(found == expected)
    }
}
