import Chronology

// What ends an incident, and what is owed when it is over.
extension ComparisonRun {
    mutating func compareRemedies() {
        list.topic = .remedies
        list.optional("mitigations", old.mitigations, new.mitigations, place: \.source) { mitigations, _ in
            [.flag("ordered", mitigations.isOrdered), .flag("skip needs a reason", mitigations.skipNeedsReason)]
        }
        list.elements(
            "mitigation", old.mitigations?.options ?? [], new.mitigations?.options ?? [],
            isOrdered: new.mitigations?.isOrdered ?? false, id: \.id.text, place: \.source
        ) { [self] option, _ in
            [
                .quoted("title", option.title), .text("text", option.text),
                .value("commands", words(option.commands.map(\.text))), .when(option.when),
            ]
        }
        list.elements("strategy", old.strategies, new.strategies, id: \.id.text, place: \.source) {
            [self] strategy, _ in
            [.quoted("title", strategy.title), .text("text", strategy.text), .entries("step", steps(strategy.steps))]
        }
        list.topic = .records
        list.elements("record", old.records, new.records, id: \.kind.rawValue, place: \.source) { [self] form, _ in
            [
                .quoted("title", form.title), .text("text", form.text), .entries("question", asks(form.asks)),
                .entries(
                    "outcome", form.outcomes.map { Aspect.Entry(key: $0.outcome.rawValue, detail: "\"\($0.label)\"") }),
                .list("example", form.examples), .when(form.when),
            ]
        }
        compareVerification()
        list.topic = .closure
        list.one("closing", old, new, place: \.closure.first?.source) { [self] playbook, _ in
            [.entries("item", items(playbook.closure))]
        }
    }

    private mutating func compareVerification() {
        list.topic = .verification
        list.one("verification", old, new, place: \.verification?.source) { [self] playbook, _ in
            [
                .entries("check", items(playbook.verification?.checks ?? [])),
                .entries("regression", items(playbook.verification?.regression ?? [])),
            ]
        }
        list.elements(
            "series", old.verification?.series ?? [], new.verification?.series ?? [], id: \.id.text,
            place: \.source
        ) { [self] series, _ in
            [
                .quoted("title", series.title), .value("from", "\(series.from)"),
                .entries("check", series.checks.map { Aspect.Entry(key: $0.offset.notation, detail: $0.text ?? "") }),
                .value("owner", party(series.owner)), .text("text", series.text), .when(series.when),
            ]
        }
        list.elements(
            "window", old.verification?.windows ?? [], new.verification?.windows ?? [], id: \.id.text,
            place: \.source
        ) { [self] window, side in
            [
                .quoted("title", window.title), .value("from", "\(window.from)"),
                .bySeverity("for", bySeverity(window.length, side, span)), .when(window.when),
                .value("owner", party(window.owner)), .entries("task", items(window.tasks)),
                .value("gate", window.gate.rawValue), .value("to choose from", words(window.choose.map(\.notation))),
                .text("text", window.text),
            ]
        }
    }

    mutating func compareAfterwards() {
        compareReview()
        compareActions()
        list.topic = .followUp
        list.elements("follow-up", old.followUp, new.followUp, id: \.id.text, place: \.source) {
            [self] followUp, side in
            [
                .quoted("title", followUp.title), .bySeverity("by", rules(followUp.by, side)),
                .value("from", "\(followUp.from)"), .value("owner", party(followUp.owner)),
                .entries("task", items(followUp.tasks)), .when(followUp.when), .text("text", followUp.text),
            ]
        }
        compareFigures()
        list.topic = .signoffs
        list.elements("sign-off", old.signoffs, new.signoffs, id: \.id.text, place: \.source) {
            [self] signoff, _ in
            [
                .quoted("title", signoff.title), .value("subject", signoff.subject.rawValue),
                .value("roles", parties(signoff.roles)), .value("quorum", text(signoff.quorum)), .when(signoff.when),
                .text("text", signoff.text),
            ]
        }
    }

    private func text(_ quorum: Quorum) -> String {
        switch quorum {
        case .all: "all"
        case .number(let count): "\(count)"
        }
    }

    private mutating func compareReview() {
        list.topic = .review
        list.optional("review", old.review, new.review, place: \.source) { [self] review, side in
            [
                .bySeverity("needed", bySeverity(review.needed, side, \.rawValue)),
                .bySeverity("draft by", rules(review.draftBy, side)),
                .bySeverity("schedule by", rules(review.scheduleBy, side)),
                .bySeverity("hold by", rules(review.holdBy, side)),
                .bySeverity("complete by", rules(review.completeBy, side)),
                .bySeverity("publish by", rules(review.publishBy, side)), .value("zone", review.zone?.name),
                .list("attendee", (review.attendees?.required ?? []).map(text)),
                .list("optional attendee", (review.attendees?.optional ?? []).map(text)),
                .entries(
                    "agenda item",
                    review.agenda.map { item in
                        Aspect.Entry(
                            key: item.item,
                            detail: details([item.minutes.map { "\($0) minutes" }] + item.questions.map { "\"\($0)\"" })
                        )
                    }), .value("minutes", review.minutes.map(String.init)), .value("template", review.template?.text),
                .value("owner", party(review.owner)),
            ]
        }
        list.elements(
            "section", old.review?.sections ?? [], new.review?.sections ?? [], isOrdered: true, id: \.id.text,
            place: \.source
        ) { [self] section, _ in
            [
                .quoted("title", section.title), .text("help", section.help), .value("kind", section.kind.rawValue),
                .value("columns", words(section.columns)), .text("draft", section.draft?.description),
                .value("under", section.under?.text), .when(section.when),
            ]
        }
    }

    private func text(_ attendee: Playbook.Review.Attendee) -> String {
        switch attendee {
        case .party(let party): self.party(party) ?? ""
        case .text(let text): text
        }
    }

    private mutating func compareActions() {
        list.topic = .actions
        list.optional("action items", old.actions, new.actions, place: \.source) { [self] actions, _ in
            [
                .value("key", actions.key.text), .sequence("status", actions.statuses),
                .sequence("priority", actions.priorities),
                .value("columns", words(actions.columns)), .value("due", actions.due.map(span)),
                .value("remind", actions.remind.map { "\($0)" }), .value("created at", actions.createAt.rawValue),
                .text("line", actions.line?.description),
            ]
        }
        list.elements(
            "category", old.actions?.categories ?? [], new.actions?.categories ?? [], id: \.id.text,
            place: \.source
        ) { category, _ in
            [.quoted("title", category.title), .text("text", category.text), .list("example", category.examples)]
        }
        list.elements("area", old.actions?.areas ?? [], new.actions?.areas ?? [], id: \.id.text, place: \.source) {
            area, _ in
            [.quoted("title", area.title)]
        }
    }

    private mutating func compareFigures() {
        list.topic = .figures
        list.elements("figure", old.metrics, new.metrics, id: \.id.text, place: \.source) { [self] figure, side in
            var (measure, targets): (String, [String?]) = ("", pairs.map { _ in nil })
            switch figure.measure {
            case .duration(let from, let to, let target):
                measure = "from \(from.rawValue) to \(to.rawValue)"
                targets = bySeverity(target, side, text)
            case .count(let period): measure = "count per \(period.rawValue)"
            case .mean(let field): measure = "mean of \(field)"
            }
            return [
                .quoted("title", figure.title), .value("measure", measure), .bySeverity("target", targets),
                .text("text", figure.text),
            ]
        }
        list.elements("impact", old.impact, new.impact, id: \.id.text, place: \.source) { [self] figure, _ in
            [
                .quoted("title", figure.title), .value("field", figure.field.text),
                .value("of", denominator(figure.of)),
                .value("unit", figure.unit),
            ]
        }
        list.elements("objective", old.objectives, new.objectives, id: \.id.text, place: \.source) {
            objective, _ in
            [
                .quoted("title", objective.title), .value("kind", objective.kind.rawValue),
                .value("target", objective.target.map { "\($0)" }), .value("window", objective.window.notation),
                .quoted("indicator", objective.indicator), .value("bound", objective.bound.map(\.notation)),
                .value("percentile", objective.percentile?.text),
            ]
        }
    }

    private func text(_ target: FigureTarget) -> String {
        switch target {
        case .none: "none"
        case .within(let time): time.notation
        }
    }
}
