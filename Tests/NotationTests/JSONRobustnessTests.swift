import Foundation
import Notation
import Testing

@Suite struct JSONRobustnessTests {
    static let body = #"""
        {"receiver":"i18n","status":"firing","alerts":[{"labels":{"alertname":"Überlast","cluster":"東京","n":""},
        "annotations":{"summary":"CPU \u003e 90% \"quoted\" \\ back\nnew\ttab 🚨 \ud83d\udea8"},"startsAt":null,
        "count":-12.5e+3,"big":9223372036854775807,"flags":[true,false,[],{}]}],"version":"4","truncatedAlerts":0}
        """#

    @Test func `a text cut off anywhere is refused as too short`() throws {
        let bytes = Array(Self.body.utf8)
        _ = try JSON(parsing: bytes, limits: .intake)
        for length in bytes.indices {
            let fault = #expect(throws: InputFault.self) { try JSON(parsing: Array(bytes[..<length]), limits: .intake) }
            #expect(
                fault?.reason == (length == 0 ? "the text is empty" : "the text ends too early"), "\(length) bytes")
        }
    }

    @Test func `a damaged text is refused or read as Foundation reads it`() throws {
        var random = SeededGenerator("damaged texts")
        let original = Array(Self.body.utf8)
        let interesting = Array("{}[]\",:\\u0189.-+eE \n\u{0}\u{7f}tfn".utf8) + [0x80, 0xc3, 0xed, 0xf0, 0xff]
        var accepted = 0
        for round in 0..<20_000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = bytes.indices.randomElement(using: &random) ?? 0
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes[index] = UInt8.random(in: .min ... .max, using: &random)
                case 1: bytes[index] = interesting.randomElement(using: &random) ?? 0
                case 2: bytes.remove(at: index)
                case 3: bytes.insert(interesting.randomElement(using: &random) ?? 0, at: index)
                default:
                    let end = min(bytes.count, index + Int.random(in: 1...40, using: &random))
                    bytes.insert(contentsOf: bytes[index..<end], at: index)
                }
            }
            let comment = Comment(rawValue: "seed \(random.seed), round \(round)")
            let ours: JSON
            do {
                ours = try JSON(parsing: bytes, limits: .intake)
            } catch {
                #expect(!error.reason.isEmpty && !error.place.isEmpty, comment)
                continue
            }
            accepted += 1
            #expect(try JSON(parsing: ours.text, limits: .intake) == ours, comment)
            let theirs = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            #expect(agree(ours, theirs), comment)
        }
        // A generator that only ever breaks the text would prove little.
        #expect(accepted > 1_000)
    }

    /// Whether two readings are the same. Where a name comes twice, Foundation is free to take either: not compared.
    private func agree(_ ours: JSON, _ theirs: Any) -> Bool {
        switch ours {
        case .null: return theirs is NSNull
        case .bool(let flag): return (theirs as? NSNumber)?.boolValue == flag
        case .integer(let number): return (theirs as? NSNumber)?.int64Value == number
        case .double(let number):
            // Foundation keeps long fractions as decimals, whose doubleValue is off by an ulp; their digits are right.
            guard let theirs = theirs as? NSNumber else { return false }
            return theirs.doubleValue == number || Double(theirs.description) == number
        case .string(let text): return (theirs as? String).map { Array($0.utf8) == Array(text.utf8) } ?? false
        case .array(let elements):
            guard let array = theirs as? [Any], array.count == elements.count else { return false }
            return zip(elements, array).allSatisfy { agree($0, $1) }
        case .object(let members):
            guard let dictionary = theirs as? [String: Any] else { return false }
            guard Set(members.map(\.name)).count == members.count else { return true }
            return dictionary.count == members.count
                && members.allSatisfy { member in dictionary[member.name].map { agree(member.value, $0) } ?? false }
        }
    }

    @Test func `bytes at random never do harm`() {
        var random = SeededGenerator("random bytes")
        let alphabet = Array("{}[]\",:\\u0d8c1.-eE tfn".utf8)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? 0
            }
            let tree = Result { () throws(InputFault) in try JSON(parsing: bytes, limits: .api) }
            let skipped = Result { () throws(InputFault) in
                try JSONReader.read(bytes, limits: .api) { (_: inout JSONReader) in }
            }
            switch (tree, skipped) {
            case (.success, .success): break
            case (.failure(let fault), .failure(let other)):
                #expect(fault == other || fault.reason == "is a number too large to be kept", "seed \(random.seed)")
            case (.failure(let fault), .success):
                #expect(fault.reason == "is a number too large to be kept", "seed \(random.seed)")
            case (.success, .failure(let fault)): Issue.record("read, but not skipped: \(fault), seed \(random.seed)")
            }
        }
    }

    @Test func `what is written is read to the same value`() throws {
        var random = SeededGenerator("written values")
        for round in 0..<2_000 {
            let value = Self.value(depth: 4, &random)
            let read = try JSON(parsing: value.text, limits: .intake)
            #expect(read == value, "seed \(random.seed), round \(round)")
            #expect(read.text == value.text)
        }
    }

    private static func value(depth: Int, _ random: inout SeededGenerator) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .integer(.random(in: .min ... .max, using: &random))
        case 3: return .double(.random(in: -1e6...1e6, using: &random))
        case 4:
            return .double(Double(sign: .plus, exponent: .random(in: -1_000...1_000, using: &random), significand: 1.7))
        case 5: return .string(text(&random))
        case 6: return .array((0..<Int.random(in: 0...5, using: &random)).map { _ in value(depth: depth - 1, &random) })
        default:
            return .object(
                (0..<Int.random(in: 0...5, using: &random)).map { _ in
                    JSON.Member(text(&random), value(depth: depth - 1, &random))
                })
        }
    }

    /// Any scalars at all, the control characters and the plain ones more often.
    private static func text(_ random: inout SeededGenerator) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...20, using: &random) {
            let limit: UInt32 = [0x20, 0x80, 0x800, 0x110000].randomElement(using: &random) ?? 0x80
            if let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &random)) { text.append(scalar) }
        }
        return String(text)
    }
}
