/// What a call says and asks (twilio.com/docs, "TwiML for Programmable Voice").
enum TwiML {
    /// Characters of a document that is sent with the order for a call (Twilio's error 32018: a longer one is refused),
    /// counted in UTF-16 units, which are never fewer.
    static let longest = 4_000
    /// How often a call asks again after a key that means nothing. Somebody who was woken errs; a machine that plays tones
    /// must not be asked for ever.
    static let mostAgain = 2

    /// All of the document fits into `longest`: what is said gives way, between words.
    static func call(_ order: TelephoneOrder, gatherAt address: String?) -> String {
        guard order.message.purpose == .page, let address else {
            return fitted(order.words) { said in
                "<Response>\(say(said))<Pause length=\"1\"/>\(say(said))</Response>"
            }
        }
        return fitted(order.words) { said in
            gather(at: address, "\(say(said))\(say(keys))<Pause length=\"1\"/>\(say(said))\(say(keys))")
        }
    }

    /// The answer to a key that means nothing: the keys once more, and the end of the call after `mostAgain` times. How often
    /// it was is in the address that the next key is sent to, which Twilio signs.
    static func again(_ call: InboundCall) -> String {
        let sentence = "That key means nothing."
        let times = call.query("again").map { Int($0) ?? mostAgain } ?? 0
        guard (0..<mostAgain).contains(times), let back = call.account.callback,
            let reference = call.query("reference"), reference.isWord
        else { return said("\(sentence) Goodbye.") }
        return gather(at: "\(back)/digit?reference=\(reference)&again=\(times + 1)", say(sentence) + say(keys))
    }

    static func said(_ words: String) -> String { "<Response>\(say(words.markupEscaped))<Hangup/></Response>" }

    static func sent(_ words: String) -> String { "<Response><Message>\(words.markupEscaped)</Message></Response>" }
    static let nothing = "<Response/>"

    private static let keys = "Press 4 to acknowledge. Press 5 to ask the next person for help."

    private static func gather(at address: String, _ spoken: String) -> String {
        "<Response><Gather action=\"\(address.markupEscaped)\" method=\"POST\" numDigits=\"1\" timeout=\"8\" input=\"dtmf\">"
            + "\(spoken)</Gather>\(say("No key was pressed. Goodbye."))</Response>"
    }

    /// The words are escaped.
    private static func say(_ words: String) -> String { "<Say>\(words)</Say>" }

    /// A document that says the words twice.
    private static func fitted(_ words: String, _ document: (String) -> String) -> String {
        document(escaped(words, atMost: (longest - document("").utf16.count) / 2))
    }

    /// The words with what is markup escaped, in at most so many UTF-16 units. They end with a whole word, unless that would
    /// lose more than half of what fits.
    private static func escaped(_ words: String, atMost limit: Int) -> String {
        let whole = words.markupEscaped
        guard whole.utf16.count > limit else { return whole }
        var written = ""
        // The ellipsis is one.
        var used = 1
        // Bytes up to the end of the last whole word.
        var cut = 0
        for scalar in words.unicodeScalars {
            if scalar.properties.isWhitespace, used > limit / 2 { cut = written.utf8.count }
            let piece = String(scalar).markupEscaped
            used += piece.utf16.count
            guard used <= limit else { break }
            written += piece
        }
        guard limit >= 1 else { return "" }
        return (cut > 0 ? String(decoding: written.utf8.prefix(cut), as: UTF8.self) : written) + "…"
    }
}
