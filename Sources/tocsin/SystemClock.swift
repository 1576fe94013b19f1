import Chronology
import Engine
import Glibc

/// The one place where this program reads the time of day.
enum SystemClock {
    static let now: @Sendable () -> Instant = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }

    static let clockwork = Clockwork(now: now, sleep: { try await Task.sleep(for: $0) })
}

/// The time zones of this machine, for the engine.
struct MachineZones: ZoneSource {
    private let directory = ZoneDirectory()

    func zone(named name: String) -> Zone? {
        // Why a zone cannot be had is told where people choose one; for the engine there is one or there is none.
        try? directory.zone(name)
    }
}
