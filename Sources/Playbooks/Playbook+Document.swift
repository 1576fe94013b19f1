import Chronology

extension Playbook {
    /// The grammar of the whole document. The order of the keys is that of the reference, and that in which they are
    /// read: calendars come before the rules that count in them.
    public static let shape = RecordShape(
        "playbook", "A team's procedure for incidents.",
        [
            .required("playbook", .id(.playbook), "its id, by which incidents and services call it"),
            .required("title", .leaf(.text), "what people call it"),
            .required("version", .leaf(.text), "its version; incidents keep the one with which they were declared"),
            .required("owner", .leaf(.text), "the team that answers for it"),
            .optional("updated", .leaf(.date), "when it was last changed"),
            .optional("summary", .leaf(.longText), "what it is for, in a paragraph"),
            .optional("source", .record(Playbook.Provenance.shape), "where it comes from"),
            .optional("upkeep", .record(Playbook.Upkeep.shape), "how often it is read again"),
            .required("zone", .leaf(.zone), "the home zone"),
            .optional(
                "default-calendar", .reference([.calendar]), "the calendar of rules that name none",
                otherwise: "the only one"),
            .optional("calendars", .list(of: .record(CalendarRecord.shape)), "when the team works"),
            .optional(
                "progress", .list(of: .notation(IncidentEventName.self)), "what counts as progress",
                otherwise: Playbook.usualProgress.map(\.description).joined(separator: ", ")),
            .optional("when-in-doubt", .word(of: Playbook.Doubt.self), "which severity is taken", otherwise: "ask"),
            .optional("declare-at", .reference([.severity]), "an incident is declared at this severity or a worse one"),
            .required("severities", .list(.record(Playbook.Severity.shape), 1...20), "the ladder, worst first"),
            .optional("severity-matrix", .record(Playbook.SeverityMatrix.shape), "a table that suggests a severity"),
            .optional("clocks", .list(of: .record(ClockRecord.shape)), "what is measured"),
            .optional(
                "types", .list(of: .record(Playbook.IncidentType.shape)), "kinds of incident that take their own course"
            ),
            .optional("fields", .list(of: .record(Playbook.Field.shape)), "what is asked"),
            .required("incident", .record(Playbook.Naming.shape), "how incidents are named"),
            .required("statuses", .list(.record(Playbook.Status.shape), 1...50), "the team's words for the states"),
            .optional("phases", .list(of: .record(Playbook.Phase.shape)), "the course of an incident"),
            .optional("checklists", .list(of: .record(Playbook.Checklist.shape)), "lists that come due at some moment"),
            .required(
                "roles", .list(.record(Playbook.Role.shape), 1...50), "the parts that people take; the first leads"),
            .optional("targets", .list(of: .record(Playbook.Target.shape)), "who can be paged, told or asked"),
            .optional("audiences", .list(of: .record(Playbook.Audience.shape)), "who is told about incidents"),
            .optional("escalation", .list(of: .record(EscalationPlan.shape)), "who is called when"),
            .optional("cadence", .list(of: .record(Playbook.CadenceRule.shape)), "how often audiences are told"),
            .optional("templates", .list(of: .record(Playbook.Template.shape)), "messages"),
            .optional("communications", .list(of: .record(Playbook.Communication.shape)), "who is told what, when"),
            .optional("status-page", .record(Playbook.StatusPage.shape), "what the public sees"),
            .optional("mitigations", .record(Playbook.Mitigations.shape), "what usually helps at once"),
            .optional("strategies", .list(of: .record(Playbook.Strategy.shape)), "ways to a permanent fix"),
            .optional("records", .list(of: .record(Playbook.EntryForm.shape)), "words for entries of the timeline"),
            .optional("verification", .record(Playbook.Verification.shape), "how the team makes sure that it is over"),
            .optional("closure", Playbook.Item.list, "what has to be true before an incident is closed"),
            .optional("review", .record(Playbook.Review.shape), "the review after an incident"),
            .optional("actions", .record(Playbook.ActionItems.shape), "the follow-up of reviews"),
            .optional("follow-up", .list(of: .record(Playbook.FollowUp.shape)), "what else is owed afterwards"),
            .optional("metrics", .list(of: .record(Playbook.Figure.shape)), "figures"),
            .optional("impact", .list(of: .record(Playbook.ImpactFigure.shape)), "how large the impact was"),
            .optional("slo", .list(of: .record(Playbook.Objective.shape)), "what the service promises"),
            .optional("signoffs", .list(of: .record(Playbook.Signoff.shape)), "who has to sign"),
            .optional("scenarios", .list(of: .record(Playbook.Scenario.shape)), "what has happened before"),
            .optional("reference", .record(Playbook.Reference.shape), "what is looked up"),
            .optional("detection", .record(Playbook.Detection.shape), "how incidents come to light"),
            .optional("drills", .list(of: .record(Playbook.Drill.shape)), "exercises"),
            .optional("training", .list(of: .record(Playbook.Training.shape)), "what people learn"),
            .optional("on-call", .record(Playbook.OnCall.shape), "what being on call means"),
            .optional("advisories", .list(of: .record(Playbook.Advisory.shape)), "principles"),
            .optional("reports", .list(of: .record(Playbook.Report.shape)), "figures put together again and again"),
            .optional("integrations", .list(of: .record(Playbook.Integration.shape)), "systems outside"),
            .optional("history", .list(of: .record(Playbook.Change.shape)), "its versions"),
        ])

    /// Takes the parts from a document that has been checked. Calendars and clocks are made apart: rules need the
    /// ones, and the others have defaults that depend on who there is.
    init(_ record: inout RecordReader, calendars: [Calendar], clocks: [Clock]) {
        id = record.id("playbook")
        title = record.value("title")
        version = record.value("version")
        owner = record.value("owner")
        updated = record.optional("updated")
        summary = record.optional("summary")
        provenance = record.record("source")
        upkeep = record.record("upkeep")
        zone = record.value("zone")
        let progress: [IncidentEventName] = record.calls("progress")
        self.progress = progress.isEmpty ? Self.usualProgress : progress
        whenInDoubt = record.word("when-in-doubt") ?? .ask
        declareAt = record.optionalID("declare-at")
        _ = record.reading("calendars")
        self.calendars = calendars
        let standard: ElementID<Calendar>? = record.optionalID("default-calendar")
        defaultCalendar = standard ?? (calendars.count == 1 ? calendars[0].id : nil)
        severities = record.records("severities")
        severityMatrix = record.record("severity-matrix")
        _ = record.reading("clocks")
        self.clocks = clocks
        types = record.records("types")
        fields = record.records("fields")
        naming = record.required("incident")
        statuses = record.records("statuses")
        phases = record.records("phases")
        checklists = record.records("checklists")
        roles = record.records("roles")
        targets = record.records("targets")
        audiences = record.records("audiences")
        escalation = record.records("escalation")
        cadences = record.records("cadence")
        templates = record.records("templates")
        communications = record.records("communications")
        statusPage = record.record("status-page")
        mitigations = record.record("mitigations")
        strategies = record.records("strategies")
        records = record.records("records")
        verification = record.record("verification")
        closure = record.items("closure")
        review = record.record("review")
        actions = record.record("actions")
        followUp = record.records("follow-up")
        metrics = record.records("metrics")
        impact = record.records("impact")
        objectives = record.records("slo")
        signoffs = record.records("signoffs")
        scenarios = record.records("scenarios")
        reference = record.record("reference")
        detection = record.record("detection")
        drills = record.records("drills")
        training = record.records("training")
        onCall = record.record("on-call")
        advisories = record.records("advisories")
        reports = record.records("reports")
        integrations = record.records("integrations")
        history = record.records("history")
        source = record.source
    }
}
