import Chronology
import TestSupport
import Testing

/// The vectors of the seeds' requirements: declared on Fri 2024-03-08 at 17:50 EST and resolved at 18:30, with the
/// spring change of Sun 2024-03-10 in between. Each row names the seeds that ask for it.
@Suite struct GoldenVectorTests {
    static let declared = "2024-03-08T22:50:00Z"
    static let resolved = "2024-03-08T23:30:00Z"

    struct Rule: Sendable, CustomTestStringConvertible {
        let seeds: String
        let text: String
        let roll: String
        let anchor: String
        let target: String
        let limit: String

        init(
            _ seeds: String, _ text: String, roll: String = "none", from anchor: String = declared, _ target: String,
            limit: String? = nil
        ) {
            self.seeds = seeds
            self.text = text
            self.roll = roll
            self.anchor = anchor
            self.target = target
            self.limit = limit ?? target
        }

        var testDescription: String { "\(seeds): \(text), roll \(roll)" }
    }

    @Test(arguments: [
        Rule("S2-03", "next business day by close", "2024-03-11T22:00:00Z"),
        Rule("S3-01", "next business day by open", "2024-03-11T13:00:00Z"),
        Rule("S4-04", "4 business hours", "2024-03-11T16:50:00Z"),
        Rule("S4-38", "3 business days by close", from: resolved, "2024-03-13T22:00:00Z"),
        Rule("S2-23 S4-38", "7 calendar days", from: resolved, "2024-03-15T22:30:00Z"),
        Rule("S0-42 S1-36", "48h", from: resolved, "2024-03-10T23:30:00Z"),
        Rule("S0-42 S1-36", "48h", roll: "forward", from: resolved, "2024-03-11T13:00:00Z"),
        Rule("contrast to S0-42", "2 calendar days", from: resolved, "2024-03-10T22:30:00Z"),
        Rule("S1-03", "1h..4h", "2024-03-08T23:50:00Z", limit: "2024-03-09T02:50:00Z"),
        Rule("S1-05", "72h", "2024-03-11T22:50:00Z"),
        Rule("S1-05", "3 calendar days", "2024-03-11T21:50:00Z"),
        // S3 SEV-2 in the matrix: on-call, team lead, engineering manager, CTO by either reading of "next day" (X8).
        Rule("S3-07", "immediately, within 15m", "2024-03-08T22:50:00Z", limit: "2024-03-08T23:05:00Z"),
        Rule("S3-08", "1h", "2024-03-08T23:50:00Z"),
        Rule("S3-09", "4h", "2024-03-09T02:50:00Z"),
        Rule("S3-10 X8", "next business day by open", "2024-03-11T13:00:00Z"),
        Rule("S3-10 X8", "1 calendar day at 09:00", "2024-03-09T14:00:00Z"),
        // S3 SEV-3: the team lead after 4 h of either kind.
        Rule("S3-08 X8", "4h", "2024-03-09T02:50:00Z"),
        Rule("S3-08 X8", "4 business hours", "2024-03-11T16:50:00Z"),
        // S3 SEV-4: on-call "business hours", declared when they are over.
        Rule(
            "S3-07", "immediately, within 15m", roll: "forward", from: resolved, "2024-03-11T13:00:00Z",
            limit: "2024-03-11T13:15:00Z"),
        Rule("S3-09", "next weekly-review", "2024-03-13T14:00:00Z"),
        Rule("S3-10", "next monthly-review", "2024-04-02T14:00:00Z"),
        // X3, S3-01, S4-09: acknowledge and respond are clocks of their own.
        Rule("S4-09", "5m", "2024-03-08T22:55:00Z"),
        Rule("S0-11", "immediately, within 5m", "2024-03-08T22:50:00Z", limit: "2024-03-08T22:55:00Z"),
        Rule(
            "S3-53", "1 calendar day..7 calendar days", from: resolved, "2024-03-09T23:30:00Z",
            limit: "2024-03-15T22:30:00Z"),
    ])
    func `a rule is due when the seed says`(_ row: Rule) throws {
        let notation = try WorkingHours.notation()
        let deadline = Deadline(try notation.rule(row.text), roll: try notation.roll(row.roll))
        let due = deadline.due(from: try .at(row.anchor), in: .init(zone: notation.zone))
        #expect([due.target, due.limit] == [try .at(row.target), try .at(row.limit)])
    }

    struct Ladder: Sendable, CustomTestStringConvertible {
        let seeds: String
        let steps: [String]
        let isDwell: Bool
        let anchor: String
        let due: [String]

        init(_ seeds: String, _ steps: [String], dwell: Bool = false, from anchor: String = declared, _ due: [String]) {
            self.seeds = seeds
            self.steps = steps
            self.isDwell = dwell
            self.anchor = anchor
            self.due = due
        }

        var testDescription: String { "\(seeds): \(steps.joined(separator: ", "))\(isDwell ? ", dwelling" : "")" }
    }

    /// A ladder that counts dwell is anchored, rung by rung, where the rung before was due (X6).
    @Test(arguments: [
        Ladder(
            "S2-29", ["15m", "30m", "1h"], dwell: true,
            ["2024-03-08T23:05:00Z", "2024-03-08T23:35:00Z", "2024-03-09T00:35:00Z"]),
        Ladder("X6", ["15m", "30m", "1h"], ["2024-03-08T23:05:00Z", "2024-03-08T23:20:00Z", "2024-03-08T23:50:00Z"]),
        Ladder(
            "S2-29 with progress at 18:00", ["15m", "30m", "1h"], dwell: true, from: "2024-03-08T23:00:00Z",
            ["2024-03-08T23:15:00Z", "2024-03-08T23:45:00Z", "2024-03-09T00:45:00Z"]),
        Ladder(
            "X5, the matrix of S3 SEV-1", ["immediately", "15m", "30m", "1h"],
            ["2024-03-08T22:50:00Z", "2024-03-08T23:05:00Z", "2024-03-08T23:20:00Z", "2024-03-08T23:50:00Z"]),
        Ladder(
            "X5 S3-43, the levels", ["immediately", "30m", "1h", "2h"],
            ["2024-03-08T22:50:00Z", "2024-03-08T23:20:00Z", "2024-03-08T23:50:00Z", "2024-03-09T00:50:00Z"]),
        Ladder(
            "S4-15, P1", ["immediately", "30m", "1h", "2h"],
            ["2024-03-08T22:50:00Z", "2024-03-08T23:20:00Z", "2024-03-08T23:50:00Z", "2024-03-09T00:50:00Z"]),
    ])
    func `a ladder is climbed when the seed says`(_ ladder: Ladder) throws {
        let notation = try WorkingHours.notation()
        var anchor = try Instant.at(ladder.anchor)
        var due: [Instant] = []
        for step in ladder.steps {
            let target = try #require(try notation.rule(step).due(from: anchor, in: .init(zone: notation.zone)).target)
            due.append(target)
            if ladder.isDwell { anchor = target }
        }
        #expect(due == (try ladder.due.map { try .at($0) }))
    }

    struct Update: Sendable, CustomTestStringConvertible {
        let seeds: String
        let every: String
        let roll: Cadence.Overrun
        let last: String
        let target: String
        let limit: String

        init(
            _ seeds: String, _ every: String, _ roll: Cadence.Overrun, last: String, _ target: String,
            limit: String? = nil
        ) {
            self.seeds = seeds
            self.every = every
            self.roll = roll
            self.last = last
            self.target = target
            self.limit = limit ?? target
        }

        var testDescription: String { "\(seeds): every \(every), \(roll)" }
    }

    @Test(arguments: [
        Update("S3-33", "30m", .open, last: declared, "2024-03-11T13:00:00Z"),
        Update("S3-33", "30m", .carry, last: declared, "2024-03-11T13:20:00Z"),
        Update("S3-34", "2h", .open, last: "2024-03-08T22:00:00Z", "2024-03-11T13:00:00Z"),
        Update("S3-34", "2h", .carry, last: "2024-03-08T22:00:00Z", "2024-03-11T14:00:00Z"),
        Update("S3-35", "business day", .open, last: "2024-03-08T15:00:00Z", "2024-03-11T14:00:00Z"),
        Update(
            "S1-29", "15m..30m", .open, last: "2024-03-08T22:40:00Z", "2024-03-08T22:55:00Z",
            limit: "2024-03-11T13:00:00Z"),
        Update(
            "S1-29", "15m..30m", .carry, last: "2024-03-08T22:40:00Z", "2024-03-08T22:55:00Z",
            limit: "2024-03-11T13:10:00Z"),
    ])
    func `the next update is owed when the seed says`(_ row: Update) throws {
        let notation = try WorkingHours.notation()
        let cadence = try Cadence(every: notation.interval(row.every), within: notation.standard, roll: row.roll)
        let due = cadence.next(after: try .at(row.last), in: .init(zone: .utc))
        #expect([due.target, due.limit] == [try .at(row.target), try .at(row.limit)])
    }

    /// P2 becomes P1 at minute 45: what P1 owes after 30 minutes is past due by the old anchor, and not yet by a new one.
    @Test func `a change of severity keeps the anchor or begins anew`() throws {
        let (declared, changed) = try (Instant.at(Self.declared), Instant.at("2024-03-08T23:35:00Z"))
        let dues = Reclassification.allCases.map { choice in
            TimeRule.elapsed(.minutes(30)).due(
                from: choice.anchor(was: declared, changedAt: changed), in: .init(zone: .utc)
            ).target
        }
        #expect(dues == [try .at("2024-03-08T23:20:00Z"), try .at("2024-03-09T00:05:00Z")])
        #expect(Reclassification.rebase.anchor(was: changed, changedAt: declared) == changed)
    }
}
