// Severities: what suggests them, and what cannot suggest one of them alone.
extension LintRun {
    /// Bands of one field that leave a gap or overlap (S1-07), and severities that nothing suggests.
    mutating func checkCriteria() {
        checkSeveritiesWithout()
        for (field, bands) in bandsByField() where Set(bands.map(\.rank)).count > 1 {
            checkOverlaps(field, bands)
            checkGaps(field, bands)
        }
    }

    private mutating func checkSeveritiesWithout() {
        let suggested = playbook.severities.filter { !$0.criteria.isEmpty }
        guard !suggested.isEmpty else { return }
        let inMatrix = Set((playbook.severityMatrix?.cells ?? []).flatMap(\.self))
        for severity in playbook.severities where severity.criteria.isEmpty && !inMatrix.contains(severity.id) {
            warn(
                .severityWithoutCriteria, at: severity.source.place,
                "nothing suggests \(severity.id), while \(suggested.map(\.id.text).listed) "
                    + "\(suggested.count == 1 ? "has" : "have") criteria: say what makes it \(severity.id)"
            )
        }
    }

    /// What one criterion says of a field and of nothing else.
    private struct Band {
        let band: NumberBand
        let severity: ElementID<Playbook.Severity>
        let rank: Int
        let source: SourcePlace
    }

    private struct Question: Hashable {
        let field: ElementID<Playbook.Field>
        let isPercent: Bool
    }

    /// In the order in which the document asks.
    private func bandsByField() -> [(Question, [Band])] {
        var order: [Question] = []
        var bands: [Question: [Band]] = [:]
        for (rank, severity) in playbook.severities.enumerated() {
            for criterion in severity.criteria {
                guard let (question, band) = Self.band(criterion.when) else { continue }
                if bands[question] == nil { order.append(question) }
                bands[question, default: []].append(
                    Band(band: band, severity: severity.id, rank: rank, source: criterion.source))
            }
        }
        return order.map { ($0, bands[$0] ?? []) }
    }

    /// Nil for a condition that asks for more than one field, or for something else.
    private static func band(_ condition: Guard) -> (Question, NumberBand)? {
        let parts: [Guard.Expression]
        switch condition.expression {
        case .condition: parts = [condition.expression]
        case .all(let all): parts = all
        case .always, .not, .any: return nil
        }
        var question: Question?
        var band: NumberBand?
        for part in parts {
            guard case .condition(.amount(let field, let comparison, let amount)) = part else { return nil }
            let asked = Question(field: field, isPercent: amount.isPercent)
            guard question == nil || question == asked else { return nil }
            question = asked
            let next = NumberBand(comparison, amount)
            guard let both = band.map({ $0.intersection(next) }) ?? next else { return nil }
            band = both
        }
        guard let question, let band else { return nil }
        return (question, band)
    }

    private mutating func checkOverlaps(_ question: Question, _ bands: [Band]) {
        for (index, one) in bands.enumerated() {
            for other in bands[(index + 1)...] where other.rank > one.rank && !isFull {
                guard let shared = one.band.intersection(other.band), !Self.isThreshold(one.band, within: other.band)
                else {
                    continue
                }
                warn(
                    .criteriaOverlap, at: places.value(of: other.source, "when"),
                    "\(question.field) of \(shared.words(isPercent: question.isPercent)) suggests "
                        + "\(one.severity) (line \(one.source.line)) and \(other.severity) at once: let the one "
                        + "end where the other begins"
                )
            }
        }
    }

    /// `> 50%` and `> 10%`: whoever writes thresholds means the worse severity from the higher one on, and that one is
    /// taken.
    private static func isThreshold(_ worse: NumberBand, within milder: NumberBand) -> Bool {
        (worse.upper == nil && milder.upper == nil && !NumberBand.begins(worse, before: milder))
            || (worse.lower == nil && milder.lower == nil && !worse.reaches(behind: milder))
    }

    private mutating func checkGaps(_ question: Question, _ bands: [Band]) {
        let sorted = bands.enumerated().sorted { left, right in
            if NumberBand.begins(left.element.band, before: right.element.band) { return true }
            return !NumberBand.begins(right.element.band, before: left.element.band) && left.offset < right.offset
        }.map(\.element)
        guard var last = sorted.first else { return }
        let isCounted = playbook.field(question.field)?.kind == .number
        for next in sorted.dropFirst() {
            // Between 1 and 2 of what is counted there is nothing.
            if let gap = last.band.gap(before: next.band), !isCounted || gap.holdsWholeNumber {
                let milder = last.rank > next.rank ? last : next
                let other = last.rank > next.rank ? next : last
                warn(
                    .criteriaGap, at: places.value(of: milder.source, "when"),
                    "\(question.field) of \(gap.words(isPercent: question.isPercent)) suggests neither "
                        + "\(milder.severity) nor \(other.severity) (line \(other.source.line)): let the one "
                        + "end where the other begins"
                )
            }
            if next.band.reaches(behind: last.band) { last = next }
        }
        checkWorstEnd(question, sorted, highest: last)
    }

    /// The band of the worst severity should not end on the side on which it gets worse still.
    private mutating func checkWorstEnd(_ question: Question, _ sorted: [Band], highest: Band) {
        guard let worst = sorted.map(\.rank).min(), let mildest = sorted.map(\.rank).max(), worst < mildest else {
            return
        }
        let whole: Int64 = 100_000_000
        if highest.rank == worst, let end = highest.band.upper,
            !(question.isPercent && end.millionths >= whole)
        {
            let beyond = NumberBand(
                lower: NumberBand.Bound(millionths: end.millionths, isIncluded: !end.isIncluded), upper: nil)
            sayBeyond(question, highest, beyond)
        } else if let lowest = sorted.first, lowest.rank == worst, highest.rank != worst, let end = lowest.band.lower,
            end.millionths > 0
        {
            let beyond = NumberBand(
                lower: nil, upper: NumberBand.Bound(millionths: end.millionths, isIncluded: !end.isIncluded))
            sayBeyond(question, lowest, beyond)
        }
    }

    private mutating func sayBeyond(_ question: Question, _ band: Band, _ beyond: NumberBand) {
        warn(
            .criteriaGap, at: places.value(of: band.source, "when"),
            "\(question.field) of \(beyond.words(isPercent: question.isPercent)) suggests nothing, though "
                + "\(band.severity) is the worst that it can suggest: leave that end open"
        )
    }

    /// A word of a source that stands for two severities.
    mutating func checkWords() {
        var known: [String: Playbook.Severity] = [:]
        for severity in playbook.severities {
            for (index, word) in severity.words.enumerated() {
                guard let first = known[word.lowercased()] else {
                    known[word.lowercased()] = severity
                    continue
                }
                guard first.id != severity.id else { continue }
                warn(
                    .ambiguousWord, at: places.value(of: severity.source, "words", String(index)),
                    "\"\(word.cut)\" is a word for \(first.id) (line \(first.source.line)) and for "
                        + "\(severity.id): a source that says it means one of them, so leave it to that one"
                )
            }
        }
    }
}
