/// One property a rule; each finds every place where a file breaks it.
extension SourceText {
    // MARK: Imports

    /// Module names with their lines.
    var imports: [(module: String, line: Int)] {
        let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias", "actor"]
        return tokens.indices.compactMap { index in
            guard tokens[index].kind == .word, tokens[index].text == "import", startsDeclaration(index) else {
                return nil
            }
            let name = index + (kinds.contains(text(index + 1)) ? 2 : 1)
            guard tokens.indices.contains(name), tokens[name].kind == .word else { return nil }
            return (tokens[name].text, tokens[index].line)
        }
    }

    /// `import` is also a fine name for a function: only modifiers and attributes may stand before it on its line.
    private func startsDeclaration(_ index: Int) -> Bool {
        guard index > 0, tokens[index - 1].line == tokens[index].line else { return true }
        let modifiers: Set = ["public", "package", "internal", "fileprivate", "private", ")", ";"]
        let before = tokens[index - 1].text
        return modifiers.contains(before) || before.hasPrefix("@")
    }

    var brokenImports: [Violation] {
        guard let roomName else { return [] }
        guard let room = Room.named(roomName) else {
            return [Violation(self, 1, "\(roomName) is not a room: add it to Room.swift and to Package.swift")]
        }
        // The language's own concurrency and string modules come with every file.
        let always: Set = ["Swift", "_Concurrency", "_StringProcessing", room.name]
        let allowed = room.rooms.union(room.modules).union(always)
        return imports.filter { !allowed.contains($0.module) }.map {
            Violation(
                self, $0.line,
                "\(room.name) may not import \($0.module): move the code to a room that may, or add the arrow to Room.swift "
                    + "and Package.swift with a reason")
        }
    }

    // MARK: Below the line

    var impurities: [Violation] {
        guard let roomName, Room.named(roomName)?.isPure == true else { return [] }
        let clocks: Set = [
            "ContinuousClock", "SuspendingClock", "SystemClock", "UTCClock", "DispatchTime", "clock_gettime",
        ]
        let randomness: Set = ["SystemRandomNumberGenerator", "UUID", "arc4random"]
        let concurrency: Set = [
            "async", "await", "TaskGroup", "withTaskGroup", "withThrowingTaskGroup", "withDiscardingTaskGroup",
            "AsyncStream", "AsyncSequence", "MainActor",
        ]
        return tokens.indices.compactMap { index -> Violation? in
            guard tokens[index].kind == .word else { return nil }
            let (word, next, line) = (tokens[index].text, text(index + 1), tokens[index].line)
            let isMember = text(index - 1) == "."
            if clocks.contains(word) || (word == "Date" && next == "(") {
                return Violation(self, line, "\(word) is a clock, and this room is pure: take the time as an argument")
            }
            if randomness.contains(word) || (isMember && drawsAtRandom(index)) {
                return Violation(self, line, "\(word) is random, and this room is pure: take the value as an argument")
            }
            let isTypeName = [":", "struct", "enum", "extension"].contains(text(index - 1))
            let startsTask = word == "Task" && !isMember && !isTypeName && ["{", ".", "<"].contains(next)
            let declaresActor =
                word == "actor" && !isMember && next.first?.isUppercase == true && startsStatement(index)
            if concurrency.contains(word) || startsTask || declaresActor {
                return Violation(
                    self, line,
                    "\(word) does not belong in a pure room: return what is to be done, and let Engine do it")
            }
            if ["print", "debugPrint", "readLine", "getenv", "fopen"].contains(word), next == "(", !isMember {
                return Violation(
                    self, line, "\(word) is input or output, and this room is pure: return the value instead")
            }
            return nil
        }
    }

    /// `.random(in: …)` and its kin, unless a generator is handed to them.
    private func drawsAtRandom(_ index: Int) -> Bool {
        guard ["random", "randomElement", "shuffled", "shuffle"].contains(text(index)), text(index + 1) == "(" else {
            return false
        }
        var depth = 0
        for place in (index + 1)..<tokens.count {
            if tokens[place].text == "(" { depth += 1 }
            if tokens[place].text == ")" { depth -= 1 }
            if depth == 0 { return true }
            if depth == 1, tokens[place].text == "using" { return false }
        }
        return true
    }

    private func startsStatement(_ index: Int) -> Bool {
        index == 0 || tokens[index - 1].line < tokens[index].line
            || ["public", "private", "fileprivate", "internal", "package", "distributed"].contains(text(index - 1))
    }

    // MARK: Connections

    /// Whatever connects goes through Delivery, where the egress guard is: a webhook must not reach the inner network.
    var outgoingConnections: [Violation] {
        guard let roomName, roomName != "Delivery" else { return [] }
        var connectors: Set = [
            "URLSession", "URLConnection", "NSURLConnection", "ClientBootstrap", "DatagramBootstrap", "NWConnection",
            "HTTPClient", "getaddrinfo",
        ]
        if roomName == "tocsin" { connectors.remove("HTTPClient") }
        return tokens.filter { $0.kind == .word && connectors.contains($0.text) }.map {
            Violation(
                self, $0.line, "\($0.text) connects to other machines: only Delivery does, behind the egress guard")
        }
    }

    // MARK: Names

    var poorNames: [Violation] {
        let advice = "says nothing about what it does: name it after the domain"
        var found: [Violation] = []
        let file = path.split(separator: "/").last.map(String.init) ?? path
        let stem = file.split(separator: ".").first.map(String.init) ?? file
        if stem.split(separator: "+").contains(where: { Self.isPoor(String($0)) }) {
            found.append(Violation(self, 1, "the file name \(stem) \(advice)"))
        }
        let declarations: Set = ["struct", "class", "enum", "protocol", "typealias", "actor"]
        for index in tokens.indices where declarations.contains(tokens[index].text) {
            let name = text(index + 1)
            if Self.isPoor(name) { found.append(Violation(self, tokens[index].line, "the name \(name) \(advice)")) }
        }
        return found
    }

    /// Whether a name is one of the words that fit everything, or ends in one. `Alertmanager` is a name of its own.
    private static func isPoor(_ name: String) -> Bool {
        ["Utils", "Util", "Utilities", "Helper", "Helpers", "Manager", "Managers", "Common"].contains {
            name.hasSuffix($0)
        }
    }

    // MARK: Care

    /// What is forbidden, or needs a reason that a reader can see.
    var careless: [Violation] {
        var found: [Violation] = []
        for index in tokens.indices where tokens[index].kind == .word {
            let (word, line) = (tokens[index].text, tokens[index].line)
            let next = tokens.indices.contains(index + 1) && tokens[index + 1].isJoined ? text(index + 1) : ""
            // A reason stands on the line or right above its statement, whose head may be a line or two higher.
            let hasReason = hasComment(in: max(1, line - 3)...line)
            switch (word, next) {
            case ("try", "!") where roomName != nil:
                found.append(Violation(self, line, "try! ends the process: handle the error or make it impossible"))
            case ("try", "?") where roomName != nil && !hasReason:
                found.append(Violation(self, line, "try? without a comment: say why losing the error is right"))
            case ("@unchecked", _) where !hasReason:
                found.append(Violation(self, line, "@unchecked Sendable without a comment: say what makes it safe"))
            case ("nonisolated", "(") where !hasReason:
                found.append(Violation(self, line, "nonisolated(unsafe) without a comment: say what makes it safe"))
            case ("@testable", _):
                found.append(
                    Violation(self, line, "@testable: test through the public interface, as releases are built"))
            default: break
            }
        }
        for comment in comments where ["TODO", "FIXME", "XXX"].contains(where: comment.text.contains) {
            found.append(Violation(self, comment.line, "an unfinished place: finish it, or write it up as an issue"))
        }
        return found
    }

    // MARK: Size

    /// Longer files hold more than one thing.
    static let lineLimit = 600

    var excess: [Violation] {
        lineCount > Self.lineLimit
            ? [Violation(self, Self.lineLimit + 1, "\(lineCount) lines: move a concern to a file of its own")] : []
    }
}
