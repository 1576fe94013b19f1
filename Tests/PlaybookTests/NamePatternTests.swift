import Playbooks
import Testing

@Suite struct NamePatternTests {
    @Test func `a pattern is literal text and placeholders`() throws {
        #expect(
            try NamePattern("INC-{date}-{seq:3}", for: .incidentKey).parts
                == [.literal("INC-"), .date, .literal("-"), .sequence(digits: 3)])
        #expect(
            try NamePattern("#incident-{date:compact}-{slug}", for: .room).parts
                == [.literal("#incident-"), .compactDate, .literal("-"), .slug])
        #expect(
            try NamePattern("{category}-{area}-{seq:1}", for: .actionKey).parts
                == [.category, .literal("-"), .area, .literal("-"), .sequence(digits: 1)])
        #expect(try NamePattern("#incidents", for: .room).parts == [.literal("#incidents")])
    }

    @Test(arguments: [
        ("INC-{seq:3}-{seq:3}", 0, "a key holds {seq:N} exactly once, so that no two are alike"),
        ("INC", 0, "a key holds {seq:N} exactly once, so that no two are alike"),
        ("INC-{seq}", 4, "{seq} cannot stand here: write {date}, {date:compact} or {seq:N}"),
        ("INC-{seq:0}", 4, "{seq:0} cannot stand here: write {date}, {date:compact} or {seq:N}"),
        ("INC-{slug}-{seq:3}", 4, "{slug} cannot stand here: write {date}, {date:compact} or {seq:N}"),
        ("INC {seq:3}", 3, "a key holds letters, digits, -, _ and ., not \" \""),
        ("INC-{seq:3", 4, "this brace is never closed"),
    ]) func `a pattern that makes no key is refused at its character`(_ text: String, _ offset: Int, _ reason: String) {
        #expect {
            try NamePattern(text, for: .incidentKey)
        } throws: { error in
            let fault = error as? NamePattern.Fault
            #expect(fault?.offset == offset)
            #expect(fault?.reason == reason)
            return true
        }
    }
}
