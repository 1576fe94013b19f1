import HTTPTypes

/// Counts requests by route template, method and class of status: sets that no client can widen (R22).
struct RequestFigures: Sendable {
    private let total: Counter
    private let duration: Histogram

    init(_ metrics: Metrics, routes: RouteTable) {
        let paths = Metrics.Label("route", Array(Set(routes.routes.map(\.path))).sorted())
        total = metrics.counter(
            "tocsin_http_requests_total", "Requests by method and class of status",
            labels: [
                Metrics.Label("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]),
                Metrics.Label("status", ["2xx", "3xx", "4xx", "5xx"]),
            ])
        duration = metrics.histogram(
            "tocsin_http_request_duration_seconds", "From the end of a request's headers to its answer's first byte",
            bounds: Metrics.seconds, labels: [paths])
    }

    func count(_ method: HTTPRequest.Method, _ route: Route?, _ status: HTTPResponse.Status, took: Duration) {
        total.add(1, method.rawValue, "\(status.code / 100)xx")
        duration.observe(
            Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18, route?.path ?? "other")
    }
}
