import Engine
import HTTPTypes
import Identity
import Notation
import Paging
import Storage

/// The links in messages by which a page is taken without signing in: the link itself is the right to do so, for one page
/// and one person. Opening it asks, and only the button acts, because mail scanners open every link (S24, S83).
extension PageHandlers {
    var acknowledgementRoutes: [Route] {
        [
            Route(
                .get, "/ack/{token}", .publicAccess, "Asks whether to take the page of a link", isUrgent: true
            ) { call in
                try await acknowledgement(call) { _ in nil }
            },
            Route(
                .post, "/ack/{token}", .publicAccess, "Take the page of a link as its person", body: .form([]),
                isUrgent: true
            ) { call in
                try await acknowledgement(call) { right in
                    let command = Command.acknowledgePage(right.page, via: "the link in a message")
                    let outcome = try await engine.submit(.command(command, by: .user(right.user)))
                    guard case .pageAcknowledged(let page, _) = outcome else {
                        preconditionFailure("An acknowledgement of a page says who was first.")
                    }
                    return page
                }
            },
        ]
    }

    /// `act` answers the page after it acted; nil when it only looks.
    private func acknowledgement(
        _ call: Call, _ act: (AcknowledgementLinks.Right) async throws -> Page?
    ) async throws -> Answer {
        let token = call.parameter("token")
        let organisation = try await engine.organisation()
        let right = links.right(of: token, at: call.now)
        // Whoever has left takes nothing over, whatever links their old mails hold.
        guard let right, let user = organisation.user(right.user), !user.isDisabled,
            let before = try await page(of: right)
        else { return try await show(AcknowledgeLinkPage(token: token, stage: .invalid), call, status: .notFound) }
        var page = before
        var status = HTTPResponse.Status.ok
        do {
            if let after = try await act(right) { page = after }
        } catch let refusal as Refusal where refusal.code == "page-ended" {
            status = .conflict
            page = try await self.page(of: right) ?? before
        }
        let subject = try await subject(of: page, reader: user.name, organisation)
        let stage = stage(of: page, reader: right.user, organisation)
        return try await show(AcknowledgeLinkPage(token: token, subject: subject, stage: stage), call, status: status)
    }

    private func page(of right: AcknowledgementLinks.Right) async throws -> Page? {
        try await api.read { try PageQueries.page(right.page, on: $0) }
    }

    private func stage(of page: Page, reader: UserID, _ organisation: Organisation) -> AcknowledgeLinkPage.Stage {
        switch page.phase {
        case .waiting, .climbing, .exhausted, .snoozed: .asks
        case .acknowledged(let actor, let at):
            .acknowledged(by: organisation.name(of: actor), at: at, isReader: actor == .user(reader))
        case .ended(let why, _):
            .ended(why: page.endedUnanswered ? "\(why) \(page.exhaustion(organisation))" : why)
        }
    }

    private func subject(
        of page: Page, reader: String, _ organisation: Organisation
    ) async throws -> AcknowledgeLinkPage.Subject {
        let (subject, climb) = try await api.read { connection in
            (try PageSubject(page.subject, on: connection), try Climb(page, organisation, on: connection))
        }
        return AcknowledgeLinkPage.Subject(
            title: page.title, severity: SeverityMark(subject.severity ?? organisation.unknown),
            service: organisation.serviceName(page.service), started: page.openedAt, reader: reader,
            nextWho: climb.nextWho, nextAt: page.deadline)
    }
}
