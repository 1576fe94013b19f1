import HTTPTypes
import Hummingbird
import Identity
import Notation

extension FrontDoor {
    /// The answer to an error: a page for a browser that asked for a page, what the route's own clients understand,
    /// and problem+json for everything else.
    func answer(to error: any Error, _ request: Request, id: String, route: Route?, caller: Caller) -> Answer {
        let problem = HTTPProblem.standing(for: error) ?? translation(error) ?? .internalError
        if problem.status.code >= 500, problem == .internalError { record(error, request, id: id, route: route) }
        var answer: Answer
        if wantsPage(request, route: route) {
            if problem.code == HTTPProblem.notSignedIn.code, request.method == .get {
                return .seeOther(signInPath(returningTo: request.head.path ?? "/"))
            }
            answer =
                errorPage.map { .html($0(problem, id, caller), status: problem.status) }
                ?? problemAnswer(problem, id: id)
        } else {
            answer = route?.refusals?.answer(problem) ?? problemAnswer(problem, id: id)
        }
        for field in problem.headers { answer.headers[values: field.name].append(field.value) }
        // The rest of a body that was not read to its end would be taken for the next request.
        if problem.endsConnection { answer.headers[.connection] = "close" }
        return answer
    }

    private func problemAnswer(_ problem: HTTPProblem, id: String) -> Answer {
        .bytes(problem.json(requestID: id), type: "application/problem+json", status: problem.status)
    }

    private func wantsPage(_ request: Request, route: Route?) -> Bool {
        guard route?.tag == nil, route?.checkedBy != .integrationKey else { return false }
        return request.headers[.accept]?.contains("text/html") ?? false
    }

    private func signInPath(returningTo target: String) -> String {
        let target = ReturnPath.vetted(target)
        guard target != "/" else { return configuration.signInPath }
        return configuration.signInPath + "?next=" + PercentEncoding.encode(target, keeping: "/")
    }

    /// One JSON line, without the path (it may hold a key) and with anything that looks like a secret blotted out (S38, S70).
    private func record(_ error: any Error, _ request: Request, id: String, route: Route?) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("level", "error")
            writer.member("event", "request failed")
            writer.member("requestId", id)
            writer.member("method", String(request.method.rawValue.prefix(20)))
            writer.member("route", route?.path)
            writer.member(
                "error", Redaction.blot(String(reflecting: type(of: error)) + ": " + String(describing: error)))
        }
        log(writer.text)
    }
}

extension HTTPProblem {
    /// Whether the request was left half read.
    var endsConnection: Bool { status == .contentTooLarge || status == .requestTimeout || code == "broken-body" }
}

/// Takes what may be a secret out of a text for the log.
public enum Redaction {
    /// A line of the log; an error that is longer says nothing more behind.
    public static let longest = 2_000
    /// Our shortest secret has 32 characters, and ordinary words are shorter than this.
    static let suspicious = 28

    /// Words that start like a token, and words of letters and digits as long as a key, become `***`.
    public static func blot(_ text: String) -> String {
        var result = ""
        var word = ""
        func flush() {
            let isToken = word.hasPrefix("tcs_")
            let isKey = word.utf8.count >= suspicious && word.utf8.contains { (0x30...0x39).contains($0) }
            result += isToken || isKey ? "***" : word
            word = ""
        }
        for character in text.prefix(longest) {
            if character.isASCII, character.isLetter || character.isNumber || character == "_" {
                word.append(character)
            } else {
                flush()
                result.append(character)
            }
        }
        flush()
        return result
    }
}
