import ArgumentParser
import Engine
import Identity
import Notation
import Storage

/// The role of a person, as an option.
enum PersonRole: String, CaseIterable, ExpressibleByArgument {
    case admin, manager, responder, viewer
}

/// `tocsin user …`
struct UserVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Add and list people.",
        subcommands: [Add.self, List.self, SetPassword.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a person.",
            discussion: """
                With --password-stdin the person's password is the first line of standard input. Without one the person \
                can be paged but cannot sign in until a password is set.
                """)

        @Argument(help: "The person's name, as it is shown.")
        var name: String

        @Option(help: "The e-mail address, with which the person signs in.")
        var email: String

        @Option(help: ArgumentHelp("What the person may do.", valueName: "role"))
        var role: PersonRole

        @Flag(help: "Read the password from standard input.")
        var passwordStdin = false

        @OptionGroup(title: "The store") var store: StoreOptions

        func run() async throws {
            let password = try passwordStdin ? UserVerbs.password() : nil
            try await store.withStore(makingNew: true) { store in
                let bench = Workbench(store)
                // Looked at before anybody is made: a refused password leaves nothing behind.
                let hash =
                    if let password {
                        try await bench.identity.passwords.prepare(password, personal: [name, email])
                    } else {
                        PasswordHash?.none
                    }
                let body: JSON = [
                    "name": .string(name), "email": .string(email), "role": .string(role.rawValue),
                    "disabled": false, "contacts": [],
                ]
                let outcome = try await bench.change(
                    DocumentChange(kind: .user, id: nil, action: .put(body), seenVersion: 0, origin: .local))
                guard case .document(_, let id, _) = outcome else { throw Failure("the person was not added") }
                let (passwords, isAdmin) = (bench.identity.passwords, role == .admin)
                try await store.write(.engine) { connection in
                    if let hash {
                        try passwords.write(hash, of: UserID(id), keeping: nil, by: Workbench.author, on: connection)
                    }
                    // Only somebody who can sign in takes the seat of the first administrator.
                    if isAdmin, hash != nil { try FirstAdministrator.take(UserID(id), on: connection) }
                }
                Terminal.say(id)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List everybody.")

        @OptionGroup(title: "The store") var store: StoreOptions

        func run() async throws {
            try await store.withStore { store in
                let organisation = try await store.read {
                    try Organisation.load(on: $0, .none, shelf: PlaybookShelf(zones: MachineZones()))
                }
                Terminal.say(
                    Table(
                        ["ROLE", "NAME", "E-MAIL", "REACHED BY", "ID"],
                        organisation.users.map { user in
                            [
                                user.isDisabled ? "disabled" : user.role, user.name, user.email,
                                user.contacts.map(\.channel).joined(separator: ", "), user.id.text,
                            ]
                        }
                    ).text)
            }
        }
    }

    struct SetPassword: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "password", abstract: "Set a person's password: the first line of standard input.")

        @Argument(help: "The person's e-mail address or id.")
        var person: String

        @OptionGroup(title: "The store") var store: StoreOptions

        func run() async throws {
            let password = try UserVerbs.password()
            try await store.withStore { store in
                let bench = Workbench(store)
                let organisation = try await bench.engine.organisation()
                guard let user = organisation.user(named: person) else {
                    throw Failure("there is nobody called \"\(person)\"")
                }
                let hash = try await bench.identity.passwords.prepare(password, personal: [user.name, user.email])
                let passwords = bench.identity.passwords
                try await store.write(.engine) { connection in
                    try passwords.write(hash, of: user.id, keeping: nil, by: Workbench.author, on: connection)
                    if user.role == "admin", !user.isDisabled { try FirstAdministrator.take(user.id, on: connection) }
                }
                await bench.identity.sessions.forgetEverywhere()
            }
        }
    }

    private static func password() throws(Failure) -> String {
        guard let password = try Terminal.secretLine(prompt: "Password: "), !password.isEmpty else {
            throw Failure("no password came on standard input")
        }
        return password
    }
}
