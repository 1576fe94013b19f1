import Testing

/// The promises of ARCHITECTURE.md that a machine can check, on every file as it is.
@Suite struct ArchitectureTests {
    private func expectNone(_ violations: [Violation], _ location: SourceLocation = #_sourceLocation) {
        for violation in violations { Issue.record("\(violation)", sourceLocation: location) }
    }

    private func sources() throws -> [SourceText] {
        let sources = try Repository.sources.get()
        // An empty answer would let every rule pass.
        try #require(sources.count > Room.all.count, "the sources were not found")
        return sources
    }

    @Test func `every room imports only what its row in the table allows`() throws {
        expectNone(try sources().flatMap(\.brokenImports))
    }

    @Test func `the rooms below the line know no clock, no chance and no waiting`() throws {
        expectNone(try sources().flatMap(\.impurities))
    }

    @Test func `only Delivery connects to other machines`() throws {
        expectNone(try sources().flatMap(\.outgoingConnections))
    }

    @Test func `files and types are named after the domain`() throws {
        expectNone(try (sources() + Repository.tests.get()).flatMap(\.poorNames))
    }

    @Test func `what is unsafe is absent or says why it is right`() throws {
        expectNone(try (sources() + Repository.tests.get()).flatMap(\.careless))
    }

    @Test func `SQL is written only in the rooms that own tables`() throws {
        expectNone(try sources().flatMap(\.misplacedSQL))
    }

    @Test func `values reach SQL as arguments`() throws {
        expectNone(try sources().flatMap(\.interpolatedSQL))
    }

    @Test func `no file has more than 600 lines`() throws {
        let sources = try sources() + Repository.tests.get()
        let others = try ["Sources", "Tests"].flatMap { folder in
            try [".py", ".js", ".css"].flatMap { try Repository.paths(under: folder, ending: $0) }
        }
        let texts = try others.map { SourceText(path: $0, lines: try Repository.text($0)) }
        expectNone((sources + texts).flatMap(\.excess))
    }

    @Test func `every folder of Sources is a room of the table, and every room is there`() throws {
        #expect(try Repository.rooms() == Room.all.map(\.name).sorted())
    }

    @Test func `the arrows between rooms are those of Package.swift`() throws {
        let package = SourceText(path: "Package.swift", try Repository.text("Package.swift"))
        for room in Room.all where !["CPostgreSQL", "CPlaybookTexts"].contains(room.name) {
            #expect(
                package.arrows(of: room.name) == room.rooms,
                "\(room.name): add the arrow to both Package.swift and Room.swift, or to neither")
        }
    }

    @Test func `an interpolation stays on the reviewed list only while it is there`() throws {
        let written = try Set(
            sources().flatMap { source in
                source.literals.flatMap { $0.interpolations.map { "\(source.path) \($0)" } }
            })
        let stale = SourceText.reviewedInterpolations.subtracting(written).sorted()
        #expect(stale == [], "take them off the list in SourceText+SQL.swift")
    }
}

extension SourceText {
    /// A file of another language, of which only the lines are counted.
    init(path: String, lines text: String) {
        self.init(
            path: path, String(text.utf8.filter { $0 == UInt8(ascii: "\n") }.map { Character(UnicodeScalar($0)) }))
    }

    /// The rooms of ours among the dependencies of a target of Package.swift, written as `room("X", [ … ])` or as
    /// `name: "X", dependencies: [ … ]`. Nil when there is no such target.
    fileprivate func arrows(of room: String) -> Set<String>? {
        for index in tokens.indices where tokens[index].kind == .literal && tokens[index].text == room {
            let isShort = text(index - 1) == "(" && text(index - 2) == "room"
            let isLong = text(index - 1) == ":" && text(index - 2) == "name" && text(index + 2) == "dependencies"
            guard isShort || isLong else { continue }
            var names: Set<String> = []
            var place = index + 1
            while text(place) != "[" {
                // A room without dependencies ends right after its name.
                if text(place) == ")" { return [] }
                place += 1
            }
            while text(place) != "]", tokens.indices.contains(place) {
                if tokens[place].kind == .literal { names.insert(tokens[place].text) }
                place += 1
            }
            return names
        }
        return nil
    }
}
