/// Changes to a text of the kinds that have found faults in parsers: single bytes, signs of the grammar, numbers at the edges,
/// pieces left out, said twice, nested deep, or taken from another text.
struct Mutation {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A bound on what one round costs; the limits of the readers are tested elsewhere.
    private static let longest = 1 << 16

    private static let signs =
        Array("{}[]\",:\\u0189.-+eE \n\t#&*|>!%@`?'tfn~<".utf8) + [0, 0x1b, 0x7f, 0x80, 0xc2, 0xed, 0xf0, 0xff]

    private static let words: [[UInt8]] = [
        "-1", "0", "-0", "1e999", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
        "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "2026-02-30T24:60:61+25:99", "null", "true",
        "\\ud800",
        "\\u0000", "\u{202e}", "<<: *a", "&a [*a]", "? ", "---\n", "!!str ", "|2\n", "{{", "}}", "\"\"", "[]", "{}",
        "\r\n",
    ].map { Array($0.utf8) }

    private static let nests: [(String, String)] = [
        ("[", "]"), ("{\"a\":", "}"), ("[{\"labels\":", "}]"), ("- ", ""), ("{a: ", "}"),
    ]

    mutating func mutate(_ text: [UInt8], with corpus: [[UInt8]]) -> [UInt8] {
        var text = text
        for _ in 0...below(5) {
            let place = below(text.count + 1)
            switch below(9) {
            case 0: if place < text.count { text[place] = UInt8(truncatingIfNeeded: next()) }
            case 1: if place < text.count { text[place] ^= 1 << UInt8(below(8)) }
            case 2: text.insert(one(of: Self.signs), at: place)
            case 3: text.removeSubrange(place..<min(text.count, place + below(40)))
            case 4: text.insert(contentsOf: text[place..<min(text.count, place + 1 + below(80))], at: place)
            case 5:
                let end = min(text.count, place + below(12))
                text.replaceSubrange(place..<end, with: one(of: Self.words))
            case 6:
                let other = one(of: corpus)
                let start = below(other.count + 1)
                text.insert(contentsOf: other[start..<min(other.count, start + below(200))], at: place)
            case 7:
                let (opening, closing) = one(of: Self.nests)
                let depth = 1 + below(200)
                text.insert(contentsOf: Array(String(repeating: closing, count: depth).utf8), at: place)
                text.insert(contentsOf: Array(String(repeating: opening, count: depth).utf8), at: place)
            default: text = Array(text[..<place])
            }
        }
        return Array(text.prefix(Self.longest))
    }

    private mutating func one<Element>(of elements: [Element]) -> Element { elements[below(elements.count)] }

    private mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }

    /// SplitMix64.
    private mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
