import Importing
import Testing

/// UTF-8 that was read as another encoding, and what is made of it.
@Suite struct MojibakeTests {
    /// The characters of the upper half of an encoding, for damaging texts; `?` where it has none.
    enum Damage: String, CaseIterable, Sendable {
        case cp1252
        case macRoman = "MacRoman"

        private var upper: [Unicode.Scalar] {
            switch self {
            case .cp1252:
                Array(
                    ("€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ".unicodeScalars)
                        + (0xa0...0xff).map { Unicode.Scalar(UInt8($0)) })
            case .macRoman:
                Array(
                    ("ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u{a0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ"
                        + "‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{f8ff}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ").unicodeScalars)
            }
        }

        /// The text as somebody saves it who has read its UTF-8 as this encoding.
        func applied(to text: String) -> String {
            let upper = self.upper
            return String(
                String.UnicodeScalarView(text.utf8.map { $0 < 0x80 ? Unicode.Scalar($0) : upper[Int($0) - 0x80] }))
        }
    }

    struct Vector: Sendable, CustomTestStringConvertible {
        let damaged: String
        let meant: String
        let encoding: String?
        var testDescription: String { "\(damaged) is \(meant)" }
    }

    private func summary(_ result: ImportResult) -> String? {
        result.plainDraft.split(separator: "\n").first { $0.hasPrefix("title:") }.map(String.init)
    }

    @Test(arguments: [
        // The three that are seen most in procedures that came through a word processor.
        Vector(damaged: "detection â†’ resolution", meant: "detection → resolution", encoding: "cp1252"),
        Vector(damaged: "ðŸš¨ incident", meant: "🚨 incident", encoding: "cp1252"),
        Vector(damaged: "severity ‚â• P1", meant: "severity ≥ P1", encoding: "MacRoman"),
        Vector(damaged: "\u{f8ff}üö® incident", meant: "🚨 incident", encoding: "MacRoman"),
        // Tools drop the character of private use.
        Vector(damaged: "üö® incident", meant: "🚨 incident", encoding: "MacRoman"),
        Vector(damaged: "â€œquotedâ€\u{9d} â€“ and â€¦", meant: "“quoted” – and …", encoding: "cp1252"),
        Vector(damaged: "BÃ¼ro MÃ¼nchen", meant: "Büro München", encoding: "cp1252"),
        Vector(damaged: "B√ºro M√ºnchen", meant: "Büro München", encoding: "MacRoman"),
        // Damaged twice.
        Vector(damaged: "BÃƒÂ¼ro", meant: "Büro", encoding: "cp1252"),
        // A part of the line only.
        Vector(damaged: "Büro â†’ München", meant: "Büro → München", encoding: "cp1252"),
        // What is meant as it is.
        Vector(damaged: "CAFÉ” and À la carte", meant: "CAFÉ” and À la carte", encoding: nil),
        Vector(damaged: "Büro – München → Köln", meant: "Büro – München → Köln", encoding: nil),
        Vector(damaged: "Größe ≥ 5 €", meant: "Größe ≥ 5 €", encoding: nil),
        Vector(damaged: "Ünal, Ærø, Ñandú, 東京", meant: "Ünal, Ærø, Ñandú, 東京", encoding: nil),
    ])
    func `damage is undone where that makes the line better, and told`(_ vector: Vector) {
        let result = imported("# \(vector.damaged)\n")
        #expect(summary(result) == "title: \(vector.meant)")
        #expect(
            result.repairs
                == (vector.encoding.map { [ImportRepair(line: 1, cause: .misread(as: $0), text: "# \(vector.meant)")] }
                    ?? []))
    }

    @Test(arguments: Procedure.allCases, Damage.allCases)
    func `a procedure that was damaged as a whole gives the draft of the undamaged one`(
        _ procedure: Procedure, _ damage: Damage
    ) throws {
        let text = String(decoding: try procedure.bytes(), as: UTF8.self)
        let result = ProcedureImport.read(
            Array(damage.applied(to: text).utf8), fileName: procedure.fileName, zone: InstalledZones.find)
        let whole = try procedure.imported()
        #expect(result.draft == whole.draft)
        #expect(result.findings == whole.findings)
        let damaged = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .filter { $0.element.utf8.contains { $0 >= 0x80 } }.map { $0.offset + 1 }
        #expect(result.repairs.map(\.line) == damaged)
        #expect(Set(result.repairs.map(\.cause)) == (damaged.isEmpty ? [] : [.misread(as: damage.rawValue)]))
    }

    @Test(arguments: Procedure.allCases)
    func `an undamaged procedure is not repaired`(_ procedure: Procedure) throws {
        #expect(try procedure.imported().repairs == [])
    }

    @Test func `bytes that are not UTF-8 are read as cp1252, control characters are deleted, and both are told`() {
        var bytes = Array("# B".utf8) + [0xfc] + Array("ro\n\nA\u{7}b\u{0} of some length, for the summary.\n".utf8)
        bytes += [0xe2, 0x86, 0x0a]
        let result = ProcedureImport.read(bytes, zone: InstalledZones.find)
        #expect(
            result.repairs == [
                ImportRepair(line: 1, cause: .notUTF8, text: "# Büro"),
                ImportRepair(line: 3, cause: .controlCharacter, text: "Ab of some length, for the summary."),
                ImportRepair(line: 4, cause: .notUTF8, text: "â†"),
            ])
        #expect(result.repairs[0].description == "line 1: not UTF-8, read as cp1252: # Büro")
        #expect(result.faults == [])
    }
}
