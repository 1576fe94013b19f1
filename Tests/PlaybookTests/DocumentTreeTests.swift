import Playbooks
import Testing

/// What is refused before anybody asks what the document says, and where the fault is told.
@Suite struct DocumentTreeTests {
    struct Bad: Sendable, CustomTestStringConvertible {
        let text: String
        let fault: String

        init(_ text: String, _ fault: String) {
            self.text = text
            self.fault = fault
        }

        var testDescription: String { text.debugDescription }
    }

    private func fault(_ bytes: [UInt8]) -> String {
        do throws(PlaybookFault) {
            return "read: \(try DocumentTree(yaml: bytes).root.content)"
        } catch {
            return error.description
        }
    }

    @Test(arguments: [
        Bad("", "1:1: error: the document is empty: it begins with \"playbook:\" [empty-document]"),
        Bad("# only this\n", "1:1: error: the document is empty: it begins with \"playbook:\" [empty-document]"),
        Bad(
            "a: 1\n---\nb: 2\n",
            "2:1: error: here begins another document: put every playbook into its own file [several-documents]"),
        Bad(
            "a: 1\n...\nb: 2\n",
            "3:1: error: here begins another document: put every playbook into its own file [several-documents]"),
        Bad(
            "%YAML 1.1\n---\na: 1\n",
            "1:1: error: directives are not read: delete the line that begins with % [directive]"),
        Bad(
            "a: !!int 1\n",
            "1:4: error: tags are not read: delete the word with !, or put the text in quotes if it begins so [tag]"),
        Bad("a:\n\tb: 1\n", "2:1: error: a tab cannot indent: use spaces [tab]"),
        Bad("a: |\n  one\n \ttwo\n", "3:2: error: a tab cannot indent: use spaces [tab]"),
        Bad("? a\n: b\n", "1:1: error: keys with ? are not read: write the key, a colon and the value [complex-key]"),
        Bad("{{a: 1}: b}\n", "1:1: error: a text that begins with {{ must stand in quotes [unquoted-text]"),
        Bad("a: {b, [c]: d}\n", "1:8: error: a key is a word, not a list or a map [complex-key]"),
        Bad("[a, b]: c\n", "1:1: error: a key is a word, not a list, a map or an alias [complex-key]"),
        Bad("a: &x b\n*x : c\n", "2:1: error: a key is a word, not a list, a map or an alias [complex-key]"),
        Bad(
            "a: &x {b: 1}\nc:\n  <<: *x\n",
            "3:3: error: merge keys (<<) are not read: write the keys out, or use an alias as a value [merge-key]"),
        Bad(
            "a: 1\nb: 2\na: 3\n",
            "3:1: error: the key \"a\" is already in line 1: every key stands once [duplicate-key]"),
        Bad(
            "l:\n  - id: x\n    b: 1\n    # id: y\n    id: z\n",
            "5:5: error: the key \"id\" is already in line 2: every key stands once [duplicate-key]"),
        Bad(
            "a: {b: 1, b: 2}\n", "1:5: error: the key \"b\" is already in line 1: every key stands once [duplicate-key]"
        ),
        Bad(
            "a: &x 1\nb: &x 2\n",
            "2:4: error: the anchor &x is already in line 1: give this one another name [duplicate-anchor]"),
        Bad(
            "- &x a: 1\n",
            "1:3: error: a key has no anchor: put the anchor behind the colon of its value [misplaced-anchor]"),
        Bad(
            "a: &there 1\nb: *theer\n",
            "2:4: error: there is no anchor &theer above (a text that begins with * must stand in quotes): did you mean \"there\"? [unknown-anchor]"
        ),
        Bad("a: *emphasis*\n", "1:4: error: a text that begins with * must stand in quotes [unquoted-text]"),
        Bad(
            "a: &x [1, *x]\n",
            "1:11: error: this alias stands inside of what it repeats: it would never end [anchor-cycle]"),
        Bad(
            "a: &x\n  b: *x\n",
            "2:6: error: this alias stands inside of what it repeats: it would never end [anchor-cycle]"),
        Bad("a: {{b}}\n", "1:4: error: a text that begins with {{ must stand in quotes [unquoted-text]"),
        Bad(
            "a: b: c\n",
            "1:5: error: a second colon on this line: put a text that holds \": \" in quotes [unquoted-text]"),
        Bad("a: @here\n", "1:4: error: a text that begins with @ must stand in quotes [unquoted-text]"),
        Bad("a: 'it''s\n", "1:4: error: this quotation mark is never closed [unclosed]"),
        Bad("a: [b\nc: d\n", "1:4: error: this [ is never closed: add the ] [unclosed]"),
        Bad("a:\n  b: {c: 1\n  d: 2\n", "2:6: error: this { is never closed: add the } [unclosed]"),
        Bad("a: [b}\n", "1:6: error: the [ in line 1 is closed by the wrong bracket [syntax]"),
        Bad("a: b]\n", "read: "),
        Bad(
            "a: ]\n",
            "1:4: error: there is no [ that this closes: put a text that begins so in quotes, or delete it [syntax]"),
        Bad(
            "a: - b\n",
            "1:4: error: a list begins on a line of its own; a text that begins with a dash stands in quotes [syntax]"),
        Bad(
            "a: \"\\q\"\n",
            "1:5: error: this is not YAML (found unknown escape character): look at the brackets, quotes and spaces here [syntax]"
        ),
        Bad(
            "a: 1\n b: 2\n",
            "2:3: error: a second colon on this line: put a text that holds \": \" in quotes [unquoted-text]"),
        Bad(
            "a: \u{7}\n",
            "1:4: error: the character U+0007 cannot be seen and is not read: delete it [control-character]"),
        Bad(
            "é: 1\nü: \u{2028}\n",
            "2:4: error: the character U+2028 cannot be seen and is not read: delete it [control-character]"),
        Bad(
            "a: 1\rb: 2",
            "1:5: error: the character U+000D cannot be seen and is not read: delete it [control-character]"),
    ]) func `a document that is no plain YAML is refused at the place, with what to do`(_ bad: Bad) {
        let found = fault(Array(bad.text.utf8))
        if bad.fault == "read: " { #expect(found.hasPrefix(bad.fault)) } else { #expect(found == bad.fault) }
    }

    @Test func `bytes that are no UTF-8 are refused at their line and column`() {
        #expect(
            fault(Array("title: é\nb: ".utf8) + [0xff, 0x0a])
                == "2:4: error: this is not UTF-8: save the file in that encoding [not-utf-8]")
        #expect(fault([0xc3]) == "1:1: error: this is not UTF-8: save the file in that encoding [not-utf-8]")
    }

    @Test func `a byte order mark and line ends of other systems are let pass`() throws {
        let plain = try DocumentTree(yaml: Array("a: 1\nb: |\n  x\n  y\n".utf8)).root
        #expect(
            try DocumentTree(yaml: [0xef, 0xbb, 0xbf] + Array("a: 1\r\nb: |\r\n  x\r\n  y\r\n".utf8)).root == plain)
    }

    @Test func `scalars are texts, whatever YAML takes them for`() throws {
        let text = "{a: no, b: off, c: 1.0, d: 09:00, e: 0x1F, f: ~, g: null, h: 1e3, on: yes, i: 2024-01-15}"
        guard case .map(let entries) = try DocumentTree(yaml: Array(text.utf8)).root.content else {
            Issue.record("not a map")
            return
        }
        #expect(entries.map(\.key) == ["a", "b", "c", "d", "e", "f", "g", "h", "on", "i"])
        #expect(
            entries.map { entry in if case .scalar(let scalar) = entry.value.content { scalar.text } else { "" } }
                == ["no", "off", "1.0", "09:00", "0x1F", "~", "null", "1e3", "yes", "2024-01-15"])
    }

    @Test func `nodes know their line and column, in characters`() throws {
        let tree = try DocumentTree(yaml: Array("ä: [ö, 'ü']\nlist:\n  - {x: y}\n".utf8))
        guard case .map(let entries) = tree.root.content, case .list(let first) = entries[0].value.content,
            case .list(let second) = entries[1].value.content, case .map(let inner) = second[0].content
        else {
            Issue.record("\(tree.root)")
            return
        }
        let places = [entries[0].keyPlace, first[0].place, first[1].place, second[0].place, inner[0].value.place]
        #expect(places.map { "\($0.line):\($0.column)" } == ["1:1", "1:5", "1:8", "3:5", "3:9"])
    }

    // MARK: Limits

    @Test func `a document that is too large is refused before it is read`() {
        let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        #expect(
            fault(bytes)
                == "1:1: error: the document has 1000000 bytes, more than 524288: divide it into several playbooks [document-too-large]"
        )
    }

    @Test func `a document that is too deep is refused where it becomes so`() {
        let deep = [
            (String(repeating: "[", count: 5_000), "1:33"),
            (String(repeating: "{a: ", count: 5_000), "1:129"),
            (String(repeating: "- ", count: 5_000), "1:65"),
            ((0..<200).map { String(repeating: " ", count: $0) + "a:\n" }.joined(), "33:33"),
        ]
        for (text, place) in deep {
            #expect(
                fault(Array(text.utf8))
                    == "\(place): error: there are more than 32 lists and maps inside one another here [too-deep]")
        }
    }

    @Test func `an alias counts as what it repeats, so that a bomb is refused at once`() {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...20 {
            let aliases = [String](repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            bomb += "a\(level): &a\(level) [\(aliases)]\n"
        }
        #expect(
            fault(Array(bomb.utf8))
                == "1:10: error: the document has more than 50000 texts, lists and maps, aliases written out [too-many-nodes]"
        )
        // As a key, the library would compare it with other keys, element by element.
        #expect(
            fault(Array((bomb + "{*a20 : 1}\n").utf8))
                == "22:2: error: a key is a word, without alias or anchor [complex-key]")
        #expect(
            fault(Array((bomb + "? *a20\n: 1\n").utf8))
                == "22:1: error: keys with ? are not read: write the key, a colon and the value [complex-key]")
    }

    @Test func `keys inside of keys never reach the library, which would compare them for minutes`() {
        let many = (0..<60_000).map { "a\($0)" }.joined(separator: ",")
        let nested = String(repeating: "{a, ", count: 30) + "{" + many + "}" + String(repeating: "}", count: 30)
        #expect(fault(Array(nested.utf8)) == "1:5: error: a key is a word, not a list or a map [complex-key]")
        let flat = "{" + many + "}"
        #expect(
            fault(Array(flat.utf8)).hasSuffix(
                "error: the document has more than 50000 texts, lists and maps, aliases written out [too-many-nodes]"))
    }

    @Test(arguments: [5, 6, 7] as [UInt64])
    func `random bytes are read or refused, and never end the process`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let base = Array(SampleDocument.rarer.utf8)
        for round in 0..<60 {
            var bytes = base
            if round.isMultiple(of: 3) {
                bytes = (0..<200).map { _ in UInt8.random(in: 0...255, using: &generator) }
            } else {
                for _ in 0..<Int.random(in: 1...8, using: &generator) {
                    let place = Int.random(in: 0..<bytes.count, using: &generator)
                    switch Int.random(in: 0..<3, using: &generator) {
                    case 0: bytes[place] = UInt8.random(in: 0...127, using: &generator)
                    case 1: bytes.remove(at: place)
                    default:
                        bytes.insert(
                            contentsOf: Array("[{:*&|>- \n'\"".utf8.shuffled(using: &generator).prefix(2)), at: place)
                    }
                }
            }
            let reading = Playbook.read(bytes, zone: InstalledZones.find)
            #expect((reading.playbook == nil) == !reading.errors.isEmpty, "seed \(seed), round \(round)")
        }
    }
}
