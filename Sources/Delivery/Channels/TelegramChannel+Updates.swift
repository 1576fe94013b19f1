import Chronology
import Notation

// What was pressed, and who wants to know the id of a chat.
extension TelegramChannel {
    /// How long an asking waits at the far end, in seconds: shorter than a request may take.
    static let wait: Int64 = 8

    /// How many updates one asking takes. With as many answers at once it ends within the time of two requests.
    static let mostUpdates: Int64 = 20

    /// Bytes of an answer that are read. An update with the longest text, which answers another such, has some 60 KiB as
    /// Telegram writes it; what is cut off is asked for again.
    static let answerBytes = 262_144

    public func listen(
        _ account: ChannelAccount, cursor: String?, receipts: [String], now: Instant
    ) async -> PolledChannelAnswer {
        let offset = cursor.flatMap { Int64($0) }
        let body: [JSON.Member] =
            (offset.map { [.init("offset", .integer($0))] } ?? []) + [
                .init("limit", .integer(Self.mostUpdates)), .init("timeout", .integer(Self.wait)),
                .init("allowed_updates", ["callback_query", "message"]),
            ]
        do throws(InputFault) {
            var request = try call(account, "getUpdates", .object(body))
            request.beginning = Self.answerBytes
            switch await vendor.ask(request) {
            case .success(let answer):
                guard let updates = TelegramUpdates(answer) else {
                    let why =
                        answer.status == 409 ? "another program reads this bot's updates" : "HTTP \(answer.status)"
                    return PolledChannelAnswer(cursor: cursor, fault: why)
                }
                return await read(updates, account, after: offset)
            case .failure(let silence): return PolledChannelAnswer(cursor: cursor, fault: silence.reason)
            }
        } catch { return PolledChannelAnswer(cursor: cursor, fault: error.reason) }
    }

    private func read(
        _ updates: TelegramUpdates, _ account: ChannelAccount, after offset: Int64?
    ) async -> PolledChannelAnswer {
        var found = PolledChannelAnswer()
        var next = offset
        var answers: [(method: String, body: JSON)] = []
        var asked: Set<Int64> = []
        for update in updates.all {
            // The next asking begins behind the number, so there has to be one behind it.
            guard let number = update.number, case (let behind, let isOverflow) = number.addingReportingOverflow(1),
                !isOverflow, number >= 0
            else {
                found.fault = "an update has no number that others can follow"
                continue
            }
            next = max(next ?? behind, behind)
            guard let content = update.content else { continue }
            if let query = content["callback_query"], let id = query["id"]?.string {
                if let said = Self.said(query) { found.said.append(said) }
                // It only ends the button's spinning: what it comes to changes nothing.
                answers.append(("answerCallbackQuery", ["callback_query_id": .string(id)]))
            }
            if let message = content["message"], Self.isStart(message["text"]?.string ?? ""),
                let chat = message["chat"]?["id"]?.integer, asked.insert(chat).inserted
            {
                answers.append(("sendMessage", ["chat_id": .integer(chat), "text": .string(Self.welcome(to: chat))]))
            }
        }
        found.cursor = next.map { String($0) }
        await send(answers, account)
        return found
    }

    /// All at once, or the last would come when the lease on the asking is over. What becomes of them changes nothing: the
    /// person presses, or asks, again.
    private func send(_ answers: [(method: String, body: JSON)], _ account: ChannelAccount) async {
        await withTaskGroup(of: Void.self) { group in
            for answer in answers {
                // Losing the fault is right: the account was good enough to ask with.
                guard let request = try? call(account, answer.method, answer.body) else { continue }
                group.addTask { _ = await vendor.ask(request) }
            }
        }
    }

    private static func said(_ query: JSON) -> Said? {
        guard let data = query["data"]?.string else { return nil }
        // The presser's own id: in a group the chat is everybody's.
        let person = query["from"]?["id"]?.integer.map { String($0) }
        if data.hasPrefix("ack:") { return .acknowledge(.reference(String(data.dropFirst(4)), from: person)) }
        if data.hasPrefix("esc:") { return .escalate(.reference(String(data.dropFirst(4)), from: person)) }
        return nil
    }

    /// `/start`, in a group also `/start@name_of_the_bot`, perhaps with words behind it.
    private static func isStart(_ text: String) -> Bool {
        guard let word = text.split(maxSplits: 1, whereSeparator: \.isWhitespace).first else { return false }
        return word == "/start" || word.hasPrefix("/start@")
    }

    private static func welcome(to chat: Int64) -> String {
        let place = chat < 0 ? "this group" : "you"
        return "The id of this chat is \(chat). Enter it in Tocsin as a way to be reached by Telegram, "
            + "and pages for \(place) arrive here."
    }
}
