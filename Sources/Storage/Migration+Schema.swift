extension Migration {
    static let all = [
        Migration(
            number: 1, name: "the first schema",
            statements: log + alerts + work + organisation + identity + requests),
        Migration(number: 2, name: "one index for the alerts of a key", statements: episodes),
        Migration(number: 3, name: "true figures of what integrations send", statements: figures),
        // No table changes. An older binary would take the sealed text of a signing key for the key, so it is kept out.
        Migration(number: 4, name: "secrets are sealed when the server starts", statements: []),
        Migration(number: 5, name: "a hash over the order of the log", statements: order),
        Migration(number: 6, name: "receipts, rates, and alerts under one page", statements: receipts),
        Migration(number: 7, name: "hand-offs, and what is known of schedules", statements: duty),
    ]

    /// Flags are BIGINT 0 or 1 and instants are microseconds since 1970 in BIGINT: SQLite and PostgreSQL agree on those.
    /// A unique index is named the way PostgreSQL names a unique rule, so that a fault names it alike on both.
    private static let log = [
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
        """
        CREATE TABLE event (
            seq {rowid}, stream TEXT NOT NULL, version BIGINT NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL,
            kind TEXT NOT NULL, body TEXT NOT NULL, previous {blob} NOT NULL, hash {blob} NOT NULL,
            UNIQUE (stream, version))
        """,
        """
        CREATE TABLE audit (
            seq {rowid}, at BIGINT NOT NULL, actor TEXT NOT NULL, ip TEXT, request TEXT, action TEXT NOT NULL,
            object TEXT NOT NULL, detail TEXT NOT NULL, previous {blob} NOT NULL, hash {blob} NOT NULL)
        """,
        "CREATE INDEX audit_at ON audit (at)",
        "CREATE INDEX audit_object ON audit (object, seq)",
        "CREATE INDEX audit_actor ON audit (actor, seq)",
    ]

    private static let alerts = [
        """
        CREATE TABLE alert (
            id TEXT PRIMARY KEY, integration TEXT NOT NULL, dedup_key TEXT NOT NULL, is_open BIGINT NOT NULL,
            state TEXT NOT NULL, severity_rank BIGINT NOT NULL, service TEXT, incident TEXT, page TEXT,
            title TEXT NOT NULL, count BIGINT NOT NULL, first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL,
            resolved_at BIGINT, starts_at BIGINT, expires_at BIGINT, version BIGINT NOT NULL, body TEXT NOT NULL)
        """,
        // R3: at most one open alert for each key of an integration. The database says so, not only the code.
        "CREATE UNIQUE INDEX alert_integration_dedup_key_key ON alert (integration, dedup_key) WHERE is_open = 1",
        "CREATE INDEX alert_history ON alert (integration, dedup_key, id)",
        "CREATE INDEX alert_open ON alert (id) WHERE is_open = 1",
        "CREATE INDEX alert_incident ON alert (incident) WHERE incident IS NOT NULL",
        "CREATE INDEX alert_page ON alert (page) WHERE page IS NOT NULL",
        "CREATE INDEX alert_expiry ON alert (expires_at) WHERE is_open = 1 AND expires_at IS NOT NULL",
    ]

    /// `episode` is empty for the open alert of a key and the alert's id for those that are over, so that one index finds
    /// the open one, finds the latest of the others, and still says that at most one is open (R3). A new alert touches
    /// one page that is elsewhere than the last one's, where it touched two.
    private static let episodes = [
        "ALTER TABLE alert ADD COLUMN episode TEXT NOT NULL DEFAULT ''",
        "UPDATE alert SET episode = id WHERE is_open = 0",
        "DROP INDEX alert_integration_dedup_key_key",
        "DROP INDEX alert_history",
        "CREATE UNIQUE INDEX alert_integration_dedup_key_episode_key ON alert (integration, dedup_key, episode)",
    ]

    /// What an event's own hash leaves open: its place among the events of other streams (R9). NULL in events that were
    /// written before.
    private static let order = ["ALTER TABLE event ADD COLUMN log_hash {blob}"]

    private static let work = [
        """
        CREATE TABLE page (
            id TEXT PRIMARY KEY, subject TEXT NOT NULL, is_open BIGINT NOT NULL, phase TEXT NOT NULL, service TEXT,
            urgency TEXT NOT NULL, opened_at BIGINT NOT NULL, deadline BIGINT, version BIGINT NOT NULL,
            body TEXT NOT NULL)
        """,
        "CREATE INDEX page_subject ON page (subject)",
        "CREATE INDEX page_open_opened_at ON page (is_open, opened_at)",
        """
        CREATE TABLE incident (
            id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, title TEXT NOT NULL, severity_rank BIGINT NOT NULL,
            severity TEXT NOT NULL, status TEXT NOT NULL, is_open BIGINT NOT NULL, service TEXT,
            origin TEXT, declared_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, version BIGINT NOT NULL, body TEXT NOT NULL)
        """,
        "CREATE INDEX incident_open_declared_at ON incident (is_open, declared_at)",
        "CREATE INDEX incident_origin ON incident (origin) WHERE is_open = 1 AND origin IS NOT NULL",
        "CREATE INDEX incident_declared_at ON incident (declared_at)",
        "CREATE INDEX incident_service ON incident (service, declared_at)",
        """
        CREATE TABLE timer (
            id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, due_at BIGINT NOT NULL,
            attempts BIGINT NOT NULL DEFAULT 0, quarantined BIGINT NOT NULL DEFAULT 0)
        """,
        "CREATE INDEX timer_due ON timer (due_at) WHERE quarantined = 0",
        "CREATE INDEX timer_subject ON timer (subject)",
        """
        CREATE TABLE delivery (
            id TEXT PRIMARY KEY, intent TEXT NOT NULL UNIQUE, lane TEXT NOT NULL, class TEXT NOT NULL,
            channel TEXT NOT NULL, destination TEXT NOT NULL, subject TEXT NOT NULL, page TEXT, state TEXT NOT NULL,
            attempts BIGINT NOT NULL DEFAULT 0, next_at BIGINT NOT NULL, give_up_at BIGINT NOT NULL,
            lease_owner TEXT, lease_epoch BIGINT NOT NULL DEFAULT 0, lease_until BIGINT,
            losses BIGINT NOT NULL DEFAULT 0, created_at BIGINT NOT NULL,
            finished_at BIGINT, outcome TEXT, body TEXT NOT NULL)
        """,
        "CREATE INDEX delivery_due ON delivery (next_at) WHERE state IN ('queued', 'leased')",
        "CREATE INDEX delivery_page ON delivery (page, state)",
        "CREATE INDEX delivery_lane ON delivery (lane, created_at) WHERE state IN ('queued', 'leased')",
        "CREATE INDEX delivery_subject ON delivery (subject, created_at)",
        "CREATE INDEX delivery_finished ON delivery (finished_at) WHERE finished_at IS NOT NULL",
    ]

    private static let organisation = [
        """
        CREATE TABLE document (
            kind TEXT NOT NULL, id TEXT NOT NULL, version BIGINT NOT NULL, body TEXT NOT NULL,
            updated_at BIGINT NOT NULL, updated_by TEXT NOT NULL, deleted BIGINT NOT NULL DEFAULT 0,
            PRIMARY KEY (kind, id))
        """,
        """
        CREATE TABLE document_history (
            kind TEXT NOT NULL, id TEXT NOT NULL, version BIGINT NOT NULL, body TEXT NOT NULL, at BIGINT NOT NULL,
            by TEXT NOT NULL, PRIMARY KEY (kind, id, version))
        """,
    ]

    /// Of sessions, tokens and links only the SHA-256 is kept (S18, S19).
    private static let identity = [
        """
        CREATE TABLE credential (
            user_id TEXT PRIMARY KEY, scrypt TEXT NOT NULL, changed_at BIGINT NOT NULL,
            failures BIGINT NOT NULL DEFAULT 0, locked_until BIGINT)
        """,
        """
        CREATE TABLE session (
            hash {blob} PRIMARY KEY NOT NULL, user_id TEXT NOT NULL, csrf TEXT NOT NULL, created_at BIGINT NOT NULL,
            seen_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, ip TEXT, agent TEXT)
        """,
        "CREATE INDEX session_of_user ON session (user_id)",
        "CREATE INDEX session_expiry ON session (expires_at)",
        """
        CREATE TABLE token (
            id TEXT PRIMARY KEY, hash {blob} NOT NULL UNIQUE, display TEXT NOT NULL, name TEXT NOT NULL,
            role TEXT NOT NULL, user_id TEXT, created_at BIGINT NOT NULL, created_by TEXT NOT NULL,
            expires_at BIGINT, last_used_at BIGINT, revoked_at BIGINT)
        """,
        "CREATE INDEX token_of_user ON token (user_id)",
        """
        CREATE TABLE one_time_link (
            hash {blob} PRIMARY KEY NOT NULL, purpose TEXT NOT NULL, subject TEXT NOT NULL, user_id TEXT,
            created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, used_at BIGINT)
        """,
        "CREATE INDEX one_time_link_expiry ON one_time_link (expires_at)",
    ]

    private static let requests = [
        """
        CREATE TABLE request_log (
            id TEXT PRIMARY KEY, integration TEXT NOT NULL, at BIGINT NOT NULL, status BIGINT NOT NULL,
            summary TEXT NOT NULL, fault TEXT, body {blob}, content_type TEXT, source TEXT)
        """,
        "CREATE INDEX request_log_integration ON request_log (integration, at)",
        "CREATE INDEX request_log_at ON request_log (at)",
        """
        CREATE TABLE idempotency (
            token TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, status BIGINT NOT NULL,
            body TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (token, key))
        """,
        "CREATE INDEX idempotency_at ON idempotency (at)",
    ]

    /// What far ends call messages, how many more each may be sent, and where the asking of a far end has got to.
    private static let receipts = [
        "ALTER TABLE delivery ADD COLUMN receipt TEXT",
        "CREATE INDEX delivery_receipt ON delivery (receipt) WHERE receipt IS NOT NULL",
        "CREATE INDEX delivery_destination ON delivery (destination, created_at)",
        "CREATE INDEX alert_page_open ON alert (page) WHERE is_open = 1 AND page IS NOT NULL",
        "CREATE INDEX page_service_open ON page (service, id) WHERE is_open = 1",
        "CREATE TABLE heartbeat (id TEXT PRIMARY KEY, beat_at BIGINT, armed_at BIGINT NOT NULL, is_late BIGINT NOT NULL)",
        "CREATE TABLE meter (key TEXT PRIMARY KEY, credit BIGINT NOT NULL, at BIGINT NOT NULL)",
        "CREATE TABLE poll (channel TEXT PRIMARY KEY, cursor TEXT, owner TEXT, until BIGINT NOT NULL, fault TEXT)",
    ]

    /// `looked_at`: up to when what a schedule brings has been seen to. `before`: how it was before changes that people have
    /// not been told of yet. `group_of`: who was put into the user group last.
    private static let duty = [
        """
        CREATE TABLE duty (
            schedule TEXT PRIMARY KEY, looked_at BIGINT NOT NULL, before TEXT, group_of TEXT)
        """,
        """
        CREATE TABLE handoff (
            id TEXT PRIMARY KEY, schedule TEXT NOT NULL, due_at BIGINT NOT NULL, is_open BIGINT NOT NULL,
            phase TEXT NOT NULL, version BIGINT NOT NULL, body TEXT NOT NULL)
        """,
        "CREATE INDEX handoff_schedule ON handoff (schedule, due_at)",
        "CREATE INDEX handoff_open ON handoff (due_at) WHERE is_open = 1",
        "CREATE INDEX delivery_created ON delivery (created_at)",
        """
        INSERT INTO timer (id, kind, subject, due_at, attempts, quarantined) \
        SELECT 'schedule:' || id, 'schedule', id, 0, 0, 0 FROM document WHERE kind = 'schedule' AND deleted = 0
        """,
    ]

    /// The size of a body of which only the head is kept (NULL for those from before), and how many requests came in each
    /// hour since 1970.
    private static let figures = [
        "ALTER TABLE request_log ADD COLUMN size BIGINT",
        """
        CREATE TABLE intake_count (
            integration TEXT NOT NULL, hour BIGINT NOT NULL, accepted BIGINT NOT NULL, refused BIGINT NOT NULL,
            PRIMARY KEY (integration, hour))
        """,
    ]
}
