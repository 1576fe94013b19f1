import Notation

/// An answer of the Alertmanager API, byte for byte as its clients know it. amtool shows the text of a handler's error
/// only if it is a JSON string; Prometheus looks at the status alone and logs it.
public struct AlertmanagerAnswer: Hashable, Sendable {
    public let status: Int
    /// `application/json`, or nil where Alertmanager sends no body.
    public let contentType: String?
    public let body: String

    /// 200 without a body, as POST /api/v2/alerts has it.
    public static let ok = AlertmanagerAnswer(status: 200, contentType: nil, body: "")

    /// An error of a handler: the sentence as a JSON string, and a line feed.
    public static func refused(_ sentence: String, status: Int = 400) -> AlertmanagerAnswer {
        AlertmanagerAnswer(status: status, contentType: json, body: JSON.string(sentence).text + "\n")
    }

    /// An error from below the handlers: a request that could not be parsed, or does not match the API's description.
    /// - Parameter code: the status, or a finer code of 600 and more with status 422.
    public static func rejected(code: Int, _ sentence: String) -> AlertmanagerAnswer {
        let body: JSON = ["code": .integer(Int64(code)), "message": .string(sentence)]
        return AlertmanagerAnswer(status: code < 600 ? code : 422, contentType: json, body: body.text)
    }

    private static let json = "application/json"

    private init(status: Int, contentType: String?, body: String) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}
