/// A telephone number in the form of E.164, `+4915112345678`.
struct PhoneNumber: Hashable {
    let text: String

    /// Spaces, hyphens, dots and brackets are dropped; anything else that is no digit, a number without its country, and
    /// one that has not 8 to 15 digits is refused: a number that is guessed rings at a stranger's.
    init?(international written: String) {
        guard written.hasPrefix("+"), let digits = Self.digits(String(written.dropFirst())) else { return nil }
        self.init(digits)
    }

    /// A number within a country, and the country's code.
    ///
    /// A trunk prefix (a leading 0) is refused: in most countries it is not dialled from abroad, in Italy it is.
    init?(country: String, national: String) {
        guard let code = Self.digits(country.hasPrefix("+") ? String(country.dropFirst()) : country),
            (1...3).contains(code.utf8.count), let digits = Self.digits(national), !digits.hasPrefix("0")
        else { return nil }
        self.init(code + digits)
    }

    private init?(_ digits: String) {
        guard (8...15).contains(digits.utf8.count), !digits.hasPrefix("0") else { return nil }
        text = "+" + digits
    }

    private static func digits(_ written: String) -> String? {
        var digits = ""
        for scalar in written.unicodeScalars {
            switch scalar {
            case "0"..."9": digits.unicodeScalars.append(scalar)
            case " ", "-", ".", "(", ")", "\u{a0}": continue
            default: return nil
            }
        }
        return digits.isEmpty ? nil : digits
    }
}
