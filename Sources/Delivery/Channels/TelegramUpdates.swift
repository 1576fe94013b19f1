import Notation

/// What `getUpdates` answered, update by update (core.telegram.org/bots/api, "Getting updates").
///
/// Anybody may write to a bot, so nothing that somebody writes may keep the updates behind it from being read. Where an answer
/// is cut off or cannot be read as a whole, each update is read by itself, and one that cannot be is still numbered, so that
/// the next asking begins behind it. Of an answer that is cut off the last is left for the next asking, unless it is the only
/// one: then it does not fit by itself, and is stepped over.
struct TelegramUpdates {
    struct Update {
        /// nil: it has none that is a whole number of 64 bits.
        let number: Int64?
        /// nil: it cannot be read.
        let content: JSON?
    }

    let all: [Update]

    /// nil: it is no answer of Telegram's, or one that refuses.
    init?(_ answer: EgressAnswer) {
        // Losing the fault is right: what cannot be read as a whole is read in parts.
        if answer.isWhole, let whole = try? JSON(parsing: answer.body, limits: Self.limits) {
            guard whole["ok"]?.bool == true else { return nil }
            all = (whole["result"]?.array ?? []).map { .init(number: $0["update_id"]?.integer, content: $0) }
            return
        }
        let starts = answer.body.ranges(of: Self.start).map(\.lowerBound)
        guard let first = starts.first else { return nil }
        // Losing the fault is right: then it is no answer of Telegram's.
        guard let head = try? JSON(parsing: answer.body[..<first] + Array("]}".utf8), limits: .vendor),
            head["ok"]?.bool == true
        else { return nil }
        var updates: [Update] = []
        for (start, end) in zip(starts, starts.dropFirst() + [answer.body.endIndex]) {
            let part = answer.body[start..<end]
            let isLast = end == answer.body.endIndex
            if isLast, !answer.isWhole, start != first { break }
            let content = isLast && !answer.isWhole ? nil : Self.read(part, isLast: isLast)
            updates.append(.init(number: content?["update_id"]?.integer ?? Self.number(of: part), content: content))
        }
        all = updates
    }

    /// For an answer of `TelegramChannel.answerBytes`.
    private static let limits = JSONLimits(
        bytes: TelegramChannel.answerBytes, depth: 64, members: 1_024, values: 100_000,
        stringBytes: TelegramChannel.answerBytes)

    /// How each update begins. It stands nowhere else: inside of a text the quotation marks would be escaped.
    private static let start = Array("{\"update_id\"".utf8)

    private static func read(_ part: ArraySlice<UInt8>, isLast: Bool) -> JSON? {
        var part = part
        // What stands behind an update: a comma, or the end of the list and of the answer.
        for sign in isLast ? Array("}]".utf8) : Array(",".utf8) {
            while let last = part.last, [0x20, 0x09, 0x0a, 0x0d].contains(last) { part.removeLast() }
            guard part.last == sign else { return nil }
            part.removeLast()
        }
        // Losing the fault is right: it is stepped over, whatever is wrong with it.
        return try? JSON(parsing: Array(part), limits: limits)
    }

    private static func number(of part: ArraySlice<UInt8>) -> Int64? {
        let digits = part.dropFirst(start.count).drop { $0 == 0x20 || $0 == UInt8(ascii: ":") }
            .prefix { (0x30...0x39).contains($0) }
        return Int64(String(decoding: digits, as: UTF8.self))
    }
}
