import Chronology
import Incidents
import Playbooks
import Storage

/// A message as a template of the playbook makes it of what is known of an incident at one time. What is missing stands in
/// the text in brackets, and is listed: a person fills it in before anybody else reads it.
public struct MessageDraft: Hashable, Sendable {
    public let template: Playbook.Template
    /// Of a mail, of a document; nil where the template has none.
    public let subject: String?
    public let text: String
    /// What is missing, each once, in the order of the text.
    public let gaps: [TemplateText.Placeholder]

    /// What the message cannot go out without and nobody has said.
    public var unanswered: [Playbook.Template.Ask] {
        template.asks.filter { ask in ask.isRequired && gaps.contains { $0.path == .ask(ask.id) } }
    }
}

/// Makes drafts of one incident.
public struct MessageWriter {
    let incident: Incident
    let edition: Edition
    let organisation: Organisation
    /// What happened, for the templates that tell it.
    let entries: [TimelineEntry]
    /// Where people find the server; empty: it has not been told.
    let publicURL: String
    let now: Instant
    private let course: Course
    private let agenda: Agenda
    private let facts: GuardFacts

    public init(
        _ incident: Incident, _ edition: Edition, _ organisation: Organisation, entries: [TimelineEntry],
        publicURL: String, at now: Instant
    ) {
        self.incident = incident
        self.edition = edition
        self.organisation = organisation
        self.entries = entries
        self.publicURL = publicURL
        self.now = now
        course = Course(incident, under: edition.playbook, in: organisation)
        agenda = Agenda(of: course, under: edition.playbook, at: now)
        facts = course.facts(under: edition.playbook)
    }

    /// The writer of an incident as it is committed; nil: its playbook cannot be read any more.
    public init?(
        _ incident: Incident, _ organisation: Organisation, shelf: PlaybookShelf, publicURL: String,
        on connection: any Connection
    ) throws {
        guard let edition = try organisation.edition(of: incident, shelf: shelf, on: connection) else { return nil }
        self.init(
            incident, edition, organisation,
            entries: try Timeline.of(incident, organisation: organisation, shelf: shelf, on: connection),
            publicURL: publicURL, at: connection.now)
    }

    /// The templates that are meant for such an incident.
    public var templates: [Playbook.Template] { edition.playbook.messages(for: facts, at: now) }

    public func template(_ id: String) -> Playbook.Template? { edition.playbook.template(ElementID(id)) }

    /// Throws where the text would be longer than a message may be.
    ///
    /// - Parameter answers: what its writer says to the template's questions, by their ids.
    public func draft(
        _ template: Playbook.Template, answers: [String: String] = [:]
    ) throws(RenderingFault) -> MessageDraft {
        let audience = template.audience.flatMap(edition.playbook.audience)
        let zone = template.zone ?? audience?.zone ?? edition.playbook.zone
        let value = { (placeholder: TemplateText.Placeholder) in
            self.value(of: placeholder, in: template, answers, zone)
        }
        let body = try template.body.rendered(in: zone, at: now, value)
        let subject = try template.subject?.rendered(in: zone, at: now, value)
        var gaps: [TemplateText.Placeholder] = []
        for gap in (subject?.gaps ?? []) + body.gaps where !gaps.contains(where: { $0.path == gap.path }) {
            gaps.append(gap)
        }
        return MessageDraft(template: template, subject: subject?.text, text: body.text.trimmingSpaces, gaps: gaps)
    }

    // MARK: Values

    private func value(
        of placeholder: TemplateText.Placeholder, in template: Playbook.Template, _ answers: [String: String],
        _ zone: Zone
    ) -> TemplateValue? {
        switch placeholder.path {
        case .ask(let id): return (answers[id.text]?.trimmingSpaces).flatMap { $0.isEmpty ? nil : .text($0) }
        case .field(let id): return edition.playbook.field(id).flatMap(answer)
        case .role(let id): return text(names(of: id))
        case .cadence(let id):
            let cadence = edition.playbook.cadences.first { $0.id == id }
            guard let cadence, let severity = course.severity else { return nil }
            return text(edition.playbook.words(of: cadence, for: severity))
        case .checklist(let id):
            return list(lists.filter { ["checklist/\(id)", "phase/\(id)", id].contains($0.id) }.flatMap(\.entries))
        case .signoff(let id):
            return list(lists.filter { $0.id == "signoff/\(id)" }.flatMap(\.entries))
        case .fact(let fact): return value(of: fact, in: template, zone)
        // What is measured elsewhere, and what only stands in commands and reviews.
        case .metric, .objective, .window, .parameter: return nil
        }
    }

    private func value(
        of fact: TemplateFact, in template: Playbook.Template, _ zone: Zone
    ) -> TemplateValue? {
        known(fact, in: template, zone)
            ?? edition.playbook.fields.lazy.filter { $0.fills == fact.rawValue }.compactMap(answer).first
    }

    private func known(_ fact: TemplateFact, in template: Playbook.Template, _ zone: Zone) -> TemplateValue? {
        switch fact {
        case .incidentKey: .text(incident.key)
        case .incidentTitle: .text(incident.title)
        case .incidentLink: publicURL.isEmpty ? nil : .text("\(publicURL)/incidents/\(incident.key)")
        case .severityLabel: .text(incident.severity.label)
        case .severityName: text(edition.playbook.severities.first { $0.id == course.severity }?.name)
        case .statusLabel: .text(statusLabel(isPublic: template.kind == .statusPage))
        case .serviceName: text(incident.service.map { organisation.service($0)?.name ?? $0.text })
        case .type: text(course.type.flatMap { id in edition.playbook.types.first { $0.id == id }?.title })
        case .started: (course.milestones[.impactStarted] ?? course.milestones[.detected]).map(TemplateValue.instant)
        case .detected: course.milestones[.detected].map(TemplateValue.instant)
        case .alertFired: course.milestones[.alertFired].map(TemplateValue.instant)
        case .declared: .instant(incident.times.declared)
        case .responded: course.milestones[.responding].map(TemplateValue.instant)
        case .mitigated: course.milestones[.mitigated].map(TemplateValue.instant)
        case .resolved: incident.times.resolved.map(TemplateValue.instant)
        case .duration: .duration(duration)
        case .now: .instant(now)
        case .nextUpdate: template.audience.flatMap { agenda.nextUpdate(to: $0, after: now) }.map(TemplateValue.instant)
        case .room: text(edition.room(of: incident, in: organisation, at: now))
        case .statusPageDecision: .text(statusPageDecision)
        case .reviewHoldBy: agenda[Obligation.ID("review/hold")]?.lateAt.map(TemplateValue.instant)
        case .findings: .list(notes(since: template, "incident.note-added"))
        case .actionsTaken: .list(notes(since: template, "incident.item-ticked", "incident.status-changed"))
        case .nextSteps: .list(nextSteps)
        case .participants: .list(participants)
        case .timeline:
            .list(entries.filter { $0.kind.hasPrefix("incident.") }.map { "\(time($0.at, zone)) \($0.sentence)" })
        case .milestones: .list(milestones(zone))
        // A field of the playbook may fill these; else its writer does.
        case .impact, .eta, .rootCause, .resolution, .symptoms, .bridge, .recipientName, .statusPageLink, .reviewLink,
            .reviewScheduled, .reviewAuthor, .reviewAttendees, .hypotheses, .mitigations, .fixes, .flagChanges,
            .commands, .logExcerpts, .links, .actions, .stakeholdersNotified, .publicTimeline, .sections, .actionKey,
            .actionText, .actionOwner, .actionDue, .actionStatus, .actionCategory, .actionPriority:
            nil
        }
    }

    private func answer(to field: Playbook.Field) -> TemplateValue? {
        guard let text = incident.history.answers[field.id.text] else { return nil }
        switch field.value(text) {
        case .amount(let amount, _): return .amount(amount)
        case .several(let texts): return .list(texts)
        case .yes(let yes): return .text(yes ? "yes" : "no")
        case .text, nil:
            // It was checked when it was answered; what cannot be read after all is shown as it is.
            if field.kind == .time, let instant = try? Instant(rfc3339: text) { return .instant(instant) }
            return .text(text)
        }
    }

    private func text(_ text: String?) -> TemplateValue? { text.map(TemplateValue.text) }

    private func names(of role: ElementID<Playbook.Role>) -> String? {
        let holders = incident.assignments.filter { $0.role == role.text }.map {
            organisation.name(of: .user($0.user))
        }
        return holders.isEmpty ? nil : holders.joined(separator: ", ")
    }

    private func statusLabel(isPublic: Bool) -> String {
        let name = incident.statusName ?? incident.status.rawValue
        let label = edition.playbook.statuses.first { $0.id.text == name }?.publicLabel
        return (isPublic ? label : nil) ?? edition.procedure.label(of: incident.status, named: incident.statusName)
    }

    /// Whole minutes: nobody tells an outage by the second.
    private var duration: Duration {
        let begun = course.milestones[.impactStarted] ?? course.milestones[.detected] ?? incident.times.declared
        let lasted = (incident.times.resolved ?? now) - begun
        return .minutes(max(1, lasted.wholeMicroseconds / Duration.minutes(1).wholeMicroseconds))
    }

    private var statusPageDecision: String {
        if course.happenings.contains(where: { if case .pagePosted = $0.name { true } else { false } }) {
            return "Updated"
        }
        let isOwed = agenda.pending.contains { if case .post = $0.duty { true } else { false } }
        return isOwed ? "Updating" : "Not needed"
    }

    private var lists: [ItemList] {
        ItemList.all(of: incident, under: edition.playbook, in: organisation, at: now)
    }

    private func list(_ entries: [ItemList.Entry]) -> TemplateValue? {
        entries.isEmpty ? nil : .list(entries.map { "[\($0.state.isDone ? "x" : " ")] \($0.text)" })
    }

    /// What was noted since the last update to the audience of the template.
    private func notes(since template: Playbook.Template, _ kinds: String...) -> [String] {
        let last = template.audience.flatMap { course.lastUpdate(to: $0) } ?? incident.times.declared
        return entries.filter { kinds.contains($0.kind) && $0.at > last }.map { entry in
            // The words of a note are the finding; of the rest the sentence says what was done.
            entry.kind == "incident.note-added" ? entry.detail ?? entry.sentence : entry.sentence
        }
    }

    /// What is open on the list of the phase that the incident is in.
    private var nextSteps: [String] {
        guard let phase = incident.history.phases.last?.value else { return [] }
        return lists.filter { $0.id == "phase/\(phase)" }.flatMap(\.open).map(\.text)
    }

    private var participants: [String] {
        var names: [String] = []
        for actor in incident.assignments.map({ .user($0.user) }) + entries.map(\.actor) {
            guard case .user = actor else { continue }
            let name = organisation.name(of: actor)
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    private func milestones(_ zone: Zone) -> [String] {
        let all: [(String, Instant?)] = [
            ("Detected", course.milestones[.detected]), ("Declared", incident.times.declared),
            ("Mitigated", course.milestones[.mitigated]), ("Fix deployed", course.milestones[.fixDeployed]),
            ("Resolved", incident.times.resolved), ("Closed", incident.times.closed),
        ]
        return all.compactMap { name, at in at.map { "\(time($0, zone)) \(name)" } }
    }

    private func time(_ instant: Instant, _ zone: Zone) -> String {
        let local = zone.civil(at: instant)
        return "\(local.time.description.prefix(5)) \(zone.offset(at: instant).abbreviation)"
    }
}
