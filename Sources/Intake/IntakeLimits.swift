/// What one request from a source may hold. The limits of the text itself are `JSONLimits.intake`.
public enum IntakeLimits {
    /// Alerts in one request. Prometheus sends at most 256, and a Mebibyte holds some 1,500 of ordinary size; a request
    /// with more is not a monitoring system that does its work.
    public static let elements = 4_096
    /// Labels, and annotations, of one alert: twice what large Prometheus installations allow a series to have.
    public static let labels = 64
    /// UTF-8 bytes of the name of a label or an annotation.
    public static let nameBytes = 256
    /// UTF-8 bytes of the value of a label, an annotation or a link. A stack trace fits; a log file does not.
    public static let valueBytes = 8 << 10
    /// UTF-8 bytes of a dedup key that a sender chose. It is an index key, and PagerDuty's limit is 255 characters.
    public static let dedupKeyBytes = 1_024
    /// Unicode scalars of a title: PagerDuty's limit for a summary, and more than any channel shows.
    public static let titleScalars = 1_024
    /// Warnings that are listed for one request; the rest are counted.
    public static let warnings = 100
    /// Scalars of a sender's text that are quoted in a fault or a warning.
    public static let quotedScalars = 80
}
