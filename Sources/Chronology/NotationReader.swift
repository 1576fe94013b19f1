/// Takes a text of the time notation apart, word by word, with the column of each. Total: what it cannot use is a word
/// like any other, and the end is a word that is empty.
struct NotationReader {
    struct Word: Hashable {
        /// As written; `,` and `..` are words of their own.
        let text: String
        /// In lower case, for the words of the notation, which may be written in either.
        let key: String
        let column: Int

        var isEnd: Bool { text.isEmpty }

        /// How a fault quotes it: cut, and without characters that could not be seen.
        var quoted: String {
            let shown = text.unicodeScalars.prefix(Self.quotedLength).map { scalar in
                scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value) ? "?" : String(scalar)
            }
            return "\"" + shown.joined() + (text.unicodeScalars.count > Self.quotedLength ? "…" : "") + "\""
        }

        private static let quotedLength = 40
    }

    /// In bytes. The longest rules that make sense have about 120; the limit bounds the work and the messages.
    static let lengthLimit = 256

    private let words: [Word]
    private var index = 0

    init(_ text: String) throws(TimeNotationFault) {
        guard text.utf8.count <= Self.lengthLimit else {
            throw TimeNotationFault(at: 1, "the text is longer than \(Self.lengthLimit) bytes")
        }
        var words: [Word] = []
        var word = ""
        var column = 0
        func end(at end: Int) {
            guard !word.isEmpty else { return }
            words.append(Word(text: word, key: word.lowercased(), column: end - word.unicodeScalars.count))
            word = ""
        }
        let scalars = Array(text.unicodeScalars)
        while column < scalars.count {
            let scalar = scalars[column]
            let isDots = scalar == "." && column + 1 < scalars.count && scalars[column + 1] == "."
            if scalar.properties.isWhitespace {
                end(at: column + 1)
            } else if scalar == "," || isDots {
                end(at: column + 1)
                let sign = isDots ? ".." : ","
                words.append(Word(text: sign, key: sign, column: column + 1))
                if isDots { column += 1 }
            } else {
                word.unicodeScalars.append(scalar)
            }
            column += 1
        }
        end(at: column + 1)
        words.append(Word(text: "", key: "", column: column + 1))
        self.words = words
    }

    /// The word that is next; empty at the end, for ever.
    var next: Word { words[index] }

    mutating func take() -> Word {
        let word = words[index]
        if !word.isEnd { index += 1 }
        return word
    }

    /// Takes the word if it is next.
    mutating func skip(_ key: String) -> Bool {
        guard next.key == key else { return false }
        index += 1
        return true
    }

    mutating func skip(anyOf keys: [String]) -> Bool {
        guard keys.contains(next.key) else { return false }
        index += 1
        return true
    }

    func demandEnd() throws(TimeNotationFault) {
        guard next.isEnd else { throw fault("nothing is expected after this, but \(next.quoted) follows") }
    }

    /// At the next word.
    func fault(_ reason: String, ambiguous: Bool = false) -> TimeNotationFault {
        TimeNotationFault(at: next.column, reason, ambiguous: ambiguous)
    }

    /// For a word that must be there: `write` says what it could be.
    func missing(_ what: String, write: String) -> TimeNotationFault {
        fault((next.isEnd ? "\(what) is missing" : "\(next.quoted) is not \(what)") + ": write \(write)")
    }

    // MARK: Words with a meaning of their own

    /// The whole number that the word is, if it is one; at most nine digits, which is enough for every count.
    static func number(_ word: Word) -> Int? {
        guard (1...9).contains(word.text.utf8.count), word.text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(word.text)
    }

    mutating func localTime() throws(TimeNotationFault) -> LocalTime {
        guard !next.isEnd else { throw missing("a time of day", write: "HH:MM") }
        do throws(TimeFault) {
            let time = try LocalTime(iso8601: next.text)
            _ = take()
            return time
        } catch {
            throw fault("\(next.quoted) is not a time of day as HH:MM, 00:00 to 23:59")
        }
    }

    mutating func date() throws(TimeNotationFault) -> CivilDate {
        guard !next.isEnd else { throw missing("a date", write: "YYYY-MM-DD") }
        do throws(TimeFault) {
            let date = try CivilDate(iso8601: next.text)
            _ = take()
            return date
        } catch {
            throw fault("\(next.quoted) is not a date as YYYY-MM-DD: \(error.reason)")
        }
    }

    mutating func weekday() throws(TimeNotationFault) -> Weekday {
        guard let day = Weekday.named(next.key) else {
            throw missing("a day of the week", write: "monday to sunday")
        }
        _ = take()
        return day
    }
}

extension Weekday {
    /// By the name or its first three letters, in lower case.
    static func named(_ key: String) -> Weekday? {
        allCases.first { $0.name.lowercased() == key || $0.shortName.lowercased() == key }
    }
}
