import Alerting
import Chronology
import Notation
import Storage

// The dead man's switch. A heartbeat's deadline is a timer like a page's: it needs no tick, and survives a restart. While it is
// late the alert is raised again whenever somebody has closed it by hand.
extension Decider {
    func beat(_ name: String, from integration: IntegrationID, in workspace: Workspace) throws -> Outcome {
        let found = workspace.organisation.heartbeats.first { $0.name == name && $0.integration == integration }
        guard let heartbeat = found else { throw Refusal.unknown("heartbeat", name) }
        guard !heartbeat.isDisabled else {
            throw Refusal("heartbeat-disabled", "The heartbeat \(name) is disabled: nobody waits for it.")
        }
        let wasLate = try HeartbeatState.read(heartbeat, on: workspace.connection).isLate
        let now = SQLValue(workspace.now)
        try workspace.connection.execute(
            """
            INSERT INTO heartbeat (id, beat_at, armed_at, is_late) VALUES (?, ?, ?, 0) \
            ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at, is_late = 0
            """, [.text(heartbeat.id), now, now])
        workspace.setHeartbeat(heartbeat.id, at: heartbeat.due(after: workspace.now))
        if wasLate { try signal(heartbeat, .resolved, in: workspace) }
        return .heard(nil)
    }

    /// Some heartbeat may be late. Which, its own row knows: a deadline that was reported early does no harm.
    func heartbeatDue(_ id: String, in workspace: Workspace) throws {
        guard let heartbeat = workspace.organisation.heartbeats.first(where: { $0.id == id }), !heartbeat.isDisabled
        else {
            workspace.setHeartbeat(id, at: nil)
            return
        }
        let state = try HeartbeatState.read(heartbeat, on: workspace.connection)
        guard let due = state.dueAt else { return workspace.setHeartbeat(id, at: nil) }
        guard due <= workspace.now else { return workspace.setHeartbeat(id, at: due) }
        try workspace.connection.execute("UPDATE heartbeat SET is_late = 1 WHERE id = ?", [.text(id)])
        try signal(heartbeat, .firing, in: workspace)
        // Looked at again, for somebody may close the alert while it is still dead.
        workspace.setHeartbeat(id, at: workspace.now + max(heartbeat.interval, .minutes(1)))
    }

    /// After its document was written or taken away.
    func heartbeatChanged(_ id: String, in workspace: Workspace) throws {
        guard let heartbeat = workspace.organisation.heartbeats.first(where: { $0.id == id }), !heartbeat.isDisabled
        else {
            workspace.setHeartbeat(id, at: nil)
            try workspace.connection.execute("DELETE FROM heartbeat WHERE id = ?", [.text(id)])
            return
        }
        if heartbeat.arming == .creation {
            let now = SQLValue(workspace.now)
            try workspace.connection.execute(
                "INSERT INTO heartbeat (id, beat_at, armed_at, is_late) VALUES (?, NULL, ?, 0) ON CONFLICT (id) DO NOTHING",
                [.text(id), now])
        }
        let state = try HeartbeatState.read(heartbeat, on: workspace.connection)
        workspace.setHeartbeat(id, at: state.dueAt.map { max($0, workspace.now) })
    }

    private func signal(_ heartbeat: Heartbeat, _ status: Signal.Status, in workspace: Workspace) throws {
        let state = try HeartbeatState.read(heartbeat, on: workspace.connection)
        let heard = state.beatAt.map { "It was last heard of at \($0.text(in: .utc))." } ?? "It was never heard of."
        var labels = [Label("alertname", "HeartbeatMissing"), Label("heartbeat", heartbeat.name)]
        if let severity = heartbeat.severity { labels.append(Label("severity", severity)) }
        let service = heartbeat.service ?? workspace.organisation.integration(heartbeat.integration)?.service
        var receipt = Receipt()
        try workspace.loadAlerts(of: heartbeat.integration, [heartbeat.dedupKey])
        try receive(
            Signal(
                dedupKey: heartbeat.dedupKey, status: status,
                title: heartbeat.message ?? "\(heartbeat.name) has fallen silent", severity: heartbeat.severity,
                labels: labels.sorted(), annotations: [Label("summary", heard)]),
            from: heartbeat.integration, service: service, in: workspace, receipt: &receipt)
    }
}
