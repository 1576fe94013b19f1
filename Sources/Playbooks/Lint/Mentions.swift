/// Who and what a playbook speaks of, wherever it does so, besides where they are defined.
struct Mentions {
    private(set) var roles: Set<ElementID<Playbook.Role>> = []
    private(set) var targets: Set<ElementID<Playbook.Target>> = []
    private(set) var audiences: Set<ElementID<Playbook.Audience>> = []
    private(set) var templates: Set<ElementID<Playbook.Template>> = []
    /// Roles that are given to somebody when a phase is entered.
    private(set) var assigned: Set<ElementID<Playbook.Role>> = []

    init(_ playbook: Playbook) {
        for event in playbook.progress { add(event) }
        for clock in playbook.clocks { add(clock) }
        for type in playbook.types { add(type.audience) }
        for phase in playbook.phases { add(phase) }
        for list in playbook.checklists {
            add(list.on)
            add(list.role)
            add(list.items)
        }
        addPeople(playbook)
        for plan in playbook.escalation {
            add(plan)
            // By hand, everybody can be called unless the plan says whom.
            if case .manual(let manual) = plan.form, manual.to.isEmpty { targets.formUnion(playbook.targets.map(\.id)) }
        }
        addMessages(playbook)
        addRemedies(playbook)
        addEnd(playbook)
        addLibrary(playbook)
    }

    // MARK: Parts of a playbook

    private mutating func add(_ clock: Playbook.Clock) {
        // The owner of a clock that the document does not mention is our default, and no mention.
        if clock.source != nil { add(clock.owner) }
        add(clock.from)
        add(clock.until)
    }

    private mutating func add(_ phase: Playbook.Phase) {
        add(phase.box?.from)
        for action in phase.enter { add(action) }
        add(phase.checklist)
        add(phase.exit)
    }

    private mutating func add(_ action: Playbook.Action) {
        switch action.act {
        case .page(let parties): add(parties)
        case .notify(let parties, let template):
            add(parties)
            add(template)
        case .post(let audience, let template):
            add(audience)
            add(template)
        case .assign(let role, let party):
            assigned.insert(role)
            add(role)
            add(party)
        case .task(_, let role, let party):
            add(role)
            add(party)
        case .statusPage, .room, .bridge, .create, .start: break
        }
    }

    private mutating func addPeople(_ playbook: Playbook) {
        for role in playbook.roles {
            add(role.tasks)
            add(role.fallback)
        }
        for target in playbook.targets { add(target.backup) }
    }

    private mutating func add(_ plan: EscalationPlan) {
        switch plan.form {
        case .manual(let manual):
            add(manual.to)
            add(manual.template)
        case .ladder(let from, let until, _):
            add(from)
            add(until)
        case .matrix(let from, _), .windows(let from, _), .single(let from, _), .levels(let from, _),
            .acknowledgementTimeout(_, let from):
            add(from)
        case .onDeclare: break
        }
        for rung in plan.rungs() { add(rung.targets) }
        // A row of which every cell is none has no rung, and names its target all the same.
        if case .matrix(_, let rows) = plan.form { for row in rows { add(row.to) } }
    }

    private mutating func addMessages(_ playbook: Playbook) {
        for cadence in playbook.cadences {
            add(cadence.audience)
            add(cadence.template)
            add(cadence.owner)
            for event in cadence.alsoOn { add(event) }
        }
        for template in playbook.templates {
            add(template.audience)
            add(template.subject)
            add(template.body)
        }
        for message in playbook.communications {
            add(message.on)
            add(message.to)
            add(message.template)
            add(message.owner)
        }
        guard let page = playbook.statusPage else { return }
        add(page.owner)
        for stage in page.stages {
            add(stage.on)
            add(stage.title)
            add(stage.template)
        }
    }

    private mutating func addRemedies(_ playbook: Playbook) {
        for strategy in playbook.strategies { add(strategy.steps) }
        guard let verification = playbook.verification else { return }
        for series in verification.series {
            add(series.from)
            add(series.owner)
        }
        add(verification.checks)
        add(verification.regression)
        for window in verification.windows {
            add(window.from)
            add(window.owner)
            add(window.tasks)
        }
    }

    private mutating func addEnd(_ playbook: Playbook) {
        add(playbook.closure)
        if let review = playbook.review {
            add(review.owner)
            add(review.template)
            for attendee in (review.attendees?.required ?? []) + (review.attendees?.optional ?? []) {
                if case .party(let party) = attendee { add(party) }
            }
            for section in review.sections { add(section.draft) }
        }
        add(playbook.actions?.line)
        for followUp in playbook.followUp {
            add(followUp.from)
            add(followUp.owner)
            add(followUp.tasks)
        }
        for signoff in playbook.signoffs { add(signoff.roles) }
    }

    private mutating func addLibrary(_ playbook: Playbook) {
        for scenario in playbook.scenarios {
            add(scenario.steps)
            add(scenario.resolution)
            add(scenario.contacts)
        }
        add(playbook.detection?.automated ?? [])
        add(playbook.detection?.manual ?? [])
        for training in playbook.training { add(training.items) }
        add(playbook.onCall?.readiness ?? [])
    }

    // MARK: Leaves

    private mutating func add(_ role: ElementID<Playbook.Role>?) { if let role { roles.insert(role) } }
    private mutating func add(_ audience: ElementID<Playbook.Audience>?) {
        if let audience { audiences.insert(audience) }
    }
    private mutating func add(_ template: ElementID<Playbook.Template>?) {
        if let template { templates.insert(template) }
    }
    private mutating func add(_ parties: [Party]) { for party in parties { add(party) } }

    private mutating func add(_ party: Party?) {
        switch party {
        case .role(let id): roles.insert(id)
        case .target(let id): targets.insert(id)
        case .audience(let id): audiences.insert(id)
        case .declarer, nil: break
        }
    }

    private mutating func add(_ items: [Playbook.Item]) {
        for item in items {
            add(item.role)
            add(item.to)
            add(item.command?.text)
            if case .event(let event) = item.check { add(event) }
        }
    }

    private mutating func add(_ steps: [Playbook.Step]) {
        for step in steps {
            add(step.role)
            add(step.to)
            add(step.command?.text)
        }
    }

    private mutating func add(_ text: TemplateText?) {
        for placeholder in text?.placeholders ?? [] {
            if case .role(let role) = placeholder.path { roles.insert(role) }
        }
    }

    private mutating func add(_ anchor: Anchor?) {
        if case .lastUpdate(let audience)? = anchor { audiences.insert(audience) }
    }

    private mutating func add(_ end: ClockEnd) {
        switch end {
        case .role(let role): roles.insert(role)
        case .event(let event): add(event)
        case .firstUpdate, .progress, .done, .never: break
        }
    }

    private mutating func add(_ moment: Moment) {
        if case .event(let event) = moment { add(event) }
    }

    private mutating func add(_ event: IncidentEventName) {
        if case .roleAssigned(let role?) = event { roles.insert(role) }
        if case .updatePosted(let audience) = event { audiences.insert(audience) }
        if case .messageSent(let template) = event { templates.insert(template) }
    }
}
