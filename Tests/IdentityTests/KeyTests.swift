import Chronology
import Identity
import Notation
import Testing

@Suite struct KeyTests {
    private let random = TestRandom(seed: 7)

    @Test(arguments: APIToken.Kind.allCases)
    func `a token that was made is read back, and its hash is of its text`(kind: APIToken.Kind) throws {
        let token = APIToken.make(kind, random: random.source)
        let text = token.reveal()
        #expect(text.utf8.count == 44)
        #expect(text.hasPrefix("tcs_\(kind.rawValue)_"))
        let read = try APIToken(text)
        #expect(read == token)
        #expect(read.hash == token.hash && token.hash.count == 32)
    }

    @Test func `a token with any one letter changed is refused before the store is asked`() throws {
        let text = APIToken.make(.service, random: random.source).reveal()
        var accepted: [String] = []
        for index in text.indices {
            for letter in "0Zq_" where text[index] != letter {
                var wrong = text
                wrong.replaceSubrange(index...index, with: [letter])
                if (try? APIToken(wrong)) != nil { accepted.append(wrong) }
            }
        }
        #expect(accepted == [])
    }

    @Test(arguments: [
        "", "tcs", "tcs_", "tcs_pat_", "tcs_xxx_000000000000000000000000000000000000", "Bearer tcs_pat_x", "tcs_pat_é",
        "tcs_pat_" + String(repeating: "0", count: 100_000),
    ])
    func `what is no token is refused with a sentence that does not repeat it`(text: String) {
        let fault = #expect(throws: InputFault.self) { try APIToken(text) }
        #expect(fault?.place == "token")
        #expect(text.utf8.count < 12 || fault?.reason.contains(text) == false)
    }

    @Test func `printing a token or a key in any way shows only its first letters (S70)`() {
        let token = APIToken.make(.person, random: random.source)
        let key = IntegrationKey.make(random: random.source)
        let secret = Secret("planted-canary")
        var dumped = ""
        dump([token as Any, key, secret], to: &dumped)
        let printed =
            "\(token) \(key) \(secret) " + String(reflecting: token) + String(reflecting: key)
            + String(reflecting: [secret]) + dumped
        #expect(!printed.contains(token.reveal()) && !printed.contains(key.reveal()) && !printed.contains("canary"))
    }

    @Test func `an integration key has 32 small letters and digits and is read back`() {
        for _ in 0..<200 {
            let key = IntegrationKey.make(random: random.source)
            let text = key.reveal()
            #expect(text.utf8.count == 32)
            #expect(text.allSatisfy { $0.isNumber || ("a"..."z").contains($0) })
            #expect(IntegrationKey.parse(text) == key)
        }
    }

    @Test func `an integration key with any one letter changed, or another length, is not one`() {
        let text = IntegrationKey.make(random: random.source).reveal()
        for index in text.indices {
            for letter in "0zA" where text[index] != letter {
                var wrong = text
                wrong.replaceSubrange(index...index, with: [letter])
                #expect(IntegrationKey.parse(wrong) == nil)
            }
        }
        #expect(IntegrationKey.parse(String(text.dropLast())) == nil)
        #expect(IntegrationKey.parse(text + "a") == nil)
        #expect(IntegrationKey.parse("") == nil)
    }

    @Test func `letters are drawn evenly`() {
        var counts: [Character: Int] = [:]
        for _ in 0..<2_000 {
            for letter in IntegrationKey.make(random: random.source).reveal().prefix(25) {
                counts[letter, default: 0] += 1
            }
        }
        // 50,000 letters over 36: 1,389 each, with a standard deviation of 37. Six of those either way.
        #expect(counts.count == 36)
        #expect(counts.values.allSatisfy { (1_165...1_612).contains($0) }, "seed 7: \(counts)")
    }

    @Test func `the system's random source gives as many bytes as asked for, and others each time`() {
        #expect(systemRandom(32).count == 32)
        #expect(systemRandom(32) != systemRandom(32))
        #expect(systemRandom(0) == [])
    }
}
