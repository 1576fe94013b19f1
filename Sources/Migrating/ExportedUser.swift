import Chronology
import Notation
import OnCall

/// Somebody of an export, in the words that all sources share.
struct ExportedUser {
    enum Role: String {
        case administrator, manager, responder, viewer
    }

    let object: ExportObject
    let id: String
    let name: String
    let email: String
    /// What calendars call them, where there is one.
    var username = ""
    var role = Role.responder
    var isDisabled = false
    var zone = ""
    var contacts: [ExportedContact] = []
    var rules: [ExportedRule] = []
}

struct ExportedContact {
    enum Way {
        case email(String)
        /// nil: the number is not one of E.164.
        case sms(PhoneNumber?)
        case voice(PhoneNumber?)
        /// What Tocsin has no way for.
        case other(why: String)
    }

    let id: String
    /// As it is written in the export, for the report.
    let written: String
    let way: Way
    var isDisabled = false
}

/// When somebody is told by which of their ways.
struct ExportedRule {
    let id: String
    /// Of a contact.
    let contact: String
    let minutes: Int
    let isHigh: Bool
    let isLow: Bool
}

extension MigrationDraft {
    /// Makes documents of people, or finds the accounts that they have already.
    mutating func add(_ users: [ExportedUser], from source: MigrationSource) {
        var new: [ExportedUser] = []
        var twins: [String: ExportedUser] = [:]
        for user in users {
            guard isAddress(user.email) else {
                note(
                    "user", user.object, name: user.name, id: user.id, .leftOut,
                    user.email.isEmpty
                        ? "There is no e-mail address, and an account needs one: add it there and export again."
                        : "\"\(user.email)\" is not an e-mail address, and an account needs one.")
                continue
            }
            if let known = person(email: user.email) {
                know(
                    DraftPerson(id: known, name: user.name, email: user.email, words: [user.username]),
                    as: source.key(user.id))
                note(
                    "user", user.object, name: user.name, id: user.id, .mapped,
                    "There is an account with the address \(user.email) already; it stays as it is.",
                    document: "user:\(known)")
                continue
            }
            if let twin = twins.updateValue(user, forKey: user.email.lowercased()) {
                note(
                    "user", user.object, name: user.name, id: user.id, .leftOut,
                    "\(twin.name) (\(twin.id)) has the same e-mail address, and Tocsin has one account for each.")
                twins[user.email.lowercased()] = twin
                continue
            }
            new.append(user)
        }
        for (user, id) in zip(new, ids(.user, new.map { ($0.id, $0.name) })) {
            know(
                DraftPerson(id: UserID(id), name: user.name, email: user.email, words: [user.username]),
                as: source.key(user.id))
            add(.user, id, document(of: user, id))
        }
    }

    private mutating func document(of user: ExportedUser, _ id: String) -> JSON {
        let document = "user:\(id)"
        let role: String
        switch user.role {
        case .administrator:
            role = "manager"
            note(
                "user", user.object, name: user.name, id: user.id, .changed,
                "An administrator there becomes a manager: who administers Tocsin is said by hand.", document: document)
        case .manager, .responder, .viewer:
            role = user.role.rawValue
            note(
                "user", user.object, name: user.name, id: user.id, .mapped,
                "Becomes a \(role)\(user.isDisabled ? ", disabled as there" : "").", document: document)
        }
        var zone = JSON.null
        if !user.zone.isEmpty {
            if context.zone(user.zone) != nil {
                zone = .string(user.zone)
            } else {
                note(
                    "user", user.object, name: user.name, id: user.id, .leftOut,
                    "The time zone \"\(user.zone)\" is not one that this machine knows; set it in the account.",
                    document: document)
            }
        }
        let (contacts, ways) = contacts(of: user, document)
        return [
            "name": .string(Self.name(user.name, instead: user.email)), "email": .string(user.email),
            "role": .string(role), "disabled": .bool(user.isDisabled), "contacts": .array(contacts), "zone": zone,
            "rules": rules(of: user, ways, document),
        ]
    }

    /// As many as Tocsin takes of one person.
    private static let contactLimit = 16
    private static let ruleLimit = 32
    private static let longestDelay = 60

    private mutating func contacts(
        of user: ExportedUser, _ document: String
    ) -> (contacts: [JSON], ways: [String: String]) {
        var contacts: [JSON] = []
        var ways: [String: String] = [:]
        var taken: [String: String] = [:]
        for contact in user.contacts {
            let name = "\(user.name): \(contact.written)"
            func note(_ verdict: MigrationFinding.Verdict, _ sentence: String) {
                self.note(
                    "contact method", user.object, name: name, id: contact.id, verdict, sentence, document: document)
            }
            let channel: String
            let destination: String
            switch contact.way {
            case .email(let address):
                guard isAddress(address) else {
                    note(.leftOut, "\"\(address)\" is not an e-mail address.")
                    continue
                }
                (channel, destination) = ("email", address)
            case .sms(let number), .voice(let number):
                guard let number else {
                    note(
                        .leftOut,
                        "The number is not in the international form (a plus sign, the country's code, the number without a leading 0): add it by hand."
                    )
                    continue
                }
                if case .sms = contact.way { channel = "sms" } else { channel = "voice" }
                destination = number.text
            case .other(let why):
                note(.leftOut, why)
                continue
            }
            if let twin = taken["\(channel) \(destination)"] {
                ways[contact.id] = twin
                note(.leftOut, "It is there already: another way leads to the same address.")
                continue
            }
            guard contacts.count < Self.contactLimit else {
                note(.leftOut, "A person has at most \(Self.contactLimit) ways to be reached.")
                continue
            }
            let own = Slug.ofID(contact.id)
            var id = own.isEmpty ? "\(channel)-\(contacts.count + 1)" : "\(channel)-\(own)"
            if contacts.contains(where: { $0["id"]?.string == id }) { id += "-\(contacts.count + 1)" }
            ways[contact.id] = id
            taken["\(channel) \(destination)"] = id
            contacts.append([
                "id": .string(id), "channel": .string(channel), "destination": .string(destination),
                "disabled": .bool(contact.isDisabled),
            ])
            if channel == "email" {
                note(.mapped, "Messages go to \(destination).")
            } else {
                note(.changed, "It is used once its owner has entered the code that Tocsin sends to it.")
            }
        }
        return (contacts, ways)
    }

    private mutating func rules(of user: ExportedUser, _ ways: [String: String], _ document: String) -> JSON {
        var (high, low): ([JSON], [JSON]) = ([], [])
        for rule in user.rules {
            func note(_ verdict: MigrationFinding.Verdict, _ sentence: String) {
                self.note(
                    "notification rule", user.object, name: user.name, id: rule.id, verdict, sentence,
                    document: document)
            }
            guard let way = ways[rule.contact] else {
                note(.leftOut, "The way that it names is not there.")
                continue
            }
            guard (0...Self.longestDelay).contains(rule.minutes) else {
                note(.leftOut, "It waits for \(rule.minutes) minutes, and Tocsin for at most \(Self.longestDelay).")
                continue
            }
            guard high.count < Self.ruleLimit, low.count < Self.ruleLimit else {
                note(.leftOut, "A person has at most \(Self.ruleLimit) rules for each urgency.")
                continue
            }
            let step: JSON = ["contact": .string(way), "delaySeconds": .integer(Int64(rule.minutes) * 60)]
            if rule.isHigh { high.append(step) }
            if rule.isLow { low.append(step) }
            let urgency = rule.isHigh ? rule.isLow ? "any page" : "an urgent page" : "a page that is not urgent"
            note(.mapped, "\(way) is used \(rule.minutes) minutes after \(urgency).")
        }
        return high.isEmpty && low.isEmpty ? .null : ["high": .array(high), "low": .array(low)]
    }

    /// What Tocsin takes for an address: one @ with something on both sides, ASCII without blanks, at most 254 bytes.
    func isAddress(_ text: String) -> Bool {
        let halves = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        return text.utf8.count <= 254 && halves.count == 2 && halves.allSatisfy { !$0.isEmpty }
            && text.utf8.allSatisfy { $0 > 32 && $0 < 127 }
    }
}
