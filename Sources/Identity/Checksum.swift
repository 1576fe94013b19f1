import Crypto

/// CRC-32 as in ISO 3309 and zip: polynomial 0xEDB88320, reflected, inverted at both ends. It finds typing errors and
/// texts that only look like a key; it proves nothing about who made them.
func crc32(_ text: some StringProtocol) -> UInt32 {
    var remainder: UInt32 = .max
    for byte in text.utf8 {
        remainder ^= UInt32(byte)
        for _ in 0..<8 {
            remainder = remainder & 1 == 1 ? (remainder >> 1) ^ 0xEDB8_8320 : remainder >> 1
        }
    }
    return ~remainder
}

/// The SHA-256 of a text's bytes. Enough for tokens and session ids, which have 128 bits of chance and more: nobody can
/// try them out, so no slow hash is needed (reliability-security §4.4).
func sha256(_ text: some StringProtocol) -> [UInt8] {
    Array(SHA256.hash(data: Array(text.utf8)))
}

func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
