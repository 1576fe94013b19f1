import Chronology

/// Everything on a page that does not depend on which page it is: the time, the reader, the messages to show once.
public struct PageFrame: Sendable {
    public var clock: ClockFace
    /// Who reads; nil before sign-in, and then the page has no rail.
    public var viewer: Viewer?
    /// The session's token, a hidden field of every form that changes something (S24).
    public var csrf: String
    public var flash: [FlashMessage]
    /// How many incidents are open, alerts firing and pages climbing, shown in the rail; zero shows nothing.
    public var openIncidents: Int
    public var firingAlerts: Int
    public var climbingPages: Int
    /// Whose installation it is; nil where nobody has said, and before sign-in.
    public var organisation: String?

    public init(
        clock: ClockFace, viewer: Viewer? = nil, csrf: String, flash: [FlashMessage] = [], openIncidents: Int = 0,
        firingAlerts: Int = 0, climbingPages: Int = 0, organisation: String? = nil
    ) {
        self.clock = clock
        self.viewer = viewer
        self.csrf = csrf
        self.flash = flash
        self.openIncidents = openIncidents
        self.firingAlerts = firingAlerts
        self.climbingPages = climbingPages
        self.organisation = organisation
    }

    /// Whether to show the forms of a responder. The server decides again when a form arrives; this only hides them.
    var canRespond: Bool { viewer?.canRespond ?? false }
    var canManage: Bool { viewer?.canManage ?? false }
    var canAdminister: Bool { viewer?.canAdminister ?? false }
}

/// The signed-in person, as the page shows them.
public struct Viewer: Sendable {
    public var id: String
    public var name: String
    public var email: String
    /// `admin`, `manager`, `responder`, `viewer`.
    public var role: String
    public var canRespond: Bool
    public var canManage: Bool
    public var canAdminister: Bool

    public init(
        id: String, name: String, email: String, role: String, canRespond: Bool, canManage: Bool, canAdminister: Bool
    ) {
        self.id = id
        self.name = name
        self.email = email
        self.role = role
        self.canRespond = canRespond
        self.canManage = canManage
        self.canAdminister = canAdminister
    }
}

/// A sentence about what just happened, shown on the next page and then forgotten.
public struct FlashMessage: Sendable {
    public enum Kind: Sendable { case done, refused }

    public var kind: Kind
    public var text: String

    public init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }
}

/// The parts of Tocsin that the rail leads to. Only what exists is listed.
public enum PageSection: CaseIterable, Sendable {
    case incidents, alerts, pages, onCall, playbooks, integrations, settings

    var title: StaticString {
        switch self {
        case .incidents: "Incidents"
        case .alerts: "Alerts"
        case .pages: "Pages"
        case .onCall: "On call"
        case .playbooks: "Playbooks"
        case .integrations: "Integrations"
        case .settings: "Settings"
        }
    }

    var path: LocalPath {
        switch self {
        case .incidents: "/incidents"
        case .alerts: "/alerts"
        case .pages: "/pages"
        case .onCall: "/schedules"
        case .playbooks: "/playbooks"
        case .integrations: "/integrations"
        case .settings: "/settings"
        }
    }

    var icon: Icon {
        switch self {
        case .incidents: .incident
        case .alerts: .alert
        case .pages: .page
        case .onCall: .calendar
        case .playbooks: .playbook
        case .integrations: .integration
        case .settings: .settings
        }
    }

    var isSetUp: Bool {
        switch self {
        case .onCall, .playbooks, .integrations, .settings: true
        case .incidents, .alerts, .pages: false
        }
    }

    /// The number beside the name, and what it counts.
    func count(in frame: PageFrame) -> (number: Int, unit: String) {
        switch self {
        case .incidents: (frame.openIncidents, "open")
        case .alerts: (frame.firingAlerts, "firing")
        case .pages: (frame.climbingPages, "not acknowledged")
        case .onCall, .playbooks, .integrations, .settings: (0, "")
        }
    }
}
