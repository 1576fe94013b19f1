import Chronology
import Identity
import Notation
import Synchronization
import Testing

@Suite struct PasswordTests {
    // MARK: Policy

    @Test(arguments: [
        ("gravel lantern otter pivot", ""),
        ("correcthorsebatterystaple", ""),
        (String(repeating: "gärten ", count: 29), ""),
        ("🦊🌋🧊🪁🛶🎻", ""),
        ("short", "password-too-short"),
        ("elevenbytes", "password-too-short"),
        ("", "password-too-short"),
        (String(repeating: "kiwi mango ", count: 94), "password-too-long"),
        ("aaaaaaaaaaaaaaaa", "password-too-simple"),
        ("abababababababab", "password-too-simple"),
        ("abcdefghijklmnop", "password-too-simple"),
        ("123456789012345", "password-too-simple"),
        ("Password123456!", "password-too-common"),
        ("P@ssw0rdP@ssw0rd", "password-too-common"),
        ("qwertyuiop123", "password-too-common"),
        ("tocsinadmin2026", "password-too-common"),
        ("Summer-2026-Summer", "password-too-common"),
        ("letmeinletmein", "password-too-common"),
        ("AdaLovelace1815", "password-too-common"),
        ("ada@example.com", "password-too-common"),
    ])
    func `a password is judged by length and by how early a guesser tries it (S8, S9)`(
        password: String, refusal: String
    ) {
        var code = ""
        do {
            try PasswordPolicy.check(password, personal: ["Ada Lovelace", "ada@example.com"])
        } catch { code = error.code }
        #expect(code == refusal, "\(password)")
    }

    // MARK: The stored form

    @Test func `a hash says how it was made and is read back`() async throws {
        let hasher = PasswordHasher(
            cost: .init(logRounds: 4, blockSize: 2, parallelism: 3), threads: 1, random: TestRandom(seed: 3).source)
        let hash = try await hasher.hash("gravel lantern otter pivot")
        #expect(hash.text.hasPrefix("$scrypt$ln=4,r=2,p=3$"))
        #expect(try PasswordHash(text: hash.text) == hash)
        #expect(try await hasher.verify("gravel lantern otter pivot", against: hash))
        #expect(try await !hasher.verify("gravel lantern otter pivoT", against: hash))
    }

    @Test func `the standard cost is 32 MiB in three lanes`() {
        #expect(PasswordHash.Cost.standard == PasswordHash.Cost(logRounds: 15, blockSize: 8, parallelism: 3))
    }

    @Test func `scrypt is the one of RFC 7914, section 12`() throws {
        // The second vector's first 32 bytes: P "password", S "NaCl", N 1024, r 8, p 16.
        let digest = try PasswordHasher.scrypt(
            Array("password".utf8), Array("NaCl".utf8), .init(logRounds: 10, blockSize: 8, parallelism: 16))
        let expected: [UInt8] = [
            0xfd, 0xba, 0xbe, 0x1c, 0x9d, 0x34, 0x72, 0x00, 0x78, 0x56, 0xe7, 0x19, 0x0d, 0x01, 0xe9, 0xfe,
            0x7c, 0x6a, 0xd7, 0xcb, 0xc8, 0x23, 0x78, 0x30, 0xe7, 0x73, 0x76, 0x63, 0x4b, 0x37, 0x31, 0x62,
        ]
        #expect(digest == expected)
    }

    @Test(arguments: [
        "", "$scrypt$", "$argon2id$ln=15,r=8,p=3$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
        "$scrypt$ln=99,r=8,p=3$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
        "$scrypt$ln=15,r=0,p=3$AAAAAAAAAAAAAAAAAAAAAA$AAAA", "$scrypt$ln=15,r=8,p=3$!!!$AAAA",
        "$scrypt$ln=15,r=8,p=3$AAAAAAAAAAAAAAAAAAAAAA$AA",
        "$scrypt$ln=+5,r=8,p=3$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
    ])
    func `a damaged hash is a fault and never an endless computation`(text: String) {
        #expect(throws: InputFault.self) { try PasswordHash(text: text) }
    }

    // MARK: The pool

    @Test func `beyond the queue's limit a hasher says busy instead of making everybody wait (S11)`() async throws {
        let gate = Gate()
        let hasher = PasswordHasher(
            cost: House.cheap, threads: 1, queueLimit: 2, random: TestRandom(seed: 3).source
        ) { _, _, _ in
            gate.pass()
            return Array(repeating: 0, count: 32)
        }
        async let running = hasher.hash("one")
        gate.awaitArrival()
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<5 {
                group.addTask {
                    do {
                        _ = try await hasher.hash("waiting \(number)")
                        return true
                    } catch { return false }
                }
            }
            // Three are turned away at once; the other two go on only after the gate opens.
            var outcomes: [Bool] = []
            for await outcome in group {
                outcomes.append(outcome)
                if outcomes.count == 3 { gate.open() }
            }
            return outcomes
        }
        _ = try await running
        #expect(outcomes.prefix(3).allSatisfy { !$0 } && outcomes.suffix(2).allSatisfy { $0 })
    }

    // MARK: Signing in

    @Test func `the right password begins a session and is written down`() async throws {
        let house = try await House()
        let ada = try await house.hire("ada")
        let signedIn = try await house.passwords.signIn(
            email: "ADA@example.com", password: House.password, from: House.origin)
        #expect(signedIn.person == ada)
        #expect(try await house.sessions.find(signedIn.secret.reveal()) == signedIn.session)
        #expect(try await house.actions() == ["password.set", "sign-in.succeeded"])
    }

    @Test
    func
        `an unknown address, a wrong password and a disabled person cost one scrypt each and are told apart by nobody (S12)`()
        async throws
    {
        let house = try await House()
        try await house.hire("ada")
        try await house.hire("bob")
        house.people.change(UserID("usr_bob"), isDisabled: true)
        let attempts = [
            ("nobody@example.com", House.password), ("ada@example.com", "wrong wrong wrong"),
            ("bob@example.com", House.password),
        ]
        for (email, password) in attempts {
            let before = house.scrypts.value
            await #expect(throws: SignInRefusal.wrongCredentials) {
                try await house.passwords.signIn(email: email, password: password, from: House.origin)
            }
            #expect(house.scrypts.value == before + 1, "\(email)")
        }
        #expect(try await house.actions().suffix(3) == ["sign-in.failed", "sign-in.failed", "sign-in.failed"])
    }

    @Test func `an empty or endless password is refused before any comparison (S11)`() async throws {
        let house = try await House()
        try await house.hire("ada")
        let before = house.scrypts.value
        for password in ["", String(repeating: "x", count: 1_025)] {
            await #expect(throws: SignInRefusal.wrongCredentials) {
                try await house.passwords.signIn(email: "ada@example.com", password: password, from: House.origin)
            }
        }
        #expect(house.scrypts.value == before)
    }

    @Test func `a wait doubles up to a limit, so that it always ends (S12)`() {
        #expect(
            (0...14).map { Backoff.account.delay(after: $0).components.seconds }
                == [0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 30, 30])
        #expect(
            [20, 21, 22, 31, 1_000_000].map { Backoff.address.delay(after: $0).components.seconds } == [
                0, 1, 2, 900, 900,
            ])
    }

    @Test func `after enough failures even the right password waits, and then it counts`() async throws {
        let house = try await House()
        try await house.hire("ada")
        func attempt(_ password: String, from ip: String) async throws -> Bool {
            do {
                _ = try await house.passwords.signIn(
                    email: "ada@example.com", password: password, from: .init(ip: ip, agent: "", request: ""))
                return true
            } catch SignInRefusal.wrongCredentials { return false }
        }
        for number in 1...6 { #expect(try await !attempt("wrong wrong wrong", from: "198.51.100.\(number)")) }
        await #expect(throws: SignInRefusal.wait(.seconds(1))) {
            try await attempt(House.password, from: "198.51.100.9")
        }
        house.clock.advance(.seconds(1))
        #expect(try await attempt(House.password, from: "198.51.100.9"))
        // Success clears the slate.
        #expect(try await !attempt("wrong wrong wrong", from: "198.51.100.10"))
        #expect(try await attempt(House.password, from: "198.51.100.10"))
    }

    @Test func `whoever was signed in from an address is let past the wait that an attacker causes elsewhere`()
        async throws
    {
        let house = try await House()
        try await house.hire("ada")
        _ = try await house.passwords.signIn(email: "ada@example.com", password: House.password, from: House.origin)
        for number in 1...6 {
            await #expect(throws: SignInRefusal.wrongCredentials) {
                try await house.passwords.signIn(
                    email: "ada@example.com", password: "wrong wrong wrong",
                    from: .init(ip: "198.51.100.\(number)", agent: "", request: ""))
            }
        }
        _ = try await house.passwords.signIn(email: "ada@example.com", password: House.password, from: House.origin)
    }

    @Test func `an address that tries many accounts waits, whatever the accounts`() async throws {
        let house = try await House()
        for number in 1...21 {
            await #expect(throws: SignInRefusal.wrongCredentials) {
                try await house.passwords.signIn(
                    email: "user\(number)@example.com", password: "wrong wrong wrong", from: House.origin)
            }
        }
        await #expect(throws: SignInRefusal.wait(.seconds(1))) {
            try await house.passwords.signIn(
                email: "other@example.com", password: "wrong wrong wrong", from: House.origin)
        }
    }

    @Test func `a second node knows of the failures at the first`() async throws {
        let house = try await House()
        try await house.hire("ada")
        for number in 1...6 {
            await #expect(throws: SignInRefusal.wrongCredentials) {
                try await house.passwords.signIn(
                    email: "ada@example.com", password: "wrong wrong wrong",
                    from: .init(ip: "198.51.100.\(number)", agent: "", request: ""))
            }
        }
        let second = try await House(sharing: house)
        await #expect(throws: SignInRefusal.wait(.seconds(1))) {
            try await second.passwords.signIn(email: "ada@example.com", password: House.password, from: House.origin)
        }
    }

    @Test func `a hash of another cost is renewed when its owner signs in (S11)`() async throws {
        let house = try await House()
        try await house.hire("ada")
        let dearer = try await House(sharing: house, cost: .init(logRounds: 2, blockSize: 1, parallelism: 1))
        for scrypts in [2, 1] {
            let before = dearer.scrypts.value
            _ = try await dearer.passwords.signIn(
                email: "ada@example.com", password: House.password, from: House.origin)
            #expect(dearer.scrypts.value == before + scrypts)
        }
    }

    // MARK: Setting

    @Test func `a new password ends every session but the one that asked (S21), and needs the old one (S22)`()
        async throws
    {
        let house = try await House()
        let ada = try await house.hire("ada")
        let here = try await house.passwords.signIn(email: ada.email, password: House.password, from: House.origin)
        let elsewhere = try await house.passwords.signIn(email: ada.email, password: House.password, from: House.origin)
        let new = "velvet anchor maple ridge"
        await #expect(throws: SignInRefusal.wrongCredentials) {
            try await house.passwords.change(
                from: "not this one at all", to: new, of: ada, in: here.session.id, by: House.author)
        }
        try await house.passwords.change(from: House.password, to: new, of: ada, in: here.session.id, by: House.author)
        #expect(try await house.sessions.find(here.secret.reveal()) != nil)
        #expect(try await house.sessions.find(elsewhere.secret.reveal()) == nil)
        _ = try await house.passwords.signIn(email: ada.email, password: new, from: House.origin)
    }

    @Test func `a link sets a password once, and a weak password does not spend it (S18)`() async throws {
        let house = try await House()
        let ada = try await house.hire("ada")
        let link = try await house.links.issue(.signIn, subject: ada.email, user: ada.id).reveal()
        func set(_ password: String) async throws -> Person? {
            try await house.passwords.set(password, with: link, links: house.links, from: House.origin)
        }
        await #expect(throws: Refusal.self) { try await set("short") }
        #expect(try await set("velvet anchor maple ridge") == ada)
        #expect(try await set("another lantern maple ridge") == nil)
        _ = try await house.passwords.signIn(
            email: ada.email, password: "velvet anchor maple ridge", from: House.origin)
    }
}

/// Holds a thread until it is opened.
final class Gate: Sendable {
    private let arrived = Latch()
    private let opened = Latch()
    func pass() {
        arrived.release()
        opened.wait()
    }
    func awaitArrival() { arrived.wait() }
    func open() { opened.release() }
}
