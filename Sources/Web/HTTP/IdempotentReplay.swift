import Crypto
import HTTPTypes
import Identity
import NIOCore

/// Runs a handler, at most once for each `Idempotency-Key` of a caller (R2). Without the header, or without a caller, it
/// just runs it.
struct IdempotentReplay: Sendable {
    let ledger: IdempotencyLedger

    func answer(_ call: Call, target: String, on route: Route) async throws -> Answer {
        guard call.method == .post, route.checkedBy == .caller, !route.body.isForm,
            let key = call.headers[.idempotencyKey], let owner = call.caller.idempotencyOwner
        else { return try await route.handler(call) }
        guard (1...IdempotencyLedger.longestKey).contains(key.utf8.count),
            key.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else {
            throw HTTPProblem.badRequest(
                "An Idempotency-Key has 1 to \(IdempotencyLedger.longestKey) visible ASCII characters.")
        }
        var digest = SHA256()
        digest.update(data: Array("\(call.method.rawValue) \(target)\n".utf8))
        digest.update(data: call.body)
        let fingerprint = digest.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        switch try await ledger.claim(key, of: owner, fingerprint: fingerprint) {
        case .first: return try await run(call, on: route, key: key, owner: owner)
        case .answered(let status, let body): return try replay(status: status, body: body, of: route)
        case .underWay:
            throw HTTPProblem(
                .conflict, "under-way", "The same request is being worked on.", headers: [.retryAfter: "1"])
        case .mismatch:
            throw HTTPProblem(
                .unprocessableContent, "key-reused", "This Idempotency-Key was used for another request.")
        }
    }

    private func run(_ call: Call, on route: Route, key: String, owner: String) async throws -> Answer {
        do {
            let answer = try await route.handler(call)
            guard answer.status.code < 500, case .bytes(let buffer) = answer.body else {
                try await ledger.abandon(key, of: owner)
                return answer
            }
            // A secret is stored nowhere but as a hash; its answer is remembered as having been given.
            let body = route.answersSecret ? "" : String(buffer: buffer)
            try await ledger.finish(key, of: owner, status: answer.status.code, body: body)
            return answer
        } catch {
            // Whether it was done is known to whoever made the error; the key must not stand in the way of a retry. Failing
            // to let go of it only means that the retry waits for the claim's own patience.
            try? await ledger.abandon(key, of: owner)
            throw error
        }
    }

    private func replay(status: Int, body: String, of route: Route) throws -> Answer {
        guard !route.answersSecret else {
            throw HTTPProblem(
                .conflict, "already-done", "This was done, and its secret was shown that one time.",
                detail: "Make another one if the first answer was lost, and revoke the one nobody knows.")
        }
        var answer = Answer.bytes(
            Array(body.utf8), type: status >= 400 ? "application/problem+json" : "application/json",
            status: HTTPResponse.Status(code: status))
        answer.headers[.idempotencyReplayed] = "true"
        return answer
    }
}

extension Caller {
    /// Keys of different callers never meet.
    var idempotencyOwner: String? {
        switch proof {
        case .none, .integrationKey: nil
        case .session: person.map { "user:" + $0.id.text }
        case .token(let id): "token:" + id
        }
    }
}
