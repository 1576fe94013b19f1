import Chronology

// What is looked up, and what is practised.
extension ComparisonRun {
    mutating func compareLibrary() {
        list.topic = .scenarios
        list.elements("scenario", old.scenarios, new.scenarios, id: \.id.text, place: \.source) {
            [self] scenario, _ in
            [
                .quoted("title", scenario.title), .text("text", scenario.text), .list("service", scenario.services),
                .list("alert", scenario.alerts), .list("symptom", scenario.symptoms),
                .value("parameters", parameters(scenario.parameters)), .entries("step", steps(scenario.steps)),
                .entries("branch", scenario.branches.map { entry("if \($0.condition)", $0.action, $0.command) }),
                .entries("cause", scenario.causes.map { entry($0.cause, $0.fix, $0.command) }),
                .entries("resolution", steps(scenario.resolution)),
                .entries(
                    "decision",
                    scenario.decisions.map { Aspect.Entry(key: $0.question, detail: "yes: \($0.yes), no: \($0.no)") }),
                .list("long-term action", scenario.longTerm), .value("links", words(scenario.links.map(\.text))),
                .value("contacts", parties(scenario.contacts)), .text("warning", scenario.warning),
            ]
        }
        compareReference()
    }

    private func entry(_ key: String, _ text: String?, _ command: Playbook.Command?) -> Aspect.Entry {
        Aspect.Entry(key: key, detail: details([text, self.command(command)]))
    }

    private mutating func compareReference() {
        list.topic = .reference
        let (before, after) = (old.reference, new.reference)
        list.elements(
            "dashboard", before?.dashboards ?? [], after?.dashboards ?? [], id: \.id.text, place: \.source
        ) { dashboard, _ in
            [
                .quoted("title", dashboard.title), .value("url", dashboard.url), .quoted("purpose", dashboard.purpose),
                .flag("unfinished", dashboard.isUnfinished),
            ]
        }
        list.elements("link", before?.links ?? [], after?.links ?? [], id: \.id.text, place: \.source) { link, _ in
            [
                .quoted("title", link.title), .value("url", link.url.map { "\($0)" }), .quoted("purpose", link.purpose),
                .flag("unfinished", link.isUnfinished),
            ]
        }
        list.elements("tool", before?.tools ?? [], after?.tools ?? [], id: \.id.text, place: \.source) {
            [self] tool, _ in
            [
                .quoted("title", tool.title), .quoted("use", tool.use), .value("url", tool.url),
                .value("", command(tool.command)), .flag("unfinished", tool.isUnfinished),
            ]
        }
        list.elements("command", before?.commands ?? [], after?.commands ?? [], id: \.id.text, place: \.source) {
            [self] command, _ in
            [
                .quoted("title", command.title), .value("", self.command(command.command)),
                .value("stack", command.stack),
                .text("text", command.text), .flag("unfinished", command.isUnfinished),
            ]
        }
        list.elements("document", before?.documents ?? [], after?.documents ?? [], id: \.id.text, place: \.source) {
            document, _ in
            [
                .quoted("title", document.title), .value("path", document.path), .quoted("purpose", document.purpose),
                .flag("unfinished", document.isUnfinished),
            ]
        }
    }

    mutating func comparePractice() {
        list.topic = .practice
        compareDetection()
        list.elements("drill", old.drills, new.drills, id: \.id.text, place: \.source) { drill, _ in
            [
                .quoted("title", drill.title), .value("kind", drill.kind.rawValue),
                .value("every", drill.every.map { "\($0)" }), .text("text", drill.text),
            ]
        }
        list.elements("training", old.training, new.training, id: \.id.text, place: \.source) {
            [self] training, _ in
            [
                .quoted("title", training.title), .value("kind", training.kind.rawValue),
                .value("every", training.every.map { "\($0)" }), .entries("item", items(training.items)),
            ]
        }
        compareOnCall()
        list.elements("advisory", old.advisories, new.advisories, id: \.id.text, place: \.source) { advisory, _ in
            [
                .quoted("text", advisory.text), .value("on", advisory.on.rawValue),
                .value("check", advisory.lint?.rawValue),
            ]
        }
        list.elements("report", old.reports, new.reports, id: \.id.text, place: \.source) { report, _ in
            [
                .quoted("title", report.title), .value("every", "\(report.every)"), .list("section", report.sections),
            ]
        }
        list.elements("integration", old.integrations, new.integrations, id: \.id.text, place: \.source) {
            integration, _ in
            [
                .quoted("title", integration.title), .value("kind", integration.kind.rawValue),
                .quoted("note", integration.note),
            ]
        }
        list.topic = .history
        list.elements("version", old.history, new.history, id: \.version, place: \.source) { change, _ in
            [
                .value("date", change.date.map { "\($0)" }), .quoted("author", change.author),
                .text("changes", change.changes),
            ]
        }
    }

    private mutating func compareDetection() {
        list.elements(
            "source", old.detection?.sources ?? [], new.detection?.sources ?? [], id: \.id.text, place: \.source
        ) { source, _ in
            [.quoted("title", source.title), .quoted("detail", source.detail)]
        }
        list.one("detection", old, new, place: \.detection?.sources.first?.source) { [self] playbook, _ in
            [
                .entries("automated step", steps(playbook.detection?.automated ?? [])),
                .entries("manual step", steps(playbook.detection?.manual ?? [])),
            ]
        }
    }

    private mutating func compareOnCall() {
        list.optional("on-call", old.onCall, new.onCall, place: \.source) { [self] onCall, _ in
            [
                .list("rotation", onCall.rotations),
                .value("handoff", onCall.handoff.map { $0.when?.words ?? "by hand" }),
                .list("handoff covers", onCall.handoff?.covers ?? []), .entries("readiness", items(onCall.readiness)),
                .value("relief after", onCall.reliefAfter.map(\.notation)),
            ]
                + [
                    .entries(
                        "duties",
                        onCall.duties.map {
                            Aspect.Entry(key: $0.of, detail: $0.texts.map { "\"\($0)\"" }.joined(separator: ", "))
                        })
                ]
        }
    }
}
