import Chronology
import Delivery
import Notation
import Paging
import Storage

// What comes back through channels: a button, a reply, a key, a receipt. The channel has proved that its far end says so; who
// may answer, and for which page, is decided here.
extension Decider {
    /// The message that somebody answers, as the outbox has it.
    private struct Answered {
        let id: DeliveryID
        let intent: String
        let page: PageID?
        let user: UserID
        let destination: String
        let channel: String

        init(_ row: any Row) throws {
            let body = try JSON(parsing: Array(row.text(5).utf8), limits: .stored)
            id = DeliveryID(row.text(0))
            intent = row.text(1)
            page = row.optionalText(2).map { PageID($0) }
            destination = row.text(3)
            channel = row.text(4)
            user = UserID(try body.text("user"))
        }

        static let columns = "id, intent, page, destination, channel, body"
    }

    func hear(_ said: Said, by channel: String, in workspace: Workspace) throws -> Outcome {
        switch said {
        case .acknowledge(let subject):
            return .heard(
                try answer(subject, channel, in: workspace) { page, user in
                    let outcome = try acknowledge(
                        page, by: .user(user), via: "a reply by \(Self.label(of: channel))", in: workspace)
                    guard case .pageAcknowledged(let page, let acknowledgement) = outcome else { return "" }
                    if acknowledgement.isFirst { return "Acknowledged: \(page.title)" }
                    let name = workspace.organisation.name(of: acknowledgement.by)
                    return acknowledgement.by == .user(user) ? "You have it already." : "\(name) has it already."
                })
        case .escalate(let subject):
            return .heard(
                try answer(subject, channel, in: workspace) { id, user in
                    guard let page = try workspace.page(id) else { return "The page is gone." }
                    let events = try page.escalate(
                        by: .user(user), why: "Asked for help by \(Self.label(of: channel)).", seen: nil,
                        at: workspace.now, reaching: try workspace.reaching(for: page))
                    workspace.record(events, on: id, by: .user(user))
                    try noteExhaustion(of: id, in: workspace)
                    return "The next rung is being paged."
                })
        case .delivered(let subject, let detail):
            if let message = try message(subject, channel, in: workspace), let page = message.page,
                let known = try workspace.page(page), known.result(of: message.intent)?.awaitsReport ?? false
            {
                workspace.record([.noticeDelivered(key: message.intent, detail: detail)], on: page, by: .tocsin)
            }
            return .heard(nil)
        case .undelivered(let subject, let reason):
            if let message = try message(subject, channel, in: workspace), let page = message.page,
                let known = try workspace.page(page), known.result(of: message.intent)?.awaitsReport ?? false
            {
                workspace.record([.noticeUndelivered(key: message.intent, reason: reason)], on: page, by: .tocsin)
                try passOn(message.intent, of: page, in: workspace)
            }
            return .heard(nil)
        case .gone(let destination, let reason):
            try switchOff(destination, of: channel, why: reason, in: workspace)
            return .heard(nil)
        case .unclear:
            return .heard(nil)
        }
    }

    // MARK: Who answers what

    /// Does what is asked for, as the person who may ask it; a sentence about why not otherwise. Refusals are said to whoever
    /// answered and change nothing.
    private func answer(
        _ subject: Said.Subject, _ channel: String, in workspace: Workspace,
        _ act: (PageID, UserID) throws -> String
    ) throws -> String {
        let found: (page: PageID, user: UserID)?
        switch subject {
        case .reference(let reference, let from):
            found = try message(id: DeliveryID(reference), channel, in: workspace).flatMap {
                try right($0, from: from, channel, in: workspace)
            }
        case .receipt(let receipt):
            found = try message(receipt: receipt, channel, in: workspace).flatMap {
                try right($0, from: nil, channel, in: workspace)
            }
        case .code(let code, let from):
            // One that somebody has taken since is answered, too: with who has it.
            let open = try waiting(for: from, channel, takenToo: true, in: workspace).filter { $0.page.code == code }
            if open.isEmpty { return "No page with the code \(code) waits for you." }
            found = open.first
        case .only(let from):
            let open = try waiting(for: from, channel, in: workspace)
            if open.isEmpty { return "No page waits for you." }
            guard open.count == 1 else {
                return "\(open.count) pages wait for you. Reply ACK and the code of one."
            }
            found = open.first
        }
        guard let found else { return "This does not belong to a page of yours." }
        do { return try act(found.page, found.user) } catch let refusal as Refusal { return refusal.reason }
    }

    /// Who has the right that a message carries: its recipient; in a shared room, whoever is known there.
    private func right(
        _ message: Answered, from: String?, _ channel: String, in workspace: Workspace
    ) throws -> (page: PageID, user: UserID)? {
        guard let page = message.page else { return nil }
        let organisation = workspace.organisation
        if let user = organisation.user(message.user) {
            guard !user.isDisabled, from == nil || from == message.destination else {
                // Somebody else pressed a button that was meant for one person.
                return from.flatMap { person(at: $0, channel, organisation) }.map { (page, $0) }
            }
            return (page, user.id)
        }
        return from.flatMap { person(at: $0, channel, organisation) }.map { (page, $0) }
    }

    private func person(at destination: String, _ channel: String, _ organisation: Organisation) -> UserID? {
        organisation.users.first { user in
            !user.isDisabled
                && user.contacts.contains {
                    $0.channel == channel && $0.destination == destination && $0.isUsable
                }
        }?.id
    }

    /// The pages that nobody has taken of which that destination was told, each with its person. A reply counts only from a
    /// usable way to be reached.
    private func waiting(
        for destination: String, _ channel: String, takenToo: Bool = false, in workspace: Workspace
    ) throws -> [(page: PageID, user: UserID)] {
        guard let user = person(at: destination, channel, workspace.organisation) else { return [] }
        let ids = try workspace.connection.all(
            """
            SELECT DISTINCT d.page FROM delivery d JOIN page p ON p.id = d.page WHERE d.destination = ? \
            AND (p.is_open = 1 OR (? = 1 AND p.phase <> 'ended')) ORDER BY d.page DESC LIMIT 100
            """, [.text(destination), SQLValue(takenToo)]
        ) { PageID($0.text(0)) }
        return ids.map { ($0, user) }
    }

    private func message(_ subject: Said.Subject, _ channel: String, in workspace: Workspace) throws -> Answered? {
        switch subject {
        case .reference(let reference, _): try message(id: DeliveryID(reference), channel, in: workspace)
        case .receipt(let receipt): try message(receipt: receipt, channel, in: workspace)
        case .code, .only: nil
        }
    }

    private func message(id: DeliveryID, _ channel: String, in workspace: Workspace) throws -> Answered? {
        try workspace.connection.first(
            "SELECT \(Answered.columns) FROM delivery WHERE id = ? AND channel = ?", [.text(id.text), .text(channel)],
            Answered.init)
    }

    private func message(receipt: String, _ channel: String, in workspace: Workspace) throws -> Answered? {
        try workspace.connection.first(
            "SELECT \(Answered.columns) FROM delivery WHERE receipt = ? AND receipt IS NOT NULL AND channel = ?",
            [.text(receipt), .text(channel)], Answered.init)
    }

    /// A destination that wants nothing more, or is not there any more, is switched off for whoever has it; the audit log says
    /// so, and what waits for it is tried by the person's other ways as it fails.
    private func switchOff(
        _ destination: String, of channel: String, why: String, in workspace: Workspace
    ) throws {
        for user in workspace.organisation.users {
            guard
                user.contacts.contains(where: {
                    $0.channel == channel && $0.destination == destination && !$0.isDisabled
                })
            else { continue }
            let contacts = user.contacts.map { contact -> JSON in
                guard contact.channel == channel, contact.destination == destination else { return contact.json }
                return contact.json.adding("disabled", true)
            }
            let change = DocumentChange(
                kind: .user, id: user.id.text, action: .put(user.json.adding("contacts", .array(contacts))),
                origin: .local)
            _ = try carryOut(change, by: .tocsin, in: workspace)
        }
    }

    static func label(of channel: String) -> String {
        ChannelKinds.type(of: channel)?.descriptor.label ?? channel
    }
}

extension Page {
    /// What became of a notice so far; nil: the page has none of that key.
    func result(of key: String) -> NoticeRecord.Result? { notices.first { $0.notice.key == key }?.result }
}

extension Page.NoticeRecord.Result {
    /// Whether the far end may still say something new of it.
    fileprivate var awaitsReport: Bool {
        switch self {
        case .pending, .sent, .withdrawn: true
        case .delivered, .failed: false
        }
    }
}

extension PageID {
    /// Four digits by which a person names the page in a reply. Two pages that wait for one person at once have the same one
    /// time in ten thousand; then both are named by their links.
    public var code: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let number = Int((hash >> 16) % 10_000)
        let digits = String(number)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
