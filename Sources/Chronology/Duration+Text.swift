extension Duration {
    /// For people, in the two largest units that matter: `3 d 4 h`, `2 h 30 min`, `4 min 59 s`, `47 s`. What is smaller is
    /// cut off, never rounded up, so that a page does not say that more time has passed than has. Less than a second is
    /// told in milliseconds, and less than one of those as `0 s`. A day is 24 hours.
    public var text: String { text(units: 2) }

    /// For exports, in every unit down to the millisecond: `1 d 2 h 3 min 4 s 5 ms`. The rest is cut off.
    public var exactText: String { text(units: 5) }

    /// `units` counts from the largest one that is not zero; zeros among them are left out, `2 h` and not `2 h 0 min`.
    private func text(units: Int) -> String {
        let (seconds, attoseconds) = components
        let second = seconds.magnitude
        let parts: [(count: UInt64, unit: String)] = [
            (second / 86_400, "d"), (second / 3_600 % 24, "h"), (second / 60 % 60, "min"), (second % 60, "s"),
            ((attoseconds / 1_000_000_000_000_000).magnitude, "ms"),
        ]
        guard let largest = parts.firstIndex(where: { $0.count > 0 }) else { return "0 s" }
        // Milliseconds beside whole seconds are noise to a person, wherever the cut falls.
        let end = units == 5 || largest == 4 ? 5 : min(largest + units, 4)
        let shown = parts[largest..<end].filter { $0.count > 0 }.map { "\($0.count) \($0.unit)" }
        return (self < .zero ? "-" : "") + shown.joined(separator: " ")
    }
}
