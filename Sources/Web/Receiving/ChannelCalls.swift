import Chronology
import Delivery
import Engine
import HTTPTypes
import Identity
import Notation

/// Where far ends call back: a receipt, a button that somebody pressed, a reply, a key on a telephone. The address holds a
/// secret of its own, and each channel asks for what its far end can prove beside.
struct ChannelCalls: Sendable {
    let engine: Engine
    let channels: [String: any Delivery.Channel]
    let origin: @Sendable () -> String

    var routes: [Route] {
        [
            Route(
                .post, "/in/channels/{kind}/{key}/{word}", .ingest,
                "Take what the far end of a channel says: a receipt, a reply, a button", tag: "Channels",
                checkedBy: .integrationKey, body: .raw(types: []),
                responses: [Route.Response(200, "What it wants to hear", type: "text/plain")], isUrgent: true,
                handler: receive)
        ]
    }

    @Sendable private func receive(_ call: Call) async throws -> Answer {
        let kind = call.parameter("kind")
        guard let type = ChannelKinds.type(of: kind) as? any AnsweringChannel.Type,
            let settings = try await engine.organisation().channels[kind], !settings.isDisabled,
            let callback = settings.callback, callback.isSame(as: call.parameter("key"))
        else { throw HTTPProblem.notFound }
        let inbound = InboundCall(
            method: call.method.rawValue, url: origin() + call.target, path: call.parameter("word"),
            headers: call.headers.map { ($0.name.rawName, $0.value) }, body: call.body,
            account: settings.account(calledBackAt: origin()), now: call.now)
        let said: [Said]
        do throws(InboundFault) {
            said = try type.read(inbound)
        } catch {
            switch error {
            case .unproven(let reason):
                throw HTTPProblem(.forbidden, "unproven", "This is not believed.", detail: reason)
            case .unreadable(let reason):
                throw HTTPProblem(.badRequest, "unreadable", "The body cannot be read.", detail: reason)
            case .unknownPath: throw HTTPProblem.notFound
            }
        }
        var outcome: String?
        for word in said {
            if case .heard(let sentence) = try await engine.submit(.said(word, channel: kind)) {
                outcome = sentence ?? outcome
            }
        }
        let response = type.response(to: inbound, outcome: outcome)
        return Answer.bytes(
            Array(response.body.utf8), type: response.contentType,
            status: HTTPResponse.Status(code: response.status))
    }
}

extension Delivery.Secret {
    /// Compared in the same time wherever the texts differ.
    fileprivate func isSame(as other: String) -> Bool {
        let (mine, theirs) = (Array(reveal().utf8), Array(other.utf8))
        guard mine.count == theirs.count else { return false }
        return zip(mine, theirs).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
