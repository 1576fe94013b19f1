import Chronology
import Engine
import HTTPTypes
import Identity
import Notation
import Storage

/// Serves the pages for people: reads what a page shows, and carries out what its forms ask. Each part of the interface
/// is an extension with a list of routes. Nothing behind a GET changes anything (S24).
struct PageHandlers: Sendable {
    /// Rows of one page of a list: two screens.
    static let rows = 50

    let api: API
    let actions: APIActions
    let links: AcknowledgementLinks
    let channels: [String]
    let cookie: SessionCookie
    let tally: IntakeTally

    var engine: Engine { api.engine }
    var identity: WebIdentity { api.identity }

    /// - Parameters:
    ///   - links: reads the acknowledgement links that messages carry.
    ///   - channels: the kinds of channel that can deliver.
    ///   - tally: what this node counted of the requests to integrations and has not written yet.
    init(api: API, links: AcknowledgementLinks, channels: [String], cookie: SessionCookie, tally: IntakeTally) {
        self.api = api
        self.links = links
        self.channels = channels
        self.cookie = cookie
        self.tally = tally
        actions = APIActions(api)
    }

    var routes: [Route] {
        [
            Route(.get, "/", .publicAccess, "Leads to the incidents") { _ in .seeOther("/incidents") }
        ] + assetRoutes + signInRoutes + welcomeRoutes + acknowledgementRoutes + incidentRoutes + incidentForms
            + scheduleRoutes + shiftRoutes
            + alertRoutes + pageRoutes + playbookRoutes + integrationRoutes + settingsRoutes
    }

    private var settingsRoutes: [Route] {
        [
            Route(.get, "/settings", .signedIn, "Leads to the first page of the settings") { _ in
                .seeOther("/settings/contact-methods")
            }
        ] + contactRoutes + passwordRoutes + generalRoutes + serviceRoutes + routingRoutes + planRoutes + channelRoutes
            + userRoutes + teamRoutes + heartbeatRoutes
            + tokenRoutes
            + watchingRoutes
    }

    // MARK: Showing

    /// The page as its reader sees it, with the message that the form before it left.
    func show(_ page: any WebPage, _ call: Call, status: HTTPResponse.Status = .ok) async throws -> Answer {
        let flash = Flash(call.headers)
        let frame = try await frame(for: call, flash: flash)
        let answer = Answer.html(page.render(frame).bytes, status: status)
        return flash == nil ? answer : answer.with(.setCookie, Flash.clearing)
    }

    func frame(for call: Call, flash: Flash? = nil) async throws -> PageFrame {
        var frame = Self.frame(for: call.caller, at: call.now)
        frame.flash = flash.map { [$0.message] } ?? []
        if frame.viewer != nil {
            let counts = try await api.read { try OpenCounts(on: $0) }
            frame.openIncidents = counts.incidents
            frame.firingAlerts = counts.firingAlerts
            frame.climbingPages = counts.pages
            let name = try await engine.organisation().settings.organisationName
            frame.organisation = name == Settings.unnamed ? nil : name
        }
        return frame
    }

    private static func frame(for caller: Caller, at now: Instant) -> PageFrame {
        let viewer = caller.person.map { person in
            Viewer(
                id: person.id.text, name: person.name, email: person.email, role: person.role.rawValue,
                canRespond: caller.may(.respond), canManage: caller.may(.manage),
                canAdminister: caller.may(.administer))
        }
        return PageFrame(clock: ClockFace(now: now), viewer: viewer, csrf: caller.csrf ?? "")
    }

    /// A problem as a page. It reads nothing: the store may be what is at fault.
    var errorPage: FrontDoor.ErrorPage {
        let now = engine.clock.now
        return { problem, requestID, caller in
            let page = FaultPage(status: problem.status.code, detail: problem.detail, requestID: requestID)
            return page.render(Self.frame(for: caller, at: now())).bytes
        }
    }

    // MARK: Forms

    /// Carries out what a form asks and sends the browser on. When it is refused, the form's page is shown again with the
    /// reasons at their fields and what was typed kept; `fields` names the form's field where the API's has another name.
    func submit(
        _ call: Call, fields: [String: String] = [:], again: (FormState) async throws -> any WebPage,
        _ act: () async throws -> Answer
    ) async throws -> Answer {
        do {
            return try await act()
        } catch {
            let refusal = (error as? Refusal).map { HTTPProblem($0, subject: nil) }
            guard let problem = refusal ?? HTTPProblem.standing(for: error) ?? HTTPProblem.ofEngine(error),
                let status = Self.statusOfForm(problem)
            else { throw error }
            var answer = try await show(again(FormState(problem, call.form, fields: fields)), call, status: status)
            for field in problem.headers where field.name == .retryAfter { answer.headers[.retryAfter] = field.value }
            return answer
        }
    }

    /// nil for problems that the form's page cannot show: the thing is not there, or is not the caller's.
    private static func statusOfForm(_ problem: HTTPProblem) -> HTTPResponse.Status? {
        switch problem.status.code {
        case 400, 422: .unprocessableContent
        case 401 where problem.code == "wrong-credentials": .unauthorized
        case 409, 429, 503, 507: problem.status
        default: nil
        }
    }
}

extension FormState {
    /// Fields whose content never goes back to the browser.
    private static let secrets: Set<String> = ["csrf", "password", "current", "new", "secret", "token"]

    init(_ problem: HTTPProblem, _ form: Fields, fields: [String: String]) {
        self.init()
        for field in form.fields where !Self.secrets.contains(field.name) { values[field.name] = field.value }
        var others: [String] = []
        for error in problem.errors {
            // The first segment of the pointer names the member; the rest is a place inside of it.
            let member = error.place.split(separator: "/").first.map(String.init) ?? ""
            if let name = fields[member] ?? (form.all(member).isEmpty ? nil : member) {
                faults[name] = faults[name] ?? error.reason.sentence
            } else {
                others.append(error.reason.sentence)
            }
        }
        if problem.errors.isEmpty {
            fault = problem.detail ?? problem.title
        } else if !others.isEmpty {
            fault = others.joined(separator: " ")
        }
    }
}

extension Call {
    /// One field of the form, without the white space around it; empty when it is absent. Browsers send line ends as
    /// CR LF, which is kept as LF.
    func field(_ name: String) throws(InputFault) -> String {
        let text = try form.one(name) ?? ""
        return text.replacing("\r\n", with: "\n").trimmed
    }

    /// The field as JSON, null when it is empty.
    func optionalField(_ name: String) throws(InputFault) -> JSON {
        let text = try field(name)
        return text.isEmpty ? .null : .string(text)
    }
}

extension String {
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }

    /// With a capital letter and a full stop, as it stands under a field.
    fileprivate var sentence: String {
        guard let first else { return self }
        let text = first.uppercased() + dropFirst()
        return text.hasSuffix(".") || text.hasSuffix("?") ? text : text + "."
    }
}
