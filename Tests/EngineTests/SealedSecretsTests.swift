import Chronology
import Engine
import Notation
import Storage
import Testing

/// S59: the secrets that must be readable to be used are not readable in the store.
@Suite struct SealedSecretsTests {
    private static let secrets = [
        "whsec_plJ3nmyCDGBKInavdOK15jsl", "whsec_UGxhbnRlZCBzZWNyZXQgZm9yIHRoZSB0ZXN0IDQ3MTE=",
    ]

    private static func hook(_ id: String, _ secret: String) -> JSON {
        [
            "id": .string(id), "channel": "webhook", "destination": .string("https://hooks.example.com/\(id)"),
            "secret": .string(secret), "disabled": false,
        ]
    }

    private static func carla(_ secret: String, name: String = "Carla") -> JSON {
        [
            "name": .string(name), "email": "carla@example.com", "role": "responder", "disabled": false,
            "contacts": [hook("ctm_a", secret), hook("ctm_b", secrets[1])],
        ]
    }

    private static func bodies(_ desk: Desk) async throws -> [String] {
        try await desk.store.read { connection in
            try connection.all("SELECT body FROM document UNION ALL SELECT body FROM document_history") { $0.text(0) }
                + connection.all("SELECT value FROM meta") { $0.text(0) }
        }
    }

    private static func organisation(_ desk: Desk, _ keys: SealingKeys? = nil) async throws -> Organisation {
        let keys = keys ?? desk.keys
        return try await desk.store.read { [shelf = desk.decider.shelf] in
            try Organisation.load(on: $0, keys, shelf: shelf)
        }
    }

    private static func kept(_ organisation: Organisation, _ user: String = "usr_carla") -> [String] {
        (organisation.user(UserID(user))?.contacts ?? []).map { $0.isSecretLost ? "lost" : $0.secret ?? "none" }
    }

    @Test func `a signing key is sealed in the document and in its history, and plain in memory`() async throws {
        let desk = try await Desk()
        _ = try await desk.put(.user, "usr_carla", Self.carla(Self.secrets[0]))
        _ = try await desk.put(.user, "usr_carla", Self.carla(Self.secrets[0], name: "Carla C."))
        let bodies = try await Self.bodies(desk)
        #expect(bodies.count { $0.contains("sealed.1.") } == 3)
        #expect(!bodies.contains { $0.contains("whsec_") })
        #expect(Self.kept(try await Self.organisation(desk)) == Self.secrets)
    }

    @Test func `a document that did not change is not written again, though sealing is never the same twice`()
        async throws
    {
        let desk = try await Desk()
        let first = try await desk.put(.user, "usr_carla", Self.carla(Self.secrets[0]))
        #expect(try await desk.put(.user, "usr_carla", Self.carla(Self.secrets[0])) == first)
        #expect(try await desk.put(.user, "usr_carla", Self.carla(Self.secrets[1])) != first)
        #expect(Self.kept(try await Self.organisation(desk)) == [Self.secrets[1], Self.secrets[1]])
    }

    /// Each puts something else in the place of what was sealed for the first contact.
    private static let forgeries: [(String, @Sendable (_ first: String, _ second: String) -> String)] = [
        ("another contact's", { _, second in second }),
        ("a cut one", { first, _ in String(first.dropLast(4)) }),
        ("one under a key that nobody has", { first, _ in first.replacing("sealed.1.", with: "sealed.1.0") }),
    ]

    @Test(arguments: forgeries.indices)
    func `what was moved or changed in the store does not open, and everything else goes on`(index: Int) async throws {
        let (name, forge) = Self.forgeries[index]
        let desk = try await Desk()
        _ = try await desk.put(.user, "usr_carla", Self.carla(Self.secrets[0]))
        try await desk.store.write(.shared) { connection in
            let row = try connection.first("SELECT body FROM document WHERE id = 'usr_carla'") { $0.text(0) } ?? ""
            let body = try JSON(parsing: Array(row.utf8), limits: .stored)
            let sealed = (body["contacts"]?.array ?? []).compactMap { $0["secret"]?.string }
            let forged = row.replacing(sealed[0], with: forge(sealed[0], sealed[1]))
            try connection.execute("UPDATE document SET body = ? WHERE id = 'usr_carla'", [.text(forged)])
        }
        let organisation = try await Self.organisation(desk)
        #expect(Self.kept(organisation) == ["lost", Self.secrets[1]], "\(name)")
        #expect(SealedSecrets.lost(in: organisation) == ["Carla"])
        #expect(organisation.users.count == 3)
    }

    @Test func `one person's sealed key is of no use in another's document`() async throws {
        let desk = try await Desk()
        _ = try await desk.put(.user, "usr_carla", Self.carla(Self.secrets[0]))
        try await desk.store.write(.shared) { connection in
            try connection.execute(
                """
                UPDATE document SET body = (SELECT body FROM document WHERE id = 'usr_carla') WHERE id = 'usr_ben'
                """)
        }
        #expect(Self.kept(try await Self.organisation(desk), "usr_ben") == ["lost", "lost"])
    }

    @Test func `what an earlier version left readable is sealed at the first start`() async throws {
        let desk = try await Desk()
        _ = try await desk.put(.user, "usr_carla", Self.carla(Self.secrets[0]))
        let plain = Self.carla(Self.secrets[0]).text
        let linkKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
        try await desk.store.write(.shared) { connection in
            for table in ["UPDATE document SET", "UPDATE document_history SET"] {
                try connection.execute("\(table) body = ? WHERE id = 'usr_carla'", [.text(plain)])
            }
            try connection.execute(
                "INSERT INTO meta (key, value) VALUES ('acknowledgement-key', ?)", [.text(linkKey)])
        }
        let keys = desk.keys
        // One document, one version of it, one key of links.
        #expect(try await desk.store.write(.engine) { try SealedSecrets.settle(keys, on: $0) } == 3)
        #expect(try await desk.store.write(.engine) { try SealedSecrets.settle(keys, on: $0) } == 0)
        let bodies = try await Self.bodies(desk)
        #expect(!bodies.contains { $0.contains("whsec_") || $0.contains(linkKey) })
        #expect(Self.kept(try await Self.organisation(desk)) == Self.secrets)
        let links = try await desk.store.write(.engine) { try AcknowledgementLinks.open(on: $0, keys) }
        let token = links.token(page: PageID("pag_1"), user: UserID("usr_ben"), openedAt: desk.now)
        #expect(AcknowledgementLinks(key: Array(0..<32)).right(of: token, at: desk.now) != nil)
    }

    @Test func `a store that was sealed under another key is refused`() async throws {
        let desk = try await Desk()
        let (keys, other) = (desk.keys, SealingKeys.fresh())
        _ = try await desk.store.write(.engine) { try SealedSecrets.settle(keys, on: $0) }
        await #expect(throws: SealingKeys.Fault.self) {
            try await desk.store.write(.engine) { try SealedSecrets.settle(other, on: $0) }
        }
        #expect(try await desk.store.read { try SealedSecrets.key(on: $0) } == keys.current)
    }

    @Test func `a new key in front of the old one takes everything over (S60)`() async throws {
        let desk = try await Desk()
        let (old, new) = (SealingKeys.makeLine(), SealingKeys.makeLine())
        let before = try SealingKeys(reading: old)
        let both = try SealingKeys(reading: new + "\n" + old)
        let after = try SealingKeys(reading: new)
        _ = try await desk.put(.user, "usr_carla", Self.carla(Self.secrets[0]))
        let first = desk.keys
        // What cannot be opened is left as it is, and told.
        _ = try await desk.store.write(.engine) { try SealedSecrets.settle(before, on: $0) }
        #expect(Self.kept(try await Self.organisation(desk, before)) == ["lost", "lost"])
        #expect(Self.kept(try await Self.organisation(desk, first)) == Self.secrets)

        let sealed = try before.seal(Self.secrets[0], at: "document/user/usr_carla/contacts/ctm_a/secret")
        let body = Self.carla(sealed).text
        try await desk.store.write(.shared) { connection in
            try connection.execute("UPDATE document SET body = ? WHERE id = 'usr_carla'", [.text(body)])
        }
        let links = try await desk.store.write(.engine) { try AcknowledgementLinks.open(on: $0, before) }
        #expect(try await desk.store.write(.engine) { try SealedSecrets.settle(both, on: $0) } == 2)
        #expect(Self.kept(try await Self.organisation(desk, after)) == Self.secrets)
        let token = links.token(page: PageID("pag_1"), user: UserID("usr_ben"), openedAt: desk.now)
        let again = try await desk.store.write(.engine) { try AcknowledgementLinks.open(on: $0, after) }
        #expect(again.right(of: token, at: desk.now) != nil)
    }

    @Test func `who has lost the key goes on with new signing keys and void links`() async throws {
        let desk = try await Desk()
        let (keys, new) = (desk.keys, SealingKeys.fresh())
        _ = try await desk.put(.user, "usr_carla", Self.carla(Self.secrets[0]))
        _ = try await desk.store.write(.engine) { try SealedSecrets.settle(keys, on: $0) }
        let links = try await desk.store.write(.engine) { try AcknowledgementLinks.open(on: $0, keys) }
        let changes = try await desk.store.write(.engine) { try SealedSecrets.abandon(for: new, on: $0) }
        #expect(changes.map(\.id) == ["usr_carla"])
        let decider = Decider(mint: Mint { 7 }, keys: new)
        let inputs = changes.map { Input.command(.change($0), by: .tocsin) }
        let outcomes = try await desk.store.write(.engine) {
            try decider.decide(inputs, known: nil, on: $0).outcomes
        }
        for outcome in outcomes { _ = try outcome.get() }
        let kept = Self.kept(try await Self.organisation(desk, new))
        #expect(
            kept.count == 2 && Set(kept).isDisjoint(with: Self.secrets) && kept.allSatisfy { $0.hasPrefix("whsec_") })
        #expect(try await desk.store.write(.engine) { try SealedSecrets.settle(new, on: $0) } == 0)
        let token = links.token(page: PageID("pag_1"), user: UserID("usr_ben"), openedAt: desk.now)
        let fresh = try await desk.store.write(.engine) { try AcknowledgementLinks.open(on: $0, new) }
        #expect(fresh.right(of: token, at: desk.now) == nil)
    }
}
