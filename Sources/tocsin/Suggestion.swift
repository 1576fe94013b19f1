/// "Did you mean": the known word that a mistyped one is closest to.
enum Suggestion {
    /// Two slips of the finger at most, one in a word of three letters; case, `-` and `_` count for nothing.
    static func nearest(to word: String, among known: [String]) -> String? {
        let wanted = plain(word)
        // Words are compared in time proportional to the product of their lengths.
        guard (1...64).contains(wanted.count) else { return nil }
        let limit = wanted.count < 4 ? 1 : 2
        let ranked = known.map { (word: $0, distance: distance(wanted, plain($0))) }
        return ranked.filter { $0.distance <= limit }.min { ($0.distance, $0.word) < ($1.distance, $1.word) }?.word
    }

    private static func plain(_ word: String) -> [Character] {
        word.lowercased().filter { $0 != "-" && $0 != "_" && $0 != " " }
    }

    /// The number of letters to put in, take out or change (Levenshtein).
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a == b ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}

extension String {
    fileprivate func filter(_ isKept: (Character) -> Bool) -> [Character] { Array(self).filter(isKept) }
}
