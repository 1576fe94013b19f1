/// The pages of the settings, as tabs.
public enum SettingsTab: CaseIterable, Sendable {
    case contactMethods, password, general, services, routes, escalations, teams, heartbeats, channels, delivery, users,
        tokens, audit

    var title: String {
        switch self {
        case .contactMethods: "How I am reached"
        case .password: "Password"
        case .general: "General"
        case .services: "Services"
        case .routes: "Routes"
        case .escalations: "Escalation plans"
        case .teams: "Teams"
        case .heartbeats: "Heartbeats"
        case .channels: "Channels"
        case .delivery: "Delivery"
        case .users: "Users"
        case .tokens: "API tokens"
        case .audit: "Audit"
        }
    }

    var path: LocalPath {
        switch self {
        case .contactMethods: "/settings/contact-methods"
        case .password: "/settings/password"
        case .general: "/settings/general"
        case .services: "/settings/services"
        case .routes: "/settings/routes"
        case .escalations: "/settings/escalations"
        case .teams: "/settings/teams"
        case .heartbeats: "/settings/heartbeats"
        case .channels: "/settings/channels"
        case .delivery: "/settings/delivery"
        case .users: "/settings/users"
        case .tokens: "/settings/tokens"
        case .audit: "/settings/audit"
        }
    }

    /// Whether a viewer is shown the tab; the server decides again.
    func isShown(in frame: PageFrame) -> Bool {
        switch self {
        case .contactMethods, .password, .services, .routes, .escalations, .heartbeats: true
        case .teams: frame.canManage
        case .general, .channels, .delivery, .users, .tokens, .audit: frame.canAdminister
        }
    }
}

/// A page of the settings.
public protocol SettingsPage: WebPage {
    var tab: SettingsTab { get }
    func settings(_ html: inout HTML, _ frame: PageFrame)
}

extension SettingsPage {
    public var section: PageSection? { .settings }
    public var title: String { tab.title }
    public var trail: [Crumb] { [Crumb("Settings", "/settings")] }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        html.element("div", .class("filters scroll")) { html in
            html.tabs(
                SettingsTab.allCases.filter { $0.isShown(in: frame) }.map { ($0.title, $0.path, $0 == tab) },
                label: "Settings")
        }
        settings(&html, frame)
    }
}
