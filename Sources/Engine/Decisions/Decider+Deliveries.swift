import Chronology
import Notation
import Paging
import Storage

extension Decider {
    /// Writes what an attempt came to, on the outbox row and on the page's own timeline.
    func record(_ report: AttemptReport, in workspace: Workspace) throws -> Outcome {
        let connection = workspace.connection
        let row = try connection.first(
            "SELECT intent, page, attempts, give_up_at, lease_epoch, state FROM delivery WHERE id = ?",
            [.text(report.delivery.text)]
        ) {
            (
                intent: $0.text(0), page: $0.optionalText(1), attempts: Int($0.integer(2)), giveUpAt: $0.instant(3),
                epoch: $0.integer(4), state: $0.text(5)
            )
        }
        guard let row, row.epoch == report.epoch, row.state == "leased" else { return .done }
        let now = workspace.now
        var event: PageEvent?
        switch report.result {
        case .accepted(let detail, let receipt):
            try finish(report.delivery, "sent", detail, in: workspace)
            if let receipt { try note(receipt, of: report.delivery, in: workspace) }
            event = .noticeSent(key: row.intent, attempt: row.attempts, detail: detail)
        case .refused(let reason):
            try finish(report.delivery, "failed", reason, in: workspace)
            event = .noticeFailed(key: row.intent, attempt: row.attempts, reason: reason, isFinal: true)
        case .retry(let reason, let after):
            let next = now + max(after ?? .zero, Self.pause(afterAttempt: row.attempts, delivery: report.delivery))
            let page = try row.page.flatMap { try workspace.page(PageID($0)) }
            let isOver = page.map { !$0.isOpen } ?? false
            if next >= row.giveUpAt {
                try finish(report.delivery, "failed", reason, in: workspace)
                event = .noticeFailed(key: row.intent, attempt: row.attempts, reason: reason, isFinal: true)
            } else if isOver {
                try finish(report.delivery, "cancelled", "withdrawn", in: workspace)
                event = .noticeFailed(key: row.intent, attempt: row.attempts, reason: reason, isFinal: false)
            } else {
                try connection.execute(
                    """
                    UPDATE delivery SET state = 'queued', next_at = ?, losses = 0, lease_owner = NULL, lease_until = NULL, \
                    outcome = ? \
                    WHERE id = ?
                    """, [SQLValue(next), .text(reason), .text(report.delivery.text)])
                event = .noticeFailed(key: row.intent, attempt: row.attempts, reason: reason, isFinal: false)
            }
        }
        if let event, let page = row.page.map({ PageID($0) }), try workspace.page(page) != nil {
            workspace.record([event], on: page, by: .tocsin)
            if case .noticeFailed(let key, _, _, true) = event { try passOn(key, of: page, in: workspace) }
        }
        return .done
    }

    /// What the far end calls the message, for what it says about it later.
    private func note(_ receipt: String, of id: DeliveryID, in workspace: Workspace) throws {
        try workspace.connection.execute(
            "UPDATE delivery SET receipt = ? WHERE id = ?", [.text(receipt), .text(id.text)])
    }

    private func finish(_ id: DeliveryID, _ state: String, _ outcome: String, in workspace: Workspace) throws {
        try workspace.connection.execute(
            """
            UPDATE delivery SET state = ?, outcome = ?, finished_at = ?, lease_owner = NULL, lease_until = NULL WHERE id = ?
            """, [.text(state), .text(outcome), SQLValue(workspace.now), .text(id.text)])
    }

    /// Doubles from one second to one minute, spread by up to a quarter according to the delivery's id, so that a storm of
    /// failed messages does not come back as one.
    static func pause(afterAttempt attempt: Int, delivery: DeliveryID) -> Duration {
        let doubled = OutboxLimits.firstPause.wholeMicroseconds << Int64(min(max(attempt - 1, 0), 6))
        let pause = min(doubled, OutboxLimits.longestPause.wholeMicroseconds)
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in delivery.text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return .microseconds(pause + Int64(hash % 1_000) * pause / 4_000)
    }
}
