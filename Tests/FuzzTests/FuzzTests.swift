import Alerting
import Chronology
import Foundation
import Intake
import Notation
import Playbooks
import Testing

/// The readers of what strangers send and people write, on texts that nobody would write (S77). A reader may refuse anything;
/// it must not trap, must not contradict itself, and what it gives must keep its promises.
@Suite struct FuzzTests {
    private static let receivedAt = Instant(seconds: 1_795_222_284)

    @Test func `the intake readers refuse a damaged body or give signals that keep their promises`() throws {
        let campaign = try Campaign("intake")
        var given = 0
        try campaign.run(try Corpus.bodies() + Corpus.generic) { body, round in
            let first = read(body, round)
            #expect(first == read(body, round), "read twice, \(round)")
            given += first.count
            for signal in first where !isSound(signal) { Issue.record("\(round): \(signal)") }
        }
        // Mutations that only ever broke the text would prove little.
        #expect(given > campaign.rounds / 10)
    }

    private func read(_ body: [UInt8], _ round: String) -> [Signal] {
        let posting = AlertmanagerAPI.post(body, contentType: "application/json", receivedAt: Self.receivedAt)
        #expect((200..<500).contains(posting.answer.status), "\(round)")
        var signals = posting.result.signals
        for result in [
            Result(catching: { try AlertmanagerWebhook.read(body) }),
            Result(catching: { try GenericJSON.read(body, receivedAt: Self.receivedAt) }),
        ] {
            switch result {
            case .success(let result): signals += result.signals
            case .failure(let fault): #expect((fault as? InputFault)?.reason.isEmpty == false, "\(round)")
            }
        }
        return signals
    }

    private func isSound(_ signal: Signal) -> Bool {
        let sets = [signal.labels, signal.annotations]
        return !signal.dedupKey.isEmpty && !signal.title.isEmpty && signal.title.unicodeScalars.count <= 1_024
            && sets.allSatisfy { $0 == $0.sorted() && Set($0.map(\.name)).count == $0.count }
            && signal.labels.allSatisfy { !$0.name.isEmpty && !$0.value.isEmpty }
            && (signal.status == .resolved ? signal.expiresAt == nil : signal.endsAt == nil)
    }

    @Test func `the JSON reader gives a value that is written and read again as it is, or a fault with its place`()
        throws
    {
        let campaign = try Campaign("JSON")
        var given = 0
        try campaign.run(try Corpus.bodies() + Corpus.generic) { body, round in
            for limits in [JSONLimits.intake, .api, .stored] {
                do {
                    let value = try JSON(parsing: body, limits: limits)
                    given += 1
                    #expect(try JSON(parsing: value.text, limits: .stored) == value, "\(round)")
                } catch let fault as InputFault {
                    #expect(!fault.reason.isEmpty, "\(round)")
                }
            }
        }
        #expect(given > campaign.rounds / 10)
    }

    @Test func `the survey of YAML gives a tree or a fault with its place, twice the same`() throws {
        let campaign = try Campaign("YAML", cost: 2)
        var given = 0
        try campaign.run(Corpus.documents()) { document, round in
            let first = Result(catching: { try DocumentTree(yaml: document).root })
            let second = Result(catching: { try DocumentTree(yaml: document).root })
            switch (first, second) {
            case (.success(let one), .success(let other)):
                given += 1
                #expect(one == other, "\(round)")
            case (.failure(let one), .failure(let other)):
                let fault = try #require(one as? PlaybookFault, "\(round)")
                #expect(fault == other as? PlaybookFault, "\(round)")
                #expect(fault.line > 0 && fault.column > 0 && !fault.sentence.isEmpty, "\(round): \(fault)")
            default: Issue.record("read once and refused once, \(round)")
            }
        }
        #expect(given > campaign.rounds / 20)
    }

    @Test func `a damaged playbook has faults, or is one`() throws {
        // No zones: what the machine has of them is another reader's matter.
        let campaign = try Campaign("playbook", cost: 20)
        try campaign.run(BuiltInPlaybooks.texts.map(\.bytes)) { document, round in
            let reading = Playbook.read(document, zone: { _ in nil })
            #expect((reading.playbook == nil) == !reading.errors.isEmpty, "\(round)")
        }
    }
}
