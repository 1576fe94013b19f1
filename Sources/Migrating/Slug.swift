/// Ids made from names: lower-case letters, digits and single hyphens.
enum Slug {
    /// So that a suffix still fits into the 64 bytes of an id.
    static let length = 36

    /// Empty where a name has nothing that an id could be made of, as names in other scripts have.
    static func make(_ name: String, _ length: Int = length) -> String {
        var slug = ""
        var isGap = false
        for scalar in name.lowercased().unicodeScalars {
            let letters = letters(scalar)
            if letters.isEmpty {
                // Marks that are written over a letter do not part a word.
                if !scalar.properties.isDiacritic { isGap = true }
                continue
            }
            if isGap, !slug.isEmpty { slug += "-" }
            isGap = false
            slug += letters
        }
        return trimmed(slug, length)
    }

    /// The letters and digits of a foreign id, in their case.
    static func ofID(_ id: String, _ length: Int = length) -> String {
        var slug = ""
        for scalar in id.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9": slug.unicodeScalars.append(scalar)
            case "-", "_": slug += "-"
            default: continue
            }
        }
        return trimmed(slug, length)
    }

    private static func trimmed(_ slug: String, _ length: Int) -> String {
        var short = String(slug.prefix(length))
        while short.hasSuffix("-") { short.removeLast() }
        while short.hasPrefix("-") { short.removeFirst() }
        return short
    }

    private static func letters(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "a"..."z", "0"..."9": String(scalar)
        case "ä", "æ": "ae"
        case "ö", "ø", "œ": "oe"
        case "ü": "ue"
        case "ß": "ss"
        case "þ": "th"
        case "à"..."ã", "ā", "ă", "ą": "a"
        case "å": "aa"
        case "ç", "ć", "ĉ", "ċ", "č": "c"
        case "ď", "đ", "ð": "d"
        case "è"..."ë", "ē", "ĕ", "ė", "ę", "ě": "e"
        case "ĝ", "ğ", "ġ", "ģ": "g"
        case "ĥ", "ħ": "h"
        case "ì"..."ï", "ĩ", "ī", "ĭ", "į", "ı": "i"
        case "ĵ": "j"
        case "ķ": "k"
        case "ĺ", "ļ", "ľ", "ŀ", "ł": "l"
        case "ñ", "ń", "ņ", "ň": "n"
        case "ò"..."õ", "ō", "ŏ", "ő": "o"
        case "ŕ", "ŗ", "ř": "r"
        case "ś", "ŝ", "ş", "š", "ș": "s"
        case "ţ", "ť", "ŧ", "ț": "t"
        case "ù"..."û", "ũ", "ū", "ŭ", "ů", "ű", "ų": "u"
        case "ŵ": "w"
        case "ý", "ÿ", "ŷ": "y"
        case "ź", "ż", "ž": "z"
        default: ""
        }
    }
}
