import Notation
import Storage
import Testing

@Suite struct SealingKeysTests {
    private static let keys = SealingKeys.fresh()
    private static let place = "document/user/usr_1/contacts/ctm_1/secret"

    private static func fault(_ keys: SealingKeys, _ sealed: String, at place: String) -> SealingKeys.Fault.Kind? {
        do throws(SealingKeys.Fault) {
            _ = try keys.open(sealed, at: place)
            return nil
        } catch {
            return error.kind
        }
    }

    @Test func `what was sealed opens at its place and shows nothing of itself (S59)`() throws {
        for secret in ["", "whsec_plJ3nmyCDGBKInavdOK15jsl", "ä\n\u{1f512}", String(repeating: "x", count: 10_000)] {
            let sealed = try Self.keys.seal(secret, at: Self.place)
            #expect(try Self.keys.open(sealed, at: Self.place) == secret)
            #expect(secret.isEmpty || !sealed.contains(secret))
            #expect(sealed.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != 0x22 && $0 != 0x5c })
            #expect(SealingKeys.keyID(of: sealed) == Self.keys.current)
        }
    }

    @Test func `the same secret never looks the same twice`() throws {
        let sealed = try (0..<100).map { _ in try Self.keys.seal("whsec_1", at: Self.place) }
        #expect(Set(sealed).count == 100)
    }

    @Test func `what was moved, changed or cut does not open (S59)`() throws {
        let sealed = try Self.keys.seal("whsec_plJ3nmyCDGBKInavdOK15jsl", at: Self.place)
        for place in ["document/user/usr_2/contacts/ctm_1/secret", "document/user/usr_1/contacts/ctm_2/secret", ""] {
            #expect(Self.fault(Self.keys, sealed, at: place) == .damaged)
        }
        let characters = Array(sealed)
        let start = try #require(sealed.lastIndex(of: ".")).utf16Offset(in: sealed) + 1
        for index in start..<characters.count {
            var changed = characters
            changed[index] = changed[index] == "A" ? "Q" : "A"
            #expect(Self.fault(Self.keys, String(changed), at: Self.place) == .damaged)
        }
        for length in [start, start + 8, characters.count - 1] {
            #expect(Self.fault(Self.keys, String(characters.prefix(length)), at: Self.place) == .damaged)
        }
        #expect(Self.fault(Self.keys, "whsec_plJ3nmyCDGBKInavdOK15jsl", at: Self.place) == .damaged)
    }

    @Test func `another key is told from a damaged text`() throws {
        let sealed = try Self.keys.seal("whsec_1", at: Self.place)
        #expect(Self.fault(.fresh(), sealed, at: Self.place) == .otherKey)
        #expect(Self.fault(.none, sealed, at: Self.place) == .otherKey)
        // The name of the key is bound too: a text cannot be passed off as sealed under another one.
        let other = SealingKeys.fresh()
        let name = try #require(Self.keys.current)
        let renamed = sealed.replacing(name, with: try #require(other.current))
        #expect(Self.fault(other, renamed, at: Self.place) == .damaged)
    }

    @Test func `the first key of a file seals and all of them open (S60)`() throws {
        let (old, new) = (SealingKeys.makeLine(), SealingKeys.makeLine())
        let before = try SealingKeys(reading: "# kept since May\n\n\(old)\n")
        let sealed = try before.seal("whsec_1", at: Self.place)
        let both = try SealingKeys(reading: "\(new)\r\n\(old)")
        #expect(try both.open(sealed, at: Self.place) == "whsec_1")
        #expect(both.current == (try SealingKeys(reading: new)).current)
        #expect([before, both].map { $0.has(before.current ?? "") } == [true, true])
        #expect(try !SealingKeys(reading: new).has(before.current ?? ""))
    }

    @Test(arguments: [
        "", "# only a comment\n", "tsk1_", "tsk1_AAAA", "whsec_plJ3nmyCDGBKInavdOK15jsl",
        "tsk1_" + String(repeating: "+", count: 43),
        String(repeating: "tsk1_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", count: 9),
    ])
    func `a file that is not one of keys is refused without being repeated`(text: String) throws {
        do throws(InputFault) {
            _ = try SealingKeys(reading: text)
            Issue.record("it was read")
        } catch {
            #expect(error.place == "key" && !error.reason.contains("AAAA") && !error.reason.contains("plJ3"))
        }
    }

    @Test func `without a key nothing is sealed`() {
        #expect(throws: StorageFault(.permanent, "there is no sealing key, and a secret is not written without")) {
            try SealingKeys.none.seal("whsec_1", at: Self.place)
        }
        #expect(SealingKeys.none.current == nil)
    }

    @Test func `keys do not print themselves (S70)`() throws {
        let line = SealingKeys.makeLine()
        let keys = try SealingKeys(reading: line)
        var dumped = ""
        dump(keys, to: &dumped)
        for text in ["\(keys)", String(describing: keys), String(reflecting: keys), dumped] {
            #expect(!text.contains(line.dropFirst(5)) && !text.contains("SymmetricKey"))
        }
    }
}
