import Chronology

extension HTML {
    /// A time as a reader wants it in running text: relative, with the absolute time and its zone on hover and in
    /// print. The page's script refreshes it, as it does every time that is not marked `data-at`.
    public mutating func ago(_ instant: Instant, _ clock: ClockFace) {
        element(
            "time", .data("datetime", ClockFace.machine(instant)), .title(clock.absolute(instant)),
            text: clock.ago(instant))
    }

    /// The time of day, with the whole date and zone on hover.
    public mutating func timeOfDay(_ instant: Instant, _ clock: ClockFace) {
        element(
            "time", .data("datetime", ClockFace.machine(instant)), .title(clock.absolute(instant)),
            .flag("data-at"), text: clock.timeOfDay(instant))
    }

    /// Date, time and zone in full.
    public mutating func absolute(_ instant: Instant, _ clock: ClockFace) {
        element(
            "time", .data("datetime", ClockFace.machine(instant)), .title(clock.ago(instant)),
            .flag("data-at"), text: clock.absolute(instant))
    }

    /// How long something has lasted, still counting: `1 h 4 min`.
    public mutating func elapsed(since start: Instant, _ clock: ClockFace) {
        element(
            "time", .data("datetime", ClockFace.machine(start)), .title("since \(clock.absolute(start))"),
            .flag("data-elapsed"), text: ClockFace.span(clock.now - start))
    }

    /// The time left until `due`, or by how much it is late; what fell due less than a minute ago is due now, for what is to
    /// be done at once is not late before anybody has read it. Its width does not change while it runs.
    public mutating func countdown(to due: Instant, _ clock: ClockFace) {
        let left = due - clock.now
        let isDue = left < .zero
        let text =
            left <= .seconds(-60)
            ? "late by \(ClockFace.countdown(.zero - left))" : isDue ? "due now" : ClockFace.countdown(left)
        element(
            "time", .data("datetime", ClockFace.machine(due)), .title("due \(clock.absolute(due))"),
            .class(isDue ? "countdown late" : "countdown"), .flag("data-due"), text: text)
    }
}
