import Chronology

/// A length of time that somebody wrote into a text for people: `30 minutes`, `15-30 min`, `24-hour`, `hour`.
struct WrittenTime: Hashable {
    /// As it stands in the text.
    let words: String
    let span: DurationSpan

    /// Those after the word "every", with it: what an audience reads as a promise (X9).
    static func promises(in text: String) -> [WrittenTime] {
        var found: [WrittenTime] = []
        let scanner = Scanner(text)
        for index in scanner.letters.indices where scanner.has("every", at: index) {
            var end = index + 5
            scanner.skipSpaces(&end)
            guard let span = scanner.time(at: &end, needsNumber: false) else { continue }
            found.append(WrittenTime(words: scanner.text(index..<end), span: span))
        }
        return found
    }

    /// All with a number and a unit.
    static func all(in text: String) -> [WrittenTime] {
        var found: [WrittenTime] = []
        let scanner = Scanner(text)
        var index = 0
        while index < scanner.letters.count {
            var end = index
            if scanner.isDigit(at: index), !scanner.isWord(before: index),
                let span = scanner.time(at: &end, needsNumber: true)
            {
                found.append(WrittenTime(words: scanner.text(index..<end), span: span))
                index = end
            } else {
                index += 1
            }
        }
        return found
    }
}

private struct Scanner {
    let original: [Unicode.Scalar]
    let letters: [Unicode.Scalar]

    /// Longer numbers are no times that people write.
    private static let digitLimit = 5
    /// Longest first, so that `minutes` is not read as `m`.
    private static let units: [(String, Duration)] = [
        ("minutes", .minutes(1)), ("minute", .minutes(1)), ("mins", .minutes(1)), ("min", .minutes(1)),
        ("hours", .hours(1)), ("hour", .hours(1)), ("hrs", .hours(1)), ("hr", .hours(1)), ("days", .days(1)),
        ("day", .days(1)), ("m", .minutes(1)), ("h", .hours(1)), ("d", .days(1)),
    ]

    init(_ text: String) {
        original = Array(text.unicodeScalars)
        letters = original.map { ("A"..."Z").contains($0) ? Unicode.Scalar($0.value + 32) ?? $0 : $0 }
    }

    func text(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(original[range])) }

    func isDigit(at index: Int) -> Bool { index < letters.count && ("0"..."9").contains(letters[index]) }

    private func isLetter(at index: Int) -> Bool { index < letters.count && letters[index].properties.isAlphabetic }

    func isWord(before index: Int) -> Bool { index > 0 && (isLetter(at: index - 1) || isDigit(at: index - 1)) }

    /// The word as a whole word.
    func has(_ word: String, at index: Int) -> Bool {
        guard !isWord(before: index), letters[index...].starts(with: word.unicodeScalars) else { return false }
        let end = index + word.unicodeScalars.count
        return !isLetter(at: end) && !isDigit(at: end)
    }

    func skipSpaces(_ index: inout Int) {
        while index < letters.count, letters[index].properties.isWhitespace { index += 1 }
    }

    /// `30 minutes`, `15 to 30 minutes`, `hour`.
    func time(at index: inout Int, needsNumber: Bool) -> DurationSpan? {
        guard let first = number(at: &index) else {
            guard !needsNumber, let unit = unit(at: &index) else { return nil }
            return DurationSpan(unit, unit)
        }
        let second = secondNumber(at: &index) ?? first
        // `24-hour` is 24 hours.
        if index < letters.count, letters[index] == "-" { index += 1 }
        skipSpaces(&index)
        guard let unit = unit(at: &index) else { return nil }
        return DurationSpan(unit * first, unit * second)
    }

    private func number(at index: inout Int) -> Int? {
        let digits = letters[index...].prefix { ("0"..."9").contains($0) }
        guard (1...Self.digitLimit).contains(digits.count) else { return nil }
        index += digits.count
        return digits.reduce(0) { $0 * 10 + Int($1.value - 48) }
    }

    private func secondNumber(at index: inout Int) -> Int? {
        var end = index
        skipSpaces(&end)
        if end < letters.count, ["-", "–"].contains(letters[end]) {
            end += 1
        } else if letters[end...].starts(with: "to ".unicodeScalars) {
            end += 2
        } else {
            return nil
        }
        skipSpaces(&end)
        guard let number = number(at: &end) else { return nil }
        index = end
        return number
    }

    private func unit(at index: inout Int) -> Duration? {
        for (word, length) in Self.units where letters[index...].starts(with: word.unicodeScalars) {
            let end = index + word.unicodeScalars.count
            guard !isLetter(at: end) else { continue }
            index = end
            return length
        }
        return nil
    }
}
