import Chronology
import Engine
import HTTPTypes
import Identity
import Notation

/// Trying a way to be reached before the night when it matters: one's own, or others' as a manager.
extension API {
    private static let contactTest = Schema.answer([
        "id": Schema.string, "contact": Schema.string, "state": ["enum": ["waiting", "accepted", "failed"]],
        "result": ["enum": .array(ContactTest.Result.allCases.map { .string($0.rawValue) } + [.null])],
        "attempts": Schema.integer, "requestedBy": Schema.string, "requestedByName": Schema.string,
        "requestedAt": Schema.time, "finishedAt": Schema.optionalTime,
    ])

    var contactTestRoutes: [Route] {
        let tag = "Users"
        let path = Self.base + "/users/{id}/contacts/{contact}/tests"
        return [
            Route(
                .get, path, .signedIn, "List the tests of a way to be reached, newest first", tag: tag,
                responses: [Route.Response(200, "The last of them", schema: Schema.list(Self.contactTest))],
                handler: listTests),
            Route(
                .post, path, .signedIn,
                "Send a test by a way to be reached: \(TestLimits.perContact) in \(TestLimits.window.text)", tag: tag,
                responses: [
                    Route.Response(
                        202, "It is on its way; the list says what became of it", schema: Self.contactTest),
                    Route.Response(
                        429, "So many were sent lately; `Retry-After` says when the next one can be",
                        type: "application/problem+json"),
                ], handler: sendTest),
            Route(
                .post, Self.base + "/users/{id}/contacts/{contact}/verification", .signedIn,
                "Send a code by a way to be reached that has to be verified", tag: tag,
                responses: [
                    Route.Response(202, "It is on its way", schema: Self.contactTest),
                    Route.Response(
                        429, "So many were sent lately; `Retry-After` says when the next one can be",
                        type: "application/problem+json"),
                ]
            ) { call in
                let (user, contact) = try await way(of: call)
                return try await send(
                    .verifyContact(contact, of: user, .begin, from: call.changeOrigin), of: user, contact, for: call)
            },
            Route(
                .put, Self.base + "/users/{id}/contacts/{contact}/verification", .signedIn,
                "Verify a way to be reached with the code that came by it", tag: tag,
                body: .json(schema: Schema.object([("code", Schema.text(20))], required: ["code"])),
                responses: [Route.Response(204, "It is verified; pages may use it")], handler: verify),
        ]
    }

    @Sendable private func listTests(_ call: Call) async throws -> Answer {
        let (user, contact) = try await way(of: call)
        let tests = try await read { try ContactTest.all(of: user, on: $0) }.filter { $0.contact == contact }
        let organisation = try await engine.organisation()
        return list(tests, limit: .max, id: \.id.text) { $0.write(into: &$1, organisation: organisation) }
    }

    @Sendable private func verify(_ call: Call) async throws -> Answer {
        let (user, contact) = try await way(of: call)
        let code = try call.read { $0.text("code", 1...20) }
        guard let method = try await engine.organisation().user(user)?.contact(contact), let links else {
            throw HTTPProblem.notFound
        }
        let isRight = links.isCode(code, of: method, user: user, at: call.now)
        let outcome = try await submit(
            .verifyContact(contact, of: user, .finish(isRight: isRight), from: call.changeOrigin), for: call)
        if case .heard(let why?) = outcome {
            throw HTTPProblem(
                .unprocessableContent, "wrong-code", "This cannot be done.", detail: why,
                errors: [InputFault(at: "/code", why)])
        }
        return .noContent
    }

    @Sendable private func sendTest(_ call: Call) async throws -> Answer {
        let (user, contact) = try await way(of: call)
        return try await send(
            .testContact(contact, of: user, from: call.changeOrigin), of: user, contact, for: call)
    }

    private func send(
        _ command: Command, of user: UserID, _ contact: ContactMethodID, for call: Call
    ) async throws -> Answer {
        do {
            guard case .tested(let test) = try await engine.submit(.command(command, by: call.actor)) else {
                preconditionFailure("A test of a contact method leads to a test.")
            }
            let organisation = try await engine.organisation()
            return .json(status: .accepted) { test.write(into: &$0, organisation: organisation) }
        } catch let refusal as Refusal where refusal.code == Decider.testedTooOften {
            let tests = try await read { try ContactTest.all(of: user, on: $0) }
            let next = ContactTest.nextAllowed(of: contact, after: tests, at: call.now)
            // Rounded up: whoever comes back then is not told to wait for the rest of a second.
            let seconds = next.map { max(1, (($0 - call.now).wholeMicroseconds + 999_999) / 1_000_000) } ?? 1
            throw HTTPProblem(
                .tooManyRequests, refusal.code, "Too many tests.", detail: refusal.reason,
                headers: [.retryAfter: "\(seconds)"])
        } catch let refusal as Refusal {
            throw HTTPProblem(refusal, subject: nil)
        }
    }

    /// The way to be reached that the path names. Whose it is not and who does not manage learns nothing of it.
    private func way(of call: Call) async throws -> (UserID, ContactMethodID) {
        let user = UserID(call.parameter("id"))
        guard call.caller.person?.id == user || call.caller.may(.manage) else { throw HTTPProblem.forbidden }
        let contact = ContactMethodID(call.parameter("contact"))
        guard try await engine.organisation().user(user)?.contact(contact) != nil else {
            throw HTTPProblem.notFound("The user \"\(user)\" has no way to be reached \"\(contact)\".")
        }
        return (user, contact)
    }
}

extension ContactTest {
    fileprivate func write(into writer: inout JSONWriter, organisation: Organisation) {
        let (word, result, finishedAt): (String, Result?, Instant?) =
            switch state {
            case .waiting(let last): ("waiting", last, nil)
            case .accepted(let at): ("accepted", .accepted, at)
            case .failed(let why, let at): ("failed", why, at)
            }
        writer.object { writer in
            writer.member("id", id.text)
            writer.member("contact", contact.text)
            writer.member("state", word)
            writer.member("result", result?.rawValue)
            writer.member("attempts", attempts)
            writer.member("requestedBy", requestedBy.text)
            writer.member("requestedByName", organisation.name(of: requestedBy))
            writer.member("requestedAt", at: requestedAt)
            writer.member("finishedAt", at: finishedAt)
        }
    }
}
