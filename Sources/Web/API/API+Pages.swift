import Chronology
import Engine
import HTTPTypes
import Notation
import Paging
import Storage

extension API {
    private static let tag = "Pages"
    private static let pages = base + "/pages"

    var pageRoutes: [Route] {
        [
            Route(
                .get, Self.pages, .readAll, "List pages, newest first", tag: Self.tag,
                query: [
                    Route.QueryField(
                        "open", "`true`: those that nobody has taken and that have not ended", Schema.flag),
                    Route.QueryField("subject", "The id of an alert or an incident"),
                ] + Self.paging,
                responses: [Route.Response(200, "One page of pages", schema: Schema.list(Schema.pageSummary))],
                handler: listPages),
            Route(
                .get, Self.pages + "/{id}", .readAll, "Read a page: its rungs, who was told, and what became of it",
                tag: Self.tag,
                responses: [Route.Response(200, "The page", schema: Schema.page)], handler: readPage),
            Route(
                .post, Self.pages + "/{id}/acknowledge", .respond, "Take a page", tag: Self.tag,
                responses: [
                    Route.Response(
                        200, "It is taken; `first` says whether by this request, `acknowledgedBy` by whom",
                        schema: Schema.takenPage)
                ], isUrgent: true, handler: acknowledgePage),
            Route(
                .post, Self.pages + "/{id}/snooze", .respond,
                "Tell nobody until a time within 7 days; then it climbs anew", tag: Self.tag,
                body: .json(
                    schema: Schema.object(
                        ["until": Schema.time, "why": Schema.optionalText(256)], required: ["until"])),
                responses: [Route.Response(200, "The page as it is now", schema: Schema.page)], handler: snoozePage),
            Route(
                .post, Self.pages + "/{id}/hand-over", .respond,
                "Tell somebody else now, by `to` (`user:ID`, `schedule:ID`, `team:ID`), or take another `rung`",
                tag: Self.tag,
                body: .json(
                    schema: Schema.object(
                        [
                            "to": Schema.optionalText(100), "why": Schema.text(256),
                            "rung": ["type": ["integer", "null"], "minimum": 0, "maximum": 31],
                        ], required: ["why"])),
                responses: [Route.Response(200, "The page as it is now", schema: Schema.page)], handler: handOverPage),
            Route(
                .post, Self.pages + "/{id}/escalate", .respond, "Go to the next rung now", tag: Self.tag,
                body: .json(
                    schema: Schema.object(
                        [
                            "why": Schema.text(256),
                            "seenRung": ["type": ["integer", "null"], "minimum": 0, "maximum": 1_000],
                        ],
                        required: ["why"])),
                responses: [Route.Response(200, "The page as it is now", schema: Schema.page)], handler: escalatePage),
        ]
    }

    @Sendable private func listPages(_ call: Call) async throws -> Answer {
        let organisation = try await engine.organisation()
        var filter = PageFilter()
        filter.isOpen = try call.query.flag("open")
        filter.subject = try call.query.text("subject")
        filter.after = try call.after(PageID.self)
        filter.limit = try call.pageSize()
        let items = try await read { [filter] in try PageQueries.list(filter, on: $0) }
        return list(items, limit: filter.limit, id: \.id.text) { $0.write(into: &$1, organisation: organisation) }
    }

    @Sendable private func readPage(_ call: Call) async throws -> Answer {
        let id = PageID(call.parameter("id"))
        guard let page = try await read({ try PageQueries.page(id, on: $0) }) else { throw Self.noPage(id) }
        return try await answer(page, .ok)
    }

    /// A second acknowledgement is no error: it answers 200 and says who was first.
    @Sendable private func acknowledgePage(_ call: Call) async throws -> Answer {
        let id = PageID(call.parameter("id"))
        let (page, acknowledgement) = try await acknowledge(id, via: "the API", for: call)
        return try await answer(page, .ok, isFirst: acknowledgement.isFirst)
    }

    func acknowledge(_ id: PageID, via: String, for call: Call) async throws -> (Page, Acknowledgement) {
        let outcome = try await submit(.acknowledgePage(id, via: via), for: call, subject: "page")
        guard case .pageAcknowledged(let page, let acknowledgement) = outcome else {
            preconditionFailure("An acknowledgement of a page says who was first.")
        }
        return (page, acknowledgement)
    }

    @Sendable private func snoozePage(_ call: Call) async throws -> Answer {
        let id = PageID(call.parameter("id"))
        let (until, why) = try call.read { body in
            let text = body.text("until", 1...40)
            // Losing the error is right: the fault below says what is expected.
            let until = try? Instant(rfc3339: text)
            if until == nil { body.fault("until", "must be an instant such as 2027-01-15T08:00:00Z") }
            return (until ?? .epoch, body.optionalText("why", 1...1_024))
        }
        let outcome = try await submit(.snoozePage(id, until: until, why: why), for: call, subject: "page")
        guard case .page(let page) = outcome else { preconditionFailure("A snooze leads to a page.") }
        return try await answer(page, .ok)
    }

    @Sendable private func handOverPage(_ call: Call) async throws -> Answer {
        let id = PageID(call.parameter("id"))
        let (target, why) = try call.read { body in
            let (to, rung) = (body.optionalText("to", 1...400), body.optionalInteger("rung", 0...31))
            var target = HandOverTarget.rung(Int(rung ?? 0))
            switch (to, rung) {
            case (let to?, nil):
                do throws(InputFault) {
                    target = .person(try EscalationPlan.Target(text: to, at: "to"))
                } catch {
                    body.fault("to", error.reason)
                }
            case (nil, .some): break
            default: body.fault("to", "say either to whom or which rung")
            }
            return (target, body.text("why", 1...1_024))
        }
        let outcome = try await submit(.handOverPage(id, to: target, why: why), for: call, subject: "page")
        guard case .page(let page) = outcome else { preconditionFailure("A hand-over leads to a page.") }
        return try await answer(page, .ok)
    }

    @Sendable private func escalatePage(_ call: Call) async throws -> Answer {
        let id = PageID(call.parameter("id"))
        let (why, seen) = try call.read { body in
            (body.text("why", 1...1_024), body.optionalInteger("seenRung", 0...1_000).map { Int($0) })
        }
        let outcome = try await submit(.escalatePage(id, why: why, seenRung: seen), for: call, subject: "page")
        guard case .page(let page) = outcome else { preconditionFailure("An escalation leads to a page.") }
        return try await answer(page, .ok)
    }

    func answer(_ page: Page, _ status: HTTPResponse.Status, isFirst: Bool? = nil) async throws -> Answer {
        let organisation = try await engine.organisation()
        let view = try await read { try PageView(page, organisation: organisation, on: $0) }
        return .json(status: status) { view.write(into: &$0, isFirst: isFirst) }
    }

    private static func noPage(_ id: PageID) -> HTTPProblem { .notFound("There is no page \"\(id)\".") }
}
