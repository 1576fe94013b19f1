import Chronology
import Engine
import Notation
import Playbooks

extension PlaybookPage {
    /// The page of one version of a playbook, for a severity of it.
    init(
        _ edition: Edition, isOld: Bool, severity: ElementID<Playbook.Severity>, _ organisation: Organisation,
        findings: [PlaybookFault], at now: Instant
    ) {
        let playbook = edition.playbook
        let called = edition.calledNames
        let reached = called.filter { edition.reaches($0, organisation.cast(of: edition.id)) }
        self.init(
            id: edition.id, heading: playbook.title, version: isOld ? Int(edition.version) : nil,
            summary: playbook.summary, facts: Self.facts(edition, organisation),
            unfilled: (
                called.filter { !reached.contains($0) }.map(playbook.title(of:)), called.count
            ),
            severities: playbook.severities.enumerated().map { Severity($1, rank: $0, in: playbook) },
            clocks: .clocks(of: playbook), impact: playbook.severityMatrix.map { .impact($0, in: playbook) },
            course: Course(of: playbook, severity: severity, at: now), matrix: .people(of: playbook, at: now),
            chapters: PlaybookChapters(playbook).all(), findings: findings.map { Finding($0) })
    }

    static func facts(_ edition: Edition, _ organisation: Organisation) -> [PlaybookBlock.Fact] {
        let playbook = edition.playbook
        var facts = [
            PlaybookBlock.Fact("Owner", playbook.owner), PlaybookBlock.Fact("Revision", playbook.version),
            PlaybookBlock.Fact(
                "Origin",
                edition.origin == .builtIn ? "comes with Tocsin" : "uploaded, version \(edition.version)"),
        ]
        if let date = playbook.updated { facts.append(.init("Updated", date.text)) }
        facts.append(.init("Zone", playbook.zone.name))
        if let upkeep = playbook.upkeep {
            let last = upkeep.last.map { ", last on \($0.text)" } ?? ""
            facts.append(
                .init(
                    "Read again",
                    upkeep.every.description + last + (upkeep.isAfterIncident ? ", and after each incident" : "")))
        }
        if let level = playbook.declareAt { facts.append(.init("Declared at", "\(level) or worse")) }
        if let document = playbook.provenance?.document { facts.append(.init("Made from", document)) }
        let services = organisation.services.filter { $0.playbook == edition.id }.map(\.name)
        let users = (organisation.procedure.id == edition.id ? ["services that name no other"] : []) + services
        facts.append(.init("Followed by", users.isEmpty ? "nothing so far" : users.joined(separator: ", ")))
        return facts
    }
}

extension Edition {
    /// A backup may have a backup; longer chains are circles.
    private static let depth = 4

    /// The names that an escalation calls, each once, in the order of the document.
    var calledNames: [Party] {
        var called: Set<Party> = []
        for party in playbook.escalation.flatMap({ $0.rungs() }).flatMap(\.targets) {
            called.insert(party)
            // A role that nobody has taken falls to somebody.
            if case .role(let id) = party, let other = playbook.role(id)?.fallback { called.insert(other) }
        }
        return (playbook.targets.map { Party.target($0.id) } + playbook.audiences.map { Party.audience($0.id) })
            .filter(called.contains)
    }

    /// Whether somebody stands for that name, or for the name behind it.
    func reaches(_ party: Party, _ cast: Cast, depth: Int = Edition.depth) -> Bool {
        guard depth > 0 else { return false }
        switch party {
        case .target(let id):
            return !cast[id.text].isEmpty
                || playbook.target(id)?.backup.map { reaches($0, cast, depth: depth - 1) } ?? false
        case .audience(let id): return !cast[id.text].isEmpty
        case .role(let id): return playbook.role(id)?.fallback.map { reaches($0, cast, depth: depth - 1) } ?? false
        case .declarer: return true
        }
    }

    /// Everything that the organisation says who stands for: targets, then audiences.
    func castNames(_ cast: Cast) -> [PlaybookPeoplePage.Name] {
        let called = calledNames
        func gap(_ party: Party, _ people: [String]) -> StateMark? {
            guard people.isEmpty else { return nil }
            if reaches(party, cast) { return StateMark("its backup is called", .quiet) }
            return called.contains(party) ? StateMark("calls nobody", .bad) : StateMark("nobody yet", .quiet)
        }
        return playbook.targets.map { target in
            let people = cast[target.id.text].map(\.text)
            return PlaybookPeoplePage.Name(
                id: target.id.text, title: target.title, kind: target.kind.rawValue,
                note: target.when ?? target.contact, gap: gap(.target(target.id), people), people: people,
                line: target.source.line)
        }
            + playbook.audiences.map { audience in
                let people = cast[audience.id.text].map(\.text)
                return PlaybookPeoplePage.Name(
                    id: audience.id.text, title: audience.title, kind: "audience",
                    note: audience.channels.isEmpty ? nil : audience.channels.joined(separator: ", "),
                    gap: gap(.audience(audience.id), people), people: people, line: audience.source.line)
            }
    }
}

extension PlaybookPage.Severity {
    init(_ severity: Playbook.Severity, rank: Int, in playbook: Playbook) {
        var blocks: [PlaybookBlock] = []
        func list(_ heading: String, _ points: [PlaybookPoint]) {
            if !points.isEmpty { blocks += [.heading(heading), .points(points)] }
        }
        list(
            "Suggested when",
            severity.criteria.map { criterion in
                PlaybookPoint(
                    "\(criterion.because) (\(playbook.words(criterion.when) ?? "always"))", line: criterion.source.line)
            })
        list("Characteristics", severity.characteristics.map { PlaybookPoint($0) })
        list("Examples", severity.examples.map { PlaybookPoint($0) })
        if !severity.facets.isEmpty {
            blocks.append(.facts(severity.facets.map { .init($0.name, $0.text) }))
        }
        if !severity.words.isEmpty {
            blocks.append(.facts([.init("Words of sources", severity.words.joined(separator: ", "))]))
        }
        self.init(
            mark: SeverityMark(rank: rank, label: severity.id.text), name: severity.name, meaning: severity.meaning,
            line: severity.source.line, blocks: blocks)
    }
}

extension PlaybookPage.Course {
    init(of playbook: Playbook, severity: ElementID<Playbook.Severity>, at now: Instant) {
        let story = PlaybookStory(of: playbook, severity: severity, declaredAt: now)
        let steps = (story?.chart.rows ?? []).map { row in
            EscalationPicture.Step(
                who: row.target, when: row.offset, after: row.due.map { $0 - now }, via: row.via.rawValue,
                plan: row.plan, condition: row.condition, isCalled: row.isCalled, note: row.note, line: row.line)
        }
        self.init(
            severity: SeverityMark(rank: playbook.rank(of: severity) ?? 0, label: severity.text),
            escalation: EscalationPicture(steps: steps, declared: now),
            sections: (story?.sections ?? []).map { section in
                (section.title, section.sentences.map { PlaybookPoint($0.text, line: $0.line) })
            })
    }
}

extension PlaybookGrid {
    /// By when each clock has to end. Clocks that ask for nothing at any severity are left out.
    static func clocks(of playbook: Playbook) -> PlaybookGrid {
        let clocks = playbook.clocks.map { clock in
            (title: clock.title, rules: playbook.ladder.map { playbook.owed(of: clock, for: $0) ?? "" })
        }.filter { !$0.rules.allSatisfy(\.isEmpty) }
        return PlaybookGrid(
            name: "Clocks by severity", columns: clocks.map(\.title),
            rows: playbook.severities.enumerated().map { rank, severity in
                Row(
                    severity: SeverityMark(rank: rank, label: severity.id.text), head: "",
                    cells: clocks.map { $0.rules[rank] })
            })
    }

    static func impact(_ matrix: Playbook.SeverityMatrix, in playbook: Playbook) -> PlaybookGrid {
        func title(_ axis: Playbook.SeverityMatrix.Axis) -> String {
            playbook.field(axis.field)?.title ?? axis.field.text
        }
        return PlaybookGrid(
            name: "\(title(matrix.rows)) by \(title(matrix.columns))", columns: matrix.columns.values,
            rows: zip(matrix.rows.values, matrix.cells).map { Row(head: $0, cells: $1.map(\.text)) })
    }

    /// Who is called when, somebody a row and a severity a column.
    static func people(of playbook: Playbook, at now: Instant) -> PlaybookGrid {
        let charts = EscalationChart.all(of: playbook, declaredAt: now)
        var people: [String] = []
        for row in charts.flatMap(\.rows) where row.isCalled {
            if let target = row.target, !people.contains(target) { people.append(target) }
        }
        return PlaybookGrid(
            name: "Who is called, by severity", columns: playbook.ladder.map(\.text),
            rows: people.map { who in
                Row(
                    head: who,
                    cells: charts.map { chart in
                        var cells: [String] = []
                        for row in chart.rows where row.isCalled && row.target == who {
                            let cell =
                                row.offset + (row.via == .page ? "" : " (\(row.via.words))")
                                + (row.condition == nil ? "" : ", on a condition")
                            if !cells.contains(cell) { cells.append(cell) }
                        }
                        return cells.joined(separator: "; ")
                    })
            })
    }
}

extension Playbooks.EscalationPlan.Via {
    fileprivate var words: String {
        switch self {
        case .page: "paged"
        case .notify: "told"
        case .digest: "in the digest"
        case .agenda: "on the agenda"
        }
    }
}

extension PlaybookPage.Finding {
    init(_ fault: PlaybookFault) {
        self.init(
            isError: fault.severity == .error, code: fault.code.rawValue, sentence: fault.sentence, line: fault.line)
    }
}
