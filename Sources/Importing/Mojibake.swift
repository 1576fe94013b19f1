/// Text that was UTF-8 and was read as another encoding on its way: `â†’` for an arrow, `‚â•` for "≥".
///
/// Every character of UTF-8 beyond ASCII became two to four characters, none of them ASCII. So the characters of a
/// run are turned back into the bytes that they stood for, and where those are UTF-8 again the damage is undone. A
/// run is left alone when it does not decode, or when it decodes to a letter that a procedure has no use for: `CAFÉ”`
/// is what it is.
enum Mojibake {
    /// The encodings for which UTF-8 is mistaken, in the order in which they are tried.
    enum Encoding: String, CaseIterable, Hashable, Sendable {
        case windows1252 = "cp1252"
        case macRoman = "MacRoman"

        /// The byte that this character stood for; nil when the encoding has no such character.
        func byte(of scalar: Unicode.Scalar) -> UInt8? {
            if scalar.isASCII { return UInt8(scalar.value) }
            switch self {
            case .windows1252:
                // Five bytes have no character; readers pass them through as the control characters of Latin 1.
                if (0x80...0x9f).contains(scalar.value) { return UInt8(scalar.value) }
                return Self.windows[scalar]
            case .macRoman: return Self.mac[scalar]
            }
        }

        private static let windows = table(
            "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ\u{a0}¡¢£¤¥¦§¨©ª«¬\u{ad}®¯°±²³´µ¶·¸¹º»¼½¾¿"
                + "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ")

        private static let mac = table(
            "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u{a0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ"
                + "‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{f8ff}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ")

        private static func table(_ characters: String) -> [Unicode.Scalar: UInt8] {
            var table: [Unicode.Scalar: UInt8] = [:]
            for (index, scalar) in characters.unicodeScalars.enumerated() where index < 128 {
                table[scalar] = UInt8(0x80 + index)
            }
            return table
        }
    }

    /// A line as it was meant, and how it had been read.
    struct Repair: Hashable, Sendable {
        let text: String
        let encoding: Encoding
    }

    /// How often text can have been misread in a row. Twice is seen now and then, more is a fault of a tool.
    private static let roundLimit = 3

    /// Undoes the damage in a line; nil when nothing becomes better.
    static func repair(_ line: String) -> Repair? {
        var repaired: Repair?
        for _ in 0..<roundLimit {
            guard let next = repairedOnce(repaired?.text ?? line) else { break }
            repaired = next
        }
        return repaired
    }

    /// The encoding that leaves fewer characters which are not ASCII; the first of two that leave as many.
    private static func repairedOnce(_ line: String) -> Repair? {
        let scalars = Array(line.unicodeScalars)
        guard scalars.contains(where: { !$0.isASCII }) else { return nil }
        var best: (repair: Repair, foreign: Int)?
        let before = scalars.count { !$0.isASCII }
        for encoding in Encoding.allCases {
            let candidate = undone(scalars, encoding)
            let foreign = candidate.count { !$0.isASCII }
            guard foreign < best?.foreign ?? before else { continue }
            best = (Repair(text: String(String.UnicodeScalarView(candidate)), encoding: encoding), foreign)
        }
        return best?.repair
    }

    private static func undone(_ scalars: [Unicode.Scalar], _ encoding: Encoding) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(scalars.count)
        var index = 0
        while index < scalars.count {
            if !scalars[index].isASCII, let (scalar, length) = meant(scalars[index...], encoding) {
                result.append(scalar)
                index += length
            } else {
                result.append(scalars[index])
                index += 1
            }
        }
        return result
    }

    /// The character for which those at the beginning of the slice stand, and how many they are.
    private static func meant(
        _ scalars: ArraySlice<Unicode.Scalar>, _ encoding: Encoding
    ) -> (scalar: Unicode.Scalar, length: Int)? {
        let bytes = scalars.prefix(4).prefix { !$0.isASCII }.map(encoding.byte)
        guard case let lead?? = bytes.first else { return nil }
        let length: Int
        switch lead {
        case 0xc2...0xdf: length = 2
        case 0xe0...0xef: length = 3
        case 0xf0...0xf4: length = 4
        case 0x9f where encoding == .macRoman: return pictureWithoutLead(bytes)
        default: return nil
        }
        guard let scalar = decoded(bytes.prefix(length), length), isPlausible(scalar) else { return nil }
        return (scalar, length)
    }

    /// The lead byte of a pictogram is the apple of MacRoman, a character of private use that many tools drop.
    private static func pictureWithoutLead(_ bytes: [UInt8?]) -> (scalar: Unicode.Scalar, length: Int)? {
        guard let scalar = decoded([0xf0] + bytes.prefix(3), 4), (0x1f000...0x1faff).contains(scalar.value) else {
            return nil
        }
        return (scalar, 3)
    }

    private static func decoded(_ bytes: some Collection<UInt8?>, _ length: Int) -> Unicode.Scalar? {
        let known = bytes.compactMap { $0 }
        guard known.count == length, bytes.count == length else { return nil }
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = known.makeIterator()
        guard case .valid(let encoded) = parser.parseScalar(from: &iterator), iterator.next() == nil else { return nil }
        return Unicode.UTF8.decode(encoded)
    }

    /// Whether a procedure is likely to hold this character: Latin letters, punctuation, arrows, signs, pictograms.
    private static func isPlausible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xa0...0x17f, 0x2000...0x206f, 0x20a0...0x20bf, 0x2100...0x214f, 0x2190...0x23ff, 0x2500...0x27bf,
            0x2900...0x297f, 0x2b00...0x2bff, 0xfe00...0xfe0f, 0x1f000...0x1faff:
            true
        default: false
        }
    }
}
