import Notation

/// Which passwords are taken. There are no rules about capitals and signs: length is what counts (S8), and what every
/// guesser tries first is refused (S9). A password is compared byte by byte as it was typed: nothing is cut off,
/// normalised or trimmed (S10).
public enum PasswordPolicy {
    /// Bytes of UTF-8.
    public static let allowedLength = 12...1_024

    /// Throws a refusal that says what to change. `personal` are the person's own words, which others know: the name, the
    /// address.
    public static func check(_ password: String, personal: [String] = []) throws(Refusal) {
        let length = password.utf8.count
        guard length >= allowedLength.lowerBound else {
            throw Refusal(
                "password-too-short",
                "A password has at least \(allowedLength.lowerBound) characters; a few words in a row are easy to keep in mind."
            )
        }
        guard length <= allowedLength.upperBound else {
            throw Refusal("password-too-long", "A password has at most \(allowedLength.upperBound) bytes.")
        }
        guard !isMonotonous(Array(password.utf8)) else {
            throw Refusal(
                "password-too-simple", "The password repeats or counts up a few characters; take a few words in a row.")
        }
        let known = commonWords + personal.flatMap(words(of:))
        guard !isMadeOf(known, plain(password)) else {
            throw Refusal(
                "password-too-common",
                "The password is made of words that guessers try first, such as a name, an address or \"password\".")
        }
    }

    /// Fewer than five different bytes, or mostly steps to the same or the next character (`1234…`, `aaaa…`, `abcd…`).
    private static func isMonotonous(_ bytes: [UInt8]) -> Bool {
        if Set(bytes).count < 5 { return true }
        let steps = zip(bytes, bytes.dropFirst()).filter { abs(Int($0) - Int($1)) <= 1 }.count
        return steps * 10 >= (bytes.count - 1) * 7
    }

    /// Small letters only: digits and signs that stand for letters are read as those letters, all others fall away.
    private static func plain(_ password: String) -> [UInt8] {
        var letters: [UInt8] = []
        for byte in password.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): letters.append(byte)
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): letters.append(byte + 32)
            case UInt8(ascii: "@"), UInt8(ascii: "4"): letters.append(UInt8(ascii: "a"))
            case UInt8(ascii: "3"): letters.append(UInt8(ascii: "e"))
            case UInt8(ascii: "0"): letters.append(UInt8(ascii: "o"))
            case UInt8(ascii: "$"), UInt8(ascii: "5"): letters.append(UInt8(ascii: "s"))
            case 0x80...: letters.append(byte)
            default: continue
            }
        }
        return letters
    }

    /// Whether a text is nothing but at most three words of the list, with up to three letters left over: digits that were
    /// read as letters, a doubled letter.
    private static func isMadeOf(_ words: [String], _ text: [UInt8]) -> Bool {
        let words = words.map { plain($0) }.filter { $0.count >= 3 }.sorted { $0.count > $1.count }
        // Longest first finds `passwordadmin` without searching every way to cut; the text has at most 1,024 bytes.
        var index = 0
        var found = 0
        var leftOver = 0
        while index < text.count {
            if let word = words.first(where: { text[index...].starts(with: $0) }) {
                index += word.count
                found += 1
            } else {
                index += 1
                leftOver += 1
            }
        }
        return leftOver <= 3 && (found <= 3 || Set(text).count < 8)
    }

    private static func words(of text: String) -> [String] {
        let parts = text.split { !($0.isLetter || $0.isNumber) }.map(String.init)
        return parts + [text]
    }

    /// What heads every published list of leaked passwords, without the digits that people put behind, and the words of
    /// this product and its trade.
    static let commonWords: [String] = [
        "password", "passwort", "passphrase", "passw", "motdepasse", "contrasena", "wachtwoord", "letmein", "welcome",
        "willkommen", "iloveyou", "loveyou", "sunshine", "princess", "football", "baseball", "basketball", "superman",
        "batman", "spiderman", "pokemon", "starwars", "trustno", "whatever", "monkey", "dragon", "shadow", "master",
        "michael", "jennifer", "jordan", "thomas", "charlie", "ashley", "nicole", "daniel", "jessica", "andrew",
        "hannah",
        "qwertyuiop", "qwertzuiop", "azertyuiop", "qwerty", "qwertz", "azerty", "asdfghjkl", "asdfgh", "asdf",
        "zxcvbnm",
        "yxcvbnm", "zxcvbn", "qazwsxedc", "qazwsx", "qwaszx", "poiuytrewq", "administrator", "admin", "root", "toor",
        "superuser", "user", "guest", "default", "changeme", "change", "secret", "login", "signin", "test", "testing",
        "tester", "example", "sample", "temp", "temporary", "computer", "internet", "server", "service", "system",
        "database", "google", "facebook", "linkedin", "microsoft", "windows", "samsung", "iphone", "android", "summer",
        "winter", "spring", "autumn", "january", "february", "march", "april", "june", "july", "august", "september",
        "october", "november", "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
        "cheese", "cookie", "banana", "orange", "purple", "silver", "golden", "flower", "butterfly", "chocolate",
        "liverpool", "chelsea", "arsenal", "barcelona", "hello", "freedom", "forever", "family", "friend", "lovely",
        "angel", "jesus", "hunter", "killer", "ninja", "mustang", "ferrari", "porsche", "mercedes", "corvette",
        "harley",
        "tocsin", "incident", "incidents", "response", "responder", "oncall", "pager", "pagerduty", "opsgenie", "alert",
        "alerts", "alertmanager", "prometheus", "grafana", "escalation", "manager", "viewer", "company", "team", "this",
        "the", "my", "is", "abc", "xyz",
    ]
}
