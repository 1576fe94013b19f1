import Chronology
import Playbooks

/// What is looked up in a playbook, in the order in which its reader tells it. Chapters that have nothing to say are left
/// out.
struct PlaybookChapters {
    typealias Block = PlaybookBlock
    typealias Fold = PlaybookBlock.Fold

    let playbook: Playbook

    init(_ playbook: Playbook) {
        self.playbook = playbook
    }

    func all() -> [PlaybookPage.Chapter] {
        [
            PlaybookPage.Chapter("Phases and checklists", phases()),
            PlaybookPage.Chapter("Roles", playbook.roles.map(role)),
            PlaybookPage.Chapter("Messages", playbook.templates.map(message)),
            PlaybookPage.Chapter("Scenarios", playbook.scenarios.map(scenario)),
            PlaybookPage.Chapter("Quick reference", reference()),
            PlaybookPage.Chapter("Mitigation and verification", repair()),
            PlaybookPage.Chapter("Review and follow-up", review()),
            PlaybookPage.Chapter("Being on call", practice()),
        ].filter { !$0.blocks.isEmpty }
    }

    // MARK: Small pieces

    /// A heading and points; nothing where there are none.
    private func list(_ heading: String, _ points: [PlaybookPoint]) -> [Block] {
        points.isEmpty ? [] : [.heading(heading), .points(points)]
    }

    private func list(_ heading: String, _ texts: [String]) -> [Block] {
        list(heading, texts.map { PlaybookPoint($0) })
    }

    /// The blocks behind their heading, to be opened; `count` says how many there are of them.
    private func fold(_ heading: String, count: Int? = nil, _ blocks: [Block]) -> [Block] {
        blocks.isEmpty ? [] : [.fold(Fold(heading, note: count.map { "\($0)" }, blocks))]
    }

    private func folded(_ heading: String, _ points: [PlaybookPoint]) -> [Block] {
        points.isEmpty ? [] : fold(heading, count: points.count, [.points(points)])
    }

    private func folded(_ heading: String, _ items: [Playbook.Item]) -> [Block] {
        fold(heading, count: items.count, points(items))
    }

    private func text(_ text: String?) -> [Block] { text.map { [.text($0)] } ?? [] }

    /// Left out where the value is missing.
    private func facts(_ facts: KeyValuePairs<String, String?>) -> [Block] {
        let known = facts.compactMap { name, value in value.map { Block.Fact(name, $0) } }
        return known.isEmpty ? [] : [.facts(known)]
    }

    private func names(_ parties: [Party]) -> String? {
        parties.isEmpty ? nil : parties.map(playbook.title(of:)).joined(separator: ", ")
    }

    private func condition(_ condition: Guard) -> String? { playbook.words(condition) }

    private static func mark(_ risk: Playbook.Risk) -> StateMark {
        switch risk {
        case .read: StateMark("only looks", .quiet)
        case .change: StateMark("changes something", .waiting)
        case .destructive: StateMark("destroys something", .bad)
        case .secret: StateMark("prints a secret", .bad)
        }
    }

    private func command(_ command: Playbook.Command, _ title: String?, line: Int) -> Block {
        .command(
            Block.Command(
                title: title, text: command.text.description, risk: Self.mark(command.risk), line: line))
    }

    private func item(_ item: Playbook.Item) -> PlaybookPoint {
        let asked = item.to.map(playbook.title(of:)) ?? item.role.map { playbook.title(of: .role($0)) }
        var text = item.text
        switch item.check {
        case .manual, .question, .evidence: break
        case .event(let event): text += " (ticked when \(event) happens)"
        case .metric(let bound, let time):
            text += " (\(bound)\(time.map { " for \($0.exactText)" } ?? ""))"
        case .quiet(let time): text += " (no alert for \(time.exactText))"
        case .approval(let id): text += " (approval: \(playbook.signoff(id)?.title ?? id.text))"
        case .decision(let options): text += " (\(options.joined(separator: ", or ")))"
        }
        if let asked { text += " — \(asked)" }
        if let condition = condition(item.when) { text += ", if \(condition)" }
        return PlaybookPoint(text, line: item.source.line)
    }

    /// The items, and behind them the commands that belong to some.
    private func points(_ items: [Playbook.Item]) -> [Block] {
        guard !items.isEmpty else { return [] }
        return [.points(items.map(item))]
            + items.compactMap { item in item.command.map { command($0, item.text, line: item.source.line) } }
    }

    private func items(_ heading: String, _ items: [Playbook.Item]) -> [Block] {
        items.isEmpty ? [] : [.heading(heading)] + points(items)
    }

    private func steps(_ heading: String, _ steps: [Playbook.Step]) -> [Block] {
        steps.isEmpty ? [] : [.heading(heading)] + points(steps)
    }

    private func points(_ steps: [Playbook.Step]) -> [Block] {
        var blocks: [Block] = []
        var points: [PlaybookPoint] = []
        for step in steps {
            let text = step.text + (step.when.map { " (\($0))" } ?? "")
            if let command = step.command {
                if !points.isEmpty { blocks.append(.points(points)) }
                points = []
                blocks.append(self.command(command, text, line: step.source.line))
            } else {
                points.append(PlaybookPoint(text, line: step.source.line))
            }
        }
        return points.isEmpty ? blocks : blocks + [.points(points)]
    }

    // MARK: The course

    private func phases() -> [Block] {
        let phases = playbook.phases.map { phase in
            Block.fold(
                Fold(
                    phase.title, note: phase.goal, line: phase.source.line,
                    text(phase.text) + facts(["If": condition(phase.when)]) + items("Checklist", phase.checklist)
                        + items("Before it is left", phase.exit)))
        }
        let lists = playbook.checklists.map { list in
            Block.fold(
                Fold(
                    list.title, note: playbook.words(list.on), line: list.source.line,
                    facts(["If": condition(list.when)]) + items("Items", list.items)))
        }
        return phases + lists
    }

    private func role(_ role: Playbook.Role) -> Block {
        let eligible =
            role.eligible.map { ([$0.text].compactMap(\.self) + $0.requires).joined(separator: ", ") } ?? ""
        return .fold(
            Fold(
                role.title, note: role.fallback.map { "unless somebody takes it: \(playbook.title(of: $0))" },
                line: role.source.line,
                text(role.text)
                    + facts([
                        "How many": role.count == .one ? nil : role.count.description,
                        "Who can": eligible.isEmpty ? nil : eligible,
                        "Needed": role.required.map { condition($0).map { "if \($0)" } ?? "always" },
                        "May": role.authority.isEmpty ? nil : role.authority.joined(separator: ", "),
                    ]) + list("Duties", role.duties) + items("Tasks", role.tasks)))
    }

    private func message(_ template: Playbook.Template) -> Block {
        .fold(
            Fold(
                template.title, note: template.audience.map { "for \(playbook.title(of: .audience($0)))" },
                line: template.source.line,
                facts([
                    "Kind": template.kind.rawValue, "Subject": template.subject?.description,
                    "If": condition(template.when),
                ])
                    + list(
                        "Asks whoever writes it",
                        template.asks.map { ask in
                            PlaybookPoint(ask.title + (ask.isRequired ? "" : " (optional)"), line: ask.source.line)
                        }) + [.message(template.body.description, title: template.title)]))
    }

    // MARK: Scenarios

    private func scenario(_ scenario: Playbook.Scenario) -> Block {
        var blocks = text(scenario.text)
        if let warning = scenario.warning { blocks += [.heading("Careful"), .text(warning)] }
        blocks += facts([
            "Services": scenario.services.isEmpty ? nil : scenario.services.joined(separator: ", "),
            "Alerts": scenario.alerts.isEmpty ? nil : scenario.alerts.joined(separator: ", "),
            "Contacts": names(scenario.contacts),
            "See also": scenario.links.isEmpty
                ? nil : scenario.links.map { playbook.scenario($0)?.title ?? $0.text }.joined(separator: ", "),
        ])
        blocks += list("Symptoms", scenario.symptoms)
        blocks += steps("Look", scenario.steps)
        blocks += list(
            "If",
            scenario.branches.map { PlaybookPoint("\($0.condition): \($0.action)", line: $0.source.line) })
        blocks += scenario.branches.compactMap { branch in
            branch.command.map { command($0, branch.condition, line: branch.source.line) }
        }
        blocks += list(
            "Causes",
            scenario.causes.map { cause in
                PlaybookPoint(cause.cause + (cause.fix.map { ": \($0)" } ?? ""), line: cause.source.line)
            })
        blocks += scenario.causes.compactMap { cause in
            cause.command.map { command($0, cause.cause, line: cause.source.line) }
        }
        blocks += steps("What helps", scenario.resolution)
        blocks += list(
            "Decide",
            scenario.decisions.map {
                PlaybookPoint("\($0.question) Yes: \($0.yes). No: \($0.no).", line: $0.source.line)
            })
        blocks += list("Later", scenario.longTerm)
        return .fold(
            Fold(scenario.title, note: scenario.symptoms.first, line: scenario.source.line, blocks))
    }

    // MARK: Reference

    private func reference() -> [Block] {
        var blocks: [Block] = []
        let contacts = playbook.targets.map { target in
            Block.fold(
                Fold(
                    target.title, note: target.when ?? target.kind.rawValue, line: target.source.line,
                    text(target.text)
                        + facts([
                            "Contact": target.contact, "Phone": target.phone, "Portal": target.portal,
                            "Backup": target.backup.map(playbook.title(of:)), "Vendor of": target.vendorOf,
                            "May": target.authority.isEmpty ? nil : target.authority.joined(separator: ", "),
                        ]) + list("Is asked to", target.duties)))
        }
        let audiences = playbook.audiences.map { audience in
            Block.fold(
                Fold(
                    audience.title, note: audience.channels.joined(separator: ", "), line: audience.source.line,
                    text(audience.text)
                        + facts(["Zone": audience.zone?.name, "Hears": condition(audience.when).map { "if \($0)" }])))
        }
        blocks += fold("Contacts", count: contacts.count, contacts)
        blocks += fold("Audiences", count: audiences.count, audiences)
        guard let reference = playbook.reference else { return blocks }
        blocks += fold(
            "Commands", count: reference.commands.count,
            reference.commands.map { each in
                let title = [each.title, each.stack].compactMap(\.self).joined(separator: " · ")
                return command(each.command, title, note: each.text, line: each.source.line)
            })
        blocks += links(
            "Dashboards",
            reference.dashboards.map {
                Block.Link(title: $0.title, address: $0.url, note: $0.purpose, line: $0.source.line)
            })
        blocks += links(
            "Links",
            reference.links.map {
                Block.Link(title: $0.title, address: $0.url?.description, note: $0.purpose, line: $0.source.line)
            })
        blocks += links(
            "Documents",
            reference.documents.map {
                Block.Link(title: $0.title, address: $0.path, note: $0.purpose, line: $0.source.line)
            })
        return blocks
            + fold(
                "Tools", count: reference.tools.count,
                reference.tools.map { tool in
                    tool.url == nil && tool.command != nil
                        ? command(tool.command, tool.title, note: tool.use, line: tool.source.line)
                        : .links([
                            Block.Link(title: tool.title, address: tool.url, note: tool.use, line: tool.source.line)
                        ])
                })
    }

    private func links(_ heading: String, _ links: [Block.Link]) -> [Block] {
        links.isEmpty ? [] : fold(heading, count: links.count, [.links(links)])
    }

    /// A command, or the gap where it belongs.
    private func command(_ command: Playbook.Command?, _ title: String, note: String?, line: Int) -> Block {
        command.map { self.command($0, title, line: line) }
            ?? .links([Block.Link(title: title, address: nil, note: note, line: line)])
    }

    // MARK: Afterwards

    private func repair() -> [Block] {
        var blocks: [Block] = []
        if let mitigations = playbook.mitigations {
            blocks += folded(
                mitigations.isOrdered ? "Mitigations, in this order" : "Mitigations",
                mitigations.options.map { option in
                    PlaybookPoint(
                        option.title + (option.text.map { ": \($0)" } ?? "")
                            + (condition(option.when).map { " (if \($0))" } ?? ""), line: option.source.line)
                })
        }
        blocks += playbook.strategies.map { strategy in
            .fold(
                Fold(
                    strategy.title, line: strategy.source.line, text(strategy.text) + steps("Steps", strategy.steps)))
        }
        if let verification = playbook.verification {
            blocks += folded("Before it is resolved", verification.checks)
            blocks += folded("Regression", verification.regression)
            blocks += folded(
                "Checks at set times",
                verification.series.map { series in
                    let times = series.checks.map { check in
                        check.offset.exactText + (check.text.map { " (\($0))" } ?? "")
                    }
                    return PlaybookPoint(
                        "\(series.title): \(times.joined(separator: ", ")) after \(playbook.words(series.from))",
                        line: series.source.line)
                })
            blocks += folded(
                "Watched",
                verification.windows.map { window in
                    PlaybookPoint(
                        "\(window.title), from when \(playbook.words(window.from))"
                            + (window.text.map { ": \($0)" } ?? ""), line: window.source.line)
                })
        }
        return blocks + folded("Before it is closed", playbook.closure)
    }

    private func review() -> [Block] {
        var blocks: [Block] = []
        if let review = playbook.review {
            blocks += folded(
                "Whether, and by when",
                playbook.severities.map { severity in
                    PlaybookPoint(
                        "\(severity.id): \(need(review, severity.id))", line: review.source.line)
                })
            blocks += fold(
                "Who takes part",
                facts([
                    "Owner": review.owner.map(playbook.title(of:)),
                    "Takes part": review.attendees.flatMap { attendees($0.required) },
                    "May take part": review.attendees.flatMap { attendees($0.optional) },
                    "Length": review.minutes.map { "\($0) min" },
                ]))
            blocks += folded(
                "Agenda",
                review.agenda.map { item in
                    PlaybookPoint(
                        item.item + (item.minutes.map { ", \($0) min" } ?? "")
                            + (item.questions.isEmpty ? "" : ": \(item.questions.joined(separator: " "))"),
                        line: item.source.line)
                })
            blocks += folded(
                "Sections",
                review.sections.map { section in
                    PlaybookPoint(
                        section.title + (section.help.map { ": \($0)" } ?? ""), line: section.source.line)
                })
        }
        if let actions = playbook.actions {
            blocks += fold(
                "Action items",
                facts([
                    "Key": actions.key.text,
                    "Categories": actions.categories.isEmpty
                        ? nil : actions.categories.map(\.title).joined(separator: ", "),
                    "Statuses": actions.statuses.isEmpty ? nil : actions.statuses.joined(separator: ", "),
                    "Reminder": actions.remind?.description,
                ]))
        }
        return blocks
            + folded(
                "Follow-up",
                playbook.followUp.map { each in
                    PlaybookPoint(
                        each.title + (each.owner.map { " — \(playbook.title(of: $0))" } ?? ""),
                        line: each.source.line)
                })
    }

    private func need(_ review: Playbook.Review, _ severity: ElementID<Playbook.Severity>) -> String {
        guard let need = review.needed[severity], need != .skip else { return "no review" }
        let rules: [(String, BySeverity<TimeRule>?)] = [
            ("draft", review.draftBy), ("scheduled", review.scheduleBy), ("held", review.holdBy),
            ("complete", review.completeBy), ("published", review.publishBy),
        ]
        let dates = rules.compactMap { word, rule in
            rule?[severity].flatMap(playbook.owed).map { "\(word) \($0)" }
        }
        return ([need == .required ? "required" : "optional"] + dates).joined(separator: ", ")
    }

    private func attendees(_ attendees: [Playbook.Review.Attendee]) -> String? {
        let names = attendees.map { attendee in
            switch attendee {
            case .party(let party): playbook.title(of: party)
            case .text(let text): text
            }
        }
        return names.isEmpty ? nil : names.joined(separator: ", ")
    }

    private func practice() -> [Block] {
        var blocks: [Block] = []
        if let detection = playbook.detection {
            blocks += folded(
                "How it comes to light",
                detection.sources.map { source in
                    PlaybookPoint(source.title + (source.detail.map { ": \($0)" } ?? ""), line: source.source.line)
                })
            blocks += fold("Noticed by a machine", count: detection.automated.count, points(detection.automated))
            blocks += fold("Noticed by people", count: detection.manual.count, points(detection.manual))
        }
        if let onCall = playbook.onCall {
            blocks += folded("Rotations", onCall.rotations.map { PlaybookPoint($0) })
            blocks += folded("Handed over", (onCall.handoff?.covers ?? []).map { PlaybookPoint($0) })
            blocks += folded("At the beginning of a shift", onCall.readiness)
            for duties in onCall.duties {
                blocks += folded("Duties: \(duties.of)", duties.texts.map { PlaybookPoint($0) })
            }
        }
        blocks += folded(
            "Drills",
            playbook.drills.map { drill in
                PlaybookPoint(
                    [drill.title, drill.every?.description, drill.text].compactMap(\.self).joined(separator: " · "),
                    line: drill.source.line)
            })
        for training in playbook.training { blocks += folded(training.title, training.items) }
        blocks += folded(
            "Principles", playbook.advisories.map { PlaybookPoint($0.text, line: $0.source.line) })
        return blocks
    }
}
