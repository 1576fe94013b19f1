import Chronology
import Notation

/// A chat that can keep a named group of people, so that a mention of it reaches whoever is on call.
public protocol GroupingChannel: Channel {
    /// Makes the group hold these people and nobody else; asking for what is so already does no harm. Never throws, and
    /// returns within the descriptor's `attemptTime` for each person who has to be looked for.
    func setGroup(
        _ group: String, to members: [GroupMember], _ account: ChannelAccount, attempt: Int, now: Instant
    ) async -> AttemptResult
}

/// Somebody who belongs into a group.
public struct GroupMember: Hashable, Sendable {
    public let name: String
    /// What the chat calls them; nil: they have to be looked for by their address.
    public let id: String?
    public let email: String

    public init(name: String, id: String?, email: String) {
        self.name = name
        self.id = id
        self.email = email
    }
}

extension SlackChannel: GroupingChannel {
    /// docs.slack.dev, "usergroups.users.update", which needs the scope usergroups:write, and "users.lookupByEmail"
    /// (users:read.email). A group is never left with fewer people than are on call: when one of them is not found, nothing is
    /// changed.
    public func setGroup(
        _ group: String, to members: [GroupMember], _ account: ChannelAccount, attempt: Int, now: Instant
    ) async -> AttemptResult {
        var ids: [String] = []
        for member in members {
            if let id = member.id, Self.isMember(id) {
                ids.append(id)
                continue
            }
            switch await lookUp(member, account, now: now) {
            case .success(let id): ids.append(id)
            case .failure(let fault): return fault.result
            }
        }
        guard !ids.isEmpty else { return .permanent(reason: "nobody is on call", by: .tocsin) }
        let request: EgressRequest
        do throws(InputFault) {
            request = try self.request("/usergroups.users.update", account) { vendor, url, headers in
                vendor.post(
                    url, form: [("usergroup", group), ("users", ids.joined(separator: ","))], headers: headers)
            }
        } catch {
            return .permanent(reason: error.reason, by: .tocsin)
        }
        let names = members.map(\.name).joined(separator: ", ")
        return await Vendor(client: client).send(request, attempt: attempt) { answer in
            switch Self.groupAnswer(answer, now: now) {
            case .success: .accepted(detail: "the group is \(names)", receipt: nil)
            case .failure(let fault): fault.result
            }
        }
    }

    private struct Fault: Error {
        let result: AttemptResult
    }

    private func lookUp(_ member: GroupMember, _ account: ChannelAccount, now: Instant) async -> Result<String, Fault> {
        let request: EgressRequest
        do throws(InputFault) {
            request = try self.request("/users.lookupByEmail", account) { vendor, url, headers in
                vendor.post(url, form: [("email", member.email)], headers: headers)
            }
        } catch {
            return .failure(Fault(result: .permanent(reason: error.reason, by: .tocsin)))
        }
        switch await Vendor(client: client).ask(request) {
        case .failure(let silence): return .failure(Fault(result: .transient(reason: silence.reason, retryAfter: nil)))
        case .success(let answer):
            switch Self.groupAnswer(answer, now: now) {
            case .failure(let fault):
                guard answer.status == 200, Vendor.json(answer)?["error"] == "users_not_found" else {
                    return .failure(fault)
                }
                return .failure(
                    Fault(
                        result: .permanent(
                            reason: "Slack knows nobody with the e-mail address of \(member.name)", by: .tocsin)))
            case .success(let body):
                guard let id = body["user"]?["id"]?.string, Self.isMember(id) else {
                    return .failure(Fault(result: .unknown(reason: "Slack named nobody")))
                }
                return .success(id)
            }
        }
    }

    private static func isMember(_ id: String) -> Bool { isID(id) && (id.hasPrefix("U") || id.hasPrefix("W")) }

    private static let groupFaults = [
        "missing_scope": "the app lacks the scope usergroups:write or users:read.email",
        "no_such_subteam": "there is no such user group", "subteam_not_found": "there is no such user group",
        "permission_denied": "the workspace lets only its owners change user groups",
        "invalid_users": "one of them is not a member of the workspace",
        "plan_upgrade_required": "the workspace's plan has no user groups",
        "paid_teams_only": "the workspace's plan has no user groups",
    ]

    private static func groupAnswer(_ answer: EgressAnswer, now: Instant) -> Result<JSON, Fault> {
        guard (200...299).contains(answer.status) else {
            return .failure(Fault(result: Vendor.judge(answer, now: now)))
        }
        guard let body = Vendor.json(answer), let isAccepted = body["ok"]?.bool else {
            return .failure(Fault(result: .unknown(reason: noAnswer)))
        }
        guard !isAccepted else { return .success(body) }
        if let word = body["error"]?.string, let meaning = groupFaults[word] {
            return .failure(Fault(result: .permanent(reason: "Slack answered \(word): \(meaning)")))
        }
        let fault = fault(body["error"])
        return .failure(
            Fault(
                result: fault.isPassing
                    ? .transient(reason: fault.reason, retryAfter: answer.retryAfter(now: now))
                    : .permanent(reason: fault.reason)))
    }
}
