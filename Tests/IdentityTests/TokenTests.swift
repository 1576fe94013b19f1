import Chronology
import Identity
import Notation
import Storage
import Testing

@Suite struct TokenTests {
    @Test func `a token works until it is revoked, and then nowhere (S56)`() async throws {
        let house = try await House()
        let other = try await House(sharing: house)
        let (secret, token) = try await house.tokens.create(
            .init(.service, name: "deploys", role: .responder), by: House.author)
        #expect(try await house.tokens.find(secret)?.id == token.id)
        #expect(try await other.tokens.find(secret)?.id == token.id)
        #expect(try await house.tokens.revoke(token.id, by: House.author))
        #expect(try await house.tokens.find(secret) == nil)
        house.clock.advance(.seconds(1))
        #expect(try await other.tokens.find(secret) == nil)
        #expect(try await !house.tokens.revoke(token.id, by: House.author))
        #expect(try await house.actions() == ["token.created", "token.revoked"])
    }

    @Test func `a token ends by itself after ninety days unless another time was asked for`() async throws {
        let house = try await House()
        let (usual, _) = try await house.tokens.create(.init(.service, name: "usual", role: .viewer), by: House.author)
        let (endless, _) = try await house.tokens.create(
            .init(.service, name: "endless", role: .viewer, lifetime: nil), by: House.author)
        house.clock.advance(.days(90) - .seconds(1))
        #expect(try await house.tokens.find(usual) != nil)
        house.clock.advance(.seconds(1))
        #expect(try await house.tokens.find(usual) == nil)
        #expect(try await house.tokens.find(endless) != nil)
    }

    @Test func `the store holds a token's hash and first letters, never its text`() async throws {
        let house = try await House()
        let (secret, token) = try await house.tokens.create(
            .init(.person, name: "mine", role: .viewer), by: House.author)
        let stored = try await house.store.read { connection in
            try connection.all("SELECT hash, display, name FROM token") { ($0.blob(0), $0.text(1), $0.text(2)) }
        }
        #expect(stored[0].0 == secret.hash && stored[0].1 == token.display && stored[0].2 == "mine")
        #expect(token.display.utf8.count < 20)
        #expect(try await house.audit.list().allSatisfy { !$0.detail.contains(secret.reveal()) })
    }

    @Test func `use is written down at most once a minute`() async throws {
        let house = try await House()
        let (secret, token) = try await house.tokens.create(.init(.service, name: "t", role: .viewer), by: House.author)
        var used: [Duration?] = []
        for _ in 0..<4 {
            _ = try await house.tokens.find(secret)
            used.append(try await house.tokens.list()[0].lastUsedAt.map { $0 - token.createdAt })
            house.clock.advance(.seconds(30))
        }
        #expect(used == [.zero, .zero, .seconds(60), .seconds(60)])
    }

    @Test(arguments: ["", String(repeating: "n", count: 101), "two\nlines"])
    func `a name that would spoil a list is refused`(name: String) async throws {
        let house = try await House()
        await #expect(throws: Refusal.self) {
            try await house.tokens.create(.init(.service, name: name, role: .viewer), by: House.author)
        }
    }

    @Test func `all of a person's tokens are revoked together`() async throws {
        let house = try await House()
        let ada = UserID("usr_ada")
        let (hers, _) = try await house.tokens.create(
            .init(.person, name: "a", role: .viewer, user: ada), by: House.author)
        let (program, _) = try await house.tokens.create(.init(.service, name: "b", role: .viewer), by: House.author)
        #expect(try await house.tokens.revokeAll(of: ada, by: House.author) == 1)
        #expect(try await house.tokens.find(hers) == nil)
        #expect(try await house.tokens.find(program) != nil)
    }
}

@Suite struct AuthenticatorTests {
    @Test func `without cookie and token there is nobody, who may see what is public`() async throws {
        let house = try await House()
        #expect(try await house.authenticator.caller(cookie: nil, authorization: nil) == .anonymous)
        #expect(try await house.authenticator.caller(cookie: "nonsense", authorization: nil) == .anonymous)
        #expect(try await house.authenticator.caller(cookie: nil, authorization: "GenieKey abc") == .anonymous)
    }

    @Test func `a cookie makes its person the caller, with the role of this moment`() async throws {
        let house = try await House()
        let ada = try await house.hire("ada", role: .manager)
        let signedIn = try await house.passwords.signIn(email: ada.email, password: House.password, from: House.origin)
        let cookie = signedIn.secret.reveal()
        let caller = try await house.authenticator.caller(cookie: cookie, authorization: nil)
        #expect(caller == .person(ada, session: signedIn.session))
        #expect(caller.csrf == signedIn.session.csrf && caller.may(.manage) && !caller.may(.administer))
        house.people.change(ada.id, role: .viewer)
        #expect(try await !house.authenticator.caller(cookie: cookie, authorization: nil).may(.respond))
        house.people.change(ada.id, isDisabled: true)
        #expect(try await house.authenticator.caller(cookie: cookie, authorization: nil) == .anonymous)
    }

    @Test func `a bearer token wins over a cookie, and a bad one is refused rather than passed over (S73)`()
        async throws
    {
        let house = try await House()
        let ada = try await house.hire("ada", role: .admin)
        let cookie = try await house.passwords.signIn(email: ada.email, password: House.password, from: House.origin)
            .secret.reveal()
        let (token, _) = try await house.tokens.create(.init(.service, name: "read", role: .viewer), by: House.author)
        let actor = Actor.token(name: "read (\(token.reveal().prefix(12)))")
        let caller = try await house.authenticator.caller(cookie: cookie, authorization: "bearer  \(token.reveal())")
        #expect(caller.actor == actor && caller.role == .viewer && caller.csrf == nil)
        for bad in [
            "Bearer ", "Bearer x", "Bearer " + APIToken.make(.service, random: TestRandom(seed: 9).source).reveal(),
        ] {
            await #expect(throws: Authenticator.BadToken.self) {
                try await house.authenticator.caller(cookie: cookie, authorization: bad)
            }
        }
    }

    @Test func `a person's token never does more than the person may now`() async throws {
        let house = try await House()
        let ada = try await house.hire("ada", role: .admin)
        let (token, _) = try await house.tokens.create(
            .init(.person, name: "t", role: .manager, user: ada.id), by: House.author)
        let header = "Bearer " + token.reveal()
        #expect(try await house.authenticator.caller(cookie: nil, authorization: header).role == .manager)
        house.people.change(ada.id, role: .viewer)
        let caller = try await house.authenticator.caller(cookie: nil, authorization: header)
        #expect(caller.role == .viewer && caller.actor == .user(ada.id))
        house.people.change(ada.id, isDisabled: true)
        await #expect(throws: Authenticator.BadToken.self) {
            try await house.authenticator.caller(cookie: nil, authorization: header)
        }
    }
}

@Suite struct AccessControlTests {
    @Test func `whoever is shut out can do nothing with what they still hold (S21)`() async throws {
        let house = try await House()
        let ada = try await house.hire("ada")
        let cookie = try await house.passwords.signIn(email: ada.email, password: House.password, from: House.origin)
            .secret.reveal()
        let (token, _) = try await house.tokens.create(
            .init(.person, name: "t", role: .viewer, user: ada.id), by: House.author)
        try await house.access.shutOut(ada.id, by: House.author)
        #expect(try await house.authenticator.caller(cookie: cookie, authorization: nil) == .anonymous)
        await #expect(throws: Authenticator.BadToken.self) {
            try await house.authenticator.caller(cookie: nil, authorization: "Bearer " + token.reveal())
        }
    }

    @Test func `a damaged hash in the store is the store's fault, and signs nobody in`() async throws {
        let house = try await House()
        try await house.hire("ada")
        _ = try await house.store.write(.shared) { try $0.execute("UPDATE credential SET scrypt = 'nonsense'") }
        let fault = await #expect(throws: StorageFault.self) {
            try await house.passwords.signIn(email: "ada@example.com", password: House.password, from: House.origin)
        }
        #expect(fault?.kind == .corrupt)
    }

    @Test func `sweeping deletes what is over in every table`() async throws {
        let house = try await House()
        _ = try await house.links.issue(.signIn, subject: "s", user: nil)
        _ = try await house.access.ledger.claim("k", of: "t", fingerprint: "f")
        house.clock.advance(.days(2))
        try await house.access.sweep()
        let left = try await house.store.read { connection in
            try connection.first(
                "SELECT (SELECT COUNT(*) FROM one_time_link) + (SELECT COUNT(*) FROM idempotency) + (SELECT COUNT(*) FROM session)"
            ) { $0.integer(0) }
        }
        #expect(left == 0)
    }
}
