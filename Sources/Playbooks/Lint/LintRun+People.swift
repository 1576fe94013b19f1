// Roles that nobody takes, and what is defined and never used.
extension LintRun {
    mutating func checkRoles() {
        let mentions = Mentions(playbook)
        let holdable = holdableRoles(mentions)
        for role in playbook.roles {
            guard holdable.contains(role.id) else {
                fail(
                    .unholdableRole, at: role.source.place,
                    "nobody can hold the role \"\(role.id)\": \(reason(role)), so give it a default, or make it "
                        + "claimable"
                )
                continue
            }
            let isFilled =
                role.isClaimable || role.fallback != nil || role.eligible != nil || mentions.assigned.contains(role.id)
            if let required = role.required, !isFilled, !required.severities(in: playbook).isEmpty {
                warn(
                    .unfilledRole, at: role.source.place,
                    "the role \"\(role.id)\" is required \(scope(required.severities(in: playbook))) and falls "
                        + "to nobody: give it a default, say who is eligible, or make it claimable"
                )
            }
        }
    }

    /// Whoever can take a role by themselves, has it by default, or can be given it by somebody who can have a role
    /// that may assign: as few as these are, and no more.
    private func holdableRoles(_ mentions: Mentions) -> Set<ElementID<Playbook.Role>> {
        var holdable: Set<ElementID<Playbook.Role>> = []
        var isGrowing = true
        while isGrowing {
            isGrowing = false
            let canAssign = canAssign(holdable)
            for role in playbook.roles where !holdable.contains(role.id) {
                let isHeld: Bool =
                    switch role.fallback {
                    case .role(let other)?: holdable.contains(other)
                    case .target?, .audience?, .declarer?: true
                    case nil: false
                    }
                guard role.isClaimable || isHeld || canAssign || isAssigned(role.id) else { continue }
                holdable.insert(role.id)
                isGrowing = true
            }
        }
        return holdable
    }

    private func isAssigned(_ role: ElementID<Playbook.Role>) -> Bool {
        playbook.phases.contains { phase in
            phase.enter.contains { action in
                if case .assign(role, to: .some) = action.act { true } else { false }
            }
        }
    }

    /// An authority that no role and no level holds is held by every responder.
    private func canAssign(_ holdable: Set<ElementID<Playbook.Role>>) -> Bool {
        let assign = Playbook.Authority.assign.rawValue
        let roles = playbook.roles.filter { $0.authority.contains(assign) }
        let isGranted =
            playbook.targets.contains { $0.authority.contains(assign) }
            || playbook.escalation.contains { $0.rungs().contains { $0.authority.contains(assign) } }
        return isGranted || roles.isEmpty || roles.contains { holdable.contains($0.id) }
    }

    private func reason(_ role: Playbook.Role) -> String {
        if case .role(let other)? = role.fallback { return "it falls to whoever holds \"\(other)\", which nobody can" }
        return "it has no default, nobody may take it, and nobody who may assign roles can come into office before"
    }

    // MARK: Defined and never used

    mutating func checkUse() {
        let mentions = Mentions(playbook)
        // The first one leads, whether anything is said of it or not.
        for role in playbook.roles.dropFirst() where !mentions.roles.contains(role.id) {
            guard role.required == nil, role.fallback == nil, !role.isClaimable else { continue }
            sayUnused("role", role.id.text, role.source, "make it claimable or required, or take it out")
        }
        for target in playbook.targets where !mentions.targets.contains(target.id) {
            // Whom people turn to by themselves stands there for them to read.
            guard target.when == nil else { continue }
            sayUnused(
                "target", target.id.text, target.source,
                "call or tell them somewhere, say `when` to turn to them, or take it out")
        }
        for audience in playbook.audiences where !mentions.audiences.contains(audience.id) {
            sayUnused("audience", audience.id.text, audience.source, "tell it something, or take it out")
        }
        for template in playbook.templates where !mentions.templates.contains(template.id) {
            sayUnused("template", template.id.text, template.source, "send it somewhere, or take it out")
        }
    }

    private mutating func sayUnused(_ noun: String, _ id: String, _ source: SourcePlace, _ remedy: String) {
        warn(.unusedDefinition, at: source.place, "the \(noun) \"\(id)\" is used nowhere: \(remedy)")
    }
}
