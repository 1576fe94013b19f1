import Engine
import HTTPTypes

/// What the page after a form says about it. The cookie carries a word of this closed set and nothing else, so nobody
/// can put a sentence of their own on our pages.
enum Flash: String, CaseIterable, Sendable {
    case declared, updated, noted, statusChanged, severityChanged, roleAssigned, resolved, closed, acknowledged
    case acknowledgedBefore, acknowledgedTwice, escalated, alertAcknowledged, alertResolved, enabled, disabled, added,
        saved, removed
    case moved, revoked, inForce, welcome, signedOut, passwordChanged, testSent, snoozed, handedOver, codeSent, verified

    var message: FlashMessage {
        switch self {
        case .declared: FlashMessage(.done, "The incident is declared. Its record has begun.")
        case .updated: FlashMessage(.done, "The update is sent. The next one is promised.")
        case .noted: FlashMessage(.done, "The note is in the record.")
        case .statusChanged: FlashMessage(.done, "The status is changed.")
        case .severityChanged: FlashMessage(.done, "The severity is changed.")
        case .roleAssigned: FlashMessage(.done, "The role is assigned.")
        case .resolved: FlashMessage(.done, "The incident is resolved.")
        case .closed: FlashMessage(.done, "The incident is closed.")
        case .acknowledged: FlashMessage(.done, "You have acknowledged the page. The escalation has stopped.")
        case .acknowledgedBefore: FlashMessage(.refused, "Somebody else was first; below stands who, and when.")
        case .acknowledgedTwice: FlashMessage(.done, "You had acknowledged it before; nothing has changed.")
        case .escalated: FlashMessage(.done, "The next rung is being paged.")
        case .alertAcknowledged: FlashMessage(.done, "The alert is acknowledged.")
        case .alertResolved: FlashMessage(.done, "The alert is resolved.")
        case .enabled: FlashMessage(.done, "It is enabled.")
        case .disabled: FlashMessage(.done, "It is disabled.")
        case .added: FlashMessage(.done, "It is added.")
        case .saved: FlashMessage(.done, "It is saved.")
        case .removed: FlashMessage(.done, "It is removed.")
        case .moved: FlashMessage(.done, "The order is changed.")
        case .revoked: FlashMessage(.done, "The token is revoked.")
        case .inForce: FlashMessage(.done, "The playbook is in force. Open incidents keep the version they began with.")
        case .testSent:
            FlashMessage(.done, "A test is on its way. Below stands what becomes of it.")
        case .snoozed: FlashMessage(.done, "Nobody is told before then. After that it climbs anew.")
        case .handedOver: FlashMessage(.done, "It is handed over; they are being told.")
        case .codeSent: FlashMessage(.done, "A code is on its way. Type it below.")
        case .verified: FlashMessage(.done, "It is verified. Pages may use it.")
        case .welcome: FlashMessage(.done, "Welcome. You are signed in.")
        case .passwordChanged: FlashMessage(.done, "Your password is changed.")
        case .signedOut: FlashMessage(.done, "You are signed out.")
        }
    }

    /// For an acknowledgement that was not the first.
    static func acknowledgedBefore(_ acknowledgement: Acknowledgement, for call: Call) -> Flash {
        acknowledgement.by == call.actor ? .acknowledgedTwice : .acknowledgedBefore
    }

    private static let cookie = "tocsin-flash"

    /// Half a minute is enough for the redirect, and too short for the sentence to show up on an unrelated page later.
    var setting: String { "\(Self.cookie)=\(rawValue); Path=/; Max-Age=30; HttpOnly; SameSite=Lax" }
    static let clearing = "\(cookie)=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"

    /// What the request's cookie names; nil for none and for a word that is not ours.
    init?(_ headers: HTTPFields) {
        guard let word = Cookies.value(Self.cookie, in: headers[values: .cookie]) else { return nil }
        self.init(rawValue: word)
    }
}

extension Answer {
    /// Sends the browser on with GET to one of our pages, which then says what was done.
    static func seeOther(_ path: LocalPath, _ flash: Flash? = nil) -> Answer {
        let answer = Answer.seeOther(path.text)
        guard let flash else { return answer }
        return answer.with(.setCookie, flash.setting)
    }
}
