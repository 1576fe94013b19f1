import Alerting
import Chronology
import Intake
import Notation
import Testing

@Suite struct IntakePropertyTests {
    private let receivedAt = Instant(seconds: 1_795_222_284)

    private func post(_ body: [UInt8]) -> AlertmanagerAPI.Posting {
        AlertmanagerAPI.post(body, contentType: "application/json", receivedAt: receivedAt)
    }

    /// Every body that was recorded, once.
    private func bodies() throws -> [[UInt8]] {
        let posts =
            try Fixture.all(in: "prometheus") + Fixture.all(in: "api-answers", where: { $0.hasPrefix("post-") })
        var seen: Set<[UInt8]> = []
        return (try Fixture.all(in: "webhook").map(\.body) + posts.map(\.body)).filter { seen.insert($0).inserted }
    }

    @Test func `R13: any order of the alerts, with any repeats, gives the same signals`() throws {
        var random = SeededGenerator("orders and repeats")
        var alerts: [JSON] = []
        for fixture in try Fixture.all(in: "webhook") {
            alerts += try JSON(parsing: fixture.body, limits: .intake).elements("alerts")
        }
        let expected = Set(try read(alerts))
        #expect(expected.count > 15)
        for round in 0..<200 {
            let repeats = (0..<Int.random(in: 0...20, using: &random)).compactMap { _ in
                alerts.randomElement(using: &random)
            }
            let order = (alerts + repeats).shuffled(using: &random).map { $0.shuffled(using: &random) }
            #expect(Set(try read(order)) == expected, "seed \(random.seed), round \(round)")
        }
    }

    private func read(_ alerts: [JSON]) throws -> [Signal] {
        try AlertmanagerWebhook.read(Array((["alerts": .array(alerts)] as JSON).text.utf8)).signals
    }

    @Test func `R13: any split of a batch into requests gives the same signals`() throws {
        var random = SeededGenerator("batches")
        let alerts = try #require(try JSON(parsing: Fixture("prometheus/batch-64-c").body, limits: .intake).array)
        let expected = Set(post(Array(JSON.array(alerts).text.utf8)).result.signals)
        #expect(expected.count == alerts.count)
        for _ in 0..<100 {
            var rest = alerts.shuffled(using: &random)[...]
            var signals: Set<Signal> = []
            while !rest.isEmpty {
                let batch = rest.prefix(Int.random(in: 1...8, using: &random))
                rest = rest.dropFirst(batch.count)
                signals.formUnion(post(Array(JSON.array(Array(batch)).text.utf8)).result.signals)
            }
            #expect(signals == expected, "seed \(random.seed)")
        }
    }

    @Test func `a recorded body cut off anywhere is refused and gives nothing`() throws {
        for body in try bodies() where body.count > 4 && body.count < 2_000 {
            let text = body.last == 0x0a ? body.dropLast() : body[...]
            // One recorded body was broken to begin with.
            guard case .success = Result(catching: { try JSON(parsing: Array(text), limits: .intake) }) else {
                continue
            }
            for length in text.indices {
                let cut = Array(text[..<length])
                #expect(throws: InputFault.self) { try AlertmanagerWebhook.read(cut) }
                #expect(throws: InputFault.self) { try GenericJSON.read(cut, receivedAt: receivedAt) }
                let posting = post(cut)
                #expect(posting.result.signals == [] && posting.answer.status >= 400)
            }
        }
    }

    @Test func `a damaged body is refused or gives signals that keep their promises`() throws {
        var random = SeededGenerator("damaged bodies")
        let bodies = try bodies()
        let interesting = Array("{}[]\",:\\u0189.-eE \n\u{0}\u{1b}tfn".utf8) + [0x80, 0xc2, 0xed, 0xf0, 0xff]
        var count = 0
        for round in 0..<6_000 {
            var body = bodies[round % bodies.count]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                guard let index = body.indices.randomElement(using: &random) else { break }
                switch Int.random(in: 0..<4, using: &random) {
                case 0: body[index] = UInt8.random(in: .min ... .max, using: &random)
                case 1: body[index] = interesting.randomElement(using: &random) ?? 0
                case 2: body.removeSubrange(index..<min(body.count, index + Int.random(in: 1...30, using: &random)))
                default:
                    let end = min(body.count, index + Int.random(in: 1...60, using: &random))
                    body.insert(contentsOf: body[index..<end], at: index)
                }
            }
            let posting = post(body)
            let webhook = Result { try AlertmanagerWebhook.read(body).signals }
            let generic = Result { try GenericJSON.read(body, receivedAt: receivedAt).signals }
            for signal in [.success(posting.result.signals), webhook, generic].flatMap(signals(of:)) {
                count += 1
                #expect(isSound(signal), "seed \(random.seed), round \(round): \(signal)")
            }
            #expect((200..<500).contains(posting.answer.status))
        }
        #expect(count > 500)
    }

    /// A refusal is one of the two right outcomes, and gives none.
    private func signals(of outcome: Result<[Signal], any Error>) -> [Signal] {
        switch outcome {
        case .success(let signals): signals
        case .failure: []
        }
    }

    /// What every signal promises, whatever it was read from.
    private func isSound(_ signal: Signal) -> Bool {
        let sets = [signal.labels, signal.annotations]
        return !signal.dedupKey.isEmpty && !signal.title.isEmpty && signal.title.unicodeScalars.count <= 1_024
            && !signal.title.contains { $0.isNewline }
            && sets.allSatisfy { $0 == $0.sorted() && Set($0.map(\.name)).count == $0.count }
            && signal.labels.allSatisfy { !$0.name.isEmpty && !$0.value.isEmpty }
            && (sets.flatMap { $0 }.map { $0.name + $0.value } + [signal.title]).allSatisfy { text in
                text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control || $0 == "\t" || $0 == "\n" }
            }
            && (signal.status == .resolved ? signal.expiresAt == nil : signal.endsAt == nil)
    }
}

extension JSON {
    /// The same value with the members of every object in another order.
    fileprivate func shuffled(using random: inout SeededGenerator) -> JSON {
        switch self {
        case .object(let members):
            var shuffled: [Member] = []
            for member in members { shuffled.append(Member(member.name, member.value.shuffled(using: &random))) }
            return .object(shuffled.shuffled(using: &random))
        case .array(let elements):
            var shuffled: [JSON] = []
            for element in elements { shuffled.append(element.shuffled(using: &random)) }
            return .array(shuffled)
        case .null, .bool, .integer, .double, .string: return self
        }
    }
}
