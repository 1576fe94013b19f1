/// Text as telephones take it: 160 septets of GSM 03.38 in one message and 153 in each of several, or 70 and 67 units of UCS-2.
enum ShortText {
    /// What one page should not be longer than: each part is paid for, and arrives by itself.
    static let parts = 2

    /// How many parts the text takes.
    static func parts(of text: String) -> Int {
        if let septets = septets(text) { return septets <= 160 ? 1 : (septets + 152) / 153 }
        let units = text.utf16.count
        return units <= 70 ? 1 : (units + 66) / 67
    }

    /// The text with signs that would make every message half as long replaced by their nearest of the basic alphabet.
    static func plain(_ text: String) -> String {
        String(text.map { replacements[$0] ?? $0 })
    }

    /// nil: something in it is not of the basic alphabet. Signs of the extension count two.
    private static func septets(_ text: String) -> Int? {
        var count = 0
        for character in text {
            if basic.contains(character) {
                count += 1
            } else if extended.contains(character) {
                count += 2
            } else {
                return nil
            }
        }
        return count
    }

    private static let basic = Set(
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
    )
    private static let extended = Set("\u{0c}^{}\\[~]|€")
    private static let replacements: [Character: Character] = [
        "’": "'", "‘": "'", "“": "\"", "”": "\"", "„": "\"", "–": "-", "—": "-", "‑": "-", "…": ".", "•": "*", "·": ".",
        "\u{a0}": " ", "→": ">", "≥": ">", "≤": "<", "×": "x", "ç": "c", "á": "a", "â": "a", "ã": "a", "ê": "e",
        "ë": "e",
        "í": "i", "î": "i", "ï": "i", "ó": "o", "ô": "o", "õ": "o", "ú": "u", "û": "u", "ý": "y", "À": "A", "Á": "A",
        "Â": "A",
        "Ê": "E", "È": "E", "Ë": "E", "Í": "I", "Î": "I", "Ó": "O", "Ô": "O", "Ú": "U", "Û": "U", "ł": "l", "ş": "s",
        "š": "s",
        "č": "c", "ć": "c", "ž": "z", "ź": "z", "ż": "z", "ř": "r", "ě": "e", "ę": "e", "ą": "a", "ń": "n", "ś": "s",
        "ő": "ö",
        "ű": "ü", "ğ": "g", "ı": "i",
    ]
}
