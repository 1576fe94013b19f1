import Chronology

/// A team's procedure, as its document says it: severities, clocks, roles, messages, escalation and what follows.
///
/// A value without behaviour of its own. What it comes to for an incident is computed from it elsewhere; how it is
/// written is `shape`, and `Playbook.read` makes one of a document.
public struct Playbook: Hashable, Sendable {
    public let id: ElementID<Playbook>
    public let title: String
    public let version: String
    public let owner: String
    public let updated: CivilDate?
    public let summary: String?
    public let provenance: Provenance?
    public let upkeep: Upkeep?
    /// The home zone: of wall-clock times and dates for which nothing else is said.
    public let zone: Zone
    /// What counts as progress (X7).
    public let progress: [IncidentEventName]
    public let whenInDoubt: Doubt
    /// An incident is declared at this severity or a worse one (S1-09).
    public let declareAt: ElementID<Severity>?
    public let calendars: [Calendar]
    /// The one that rules mean that name none.
    public let defaultCalendar: ElementID<Calendar>?
    /// Worst first; never empty.
    public let severities: [Severity]
    public let severityMatrix: SeverityMatrix?
    public let clocks: [Clock]
    public let types: [IncidentType]
    public let fields: [Field]
    public let naming: Naming
    public let statuses: [Status]
    public let phases: [Phase]
    public let checklists: [Checklist]
    /// The first one leads; never empty.
    public let roles: [Role]
    public let targets: [Target]
    public let audiences: [Audience]
    public let escalation: [EscalationPlan]
    public let cadences: [CadenceRule]
    public let templates: [Template]
    public let communications: [Communication]
    public let statusPage: StatusPage?
    public let mitigations: Mitigations?
    public let strategies: [Strategy]
    public let records: [EntryForm]
    public let verification: Verification?
    /// What has to be true before an incident is closed.
    public let closure: [Item]
    public let review: Review?
    public let actions: ActionItems?
    public let followUp: [FollowUp]
    public let metrics: [Figure]
    public let impact: [ImpactFigure]
    public let objectives: [Objective]
    public let signoffs: [Signoff]
    public let scenarios: [Scenario]
    public let reference: Reference?
    public let detection: Detection?
    public let drills: [Drill]
    public let training: [Training]
    public let onCall: OnCall?
    public let advisories: [Advisory]
    public let reports: [Report]
    public let integrations: [Integration]
    public let history: [Change]
    public let source: SourcePlace

    /// Which severity is taken when nobody is sure (S4-30).
    public enum Doubt: String, CaseIterable, Hashable, Sendable {
        case higher, ask

        var meaning: String {
            switch self {
            case .higher: "the worse one"
            case .ask: "the person is asked"
            }
        }
    }

    /// What counts as progress where a playbook says nothing: a routine "no change" does not (X7).
    public static let usualProgress: [IncidentEventName] = [
        .statusChanged, .hypothesisConcluded, .mitigationSucceeded, .progressNoted,
    ]
}

extension Playbook.Doubt: DescribedWord {}

// MARK: Looking things up

extension Playbook {
    public var ladder: [ElementID<Severity>] { severities.map(\.id) }

    /// 0 is the worst; nil when there is no such severity.
    public func rank(of severity: ElementID<Severity>) -> Int? { severities.firstIndex { $0.id == severity } }

    public func severity(_ id: ElementID<Severity>) -> Severity? { severities.first { $0.id == id } }
    public func clock(_ id: ElementID<Clock>) -> Clock? { clocks.first { $0.id == id } }
    public func type(_ id: ElementID<IncidentType>) -> IncidentType? { types.first { $0.id == id } }
    public func field(_ id: ElementID<Field>) -> Field? { fields.first { $0.id == id } }
    public func status(_ id: ElementID<Status>) -> Status? { statuses.first { $0.id == id } }
    public func phase(_ id: ElementID<Phase>) -> Phase? { phases.first { $0.id == id } }
    public func role(_ id: ElementID<Role>) -> Role? { roles.first { $0.id == id } }
    public func target(_ id: ElementID<Target>) -> Target? { targets.first { $0.id == id } }
    public func audience(_ id: ElementID<Audience>) -> Audience? { audiences.first { $0.id == id } }
    public func template(_ id: ElementID<Template>) -> Template? { templates.first { $0.id == id } }
    public func scenario(_ id: ElementID<Scenario>) -> Scenario? { scenarios.first { $0.id == id } }
    /// The templates that are meant for such an incident. Documents are written elsewhere.
    public func messages(for facts: GuardFacts, at now: Instant) -> [Template] {
        templates.filter { $0.kind != .document && $0.when.holds(facts, at: now) }
    }

    /// The template of the message that something owed asks for; nil where it has none.
    public func template(of obligation: Obligation) -> ElementID<Template>? {
        switch obligation.duty {
        case .update(_, let template, _): template
        case .message(let id): communications.first { $0.id == id }?.template
        case .post(let id): statusPage?.stages.first { $0.id == id }?.template
        case .clock, .rung, .check, .watch, .review, .followUp, .relief: nil
        }
    }

    public func signoff(_ id: ElementID<Signoff>) -> Signoff? { signoffs.first { $0.id == id } }

    public func command(_ id: ElementID<ReferenceCommand>) -> ReferenceCommand? {
        reference?.commands.first { $0.id == id }
    }

    /// The calendar that rules mean that name none.
    public var standardCalendar: BusinessCalendar? { calendars.first { $0.id == defaultCalendar }?.hours }

    /// The rule of a clock for an incident of that severity and type: the type's, else the severity's, else the
    /// clock's own. `none` where nobody says anything.
    public func rule(
        of clock: ElementID<Clock>, severity: ElementID<Severity>?, type: ElementID<IncidentType>? = nil
    ) -> TimeRule {
        if let rule = type.flatMap(self.type)?.clocks.first(where: { $0.clock == clock }) { return rule.rule }
        if let rule = severity.flatMap(self.severity)?.clocks.first(where: { $0.clock == clock }) { return rule.rule }
        return self.clock(clock)?.rule?[severity] ?? .none
    }

    /// The names that conditions may use, for conditions that are written outside of the document.
    public var guardNames: GuardNames {
        var fields: [String: GuardNames.Field] = [:]
        for field in self.fields {
            let choices = field.kind == .detection ? field.variants.map(\.id.text) : field.choices
            fields[field.id.text] = GuardNames.Field(field.kind, choices: choices)
            for metric in field.metrics { fields[metric.id.text] = GuardNames.Field(.number) }
        }
        let statuses = IncidentState.allCases.map(\.rawValue) + self.statuses.map(\.id.text)
        return GuardNames(
            severities: severities.map(\.id.text), types: types.map(\.id.text), statuses: statuses, fields: fields)
    }
}
