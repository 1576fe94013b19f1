import Chronology

// Who is told what, and how often.
extension ComparisonRun {
    mutating func compareMessages() {
        compareCadences()
        list.topic = .templates
        list.elements("template", old.templates, new.templates, id: \.id.text, place: \.source) {
            [self] template, _ in
            [
                .quoted("title", template.title), .value("audience", template.audience?.text),
                .value("kind", template.kind.rawValue), .value("zone", template.zone?.name),
                .value("subject", template.subject.map { "\"\($0)\"" }), .when(template.when),
                .entries("question", asks(template.asks)), .text("text", template.body.description),
            ]
        }
        list.topic = .communications
        list.elements("message", old.communications, new.communications, id: \.id.text, place: \.source) {
            [self] message, _ in
            [
                .quoted("title", message.title), .value("on", "\(message.on)"), .value("to", parties(message.to)),
                .value("template", message.template?.text), .value("via", words(message.via.map(\.rawValue))),
                .when(message.when), .value("owner", party(message.owner)),
            ]
        }
        compareStatusPage()
    }

    private mutating func compareCadences() {
        list.topic = .cadence
        list.elements("cadence", old.cadences, new.cadences, id: \.id.text, place: \.source) {
            [self] cadence, side in
            [
                .quoted("title", cadence.title), .value("audience", cadence.audience.text),
                .bySeverity("", bySeverity(cadence.every, side) { playbook(side).intervalText($0) }),
                .value("while", words(cadence.during.map(\.text)) ?? "active"),
                .list("event", cadence.alsoOn.map(\.description)), .value("roll", cadence.roll.rawValue),
                .entries(
                    "after",
                    cadence.after.map { decay in
                        Aspect.Entry(key: decay.from.notation, detail: playbook(side).intervalText(decay.every))
                    }), .value("template", cadence.template?.text), .flag("promise", cadence.isPromise),
                .value("owner", party(cadence.owner)), .when(cadence.when),
                .value("to choose from", words(cadence.choose.map(\.notation))),
            ]
        }
    }

    private mutating func compareStatusPage() {
        list.topic = .statusPage
        list.optional("status page", old.statusPage, new.statusPage, place: \.source) { [self] page, _ in
            [
                .value("page", page.page), .value("required when", "\"\(page.required)\""),
                .flag("decision", page.asksDecision), .value("components from", page.components?.from.text),
                .entries(
                    "component state",
                    (page.components?.states ?? []).map { Aspect.Entry(key: $0.answer, detail: $0.state.rawValue) }),
                .flag("estimate", page.hasEstimate), .value("owner", party(page.owner)),
            ]
        }
        guard let before = old.statusPage, let after = new.statusPage else { return }
        list.elements("stage", before.stages, after.stages, isOrdered: true, id: \.id.text, place: \.source) {
            [self] stage, side in
            [
                .value("on", "\(stage.on)"), .value("title", stage.title.map { "\"\($0)\"" }),
                .value("template", stage.template?.text), .bySeverity("within", rules(stage.within, side)),
                .when(stage.when),
            ]
        }
    }
}
