/// Finds the name that somebody probably meant.
enum NearestName {
    /// The known name with the fewest letters wrong, missing, too many or swapped with their neighbour, or that goes
    /// on where the name ends; nil when more than a third of it is wrong. Of two that are equally near, the first.
    static func to(_ name: String, among known: [String]) -> String? {
        let wanted = Array(name.lowercased().unicodeScalars.prefix(lengthLimit))
        var best: (name: String, distance: Int)?
        for candidate in known.prefix(candidateLimit) {
            let letters = Array(candidate.lowercased().unicodeScalars.prefix(lengthLimit))
            let allowed = max(wanted.count, letters.count) / 3
            let isBeginning = wanted.count > 2 && letters.starts(with: wanted)
            guard isBeginning || abs(wanted.count - letters.count) <= allowed else { continue }
            let distance = isBeginning ? min(1, letters.count - wanted.count) : distance(from: wanted, to: letters)
            if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// `, did you mean "severities"?` or nothing.
    static func hint(_ name: String, among known: [String]) -> String {
        to(name, among: known).map { ": did you mean \"\($0)\"?" } ?? ""
    }

    /// Longer names are compared by their beginning: the work grows with the product of the lengths.
    private static let lengthLimit = 64
    /// Nor with how many: a document can name thousands, and have as many slips.
    private static let candidateLimit = 500

    private static func distance(from left: [Unicode.Scalar], to right: [Unicode.Scalar]) -> Int {
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 1...left.count {
            var current = [row]
            for column in 1...right.count {
                let isSame = left[row - 1] == right[column - 1]
                var cost = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (isSame ? 0 : 1))
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    cost = min(cost, beforeLast[column - 2] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
