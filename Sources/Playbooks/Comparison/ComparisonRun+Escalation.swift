import Chronology

// Who is called when. Plans of any two forms can be compared: what counts is whom an incident of a severity calls.
extension ComparisonRun {
    mutating func compareEscalation() {
        list.topic = .escalation
        list.elements("plan", old.escalation, new.escalation, id: \.id.text, place: \.source) {
            [self] plan, side in
            [
                .value("form", plan.form.name), .quoted("title", plan.title), .text("text", plan.text),
                .when(plan.when),
                .value("merge", plan.merge.rawValue), .list("level", titles(plan)),
                .list("decision to call nobody:", silences(plan)),
            ] + manual(plan)
        }
        for plan in new.escalation {
            guard let before = old.escalation.first(where: { $0.id == plan.id }) else { continue }
            compareCalls(before, plan)
        }
    }

    private func titles(_ plan: EscalationPlan) -> [String] {
        guard case .levels(_, let rows) = plan.form else { return [] }
        return rows.compactMap { row in row.title.map { "\(row.at.notation) \($0)" } }
    }

    /// For whom a plan says that nobody is called: a decision, where saying nothing is none.
    private func silences(_ plan: EscalationPlan) -> [String] {
        switch plan.form {
        case .single(_, let rows): rows.filter { $0.level == nil }.flatMap { $0.severities.map(\.text) }
        case .matrix(_, let rows):
            rows.flatMap { row in
                row.cells.filter { $0.cell == .none || $0.cell == .due(.none, within: nil) }.map { cell in
                    "\(parties(row.to) ?? "") for \(cell.severity)"
                }
            }
        case .ladder, .windows, .onDeclare, .acknowledgementTimeout, .levels, .manual: []
        }
    }

    private func manual(_ plan: EscalationPlan) -> [Aspect] {
        var manual: EscalationPlan.Manual?
        if case .manual(let form) = plan.form { manual = form }
        return [
            .list("what has to be said", manual?.requires ?? []), .value("template", manual?.template?.text),
            .value("note", manual.map { $0.isNoteRequired ? "required" : "optional" }),
            .value("to", parties(manual?.to ?? [])),
        ]
    }

    // MARK: Calls

    /// A rung as it calls one party for one severity.
    private struct Call: Equatable {
        let party: String
        /// `is paged`; empty for a rung that calls nobody.
        let verb: String
        /// `after 15m`.
        let time: String
        /// What else is said of it.
        let rest: [String]
        let source: SourcePlace

        var sentence: String { [party, verb, time].filter { !$0.isEmpty }.joined(separator: " ") }
    }

    private func calls(
        of plan: EscalationPlan, for severity: ElementID<Playbook.Severity>, in playbook: Playbook
    ) -> [Call] {
        plan.rungs(for: severity).filter { $0.condition.reduced(for: severity, in: playbook) != .never }.flatMap {
            rung in
            let time = time(of: rung, in: playbook)
            let rest = [
                rung.mode.rawValue, "from \(rung.anchor)", "until \(rung.until)",
                own(rung, of: plan) == .always ? nil : "when \(own(rung, of: plan))",
                rung.isSilent ? nil : rung.note.map { "note \"\($0)\"" }, words(rung.authority).map { "may \($0)" },
            ].compactMap(\.self)
            guard !rung.isSilent else {
                return [
                    Call(party: "\"\(rung.note ?? "nobody")\"", verb: "", time: time, rest: rest, source: rung.source)
                ]
            }
            return rung.targets.map { party in
                Call(
                    party: playbook.title(of: party), verb: rung.via.verb, time: time, rest: rest, source: rung.source)
            }
        }
    }

    /// The condition of the rung without that of its plan, which is told of the plan.
    private func own(_ rung: Rung, of plan: EscalationPlan) -> Guard {
        func parts(_ condition: Guard) -> [Guard.Expression] {
            switch condition.expression {
            case .always: []
            case .all(let parts): parts
            case .condition, .not, .any: [condition.expression]
            }
        }
        if rung.condition == plan.when { return .always }
        let rest = Array(parts(rung.condition).dropFirst(parts(plan.when).count))
        return rest.count > 1 ? Guard(.all(rest)) : Guard(rest.first ?? .always)
    }

    private func time(of rung: Rung, in playbook: Playbook) -> String {
        let hours = rung.within.map { " within \($0.name)" } ?? ""
        let text = playbook.ruleNotation.text(rung.after)
        let time =
            switch rung.after {
            case .immediate(let bound): "at once" + (bound.map { ", within \($0.notation)" } ?? "")
            case .elapsed(.zero): "at once"
            case .elapsed, .businessElapsed, .calendarDays, .window:
                rung.anchor == .rungEntered ? "\(text) after the one before" : "after \(text)"
            case .businessDays, .nextBusinessDay: "on the \(text)"
            case .nextOccurrence: "at the \(text)"
            case .none: "never"
            case .unspecified: "at no given time"
            }
        return time + hours
    }

    /// Sentences, each with the severities that it is about.
    private struct Told {
        let sentence: String
        let old: SourcePlace?
        let new: SourcePlace?
        var severities: [String]
    }

    private mutating func compareCalls(_ before: EscalationPlan, _ after: EscalationPlan) {
        var told: [Told] = []
        for pair in pairs {
            var rest = calls(of: before, for: pair.old.id, in: old)
            for call in calls(of: after, for: pair.new.id, in: new) {
                let index = rest.firstIndex(of: call) ?? rest.firstIndex { $0.party == call.party }
                let known = index.map { rest.remove(at: $0) }
                for sentence in Self.sentences(known, call) {
                    Self.tell(&told, sentence, known?.source, call.source, pair.label)
                }
            }
            for call in rest {
                let verb = call.verb.isEmpty ? "is not said any more" : "\(call.verb) no more"
                Self.tell(&told, "\(call.party) \(verb), which was \(call.time)", call.source, nil, pair.label)
            }
        }
        for sentence in told {
            let severities = sentence.severities.count == pairs.count ? [] : sentence.severities
            let scope = (severities + ["plan \(after.id)"]).joined(separator: ", ")
            list.say("\(sentence.sentence) (\(scope))", sentence.old, sentence.new)
        }
    }

    private static func tell(
        _ told: inout [Told], _ sentence: String, _ old: SourcePlace?, _ new: SourcePlace?, _ severity: String
    ) {
        if let index = told.firstIndex(where: { $0.sentence == sentence }) {
            told[index].severities.append(severity)
        } else {
            told.append(Told(sentence: sentence, old: old, new: new, severities: [severity]))
        }
    }

    private static func sentences(_ old: Call?, _ new: Call) -> [String] {
        guard let old else { return ["\(new.sentence), and was not before"] }
        guard old != new else { return [] }
        var sentences: [String] = []
        if old.verb != new.verb {
            sentences.append("\(new.sentence), and no longer \(old.verb) \(old.time)")
        } else if old.time != new.time {
            sentences.append("\(new.sentence) instead of \(old.time.shortened(like: new.time))")
        }
        let gone = old.rest.filter { !new.rest.contains($0) }
        let come = new.rest.filter { !old.rest.contains($0) }
        if !(gone.isEmpty && come.isEmpty) {
            let words = [
                come.joined(separator: ", "), gone.isEmpty ? "" : "instead of \(gone.joined(separator: ", "))",
            ]
            sentences.append("\(new.sentence): \(words.filter { !$0.isEmpty }.joined(separator: " "))")
        }
        return sentences
    }
}

extension Rung.Delivery {
    /// What happens to whom is called.
    var verb: String {
        switch self {
        case .page: "is paged"
        case .notify: "is told"
        case .digest: "reads it in the digest"
        case .agenda(let meeting): "has it on the agenda of \(meeting.name ?? "the next meeting")"
        }
    }
}

extension EscalationPlan.Form {
    /// As a document writes it.
    var name: String {
        switch self {
        case .ladder: "ladder"
        case .matrix: "matrix"
        case .windows: "windows"
        case .single: "single"
        case .onDeclare: "on-declare"
        case .acknowledgementTimeout: "ack-timeout"
        case .levels: "levels"
        case .manual: "manual"
        }
    }
}

extension Playbook {
    /// What people call them.
    public func title(of party: Party) -> String {
        switch party {
        case .role(let id): role(id)?.title ?? id.text
        case .target(let id): target(id)?.title ?? id.text
        case .audience(let id): audience(id)?.title ?? id.text
        case .declarer: "who declared it"
        }
    }
}

extension String {
    /// Without the words that both begin or end with: `30m` beside `after 15m`.
    fileprivate func shortened(like other: String) -> String {
        let (start, end) = ("after ", " after the one before")
        if hasPrefix(start), other.hasPrefix(start) { return String(dropFirst(start.count)) }
        if hasSuffix(end), other.hasSuffix(end) { return String(dropLast(end.count)) }
        return self
    }
}
