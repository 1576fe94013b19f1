import Chronology
import HTTPTypes
import Identity
import Notation

extension HTTPProblem {
    /// The problem that stands for an error; nil for an error that nobody foresaw, of which the sender is told nothing but
    /// the request's id (S72).
    public static func standing(for error: any Error) -> HTTPProblem? {
        switch error {
        case let problem as HTTPProblem: problem
        case let refusal as Refusal: refused(refusal)
        case let fault as InputFault: faulty([fault])
        case let faults as InputFaults: faulty(faults.faults)
        case let refusal as SignInRefusal: notSignedIn(refusal)
        case let bad as Authenticator.BadToken:
            HTTPProblem(
                .unauthorized, "bad-token", "The API token is not accepted.", detail: bad.reason,
                headers: [.wwwAuthenticate: "Bearer error=\"invalid_token\""])
        case is PasswordHasher.Busy: .busy("Too many people are signing in at once.", retryAfter: 2)
        case is CancellationError: .busy("The server is stopping.", retryAfter: 2)
        default: nil
        }
    }

    private static func faulty(_ faults: [InputFault]) -> HTTPProblem {
        HTTPProblem(
            .badRequest, "bad-input", "The input is not as it must be.",
            detail: faults.first.map { $0.place.isEmpty ? $0.reason : "\($0.place): \($0.reason)" }, errors: faults)
    }

    /// The first word of a refusal's code says of which kind it is.
    private static func refused(_ refusal: Refusal) -> HTTPProblem {
        let status: HTTPResponse.Status =
            switch refusal.code.prefix(while: { $0 != "-" }) {
            case "no": .notFound
            case "forbidden": .forbidden
            case "busy": .serviceUnavailable
            case "unknown", "bad", "password": .unprocessableContent
            default: .conflict
            }
        return HTTPProblem(
            status, refusal.code, "This cannot be done.", detail: refusal.reason,
            headers: status == .serviceUnavailable ? [.retryAfter: "5"] : [:])
    }

    private static func notSignedIn(_ refusal: SignInRefusal) -> HTTPProblem {
        switch refusal {
        case .wrongCredentials:
            return HTTPProblem(.unauthorized, "wrong-credentials", "The address or the password is wrong.")
        case .wait(let duration):
            let seconds = max(1, duration.wholeSeconds + (duration.components.attoseconds > 0 ? 1 : 0))
            return HTTPProblem(
                .tooManyRequests, "too-many-attempts", "Too many attempts failed.",
                detail: "Try again in \(seconds) seconds.", headers: [.retryAfter: "\(seconds)"])
        case .busy:
            return .busy("Too many people are signing in at once.", retryAfter: 2)
        }
    }
}
