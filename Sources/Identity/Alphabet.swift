/// Letters and digits in which random texts are written.
struct Alphabet: Sendable {
    static let base62 = Alphabet("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    static let base36 = Alphabet("0123456789abcdefghijklmnopqrstuvwxyz")

    private let symbols: [UInt8]

    private init(_ symbols: String) {
        self.symbols = Array(symbols.utf8)
    }

    func contains(_ byte: UInt8) -> Bool { symbols.contains(byte) }

    /// A text of that many symbols, each as likely as any other: bytes beyond the largest multiple of the alphabet's
    /// size are thrown away, because taking their remainder would favour the first symbols.
    func draw(_ count: Int, from random: RandomSource) -> String {
        let fair = UInt8(256 / symbols.count * symbols.count - 1)
        var drawn: [UInt8] = []
        // A fair source keeps 97 of 100 bytes, so two rounds are the rule and sixty-four mean that it is broken.
        for _ in 0..<64 {
            for byte in random(count) where byte <= fair && drawn.count < count {
                drawn.append(symbols[Int(byte) % symbols.count])
            }
            if drawn.count == count { return String(decoding: drawn, as: UTF8.self) }
        }
        preconditionFailure("the random source gives the same bytes again and again")
    }

    /// A number in this alphabet, padded with the first symbol to the width. The number must fit.
    func digits(of number: UInt32, width: Int) -> String {
        var rest = UInt64(number)
        var digits: [UInt8] = []
        for _ in 0..<width {
            digits.append(symbols[Int(rest % UInt64(symbols.count))])
            rest /= UInt64(symbols.count)
        }
        precondition(rest == 0, "the width is too small for the number")
        return String(decoding: digits.reversed(), as: UTF8.self)
    }
}
