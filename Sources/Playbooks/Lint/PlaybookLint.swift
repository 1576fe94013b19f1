/// What is well written in a playbook and unwise all the same: what two of its parts say differently, what can never
/// happen, what nobody has filled in.
///
/// A function of the playbook alone, with no clock: whether a playbook should be read again is not its business. A
/// finding is a warning unless it says that the playbook cannot be followed as it stands.
public enum PlaybookLint {
    /// In the order of the document; none when there is nothing to say.
    ///
    /// - Parameters:
    ///   - text: the document that the playbook was read from. With it findings point at the value that is meant,
    ///     without it at the element that holds the value. Another document than that makes places wrong and nothing
    ///     else.
    ///   - file: how findings call the document.
    public static func findings(
        of playbook: Playbook, text: [UInt8]? = nil, file: String? = nil
    ) -> [PlaybookFault] {
        var run = LintRun(playbook, LintPlaces(text))
        run.checkCriteria()
        run.checkWords()
        run.checkConditions()
        run.checkRungs()
        run.checkPlans()
        run.checkGeneralRules()
        run.checkRoles()
        run.checkUse()
        run.checkClocks()
        run.checkRules()
        run.checkPromises()
        run.checkReview()
        run.checkWindows()
        run.checkSlots()
        run.checkNames()
        return run.findings.inOrder().prefix(DocumentLimits.faults).map { finding in
            var finding = finding
            finding.file = file
            return finding
        }
    }
}

/// One look through a playbook, and what it has found so far.
struct LintRun {
    let playbook: Playbook
    let places: LintPlaces
    private(set) var findings: [PlaybookFault] = []

    init(_ playbook: Playbook, _ places: LintPlaces) {
        self.playbook = playbook
        self.places = places
    }

    /// A document with more of them was not written by people.
    private static let findingLimit = 5_000

    /// Whoever compares elements in pairs stops then: the pairs grow faster than the document.
    var isFull: Bool { findings.count >= Self.findingLimit }

    mutating func warn(_ code: PlaybookFault.Code, at place: DocumentPlace, _ sentence: String) {
        findings.append(PlaybookFault(code, at: place, sentence, severity: .warning))
    }

    mutating func fail(_ code: PlaybookFault.Code, at place: DocumentPlace, _ sentence: String) {
        findings.append(PlaybookFault(code, at: place, sentence, severity: .error))
    }

    /// `for SEV1 and SEV2`, `for every severity`.
    func scope(_ severities: [ElementID<Playbook.Severity>]) -> String {
        severities.count == playbook.severities.count
            ? "for every severity" : "for \(severities.map(\.text).listed)"
    }
}
