import Alerting
import Chronology
import Delivery
import Incidents
import Notation
import OnCall
import Paging
import Storage

/// What one block of the engine reads and is about to write. Aggregates are loaded once and changed in memory; `flush`
/// writes their events, rows, timers and deliveries in one go at the end. Used on one thread, inside one transaction.
final class Workspace {
    let connection: any Connection
    let now: Instant
    let mint: Mint
    let shelf: PlaybookShelf
    var organisation: Organisation

    private(set) var effects = Effects()
    private var minted: Int64 = 0
    private var alerts: [AlertID: AlertRecord] = [:]
    private var latest: [AlertKey: AlertID] = [:]
    private var absent: Set<AlertKey> = []
    private var pages: [PageID: Page] = [:]
    private var incidents: [IncidentID: Incident] = [:]
    private var handOffs: [HandOffID: HandOff] = [:]

    private var staged: [String: StagedStream] = [:]
    private var order: [String] = []
    private var inserted: Set<AlertID> = []
    private var changed: Set<AlertID> = []
    private var touched: Set<AlertID> = []
    private var changedPages: Set<PageID> = []
    private var changedIncidents: Set<IncidentID> = []
    private var changedHandOffs: Set<HandOffID> = []
    private var unsettled: Set<IncidentID> = []
    private var timers: [String: TimerChange] = [:]
    private var deliveries: [DeliveryRow] = []
    private var withdrawn: Set<PageID> = []
    /// Of those who have acknowledged where all must.
    private var withdrawnFor: [PageID: Set<UserID>] = [:]
    /// Notices that were for later and go now.
    private var hastened: Set<String> = []

    /// What is to be done once the transaction is durable.
    struct Effects: Sendable {
        var lastSequence: Int64?
        var queuedDeliveries = false
        /// The earliest deadline that was set; nil: none was.
        var earliestDeadline: Instant?
        var organisationChanged = false
    }

    struct AlertKey: Hashable {
        let integration: IntegrationID
        let dedupKey: String
    }

    struct Timer {
        let kind: String
        let subject: String
        let due: Instant
    }

    private enum TimerChange {
        case set(Timer)
        case clear
    }

    private struct StagedStream {
        var base: Int64
        var events: [NewEvent]
    }

    init(_ connection: any Connection, organisation: Organisation, mint: Mint, shelf: PlaybookShelf) {
        self.connection = connection
        self.now = connection.now
        self.organisation = organisation
        self.mint = mint
        self.shelf = shelf
    }

    /// An id that sorts behind all that this block has made: each is a microsecond later than the one before.
    private func id<ID: Identifier>(_ type: ID.Type) -> ID {
        minted += 1
        return mint.id(type, at: now + .microseconds(minted))
    }

    // MARK: Alerts

    /// The open alert of a key, or the latest that is over; nil when there was none. The open one is asked for by itself:
    /// after the machine's clock was set back, it need not have the greatest id.
    func latestAlert(_ integration: IntegrationID, _ dedupKey: String) throws -> AlertRecord? {
        let key = AlertKey(integration: integration, dedupKey: dedupKey)
        if let id = latest[key] { return alerts[id] }
        if absent.contains(key) { return nil }
        try loadAlerts(of: integration, [dedupKey])
        return latest[key].flatMap { alerts[$0] }
    }

    /// Loads what `latestAlert` will be asked for, many keys with one statement.
    func loadAlerts(of integration: IntegrationID, _ dedupKeys: [String]) throws {
        let unknown = dedupKeys.filter { key in
            let key = AlertKey(integration: integration, dedupKey: key)
            return latest[key] == nil && absent.insert(key).inserted
        }
        for batch in unknown.inBatches {
            guard let text = Self.selectLatest[batch.count] else {
                preconditionFailure("Batches have the sizes of the texts.")
            }
            let name = SQLValue.text(integration.text)
            let arguments = batch.map(SQLValue.text) + [name, name, name]
            try connection.query(text, arguments) { row in
                let record = try AlertRecord(row)
                absent.remove(AlertKey(integration: integration, dedupKey: record.alert.dedupKey))
                hold(record)
            }
        }
    }

    private static let selectLatest = Dictionary(
        uniqueKeysWithValues: StorageLimits.insertSizes.map { size in
            let wanted = Array(repeating: "(?)", count: size).joined(separator: ", ")
            return (
                size,
                """
                WITH wanted (dedup) AS (VALUES \(wanted)) \
                SELECT \(AlertRecord.columns) FROM wanted JOIN alert ON integration = ? AND dedup_key = dedup \
                AND episode = COALESCE(\
                (SELECT o.episode FROM alert o WHERE o.integration = ? AND o.dedup_key = dedup AND o.episode = ''), \
                (SELECT MAX(c.episode) FROM alert c WHERE c.integration = ? AND c.dedup_key = dedup))
                """
            )
        })

    func alert(_ id: AlertID) throws -> AlertRecord? {
        if let record = alerts[id] { return record }
        let record = try connection.first(
            "SELECT \(AlertRecord.columns) FROM alert WHERE id = ?", [.text(id.text)], AlertRecord.init)
        if let record { hold(record) }
        return record
    }

    private func hold(_ record: AlertRecord) {
        alerts[record.alert.id] = record
        let key = AlertKey(integration: record.alert.integration, dedupKey: record.alert.dedupKey)
        if latest[key] == nil { latest[key] = record.alert.id }
    }

    func open(_ opening: AlertEvent.Opening, content: AlertRecord.Content, by actor: Actor) -> AlertID {
        let id = id(AlertID.self)
        let event = AlertEvent.opened(opening)
        alerts[id] = AlertRecord(alert: Alert(id, from: event, at: now), content: content)
        let key = AlertKey(integration: opening.integration, dedupKey: opening.dedupKey)
        latest[key] = id
        absent.remove(key)
        inserted.insert(id)
        noteDeadline(content.expiresAt)
        stage(event, on: "alert/\(id)", base: 0, by: actor)
        return id
    }

    func record(_ event: AlertEvent, on id: AlertID, by actor: Actor) {
        guard let version = alerts[id]?.alert.version else { preconditionFailure("Alert \(id) was not loaded.") }
        alerts[id]?.alert.apply(event, at: now)
        changed.insert(id)
        stage(event, on: "alert/\(id)", base: version, by: actor)
    }

    /// The source said it again. A row is rewritten whole only when something but counts and times is new.
    func renew(_ id: AlertID, with content: AlertRecord.Content) {
        guard let old = alerts[id]?.content else { preconditionFailure("Alert \(id) was not loaded.") }
        let isSame =
            old.title == content.title && old.annotations == content.annotations && old.labels == content.labels
            && old.sourceURL == content.sourceURL && old.startsAt == content.startsAt
        alerts[id]?.content = content
        if isSame { touched.insert(id) } else { changed.insert(id) }
        noteDeadline(content.expiresAt)
    }

    // MARK: Pages

    func page(_ id: PageID) throws -> Page? {
        if let page = pages[id] { return page }
        guard let page = try Page(id, on: connection) else { return nil }
        pages[id] = page
        return page
    }

    /// Opens a page and takes its first rung.
    func open(_ opening: PageEvent.Opening, by actor: Actor) throws -> PageID {
        let id = id(PageID.self)
        let event = PageEvent.opened(opening)
        let page = Page(id, from: event, at: now)
        pages[id] = page
        changedPages.insert(id)
        stage(event, on: "page/\(id)", base: 0, by: actor)
        setDeadline(of: page)
        record(page.begin(at: now, reaching: try reaching(for: page)), on: id, by: .tocsin)
        return id
    }

    /// The page that nobody has taken yet of a service and a plan, at least as urgent; nil: there is none.
    func untakenPage(of service: ServiceID, _ plan: EscalationPlanID, _ urgency: Urgency) throws -> Page? {
        func fits(_ page: Page) -> Bool {
            guard case .alert = page.subject else { return false }
            return page.service == service && page.plan.id == plan && page.isOpen
                && (page.urgency == .high || urgency == .low)
        }
        if let page = pages.values.filter(fits).max(by: { $0.id < $1.id }) { return page }
        let ids = try connection.all(
            "SELECT id FROM page WHERE is_open = 1 AND service = ? ORDER BY id DESC LIMIT 8", [.text(service.text)]
        ) { PageID($0.text(0)) }
        return try ids.lazy.compactMap { try self.page($0) }.first(where: fits)
    }

    /// Whether an alert other than this one is open under the page.
    func isWantedByOthers(_ page: PageID, than alert: AlertID) throws -> Bool {
        func counts(_ record: AlertRecord) -> Bool {
            record.alert.page == page && record.alert.isOpen && record.alert.id != alert
        }
        if alerts.values.contains(where: counts) { return true }
        // What this block has ended is still open in the store; one more than those is enough to know.
        let ids = try connection.all(
            "SELECT id FROM alert WHERE is_open = 1 AND page IS NOT NULL AND page = ? LIMIT ?",
            [.text(page.text), SQLValue(changed.count + 2)]
        ) { AlertID($0.text(0)) }
        return ids.contains { id in alerts[id].map(counts) ?? (id != alert) }
    }

    /// Writes what happened to a page, with the deliveries, the deadline and the withdrawals that follow from it.
    func record(_ events: [PageEvent], on id: PageID, by actor: Actor) {
        guard !events.isEmpty else { return }
        guard let known = pages[id] else { preconditionFailure("Page \(id) was not loaded.") }
        let page = advance(known, by: events, actor)
        pages[id] = page
        changedPages.insert(id)
        setDeadline(of: page)
    }

    private func advance(_ page: Page, by events: [PageEvent], _ actor: Actor) -> Page {
        var page = page
        for event in events {
            stage(event, on: "page/\(page.id)", base: page.version, by: actor)
            page.apply(event, at: now)
            switch event {
            case .rungReached(let climb): queue(climb.notices, of: page)
            case .exhausted(let notices, _): queue(notices, of: page)
            case .handedOver(let handover): queue(handover.notices, of: page)
            case .rerouted(let route):
                queue(route.notices, of: page)
                if let key = route.hastened { hastened.insert(key) }
            case .acknowledged(let by, _):
                withdrawn.insert(page.id)
                settle(page, "\(organisation.name(of: by)) has it.")
            case .snoozed(let by, let until, _):
                withdrawn.insert(page.id)
                settle(page, "\(organisation.name(of: by)) has snoozed it until \(until.text(in: .utc)).")
            case .acknowledgedInPart(let user, _): withdrawnFor[page.id, default: []].insert(user)
            case .ended(let why):
                withdrawn.insert(page.id)
                settle(page, why)
            case .opened, .rungSkipped, .rungFailed, .acknowledgementRenewed, .acknowledgementExpired, .snoozeEnded,
                .escalated, .noticeSent, .noticeFailed, .noticeDelivered, .noticeUndelivered:
                break
            }
        }
        return page
    }

    private func setDeadline(of page: Page) {
        if let due = page.deadline {
            noteDeadline(due)
            timers["page:\(page.id)"] = .set(Timer(kind: "page", subject: page.id.text, due: due))
        } else {
            clearDeadline(of: page.id)
        }
    }

    private func noteDeadline(_ due: Instant?) {
        guard let due else { return }
        effects.earliestDeadline = min(due, effects.earliestDeadline ?? due)
    }

    /// A page that is not climbing owes nothing; a deadline that is left of it is taken away.
    func clearDeadline(of id: PageID) {
        timers["page:\(id)"] = .clear
    }

    private func queue(_ notices: [Notice], of page: Page) {
        for notice in notices {
            guard let contact = organisation.recipient(notice.contact.user)?.contact(notice.contact.method) else {
                continue
            }
            // What is for later has a lane of its own: it must not hold up what another rung sends there meanwhile.
            let lane = "\(contact.channel):\(contact.destination)#\(page.subject.text)"
            let isLater = notice.contact.delay > .zero
            deliveries.append(
                DeliveryRow(
                    id: id(DeliveryID.self), intent: notice.key, lane: isLater ? "\(lane)#\(notice.key)" : lane,
                    kind: .page, channel: contact.channel, destination: contact.destination,
                    subject: page.subject.text, page: page.id, user: notice.contact.user,
                    method: notice.contact.method, delay: notice.contact.delay))
        }
    }

    /// Tells the far ends that keep a page before people's eyes that somebody has it, or that it is over.
    private func settle(_ page: Page, _ outcome: String) {
        for record in page.notices {
            let notice = record.notice
            guard record.result.wasAccepted,
                ChannelKinds.type(of: notice.contact.channel)?.descriptor.followsUp ?? false,
                let contact = organisation.recipient(notice.contact.user)?.contact(notice.contact.method)
            else { continue }
            deliveries.append(
                DeliveryRow(
                    id: id(DeliveryID.self), intent: "\(notice.key)/settled-\(page.version)",
                    lane: "\(contact.channel):\(contact.destination)#\(page.subject.text)", kind: .settled,
                    channel: contact.channel, destination: contact.destination, subject: page.subject.text,
                    user: notice.contact.user, method: notice.contact.method,
                    content: [
                        "page": .string(page.id.text), "notice": .string(notice.key), "outcome": .string(outcome),
                    ]
                ))
        }
    }

    /// Whom a target stands for now, for that page.
    func reaching(for page: Page) throws -> (EscalationPlan.Target) -> Reach {
        var assignments: [Incident.Assignment] = []
        if case .incident(let id) = page.subject, let incident = try incident(id) { assignments = incident.assignments }
        let occasion = Organisation.Occasion(page.urgency) { [assignments] role in
            assignments.filter { $0.role == role }.map(\.user)
        }
        return { [organisation, now] in organisation.reach($0, at: now, on: occasion) }
    }

    /// A message about an incident to one person, by every way that they have. Its key names what it says, so that what is
    /// said twice is one message.
    func tell(_ user: UserID, _ content: IncidentMessage.Content, of incident: IncidentID, key: String) {
        guard let user = organisation.user(user), !user.isDisabled else { return }
        // What wakes nobody does not do so by night.
        let pause = user.rules.pause(at: now)
        for contact in user.contacts where contact.isUsable {
            deliveries.append(
                DeliveryRow(
                    id: id(DeliveryID.self), intent: "\(incident)/\(key)/\(user.id)/\(contact.id)",
                    lane: "\(contact.channel):\(contact.destination)#\(incident)", kind: .incident,
                    channel: contact.channel, destination: contact.destination, subject: incident.text, user: user.id,
                    method: contact.id, content: content.json, giveUpAfter: IncidentMessage.giveUpAfter, delay: pause))
        }
    }

    /// A message to one person about their shifts, by their quiet ways.
    ///
    /// - Parameter isForNow: it does not wait for them to be awake.
    func tell(_ user: UserID, _ content: DutyMessage.Content, about schedule: ScheduleID, key: String, isForNow: Bool) {
        guard let user = organisation.user(user), !user.isDisabled else { return }
        let pause = isForNow ? .zero : user.rules.pause(at: now)
        for way in user.rules.quietContacts(organisation.ways(of: user), rings: { $0.channel == "voice" }) {
            guard let contact = user.contact(way.method) else { continue }
            deliveries.append(
                DeliveryRow(
                    id: id(DeliveryID.self), intent: "\(key)/\(user.id)/\(contact.id)",
                    lane: "\(contact.channel):\(contact.destination)#\(schedule)", kind: .onCall,
                    channel: contact.channel, destination: contact.destination, subject: schedule.text, user: user.id,
                    method: contact.id, content: content.json, giveUpAfter: DutyMessage.giveUpAfter, delay: pause))
        }
    }

    /// The user group of a schedule is to be what it should be.
    func queueGroup(_ group: String, of schedule: ScheduleID) {
        let id = id(DeliveryID.self)
        deliveries.append(
            DeliveryRow(
                id: id, intent: "group/\(id)", lane: "slack:group#\(group)", kind: .group, channel: "slack",
                destination: group, subject: schedule.text, user: UserID(""), method: ContactMethodID(""),
                giveUpAfter: DutyMessage.giveUpAfter))
    }

    // MARK: Hand-offs

    func handOff(_ id: HandOffID) throws -> HandOff? {
        if let handOff = handOffs[id] { return handOff }
        guard let handOff = try HandOff(id, on: connection) else { return nil }
        handOffs[id] = handOff
        return handOff
    }

    /// Those of a schedule that are not over, in the order of their changes.
    func openHandOffs(of schedule: ScheduleID) throws -> [HandOff] {
        let ids = try connection.all(
            "SELECT id FROM handoff WHERE is_open = 1 AND schedule = ?", [.text(schedule.text)]
        ) { HandOffID($0.text(0)) }
        let all = Set(ids).union(handOffs.keys)
        return try all.compactMap { try handOff($0) }
            .filter { $0.isOpen && $0.opening.schedule == schedule }
            .sorted { ($0.opening.due, $0.id) < ($1.opening.due, $1.id) }
    }

    func open(_ opening: HandOffEvent.Opening) -> HandOffID {
        let id = id(HandOffID.self)
        handOffs[id] = HandOff(id, opening)
        changedHandOffs.insert(id)
        stage(HandOffEvent.opened(opening), on: "handoff/\(id)", base: 0, by: .tocsin)
        return id
    }

    func record(_ events: [HandOffEvent], on id: HandOffID, by actor: Actor) {
        guard !events.isEmpty else { return }
        guard var handOff = handOffs[id] else { preconditionFailure("Hand-off \(id) was not loaded.") }
        for event in events {
            stage(event, on: "handoff/\(id)", base: handOff.version, by: actor)
            handOff.apply(event, at: now)
        }
        handOffs[id] = handOff
        changedHandOffs.insert(id)
    }

    /// When a schedule is looked at; nil: it is not.
    func setSchedule(_ id: ScheduleID, at due: Instant?) {
        noteDeadline(due)
        timers["schedule:\(id)"] = due.map { .set(Timer(kind: "schedule", subject: id.text, due: $0)) } ?? .clear
    }

    // MARK: Tests of ways to be reached

    /// A person's tests, those of this block too, newest first.
    func tests(of user: UserID) throws -> [ContactTest] {
        let staged = deliveries.filter { ($0.kind == .test || $0.kind == .verification) && $0.user == user }
            .map { test($0) }
        return staged.reversed() + (try ContactTest.all(of: user, on: connection))
    }

    func queueTest(
        of contact: User.Contact, of user: UserID, by actor: Actor, kind: DeliveryKind = .test
    ) -> ContactTest {
        let id = id(DeliveryID.self)
        let row = DeliveryRow(
            id: id, intent: "\(kind.rawValue)/\(id)", lane: "\(contact.channel):\(contact.destination)#test",
            kind: kind,
            channel: contact.channel, destination: contact.destination, subject: user.text, user: user,
            method: contact.id, requestedBy: actor, giveUpAfter: TestLimits.giveUpAfter)
        deliveries.append(row)
        return test(row)
    }

    private func test(_ row: DeliveryRow) -> ContactTest {
        ContactTest(
            id: row.id, contact: row.method, requestedBy: row.requestedBy ?? .tocsin, requestedAt: now, attempts: 0,
            state: .waiting(last: nil))
    }

    // MARK: Incidents

    func incident(_ id: IncidentID) throws -> Incident? {
        if let incident = incidents[id] { return incident }
        guard let incident = try Incident(id, on: connection) else { return nil }
        incidents[id] = incident
        return incident
    }

    func incident(key: String) throws -> Incident? {
        if let staged = incidents.values.first(where: { $0.key == key }) { return staged }
        let id = try connection.first("SELECT id FROM incident WHERE key = ?", [.text(key)]) { IncidentID($0.text(0)) }
        return try id.flatMap { try incident($0) }
    }

    /// The active incident that alerts of that origin belong to.
    func activeIncident(origin: String) throws -> Incident? {
        if let staged = incidents.values.first(where: { $0.origin == origin && $0.status.isActive }) { return staged }
        let candidates = try connection.all(
            "SELECT id FROM incident WHERE is_open = 1 AND origin = ? ORDER BY declared_at", [.text(origin)]
        ) { IncidentID($0.text(0)) }
        for id in candidates {
            if let incident = try incident(id), incident.status.isActive { return incident }
        }
        return nil
    }

    func declare(_ declaration: IncidentEvent.Declaration, by actor: Actor) -> IncidentID {
        let id = id(IncidentID.self)
        let event = IncidentEvent.declared(declaration)
        incidents[id] = Incident(id, from: event, at: now)
        changedIncidents.insert(id)
        unsettled.insert(id)
        stage(event, on: "incident/\(id)", base: 0, by: actor)
        return id
    }

    func record(_ events: [IncidentEvent], on id: IncidentID, by actor: Actor) {
        guard !events.isEmpty else { return }
        guard var incident = incidents[id] else { preconditionFailure("Incident \(id) was not loaded.") }
        for event in events {
            stage(event, on: "incident/\(id)", base: incident.version, by: actor)
            incident.apply(event, at: now)
        }
        incidents[id] = incident
        changedIncidents.insert(id)
        unsettled.insert(id)
    }

    /// The incidents that something happened to since this was asked last, in the order of their ids.
    func takeUnsettled() -> [IncidentID] {
        defer { unsettled = [] }
        return unsettled.sorted()
    }

    /// When an incident's playbook does something by itself next; nil: nothing does until something happens.
    func setTurn(of id: IncidentID, at due: Instant?) {
        if let due {
            noteDeadline(due)
            timers["incident:\(id)"] = .set(Timer(kind: "incident", subject: id.text, due: due))
        } else {
            timers["incident:\(id)"] = .clear
        }
    }

    /// When a heartbeat is looked at; nil: it is not.
    func setHeartbeat(_ id: String, at due: Instant?) {
        noteDeadline(due)
        timers["heartbeat:\(id)"] = due.map { .set(Timer(kind: "heartbeat", subject: id, due: $0)) } ?? .clear
    }

    func organisationChanged(to organisation: Organisation) {
        self.organisation = organisation
        effects.organisationChanged = true
    }

    // MARK: Writing

    private func stage(_ event: some Recordable, on stream: String, base: Int64, by actor: Actor) {
        if staged[stream] == nil {
            staged[stream] = StagedStream(base: base, events: [])
            order.append(stream)
        }
        staged[stream]?.events.append(NewEvent(at: now, actor: actor.text, kind: event.kind, body: event.body))
    }

    /// Writes everything. Called once, at the end of the block.
    func flush() throws -> Effects {
        let appends = order.compactMap { stream in
            staged[stream].map {
                // A stream without events before this block is named after an id that the block has made.
                $0.base == 0
                    ? StreamAppend($0.events, opening: stream)
                    : StreamAppend($0.events, to: stream, expecting: $0.base)
            }
        }
        if !appends.isEmpty { effects.lastSequence = try EventLog(connection).append(appends).last?.seq }
        // Rows are written in the order of their ids: the same input then gives the same statements in every run.
        try AlertRecord.insert(inserted.sorted().compactMap { alerts[$0] }, on: connection)
        for id in changed.subtracting(inserted).sorted() { try alerts[id]?.update(on: connection) }
        for id in touched.subtracting(inserted).subtracting(changed).sorted() { try alerts[id]?.touch(on: connection) }
        try ProjectedRow.write(changedIncidents.sorted().compactMap { incidents[$0]?.row }, on: connection)
        try ProjectedRow.write(changedHandOffs.sorted().compactMap { handOffs[$0]?.row }, on: connection)
        try ProjectedRow.write(changedPages.sorted().compactMap { pages[$0]?.row }, on: connection)
        try writeTimers()
        try DeliveryRow.insert(deliveries, at: now, on: connection)
        for key in hastened.sorted() { try DeliveryRow.hasten(intent: key, at: now, on: connection) }
        for page in withdrawn.sorted() { try DeliveryRow.withdraw(page: page, at: now, on: connection) }
        for (page, users) in withdrawnFor.sorted(by: { $0.key < $1.key }) {
            for user in users.sorted() { try DeliveryRow.withdraw(page: page, for: user, at: now, on: connection) }
        }
        effects.queuedDeliveries = !deliveries.isEmpty
        return effects
    }

    private func writeTimers() throws {
        var due: [(id: String, timer: Timer)] = []
        for (id, change) in timers.sorted(by: { $0.key < $1.key }) {
            switch change {
            case .set(let timer): due.append((id, timer))
            case .clear: try connection.execute("DELETE FROM timer WHERE id = ?", [.text(id)])
            }
        }
        for batch in due.inBatches {
            let wanted = batch.map { _ in "(?, ?, ?, ?, 0, 0)" }.joined(separator: ", ")
            try connection.execute(
                """
                INSERT INTO timer (id, kind, subject, due_at, attempts, quarantined) VALUES \(wanted) \
                ON CONFLICT (id) DO UPDATE SET due_at = excluded.due_at, attempts = 0, quarantined = 0
                """,
                batch.flatMap { one in
                    [.text(one.id), .text(one.timer.kind), .text(one.timer.subject), SQLValue(one.timer.due)]
                })
        }
    }
}

extension Page.NoticeRecord.Result {
    /// Whether the far end has the message.
    fileprivate var wasAccepted: Bool {
        switch self {
        case .sent, .delivered: true
        case .pending, .failed, .withdrawn: false
        }
    }
}
