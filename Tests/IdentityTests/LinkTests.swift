import Chronology
import Identity
import Notation
import Storage
import Testing

@Suite struct LinkTests {
    @Test func `looking at an acknowledgement link changes nothing, and using it twice is harmless (S24, S83)`()
        async throws
    {
        let house = try await House()
        let secret = try await house.links.issue(.acknowledge, subject: "pag_1", user: UserID("usr_ada")).reveal()
        let issuedAt = house.clock.now
        house.clock.advance(.minutes(1))
        let seen = OneTimeLink(
            purpose: .acknowledge, subject: "pag_1", user: UserID("usr_ada"), createdAt: issuedAt,
            expiresAt: issuedAt + .hours(24), usedAt: nil)
        #expect(try await house.links.find(secret) == seen)
        #expect(try await house.links.find(secret) == seen)
        let first = try await house.links.use(secret)
        house.clock.advance(.minutes(1))
        let second = try await house.links.use(secret)
        #expect(first?.isFirst == true && second?.isFirst == false)
        #expect(first?.link == second?.link && second?.link.usedAt == issuedAt + .minutes(1))
    }

    @Test(arguments: [
        (OneTimeLink.Purpose.acknowledge, Duration.hours(24)), (.firstSignIn, .hours(24)), (.signIn, .hours(1)),
    ])
    func `a link is worth nothing after its time`(purpose: OneTimeLink.Purpose, lifetime: Duration) async throws {
        let house = try await House()
        let secret = try await house.links.issue(purpose, subject: "s", user: nil).reveal()
        house.clock.advance(lifetime - .seconds(1))
        #expect(try await house.links.find(secret) != nil)
        house.clock.advance(.seconds(1))
        #expect(try await house.links.find(secret) == nil)
        #expect(try await house.links.use(secret) == nil)
        #expect(try await house.links.sweep() == 1)
    }

    @Test(arguments: ["", "x", String(repeating: "0", count: 49), String(repeating: "é", count: 49)])
    func `a text that is no link stands for nothing`(text: String) async throws {
        let house = try await House()
        #expect(try await house.links.find(text) == nil)
        #expect(try await house.links.use(text) == nil)
    }

    @Test func `the store holds only a link's hash`() async throws {
        let house = try await House()
        let secret = try await house.links.issue(.acknowledge, subject: "pag_1", user: UserID("usr_ada"))
        let hashes = try await house.store.read { connection in
            try connection.all("SELECT hash FROM one_time_link") { $0.blob(0) }
        }
        #expect(hashes.count == 1 && hashes[0].count == 32 && hashes[0] != Array(secret.reveal().utf8))
        #expect("\(secret)" == "***")
    }
}

@Suite struct FirstAdministratorTests {
    private func elect(_ house: House, _ link: String, number: Int = 1) async throws -> Passwords.SignedIn? {
        try await house.first.elect(
            link, user: UserID("usr_\(number)"), name: "Person \(number)", email: "p\(number)@example.com",
            password: House.password, from: House.origin
        ) { connection in
            try connection.execute("INSERT INTO meta (key, value) VALUES (?, 'x')", [.text("made-\(number)")])
        }
    }

    @Test func `fifty who try at once with the same link make one administrator (S13)`() async throws {
        let house = try await House()
        let link = try #require(try await house.first.invite().secret)
        let elected = try await withThrowingTaskGroup(of: Passwords.SignedIn?.self) { group in
            for number in 1...50 {
                group.addTask {
                    while true {
                        do { return try await elect(house, link, number: number) } catch SignInRefusal.busy {
                            await Task.yield()
                        }
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
        }
        #expect(elected.count == 1)
        let made = try await house.store.read { connection in
            try connection.all("SELECT key FROM meta WHERE key LIKE 'made-%'") { $0.text(0) }
        }
        #expect(made == ["made-" + (elected.first?.person.id.text.dropFirst(4) ?? "")])
        #expect(try await house.first.isElected())
        #expect(try await house.first.invite() == .closed)
        #expect(try await house.actions() == ["first-administrator.elected", "password.set"])
    }

    @Test func `a new link for the console takes the place of the old one`() async throws {
        let house = try await House()
        let old = try #require(try await house.first.invite().secret)
        let new = try #require(try await house.first.invite().secret)
        #expect(try await elect(house, old) == nil)
        let signedIn = try #require(try await elect(house, new))
        #expect(signedIn.person.role == .admin)
        #expect(try await house.sessions.find(signedIn.secret.reveal()) == signedIn.session)
    }

    @Test func `when making the person fails nobody was elected and the link still works`() async throws {
        struct Broken: Error {}
        let house = try await House()
        let link = try #require(try await house.first.invite().secret)
        await #expect(throws: Broken.self) {
            try await house.first.elect(
                link, user: UserID("usr_1"), name: "A", email: "a@example.com", password: House.password,
                from: House.origin
            ) { _ in throw Broken() }
        }
        #expect(try await !house.first.isElected())
        #expect(try await elect(house, link) != nil)
    }

    @Test func `an administrator made at the command line takes the seat, and the link on the console counts no more`()
        async throws
    {
        let house = try await House()
        let link = try #require(try await house.first.invite().secret)
        try await house.store.write(.engine) { try FirstAdministrator.take(UserID("usr_cli"), on: $0) }
        #expect(try await elect(house, link) == nil)
        #expect(try await house.first.invite() == .closed)
    }

    @Test func `a link of another purpose elects nobody`() async throws {
        let house = try await House()
        let link = try await house.links.issue(.signIn, subject: "x", user: UserID("usr_1")).reveal()
        #expect(try await elect(house, link) == nil)
        #expect(try await !house.first.isElected())
    }
}

/// Several nodes on one empty database.
@Suite struct InvitationTests {
    private static func holder(_ name: String) -> Invitation.Holder {
        Invitation.Holder(node: "node-\(name)", host: "\(name).example.com", file: "/data/\(name)/first-sign-in")
    }

    private static let north = holder("north")
    private static let south = holder("south")

    @Test func `of fifty nodes that start at once one shows a link, and the others say which (S13)`() async throws {
        let house = try await House()
        let nodes = (0..<50).map { Self.holder("\($0)") }
        let told = try await withThrowingTaskGroup(of: (Invitation.Holder, Invitation).self) { group in
            for node in nodes {
                group.addTask {
                    let other = try await House(sharing: house)
                    return (node, try await other.first.invite(by: node))
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        let shown = told.filter { $0.value.secret != nil }
        let winner = try #require(shown.first)
        #expect(shown.count == 1)
        for node in nodes where node != winner.key { #expect(told[node] == .elsewhere(winner.key)) }
        #expect(try await house.links.find(try #require(winner.value.secret))?.usedAt == nil)
    }

    @Test func `a node that waits gets a link when the one that shows it is silent, and not before`() async throws {
        let house = try await House()
        let old = try #require(try await house.first.invite(by: Self.north).secret)
        house.clock.advance(FirstAdministrator.patience - .seconds(1))
        #expect(try await house.first.keep(by: Self.north))
        house.clock.advance(FirstAdministrator.patience - .seconds(1))
        #expect(try await house.first.isShown())
        #expect(try await house.first.invite(by: Self.south) == .elsewhere(Self.north))
        house.clock.advance(.seconds(1))
        #expect(try await !house.first.isShown())
        let new = try #require(try await house.first.invite(by: Self.south).secret)
        #expect(try await house.links.find(old) == nil)
        #expect(try await house.links.find(new) != nil)
        #expect(try await !house.first.keep(by: Self.north))
        // Nor does it take away what is the other's by now.
        try await house.first.release(by: Self.north)
        #expect(try await house.first.invite(by: Self.north) == .elsewhere(Self.south))
    }

    @Test func `a node that goes down in order leaves the link to the next at once`() async throws {
        let house = try await House()
        let old = try #require(try await house.first.invite(by: Self.north).secret)
        try await house.first.release(by: Self.north)
        let new = try #require(try await house.first.invite(by: Self.south).secret)
        #expect(try await house.links.find(old) == nil)
        #expect(try await house.links.find(new) != nil)
    }

    @Test func `a node that comes back at once shows the link that it knows, and only that one`() async throws {
        let house = try await House()
        let link = try #require(try await house.first.invite(by: Self.north).secret)
        let reborn = Self.holder("north-again")
        let other = try await house.links.issue(.signIn, subject: "x", user: UserID("usr_1")).reveal()
        for wrong in [nil, "", String(link.reversed()), other] {
            #expect(try await house.first.invite(by: reborn, knowing: wrong) == .elsewhere(Self.north))
        }
        #expect(try await house.first.invite(by: reborn, knowing: link) == .link(Secret(link), isNew: false))
        #expect(try await house.first.keep(by: reborn))
        house.clock.advance(FirstAdministrator.patience)
        let new = try #require(try await house.first.invite(by: reborn, knowing: link).secret)
        #expect(new != link)
    }

    @Test func `nobody waits for a link that is too old`() async throws {
        let house = try await House()
        _ = try await house.first.invite(by: Self.north)
        house.clock.advance(.hours(24))
        #expect(try await house.first.keep(by: Self.north))
        #expect(try await house.first.invite(by: Self.south).secret != nil)
    }

    @Test func `once there is an administrator no node shows a link`() async throws {
        let house = try await House()
        _ = try await house.first.invite(by: Self.north)
        try await house.store.write(.engine) { try FirstAdministrator.take(UserID("usr_cli"), on: $0) }
        #expect(try await house.first.invite(by: Self.south) == .closed)
        #expect(try await !house.first.keep(by: Self.north))
    }
}

extension Invitation {
    /// The link, if there is one to show.
    fileprivate var secret: String? {
        if case .link(let secret, _) = self { secret.reveal() } else { nil }
    }
}
