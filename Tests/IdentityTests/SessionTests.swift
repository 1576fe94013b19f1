import Chronology
import Identity
import Notation
import Storage
import Testing

@Suite struct SessionTests {
    private func begin(_ house: House, _ user: String = "usr_ada", ip: String = "192.0.2.7") async throws -> (
        Secret, Session
    ) {
        try await house.store.write(.shared) { connection in
            let begun = try house.sessions.begin(for: UserID(user), ip: ip, agent: "test", on: connection)
            return (begun.secret, begun.session)
        }
    }

    @Test func `a session's secret has 256 bits, and the store knows only its hash (S19)`() async throws {
        let house = try await House()
        let (secret, session) = try await begin(house)
        #expect(secret.reveal().utf8.count == 64)
        let texts = try await house.store.read { connection in
            try connection.all("SELECT user_id, csrf, ip, agent FROM session") { row in
                (0..<4).map { row.text($0) }.joined()
            }
        }
        #expect(!texts.joined().contains(secret.reveal()))
        #expect(try await house.sessions.find(secret.reveal()) == session)
        #expect(session.csrf.utf8.count == 64 && session.csrf != secret.reveal())
    }

    @Test(arguments: [
        "", "0", String(repeating: "g", count: 64), String(repeating: "A", count: 64),
        String(repeating: "0", count: 64),
    ])
    func `what is no session's secret finds none`(secret: String) async throws {
        let house = try await House()
        _ = try await begin(house)
        #expect(try await house.sessions.find(secret) == nil)
    }

    @Test func `a session ends after twelve idle hours, and use puts that off (S20)`() async throws {
        let house = try await House()
        let (used, _) = try await begin(house)
        let (idle, _) = try await begin(house)
        house.clock.advance(.hours(11))
        #expect(try await house.sessions.find(used.reveal()) != nil)
        house.clock.advance(.hours(1))
        #expect(try await house.sessions.find(idle.reveal()) == nil)
        #expect(try await house.sessions.find(used.reveal()) != nil)
    }

    @Test func `a session ends after fourteen days however busy it was (S20)`() async throws {
        let house = try await House()
        let (secret, _) = try await begin(house)
        for _ in 0..<33 {
            house.clock.advance(.hours(10))
            #expect(try await house.sessions.find(secret.reveal()) != nil)
        }
        house.clock.advance(.hours(6))
        #expect(try await house.sessions.find(secret.reveal()) == nil)
    }

    @Test func `a session that is ended is dead at once here, and within a second at another node (S21)`() async throws
    {
        let house = try await House()
        let other = try await House(sharing: house)
        let (secret, session) = try await begin(house)
        #expect(try await house.sessions.find(secret.reveal()) != nil)
        #expect(try await other.sessions.find(secret.reveal()) != nil)
        try await house.sessions.end(session.id)
        #expect(try await house.sessions.find(secret.reveal()) == nil)
        house.clock.advance(.seconds(1))
        #expect(try await other.sessions.find(secret.reveal()) == nil)
    }

    @Test func `a wake-up from the other node makes it forget at once`() async throws {
        let house = try await House()
        let other = try await House(sharing: house)
        let (secret, session) = try await begin(house)
        #expect(try await other.sessions.find(secret.reveal()) != nil)
        try await house.sessions.end(session.id)
        other.sessions.forget()
        #expect(try await other.sessions.find(secret.reveal()) == nil)
    }

    @Test func `a clock that is set back does not make a remembered session last longer`() async throws {
        let house = try await House()
        let other = try await House(sharing: house)
        let (secret, session) = try await begin(house)
        #expect(try await other.sessions.find(secret.reveal()) != nil)
        try await house.sessions.end(session.id)
        house.clock.advance(.hours(-1))
        #expect(try await other.sessions.find(secret.reveal()) == nil)
    }

    @Test func `use is written down once a minute and no more`() async throws {
        let house = try await House()
        let (secret, session) = try await begin(house)
        var seen: [Duration] = []
        for _ in 0..<6 {
            house.clock.advance(.seconds(25))
            _ = try await house.sessions.find(secret.reveal())
            let list = try await house.sessions.list(of: session.user)
            seen.append(list[0].seenAt - session.createdAt)
        }
        #expect(seen == [.zero, .zero, .seconds(75), .seconds(75), .seconds(75), .seconds(150)])
    }

    @Test func `ending all of a person's sessions keeps the one named and everybody else's`() async throws {
        let house = try await House()
        let (kept, session) = try await begin(house)
        let (lost, _) = try await begin(house)
        let (others, _) = try await begin(house, "usr_bob")
        #expect(try await house.sessions.endAll(of: UserID("usr_ada"), except: session.id) == 1)
        #expect(try await house.sessions.find(kept.reveal()) != nil)
        #expect(try await house.sessions.find(lost.reveal()) == nil)
        #expect(try await house.sessions.find(others.reveal()) != nil)
    }

    @Test func `nobody ends another person's session`() async throws {
        let house = try await House()
        let (secret, session) = try await begin(house)
        #expect(try await !house.sessions.end(session.id, of: UserID("usr_bob")))
        #expect(try await house.sessions.find(secret.reveal()) != nil)
        #expect(try await house.sessions.end(session.id, of: UserID("usr_ada")))
        #expect(try await !house.sessions.end(session.id, of: UserID("usr_ada")))
    }

    @Test func `one person has at most fifty sessions, and the oldest gives way`() async throws {
        let house = try await House()
        let (first, _) = try await begin(house)
        for _ in 0..<Sessions.limitPerPerson {
            house.clock.advance(.seconds(1))
            _ = try await begin(house)
        }
        #expect(try await house.sessions.list(of: UserID("usr_ada")).count == Sessions.limitPerPerson)
        #expect(try await house.sessions.find(first.reveal()) == nil)
    }

    @Test func `sweeping deletes what is over and nothing else`() async throws {
        let house = try await House()
        _ = try await begin(house)
        house.clock.advance(.hours(12))
        let (fresh, _) = try await begin(house)
        #expect(try await house.sessions.sweep() == 1)
        #expect(try await house.sessions.find(fresh.reveal()) != nil)
    }

    @Test func `a session's name in lists is read back, and other texts are not one`() {
        let id = SessionID(hash: Array(0..<32))
        #expect(SessionID(text: id.text) == id)
        #expect(
            SessionID(text: "00") == nil && SessionID(text: "zz") == nil && SessionID(text: id.text.uppercased()) == nil
        )
    }
}
