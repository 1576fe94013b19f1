import Chronology
import Identity
import Notation
import Storage
import Testing

@Suite struct LedgerTests {
    private func ledger(_ house: House) -> IdempotencyLedger {
        IdempotencyLedger(store: house.store, now: { house.clock.now })
    }

    @Test func `the same key and request get the stored answer, another request is a mismatch (R2)`() async throws {
        let house = try await House()
        let ledger = ledger(house)
        #expect(try await ledger.claim("k", of: "t", fingerprint: "a") == .first)
        #expect(try await ledger.claim("k", of: "t", fingerprint: "a") == .underWay)
        try await ledger.finish("k", of: "t", status: 201, body: "{}")
        #expect(try await ledger.claim("k", of: "t", fingerprint: "a") == .answered(status: 201, body: "{}"))
        #expect(try await ledger.claim("k", of: "t", fingerprint: "b") == .mismatch)
        #expect(try await ledger.claim("k", of: "other", fingerprint: "b") == .first)
    }

    @Test func `a claim that was let go, or whose process died, is free again`() async throws {
        let house = try await House()
        let ledger = ledger(house)
        _ = try await ledger.claim("k", of: "t", fingerprint: "a")
        try await ledger.abandon("k", of: "t")
        #expect(try await ledger.claim("k", of: "t", fingerprint: "a") == .first)
        house.clock.advance(.seconds(61))
        #expect(try await ledger.claim("k", of: "t", fingerprint: "a") == .first)
        try await ledger.finish("k", of: "t", status: 200, body: "")
        try await ledger.abandon("k", of: "t")
        #expect(try await ledger.claim("k", of: "t", fingerprint: "a") == .answered(status: 200, body: ""))
        house.clock.advance(.hours(25))
        #expect(try await ledger.sweep() == 1)
    }

    @Test func `of a hundred claims at once one is first`() async throws {
        let house = try await House()
        let ledger = ledger(house)
        let claims = try await withThrowingTaskGroup(of: IdempotencyLedger.Claim.self) { group in
            for _ in 0..<100 { group.addTask { try await ledger.claim("k", of: "t", fingerprint: "a") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(claims.count { $0 == .first } == 1)
        #expect(claims.count { $0 == .underWay } == 99)
    }
}

@Suite struct AuditTests {
    @Test func `an entry names who, from where, through which request, what, and hashes of before and after (S69)`()
        async throws
    {
        let house = try await House()
        try await house.audit.record(
            AuditEntry(
                "service.changed", "service:svc_1", by: House.author, note: "renamed", before: "old", after: "new"))
        // SHA-256 of "old" and of "new".
        let before = "cba06b5736faf67e54b07b561eae94395e774c517a7d910a54369e1263ccfbd4"
        let after = "11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437"
        #expect(
            try await house.audit.list() == [
                AuditTrail.Record(
                    number: 1, at: house.clock.now, actor: "user:usr_boss", ip: "192.0.2.1", request: "req_1",
                    action: "service.changed", object: "service:svc_1",
                    detail: #"{"note":"renamed","before":"\#(before)","after":"\#(after)"}"#)
            ])
    }

    @Test func `an entry lists the fields that were changed, and of a secret only that it was`() async throws {
        let house = try await House()
        let changes = [FieldChange("/role", from: "viewer", to: "admin"), FieldChange(secret: "/password")]
        try await house.audit.record(AuditEntry("user.change", "user:usr_1", by: House.author, changes: changes))
        let record = try #require(try await house.audit.list().first)
        #expect(record.changes == changes)
        #expect(record.moreChanges == 0)
        #expect(
            record.detail
                == #"{"changes":[{"field":"/role","from":"viewer","to":"admin"},{"field":"/password","secret":true}]}"#)
        #expect(try await house.chain().broken == nil)
    }

    /// Rows of before there were changes stand beside new ones in one chain.
    @Test func `an entry without changes has none`() async throws {
        let house = try await House()
        try await house.audit.record(AuditEntry("a", "o:1", by: House.author, before: "old", after: "new"))
        try await house.audit.record(
            AuditEntry("a", "o:2", by: House.author, changes: [FieldChange("/a", from: 1, to: 2)]))
        #expect(try await house.audit.list().map(\.changes.count) == [1, 0])
        #expect(try await house.chain().broken == nil)
    }

    @Test func `a changed row is found (S71)`() async throws {
        let house = try await House()
        for number in 1...5 { try await house.audit.record(AuditEntry("a", "o:\(number)", by: House.author)) }
        let sound = try await house.chain()
        #expect(sound.length == 5 && sound.broken == nil)
        try await house.store.write(.shared) { connection in
            _ = try connection.execute("UPDATE audit SET actor = 'user:usr_somebody' WHERE seq = 3")
        }
        #expect(try await house.chain().broken?.version == 3)
    }

    @Test func `the log is read in pages, the newest first`() async throws {
        let house = try await House()
        for number in 1...5 { try await house.audit.record(AuditEntry("a", "o:\(number)", by: House.author)) }
        let page = try await house.audit.list(limit: 2)
        #expect(page.map(\.number) == [5, 4])
        #expect(try await house.audit.list(before: page[1].number, limit: 10).map(\.number) == [3, 2, 1])
    }
}
