import HTTPTypes
import NIOCore

extension PageHandlers {
    /// Style sheet, scripts and icon. An address with the file's present version may be kept for ever; a page from before
    /// an upgrade asks with another, gets what there is now, and may not keep it.
    var assetRoutes: [Route] {
        [
            Route(.get, "/push.js", .publicAccess, "The service worker that shows notifications") { _ in
                Answer(
                    .ok, headers: [.contentType: Asset.push.contentType, .cacheControl: "no-cache"],
                    body: .bytes(ByteBuffer(bytes: Asset.push.bytes)))
            },
            Route(.get, "/assets/{name}", .publicAccess, "A style sheet, script or icon") { call in
                guard let asset = Asset.all.first(where: { $0.name == call.parameter("name") }) else {
                    throw HTTPProblem.notFound
                }
                let isCurrent = try call.query.one("v") == asset.version
                let tag = "\"\(asset.version)\""
                let headers: HTTPFields = [
                    .contentType: asset.contentType, .eTag: tag,
                    .cacheControl: isCurrent ? "public, max-age=31536000, immutable" : "no-cache",
                ]
                let known = call.headers[.ifNoneMatch]?.split(separator: ",").map { $0.drop { $0 == " " } } ?? []
                if known.contains(where: { $0 == tag }) { return Answer(.notModified, headers: headers) }
                return Answer(.ok, headers: headers, body: .bytes(ByteBuffer(bytes: asset.bytes)))
            },
        ]
    }
}
