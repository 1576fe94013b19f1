import ArgumentParser
import Chronology
import Identity
import Notation

/// The role of a token, as an option.
enum TokenRole: String, CaseIterable, ExpressibleByArgument {
    case admin, manager, responder, viewer, intake

    var role: Role {
        switch self {
        case .admin: .admin
        case .manager: .manager
        case .responder: .responder
        case .viewer: .viewer
        case .intake: .intake
        }
    }
}

/// A time to live: `90d`, `12h`, `30m`, or `never`.
struct Lifetime: ExpressibleByArgument {
    /// nil: for ever.
    let duration: Duration?

    init(duration: Duration?) {
        self.duration = duration
    }

    init?(argument: String) {
        guard argument != "never" else {
            duration = nil
            return
        }
        // A hundred years: more is a slip of the finger.
        guard let unit = argument.last, let count = Int64(argument.dropLast()), (1...36_500 * 1_440).contains(count)
        else {
            return nil
        }
        switch unit {
        case "d": duration = count <= 36_500 ? .days(count) : nil
        case "h": duration = .hours(count)
        case "m": duration = .minutes(count)
        default: return nil
        }
        if duration == nil { return nil }
    }

    var defaultValueDescription: String { "90d" }
}

/// `tocsin token …`
struct TokenVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make, list and revoke API tokens.",
        subcommands: [Create.self, List.self, Revoke.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a token and print it, this once and alone.")

        @Option(help: "What the token is for.")
        var name: String

        @Option(help: "What it may do; intake can only send signals.")
        var role: TokenRole

        @Option(
            help: ArgumentHelp(
                "A person in whose name it acts: e-mail address, name or id. Some things are a person's own.",
                valueName: "person"))
        var user: String?

        @Option(help: ArgumentHelp("How long it lives: 90d, 12h, 30m or never.", valueName: "time"))
        var expires = Lifetime(duration: .days(90))

        @OptionGroup(title: "The store") var store: StoreOptions

        func run() async throws {
            try await store.withStore(makingNew: true) { store in
                let bench = Workbench(store)
                let organisation = try await bench.engine.organisation()
                let person = try user.map { word in
                    guard let found = organisation.user(named: word) else {
                        throw Failure("there is nobody called \"\(word)\"")
                    }
                    return found.id
                }
                let kind: APIToken.Kind = person != nil ? .person : role == .intake ? .intake : .service
                let request = Tokens.Request(
                    kind, name: name, role: role.role, user: person, lifetime: expires.duration)
                let made = try await bench.identity.tokens.create(request, by: Workbench.author)
                Terminal.say(made.secret.reveal())
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List every token, the newest first.")

        @OptionGroup(title: "The store") var store: StoreOptions

        func run() async throws {
            try await store.withStore { store in
                let tokens = try await Workbench(store).identity.tokens.list()
                let now = SystemClock.now()
                Terminal.say(
                    Table(
                        ["ID", "NAME", "ROLE", "TOKEN", "STATE", "LAST USED"],
                        tokens.map { token in
                            [
                                token.id, token.name, token.role.rawValue, token.display, state(token, now),
                                token.lastUsedAt.map { Wording.ago($0, now) } ?? "never",
                            ]
                        }
                    ).text)
            }
        }

        private func state(_ token: Token, _ now: Instant) -> String {
            if token.revokedAt != nil { return "revoked" }
            guard let expiry = token.expiresAt else { return "lives" }
            return expiry <= now ? "expired" : "until \(expiry.text(in: .utc))"
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a token; a running server refuses it within a second.")

        @Argument(help: "The token's id, from `tocsin token list`.")
        var id: String

        @OptionGroup(title: "The store") var store: StoreOptions

        func run() async throws {
            try await store.withStore { store in
                guard try await Workbench(store).identity.tokens.revoke(id, by: Workbench.author) else {
                    throw Failure("there is no living token with the id \"\(id)\"")
                }
            }
        }
    }
}
