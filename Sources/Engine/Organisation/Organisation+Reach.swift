import Chronology
import Delivery
import Notation
import OnCall
import Paging

// Whom a target stands for, and by which ways they are told.
extension Organisation {
    /// What decides about ways beside the target: how urgent it is, and who holds a role where it is about an incident.
    public struct Occasion: Sendable {
        public let urgency: Urgency
        public let holders: @Sendable (_ role: String) -> [UserID]

        public init(_ urgency: Urgency = .high, holders: @escaping @Sendable (String) -> [UserID] = { _ in [] }) {
            self.urgency = urgency
            self.holders = holders
        }
    }

    /// Whom a target stands for then, and why somebody on it cannot be told (R5).
    public func reach(
        _ target: EscalationPlan.Target, at now: Instant, on occasion: Occasion = Occasion()
    ) -> Reach {
        switch target {
        case .schedule(let id):
            guard let schedule = schedule(id) else {
                return Reach(contacts: [], obstacles: ["The schedule \(id) is not there any more."])
            }
            let duties = schedule.onCall(at: now, absences: absences)
            guard !duties.isEmpty else {
                return Reach(
                    contacts: [],
                    obstacles: ["Nobody is on call in \(schedule.name) at \(now.text(in: schedule.zone))."])
            }
            return reach(duties.map(\.user), at: now, occasion)
        case .user(let id):
            return reach([id], at: now, occasion)
        case .team(let id):
            guard let team = team(id) else {
                return Reach(contacts: [], obstacles: ["The team \(id) is not there any more."])
            }
            var found = reach(team.members, at: now, occasion)
            found.contacts += ways(of: team.recipient)
            if found.contacts.isEmpty, found.obstacles.isEmpty { found.obstacles = ["The team \(team.name) is empty."] }
            return found
        case .role(let role):
            let holders = occasion.holders(role)
            guard !holders.isEmpty else { return Reach(contacts: [], obstacles: ["Nobody has the role \(role)."]) }
            return reach(holders, at: now, occasion)
        case .administrators:
            let administrators = users.filter { $0.role == "admin" && !$0.isDisabled }
            var found = reach(administrators.map(\.id), at: now, occasion)
            if found.contacts.isEmpty { found.obstacles.append("No administrator has a way to be reached.") }
            return found
        }
    }

    private func reach(_ people: [UserID], at now: Instant, _ occasion: Occasion) -> Reach {
        var found = Reach(contacts: [], obstacles: [])
        for id in people {
            guard let user = user(id) else {
                found.obstacles.append("The user \(id) is not there any more.")
                continue
            }
            if user.isDisabled {
                found.obstacles.append("\(user.name)'s account is disabled.")
                continue
            }
            let ways = ways(of: user)
            if ways.isEmpty { found.obstacles.append("\(user.name) has no way to be reached\(user.reason).") }
            found.contacts += user.rules.contacts(ways, for: occasion.urgency, at: now)
        }
        return found
    }

    /// All ways of somebody that can be used now, in their order.
    func ways(of user: User) -> [Contact] {
        guard !user.isDisabled else { return [] }
        return user.contacts.filter(\.isUsable).map { Contact(user: user.id, method: $0.id, channel: $0.channel) }
    }

    public func team(_ id: TeamID) -> Team? { teams.first { $0.id == id } }

    /// Whoever a message goes to: a person, or the shared ways of a team.
    public func recipient(_ id: UserID) -> User? { user(id) ?? team(TeamID(id.text))?.recipient }
}

extension User {
    /// Why there is none, where there is something to say.
    fileprivate var reason: String {
        if contacts.contains(where: { !$0.isDisabled && $0.awaitsProof }) {
            return ": what there is has not been verified"
        }
        return contacts.isEmpty ? "" : ": every one is switched off"
    }
}

/// People who are told together, and ways that belong to all of them: a chat room, a webhook.
public struct Team: Hashable, Sendable {
    /// Why: a larger one is everybody, and a page for everybody is for nobody.
    static let maximumMembers = 200

    public let id: TeamID
    public let name: String
    public let members: [UserID]
    public let contacts: [User.Contact]

    /// The team as messages see it: somebody without an account who has its shared ways.
    public var recipient: User {
        User(id: UserID(id.text), name: name, email: "", role: "viewer", isDisabled: false, contacts: contacts)
    }

    init(_ id: String, _ json: JSON) throws(InputFault) {
        self.id = TeamID(id)
        name = try json.name("name")
        let listed = json["members"]?.array ?? []
        guard listed.count <= Self.maximumMembers else {
            throw InputFault(at: "/members", "a team has at most \(Self.maximumMembers) members")
        }
        var members: [UserID] = []
        for (index, element) in listed.enumerated() {
            guard let text = element.string, !text.isEmpty else {
                throw InputFault(at: "/members/\(index)", "the id of a user is missing")
            }
            guard !members.contains(UserID(text)) else {
                throw InputFault(at: "/members/\(index)", "\(text) is a member already")
            }
            members.append(UserID(text))
        }
        self.members = members
        contacts = try User.Contact.all(json["contacts"])
    }
}

/// What the organisation has set for one kind of channel.
public struct ChannelSettings: Hashable, Sendable {
    /// The member of `secrets` that stands in the address by which a far end calls back.
    public static let callbackSecret = "callback"

    public let kind: String
    public let account: ChannelAccount
    /// Stands in the address by which far ends call back; nil: they cannot.
    public let callback: Secret?
    public let isDisabled: Bool
    /// How many messages the provider takes; nil: what the channel's description says.
    public let rate: ChannelDescriptor.Rate?
    /// The secrets of it that do not open under the server's keys.
    public let lostSecrets: [String]

    /// A new secret for the address: 192 bits that nobody guesses.
    public static func makeCallback() -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
        var random = SystemRandomNumberGenerator()
        return String(
            decoding: (0..<40).map { _ in alphabet[Int(random.next(upperBound: UInt(alphabet.count)))] }, as: UTF8.self)
    }

    /// Why nothing is sent by it; nil: it may be.
    var obstacle: String? {
        if isDisabled { return "the channel is switched off" }
        if !lostSecrets.isEmpty {
            return "a secret of the channel cannot be opened on this server and must be set anew"
        }
        return nil
    }

    /// The account as messages carry it.
    ///
    /// - Parameter publicURL: where the server is found; empty: it has not been told.
    public func account(calledBackAt publicURL: String) -> ChannelAccount {
        var account = account
        if !publicURL.isEmpty, let callback {
            account.callback = "\(publicURL)/in/channels/\(kind)/\(callback.reveal())"
        }
        return account
    }

    init(_ id: String, _ json: JSON) throws(InputFault) {
        guard let type = ChannelKinds.type(of: id) else {
            let known = ChannelKinds.all.map { $0.descriptor.kind }.joined(separator: ", ")
            throw InputFault(at: "/id", "\"\(id)\" is not a channel: \(known)")
        }
        kind = id
        var settings: [String: String] = [:]
        for member in json["settings"]?.members ?? [] {
            guard let text = member.value.string else {
                if member.value.isNull { continue }
                throw InputFault(at: "/settings/\(member.name)", "a string is expected")
            }
            settings[member.name] = text
        }
        var secrets: [String: Secret] = [:]
        for member in json["secrets"]?.members ?? [] {
            if let text = member.value.string { secrets[member.name] = Secret(text) }
        }
        callback = secrets.removeValue(forKey: Self.callbackSecret)
        account = ChannelAccount(settings: settings, secrets: secrets)
        isDisabled = try json.flag("disabled")
        lostSecrets = (json[SealedSecrets.lostNames]?.array ?? []).compactMap(\.string)
        if let rate = json["rate"], !rate.isNull {
            guard let messages = rate["messages"]?.integer, (1...100_000).contains(messages),
                let seconds = rate["seconds"]?.integer, (1...86_400).contains(seconds)
            else {
                throw InputFault(
                    at: "/rate", "a rate is 1 to 100,000 messages in 1 to 86,400 seconds")
            }
            self.rate = .init(Int(messages), in: .seconds(seconds))
        } else {
            rate = nil
        }
        guard lostSecrets.isEmpty else { return }
        do throws(InputFault) { try type.check(account: account) } catch {
            let isSecret = type.descriptor.account.first { $0.name == error.place }?.isSecret ?? false
            throw InputFault(at: "/\(isSecret ? "secrets" : "settings")/\(error.place)", error.reason)
        }
    }
}
