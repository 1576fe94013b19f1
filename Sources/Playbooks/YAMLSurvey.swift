/// A walk over the tokens of a YAML text before the YAML library gets it.
///
/// The library builds a map by hashing its keys, whole. A key that is itself a map, or an alias that stands for
/// billions of elements, makes it hash for minutes or for ever (measured: 400 kB, 52 s); and it recurses a thousand
/// levels deep. So what a playbook has no use for is refused here, in time that grows with the length of the text:
/// keys that are not words, tags, directives, several documents, anchors of one name, and depth. Whatever is refused
/// is told in our own words.
///
/// It follows the scanner of libyaml step by step, since a text that the two understand differently could slip through;
/// a test compares the two on random texts. Scalars are skipped here and read by the library.
struct YAMLSurvey {
    let bytes: [UInt8]
    var index = 0
    /// From 0; columns in Unicode scalars.
    var line = 0
    var column = 0

    /// The columns of the block lists and maps that are open, outermost first.
    private(set) var indents: [Int] = []
    /// The `[` and `{` that are open.
    var brackets: [Bracket] = []
    /// What may turn out to be a key, once for the block and once for each open bracket.
    var candidates: [Candidate?] = [nil]
    /// Whether a key may begin here.
    var allowsKey = true

    private var anchors: [String: DocumentPlace] = [:]
    private var sawStart = false
    private var hasEnded = false
    private var hasContent = false
    private var tokens = 0
    /// Aliases that were met; the test compares them with the library's.
    private(set) var aliases = 0

    struct Bracket {
        let isMap: Bool
        let place: DocumentPlace
        /// In a map, whether the next thing is a key.
        var awaitsKey: Bool
    }

    struct Candidate {
        enum Kind { case scalar, alias, anchor, collection }
        let kind: Kind
        let line: Int
        let column: Int
        var place: DocumentPlace { DocumentPlace(line: line + 1, column: column + 1) }
    }

    /// Throws the first fault.
    static func check(_ bytes: [UInt8]) throws(PlaybookFault) {
        var survey = YAMLSurvey(bytes: bytes)
        try survey.walk()
    }

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The column of the innermost open block list or map; -1 when there is none.
    var indent: Int { indents.last ?? -1 }
    var isInBrackets: Bool { !brackets.isEmpty }
    var here: DocumentPlace { DocumentPlace(line: line + 1, column: column + 1) }

    mutating func walk() throws(PlaybookFault) {
        while true {
            try skipToToken()
            if !isInBrackets { while let last = indents.last, last > column { indents.removeLast() } }
            guard let byte = peek() else { break }
            tokens += 1
            // Every node has a token at least, so this stops early what the tree would refuse.
            guard tokens <= DocumentLimits.nodes * 4 else { throw Self.tooMany(here) }
            try take(byte)
        }
        if let bracket = brackets.last { throw unclosed(bracket) }
        guard hasContent else {
            throw PlaybookFault(.emptyDocument, at: .start, "the document is empty: it begins with \"playbook:\"")
        }
    }

    private mutating func take(_ byte: UInt8) throws(PlaybookFault) {
        if column == 0 {
            if byte == UInt8(ascii: "%") {
                throw PlaybookFault(.directive, at: here, "directives are not read: delete the line that begins with %")
            }
            if isMarker(UInt8(ascii: "-")) { return try startDocument() }
            if isMarker(UInt8(ascii: ".")) { return endDocument() }
        }
        guard !hasEnded else { throw several() }
        hasContent = true
        let isAlone = isBlankOrEnd(1)
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "{"): try open(byte)
        case UInt8(ascii: "]"), UInt8(ascii: "}"): try close(byte)
        case UInt8(ascii: ","): try separate()
        case UInt8(ascii: "-") where isAlone: try dash()
        case UInt8(ascii: "?") where isAlone || isInBrackets:
            throw PlaybookFault(
                .complexKey, at: here,
                isAlone
                    ? "keys with ? are not read: write the key, a colon and the value"
                    : "a text that begins with ? must stand in quotes here")
        case UInt8(ascii: ":") where isAlone || isInBrackets: try colon()
        case UInt8(ascii: "*"), UInt8(ascii: "&"): try name(isAlias: byte == UInt8(ascii: "*"))
        case UInt8(ascii: "!"):
            throw PlaybookFault(
                .tag, at: here, "tags are not read: delete the word with !, or put the text in quotes if it begins so")
        case UInt8(ascii: "|") where !isInBrackets, UInt8(ascii: ">") where !isInBrackets: try blockScalar()
        case UInt8(ascii: "'"), UInt8(ascii: "\""): try quotedScalar(byte)
        case UInt8(ascii: "@"), UInt8(ascii: "`"), UInt8(ascii: "%"), UInt8(ascii: "|"), UInt8(ascii: ">"):
            throw unquoted(String(Unicode.Scalar(byte)))
        default: try plainScalar()
        }
    }

    // MARK: Documents

    private mutating func startDocument() throws(PlaybookFault) {
        guard !sawStart, !hasContent, !hasEnded else { throw several() }
        sawStart = true
        advance(by: 3)
        allowsKey = false
    }

    private mutating func endDocument() {
        hasEnded = true
        indents = []
        candidates[candidates.count - 1] = nil
        advance(by: 3)
        allowsKey = false
    }

    private func several() -> PlaybookFault {
        PlaybookFault(.severalDocuments, at: here, "here begins another document: put every playbook into its own file")
    }

    // MARK: Structure

    private mutating func open(_ byte: UInt8) throws(PlaybookFault) {
        let isMap = byte == UInt8(ascii: "{")
        if let outer = brackets.last, outer.isMap, outer.awaitsKey { throw keyIsCollection(in: outer) }
        offerKey(.collection)
        brackets.append(Bracket(isMap: isMap, place: here, awaitsKey: isMap))
        candidates.append(nil)
        allowsKey = true
        try checkDepth(here)
        advance()
    }

    private mutating func close(_ byte: UInt8) throws(PlaybookFault) {
        let isMap = byte == UInt8(ascii: "}")
        guard let bracket = brackets.popLast() else {
            throw PlaybookFault(
                .syntax, at: here,
                "there is no \(isMap ? "{" : "[") that this closes: put a text that begins so in quotes, or delete it")
        }
        guard bracket.isMap == isMap else {
            throw PlaybookFault(
                .syntax, at: here,
                "the \(bracket.isMap ? "{" : "[") in line \(bracket.place.line) is closed by the wrong bracket")
        }
        candidates.removeLast()
        allowsKey = false
        valueBegan()
        advance()
    }

    private mutating func separate() throws(PlaybookFault) {
        guard isInBrackets else { throw unquoted(",") }
        candidates[candidates.count - 1] = nil
        allowsKey = true
        if brackets[brackets.count - 1].isMap { brackets[brackets.count - 1].awaitsKey = true }
        advance()
    }

    private mutating func dash() throws(PlaybookFault) {
        guard !isInBrackets else {
            throw PlaybookFault(.syntax, at: here, "inside of brackets, elements are divided by commas, not by dashes")
        }
        guard allowsKey else {
            throw PlaybookFault(
                .syntax, at: here, "a list begins on a line of its own; a text that begins with a dash stands in quotes"
            )
        }
        try roll(to: column, at: here)
        candidates[candidates.count - 1] = nil
        advance()
    }

    private mutating func colon() throws(PlaybookFault) {
        if let key = candidates[candidates.count - 1], key.line == line {
            switch key.kind {
            case .scalar: break
            case .alias, .collection:
                throw PlaybookFault(.complexKey, at: key.place, "a key is a word, not a list, a map or an alias")
            case .anchor:
                throw PlaybookFault(
                    .misplacedAnchor, at: key.place, "a key has no anchor: put the anchor behind the colon of its value"
                )
            }
            if !isInBrackets { try roll(to: key.column, at: key.place) }
            candidates[candidates.count - 1] = nil
            allowsKey = false
        } else if let bracket = brackets.last, bracket.place.line <= line, lineBegins(at: indent) {
            // The line goes on with the map around the bracket, as if that had been closed.
            throw unclosed(bracket)
        } else if isInBrackets || !allowsKey {
            throw PlaybookFault(
                .unquotedText, at: here, "a second colon on this line: put a text that holds \": \" in quotes")
        } else {
            throw PlaybookFault(.syntax, at: here, "a key is missing before this colon")
        }
        valueBegan()
        advance()
    }

    private mutating func name(isAlias: Bool) throws(PlaybookFault) {
        let place = here
        if let bracket = brackets.last, bracket.isMap, bracket.awaitsKey {
            throw PlaybookFault(.complexKey, at: place, "a key is a word, without alias or anchor")
        }
        offerKey(isAlias ? .alias : .anchor)
        allowsKey = false
        advance()
        let start = index
        while let byte = peek(), Self.isNameByte(byte) { advance() }
        let name = String(decoding: bytes[start..<index], as: UTF8.self)
        let ends: [UInt8] = Array("?:,]}%@`".utf8)
        guard !name.isEmpty, isBlankOrEnd(0) || peek().map(ends.contains) == true else {
            throw PlaybookFault(
                .unquotedText, at: place, "a text that begins with \(isAlias ? "*" : "&") must stand in quotes")
        }
        if isAlias {
            aliases += 1
            guard anchors[name] != nil else {
                throw PlaybookFault(
                    .unknownAnchor, at: place,
                    "there is no anchor &\(name) above (a text that begins with * must stand in quotes)"
                        + NearestName.hint(name, among: anchors.keys.sorted()))
            }
        } else if let first = anchors.updateValue(place, forKey: name) {
            throw PlaybookFault(
                .duplicateAnchor, at: place,
                "the anchor &\(name) is already in line \(first.line): give this one another name")
        }
        if isAlias { valueBegan() }
    }

    // MARK: Keys

    /// What begins here may be a key, if a colon follows it on its line.
    mutating func offerKey(_ kind: Candidate.Kind) {
        if allowsKey {
            candidates[candidates.count - 1] = Candidate(kind: kind, line: line, column: column)
        }
    }

    mutating func valueBegan() {
        if isInBrackets { brackets[brackets.count - 1].awaitsKey = false }
    }

    private func keyIsCollection(in outer: Bracket) -> PlaybookFault {
        let isPlaceholder = outer.place == DocumentPlace(line: line + 1, column: column)
        return isPlaceholder
            ? PlaybookFault(.unquotedText, at: outer.place, "a text that begins with {{ must stand in quotes")
            : PlaybookFault(.complexKey, at: here, "a key is a word, not a list or a map")
    }

    /// A list or map of the block begins at that column unless one has already.
    private mutating func roll(to column: Int, at place: DocumentPlace) throws(PlaybookFault) {
        guard indent < column else { return }
        indents.append(column)
        try checkDepth(place)
    }

    private func checkDepth(_ place: DocumentPlace) throws(PlaybookFault) {
        guard indents.count + brackets.count <= DocumentLimits.depth else { throw Self.tooDeep(place) }
    }

    private func unclosed(_ bracket: Bracket) -> PlaybookFault {
        PlaybookFault(
            .unclosed, at: bracket.place,
            "this \(bracket.isMap ? "{" : "[") is never closed: add the \(bracket.isMap ? "}" : "]")")
    }

    /// Whether the first character of the line that is not a space stands at that column or before it.
    private func lineBegins(at column: Int) -> Bool {
        let start = bytes[..<index].lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
        return bytes[start...].prefix { $0 == 0x20 }.count <= max(column, 0)
    }

    static func tooDeep(_ place: DocumentPlace) -> PlaybookFault {
        PlaybookFault(
            .tooDeep, at: place, "there are more than \(DocumentLimits.depth) lists and maps inside one another here")
    }

    static func tooMany(_ place: DocumentPlace) -> PlaybookFault {
        PlaybookFault(
            .tooManyNodes, at: place,
            "the document has more than \(DocumentLimits.nodes) texts, lists and maps, aliases written out")
    }

    func unquoted(_ sign: String) -> PlaybookFault {
        PlaybookFault(.unquotedText, at: here, "a text that begins with \(sign) must stand in quotes")
    }
}
