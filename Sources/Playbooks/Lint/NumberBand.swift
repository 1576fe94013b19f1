/// The numbers that comparisons let through: from one bound to another, each with or without the bound itself.
struct NumberBand: Hashable {
    struct Bound: Hashable {
        let millionths: Int64
        let isIncluded: Bool
    }

    /// Nil: it goes on for ever.
    let lower: Bound?
    let upper: Bound?

    init(lower: Bound?, upper: Bound?) {
        self.lower = lower
        self.upper = upper
    }

    init(_ comparison: Comparison, _ amount: Amount) {
        let number = amount.millionths
        switch comparison {
        case .atLeast: self.init(lower: Bound(millionths: number, isIncluded: true), upper: nil)
        case .above: self.init(lower: Bound(millionths: number, isIncluded: false), upper: nil)
        case .atMost: self.init(lower: nil, upper: Bound(millionths: number, isIncluded: true))
        case .below: self.init(lower: nil, upper: Bound(millionths: number, isIncluded: false))
        case .equal:
            let bound = Bound(millionths: number, isIncluded: true)
            self.init(lower: bound, upper: bound)
        }
    }

    /// What both let through; nil when there is nothing.
    func intersection(_ other: NumberBand) -> NumberBand? {
        let band = NumberBand(
            lower: Self.tighter(lower, other.lower) { $0.millionths > $1.millionths },
            upper: Self.tighter(upper, other.upper) { $0.millionths < $1.millionths })
        guard let from = band.lower, let to = band.upper else { return band }
        let isEmpty =
            from.millionths > to.millionths
            || (from.millionths == to.millionths && !(from.isIncluded && to.isIncluded))
        return isEmpty ? nil : band
    }

    /// What lies between this and one that begins behind it; nil when they meet or overlap.
    func gap(before next: NumberBand) -> NumberBand? {
        guard let end = upper, let begin = next.lower else { return nil }
        let isApart =
            end.millionths < begin.millionths
            || (end.millionths == begin.millionths && !end.isIncluded && !begin.isIncluded)
        guard isApart else { return nil }
        return NumberBand(
            lower: Bound(millionths: end.millionths, isIncluded: !end.isIncluded),
            upper: Bound(millionths: begin.millionths, isIncluded: !begin.isIncluded))
    }

    /// Whether a whole number lies within.
    var holdsWholeNumber: Bool {
        guard let lower, let upper else { return true }
        let million: Int64 = 1_000_000
        var first = lower.millionths / million
        if first * million < lower.millionths || (first * million == lower.millionths && !lower.isIncluded) {
            first += 1
        }
        let number = first * million
        return number < upper.millionths || (number == upper.millionths && upper.isIncluded)
    }

    /// By where they begin.
    static func begins(_ left: NumberBand, before right: NumberBand) -> Bool {
        guard let one = left.lower else { return right.lower != nil }
        guard let other = right.lower else { return false }
        return one.millionths == other.millionths
            ? one.isIncluded && !other.isIncluded : one.millionths < other.millionths
    }

    /// Whether it goes on behind the end of the other.
    func reaches(behind other: NumberBand) -> Bool {
        guard let end = other.upper else { return false }
        guard let mine = upper else { return true }
        return mine.millionths == end.millionths ? mine.isIncluded && !end.isIncluded : mine.millionths > end.millionths
    }

    /// `more than 10% and at most 20%`, `exactly 10%`.
    func words(isPercent: Bool) -> String {
        func number(_ bound: Bound) -> String { "\(Amount(millionths: bound.millionths, isPercent: isPercent))" }
        let from = lower.map { "\($0.isIncluded ? "at least" : "more than") \(number($0))" }
        let to = upper.map { "\($0.isIncluded ? "at most" : "less than") \(number($0))" }
        if let lower, let upper, lower.millionths == upper.millionths { return "exactly \(number(lower))" }
        return [from, to].compactMap(\.self).joined(separator: " and ")
    }

    private static func tighter(_ one: Bound?, _ other: Bound?, _ isTighter: (Bound, Bound) -> Bool) -> Bound? {
        guard let one else { return other }
        guard let other else { return one }
        if one.millionths == other.millionths { return one.isIncluded ? other : one }
        return isTighter(one, other) ? one : other
    }
}
