import Chronology
import Notation

/// One request to a vendor's interface and what its answer means, for the channels that are thin clients of one.
struct Vendor: Sendable {
    let client: EgressClient

    /// How an answer of a vendor is judged where the vendor has no rules of its own: 2xx is done, 408, 425, 429 and 5xx may be
    /// tried again, anything else would be refused again. Nothing that the far end wrote is part of the reason.
    static func judge(_ answer: EgressAnswer, now: Instant, receipt: String? = nil) -> AttemptResult {
        let status = answer.status
        switch status {
        case 200...299: return .accepted(detail: "HTTP \(status)", receipt: receipt)
        case 300...399: return .permanent(reason: "HTTP \(status): redirects are not followed")
        case 401, 403: return .permanent(reason: "HTTP \(status): the far end does not accept the key")
        case 404, 410: return .permanent(reason: "HTTP \(status): the far end does not know this destination")
        case 408, 425, 429, 500...599:
            return .transient(reason: "HTTP \(status)", retryAfter: answer.retryAfter(now: now))
        case 400...499: return .permanent(reason: "HTTP \(status): the far end refused the message")
        default: return .transient(reason: "HTTP \(status) is not an answer", retryAfter: nil)
        }
    }

    /// Sends the request, and lets `judge` say what an answer means.
    func send(
        _ request: EgressRequest, attempt: Int, _ judge: (EgressAnswer) -> AttemptResult
    ) async -> AttemptResult {
        switch await client.send(request, attempt: attempt) {
        case .answered(let answer): return judge(answer)
        case .refused(let reason): return .permanent(reason: reason, by: .tocsin)
        case .unreachable(let reason): return .transient(reason: reason, retryAfter: nil)
        case .lost(let reason): return .unknown(reason: reason)
        }
    }

    /// A question to the far end for which there is nothing to do again: its answer, or why there is none.
    func ask(_ request: EgressRequest) async -> Result<EgressAnswer, VendorSilence> {
        switch await client.send(request) {
        case .answered(let answer): .success(answer)
        case .refused(let reason), .unreachable(let reason), .lost(let reason): .failure(VendorSilence(reason: reason))
        }
    }

    /// The body as JSON; nil: it is none.
    static func json(_ answer: EgressAnswer) -> JSON? {
        // Losing the fault is right: an answer that cannot be read is judged by its status alone.
        try? JSON(parsing: answer.body, limits: .vendor)
    }

    /// A JSON document to that address.
    func post(_ url: EgressURL, _ body: JSON, headers: [(name: String, value: String)] = [], wantsBody: Bool = true)
        -> EgressRequest
    {
        EgressRequest(
            method: .post, url: url,
            headers: [("Content-Type", "application/json; charset=utf-8"), ("User-Agent", "Tocsin")] + headers,
            body: Array(body.text.utf8), wantsBody: wantsBody)
    }

    /// A form to that address.
    func post(
        _ url: EgressURL, form: [(name: String, value: String)], headers: [(name: String, value: String)] = []
    ) -> EgressRequest {
        EgressRequest(
            method: .post, url: url,
            headers: [("Content-Type", "application/x-www-form-urlencoded"), ("User-Agent", "Tocsin")] + headers,
            body: Array(FormText.encode(form).utf8), wantsBody: true)
    }

    static func basic(_ user: String, _ password: Secret) -> (name: String, value: String) {
        ("Authorization", "Basic " + Base64.encode(Array("\(user):\(password.reveal())".utf8)))
    }

    static func bearer(_ token: Secret) -> (name: String, value: String) {
        ("Authorization", "Bearer \(token.reveal())")
    }
}

struct VendorSilence: Error {
    let reason: String
}

extension String {
    /// At most so many characters, the last an ellipsis where some are left out. The whole stands behind the message's link.
    func shortened(to characters: Int) -> String {
        count <= characters ? self : String(prefix(max(0, characters - 1))) + "…"
    }
}

extension JSONLimits {
    /// For answers of vendors' interfaces, of which an `EgressClient` reads at most 64 KiB.
    static let vendor = JSONLimits(bytes: 65_536, members: 1_024, values: 20_000, stringBytes: 65_536)
}
