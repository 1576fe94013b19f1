import Chronology

// The course of an incident, and who takes part in it.
extension ComparisonRun {
    mutating func compareCourse() {
        list.topic = .statuses
        list.elements("status", old.statuses, new.statuses, isOrdered: true, id: \.id.text, place: \.source) {
            [self] status, _ in
            [
                .value("state", status.state.rawValue), .quoted("label", status.label),
                .quoted("public label", status.publicLabel), .text("text", status.text),
                .value("pauses", words(status.pauses.map(\.text))),
            ]
        }
        list.topic = .phases
        list.elements("phase", old.phases, new.phases, isOrdered: true, id: \.id.text, place: \.source) {
            [self] phase, _ in
            [
                .quoted("title", phase.title), .value("states", words(phase.states.map(\.text))),
                .flag("concurrent", phase.isConcurrent), .value("time box", phase.box.map(text)),
                .quoted("goal", phase.goal),
                .text("text", phase.text), .when(phase.when), .entries("action", phase.enter.map(entry)),
                .entries("item", items(phase.checklist)), .entries("exit", items(phase.exit)),
            ]
        }
        list.topic = .checklists
        list.elements("checklist", old.checklists, new.checklists, id: \.id.text, place: \.source) {
            [self] list, _ in
            [
                .quoted("title", list.title), .value("on", "\(list.on)"), .when(list.when),
                .value("role", list.role?.text),
                .entries("item", items(list.items)),
            ]
        }
    }

    private func text(_ box: Playbook.Phase.Box) -> String {
        let ends = [box.min.map { "from \($0.notation)" }, box.max.map { "to \($0.notation)" }].compactMap(\.self)
        return "\(ends.joined(separator: " ")) after \(box.from)"
    }

    private func entry(_ action: Playbook.Action) -> Aspect.Entry {
        Aspect.Entry(key: text(action.act), detail: details([action.title.map { "\"\($0)\"" }, when(action.when)]))
    }

    private func text(_ act: Playbook.Action.Act) -> String {
        func with(_ template: ElementID<Playbook.Template>?) -> String { template.map { " with \($0)" } ?? "" }
        return switch act {
        case .page(let whom): "page \(parties(whom) ?? "")"
        case .notify(let whom, let template): "notify \(parties(whom) ?? "")\(with(template))"
        case .post(let audience, let template): "post to \(audience)\(with(template))"
        case .statusPage(let stage): "status page \(stage)"
        case .room: "open the room"
        case .bridge: "open a call"
        case .assign(let role, let whom): "assign \(role)" + (party(whom).map { " to \($0)" } ?? "")
        case .task(let text, let role, let whom):
            "task \(text)" + (role.map { " of \($0)" } ?? "") + (party(whom).map { " to \($0)" } ?? "")
        case .create(.ticket): "create a ticket"
        case .create(.integration(let id)): "create \(id)"
        case .start(let clock): "start \(clock)"
        }
    }

    mutating func comparePeople() {
        list.topic = .roles
        list.elements("role", old.roles, new.roles, isOrdered: true, id: \.id.text, place: \.source) {
            [self] role, _ in
            [
                .quoted("title", role.title), .text("text", role.text), .value("count", "\(role.count)"),
                .list("duty", role.duties), .entries("task", items(role.tasks)),
                .value("eligible", role.eligible.map(text)),
                .value("default", party(role.fallback)), .list("authority", role.authority),
                .value("required when", role.required.map { "\"\($0)\"" }), .flag("claimable", role.isClaimable),
            ]
        }
        list.topic = .targets
        list.elements("target", old.targets, new.targets, id: \.id.text, place: \.source) { [self] target, _ in
            [
                .quoted("title", target.title), .value("kind", target.kind.rawValue),
                .quoted("contact", target.contact),
                .value("backup", party(target.backup)), .quoted("when", target.when), .quoted("phone", target.phone),
                .value("portal", target.portal), .quoted("vendor of", target.vendorOf),
                .list("authority", target.authority), .list("duty", target.duties), .text("text", target.text),
                .flag("unfinished", target.isUnfinished),
            ]
        }
        list.topic = .audiences
        list.elements("audience", old.audiences, new.audiences, id: \.id.text, place: \.source) { audience, _ in
            [
                .quoted("title", audience.title), .text("text", audience.text), .list("channel", audience.channels),
                .value("zone", audience.zone?.name), .when(audience.when),
            ]
        }
    }

    private func text(_ eligible: Playbook.Eligibility) -> String {
        details([
            eligible.text.map { "\"\($0)\"" }, words(eligible.requires).map { "requires \($0)" },
            eligible.isAvailable ? "available" : nil,
        ])
    }
}
