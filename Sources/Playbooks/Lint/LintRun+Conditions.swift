// Conditions that can never hold, whatever the severity. Those of rungs are told with the rungs.
extension LintRun {
    mutating func checkConditions() {
        for condition in conditionsOfElements() {
            // What hangs on an impossible condition is told where that one stands.
            guard condition.outer.map({ !$0.severities(in: playbook).isEmpty }) ?? true else { continue }
            let whole = condition.outer.map { $0.and(condition.when) } ?? condition.when
            guard whole.severities(in: playbook).isEmpty else { continue }
            warn(
                .impossibleCondition, at: places.value(of: condition.source, condition.key),
                "\(condition.subject) never comes to be: \"\(whole.description.cut)\" cannot hold for any "
                    + "severity, so mend the condition or take it out"
            )
        }
    }

    private struct Condition {
        let subject: String
        let when: Guard
        /// The condition of what it stands in.
        var outer: Guard?
        let source: SourcePlace
        var key = "when"
    }

    private func conditionsOfElements() -> [Condition] {
        var all: [Condition] = []
        for severity in playbook.severities {
            for criterion in severity.criteria {
                all.append(Condition(subject: "this criterion", when: criterion.when, source: criterion.source))
            }
        }
        for clock in playbook.clocks {
            if let source = clock.source {
                all.append(Condition(subject: "the clock \"\(clock.id)\"", when: clock.when, source: source))
            }
        }
        for field in playbook.fields {
            all.append(Condition(subject: "the field \"\(field.id)\"", when: field.when, source: field.source))
        }
        all.append(
            Condition(
                subject: "the room", when: playbook.naming.roomWhen, source: playbook.naming.source, key: "room-when"))
        if let bridge = playbook.naming.bridgeWhen {
            all.append(Condition(subject: "the call", when: bridge, source: playbook.naming.source, key: "bridge"))
        }
        all += conditionsOfCourse()
        all += conditionsOfMessages()
        all += conditionsOfEnd()
        return all
    }

    private func items(_ items: [Playbook.Item], of outer: Guard) -> [Condition] {
        items.map { Condition(subject: "\"\($0.text.cut)\"", when: $0.when, outer: outer, source: $0.source) }
    }

    private func conditionsOfCourse() -> [Condition] {
        var all: [Condition] = []
        for phase in playbook.phases {
            all.append(Condition(subject: "the phase \"\(phase.id)\"", when: phase.when, source: phase.source))
            all += phase.enter.map {
                Condition(subject: "this action", when: $0.when, outer: phase.when, source: $0.source)
            }
            all += items(phase.checklist, of: phase.when) + items(phase.exit, of: phase.when)
        }
        for list in playbook.checklists {
            all.append(Condition(subject: "the checklist \"\(list.id)\"", when: list.when, source: list.source))
            all += items(list.items, of: list.when)
        }
        for role in playbook.roles {
            if let required = role.required {
                all.append(
                    Condition(
                        subject: "the need for the role \"\(role.id)\"", when: required, source: role.source,
                        key: "required"))
            }
            all += items(role.tasks, of: .always)
        }
        return all
    }

    private func conditionsOfMessages() -> [Condition] {
        var all: [Condition] = []
        for audience in playbook.audiences {
            all.append(
                Condition(subject: "the audience \"\(audience.id)\"", when: audience.when, source: audience.source))
        }
        for cadence in playbook.cadences {
            all.append(Condition(subject: "the cadence \"\(cadence.id)\"", when: cadence.when, source: cadence.source))
        }
        for template in playbook.templates {
            all.append(
                Condition(subject: "the template \"\(template.id)\"", when: template.when, source: template.source))
        }
        for message in playbook.communications {
            all.append(Condition(subject: "the message \"\(message.id)\"", when: message.when, source: message.source))
        }
        if let page = playbook.statusPage {
            all.append(
                Condition(
                    subject: "a post on the status page", when: page.required, source: page.source, key: "required"))
            all += page.stages.map {
                Condition(
                    subject: "the stage \"\($0.id)\" of the status page", when: $0.when, outer: page.required,
                    source: $0.source)
            }
        }
        for form in playbook.records {
            all.append(Condition(subject: "the record \"\(form.kind.rawValue)\"", when: form.when, source: form.source))
        }
        return all
    }

    private func conditionsOfEnd() -> [Condition] {
        var all: [Condition] = []
        for option in playbook.mitigations?.options ?? [] {
            all.append(Condition(subject: "the mitigation \"\(option.id)\"", when: option.when, source: option.source))
        }
        if let verification = playbook.verification {
            all += verification.series.map {
                Condition(subject: "the checks \"\($0.id)\"", when: $0.when, source: $0.source)
            }
            for window in verification.windows {
                all.append(
                    Condition(
                        subject: "the observation window \"\(window.id)\"", when: window.when, source: window.source))
                all += items(window.tasks, of: window.when)
            }
            all += items(verification.checks + verification.regression, of: .always)
        }
        all += items(playbook.closure, of: .always)
        for section in playbook.review?.sections ?? [] {
            all.append(Condition(subject: "the section \"\(section.id)\"", when: section.when, source: section.source))
        }
        for followUp in playbook.followUp {
            all.append(
                Condition(subject: "the follow-up \"\(followUp.id)\"", when: followUp.when, source: followUp.source))
            all += items(followUp.tasks, of: followUp.when)
        }
        for signoff in playbook.signoffs {
            all.append(Condition(subject: "the sign-off \"\(signoff.id)\"", when: signoff.when, source: signoff.source))
        }
        return all
    }
}
