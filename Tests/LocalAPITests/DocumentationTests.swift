import Glibc
import Testing

@testable import LocalAPI

@Suite struct DocumentationTests {
    /// The paths of docs/local-api.yaml with their methods: a path is indented by two spaces, a method by four.
    private func documentedPlaces() throws -> [(method: String, path: String)] {
        var root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        root += ["docs", "local-api.yaml"]
        let file = try #require(fopen(root.joined(separator: "/"), "r"))
        defer { fclose(file) }
        var places: [(String, String)] = []
        var path = ""
        var line = [CChar](repeating: 0, count: 4096)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if text.hasPrefix("  /v1") { path = String(text.dropFirst(2).prefix { $0 != ":" }) }
            for method in ["get", "post"] where text.hasPrefix("    \(method):") && !path.isEmpty {
                places.append((method.uppercased(), path))
            }
            if text.hasPrefix("components:") { break }
        }
        return places
    }

    @Test func everyDocumentedPlaceExists() throws {
        let places = try documentedPlaces()
        #expect(places.count == 12)
        for (method, path) in places {
            let target = path.split(separator: "/").map { $0.hasPrefix("{") ? "x" : $0 }.joined(separator: "/")
            do throws(RouteFailure) {
                _ = try Route(method: method, target: "/" + target, body: [])
            } catch {
                // Without the body it needs, a place refuses the body; it must not be unknown.
                #expect(error.status == 422, "\(method) \(path): \(error.message)")
            }
        }
    }
}
