import Chronology
import Delivery
import Notation
import Testing

/// What a gateway of one's own says when it refuses.
@Suite(.serialized) struct GatewayProviderTests {
    private static func attempt(_ status: Int, _ answer: String) async throws -> AttemptResult {
        let server = try await ChatFarEnd(status, answer)
        let account = ChannelAccount(
            settings: ["provider": "http", "url": "http://127.0.0.1:\(server.port)/send"],
            secrets: ["token": Secret("gateway-secret")])
        let result = await SMSChannel(try ChatLab.client(server.port)).attempt(
            ChatLab.page("+4915112345678", account), now: ChatLab.now)
        try await server.stop()
        return result
    }

    @Test(
        arguments: [
            (
                422, #"{"reason":"no credit\nis left \u202e"}"#,
                .permanent(reason: "HTTP 422: the far end refused the message: no credit is left")
            ),
            (
                403, #"{"reason":"blocked prefix"}"#,
                .permanent(reason: "HTTP 403: the far end does not accept the key: blocked prefix")
            ),
            (
                503, #"{"reason":"the modem is busy"}"#,
                .transient(reason: "HTTP 503: the modem is busy", retryAfter: nil)
            ),
            (422, #"{"reason":" \u0007 "}"#, .permanent(reason: "HTTP 422: the far end refused the message")),
            (422, #"{"reason":7}"#, .permanent(reason: "HTTP 422: the far end refused the message")),
            (422, "no credit", .permanent(reason: "HTTP 422: the far end refused the message")),
            (
                422, #"{"reason":"Bearer gateway-secret is not known"}"#,
                .permanent(reason: "HTTP 422: the far end refused the message")
            ),
            (200, #"{"id":"gw-1","reason":"queued"}"#, .accepted(detail: "HTTP 200", receipt: "gw-1")),
        ] as [(Int, String, AttemptResult)])
    func `a gateway's own reason stands behind ours, on one line and without its token`(
        status: Int, answer: String, expected: AttemptResult
    ) async throws {
        #expect(try await Self.attempt(status, answer) == expected)
    }

    @Test(arguments: ["x", "x" + String(repeating: "\u{301}", count: 30)])
    func `a gateway's reason is of bounded length`(sign: String) async throws {
        let result = try await Self.attempt(422, #"{"reason":"\#(String(repeating: sign, count: 1_000))"}"#)
        guard case .permanent(let reason, .receiver) = result else {
            Issue.record("\(result)")
            return
        }
        let usual = "HTTP 422: the far end refused the message: "
        #expect(reason.hasPrefix(usual) && reason.hasSuffix("…"))
        #expect(reason.count <= usual.count + 200 && reason.utf8.count <= usual.utf8.count + 800)
    }

    @Test func `a report that repeats the token is passed on without its words`() throws {
        func said(_ reason: String) throws -> [Said] {
            let account = ChannelAccount(settings: ["provider": "http"], secrets: ["token": Secret("gateway-secret")])
            let body: JSON = ["reference": "dlv_1", "state": "failed", "reason": .string(reason)]
            return try SMSChannel.read(
                ChatLab.call(
                    "status", body: Array(body.text.utf8), headers: [("Authorization", "Bearer gateway-secret")],
                    account: account))
        }
        let subject = Said.Subject.reference("dlv_1", from: nil)
        #expect(try said("no\nsignal") == [.undelivered(subject, reason: "no signal")])
        #expect(try said("gateway-secret") == [.undelivered(subject, reason: "it was not delivered")])
        #expect(try said(" ") == [.undelivered(subject, reason: "it was not delivered")])
    }
}
