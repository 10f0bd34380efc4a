/// The attributes of a node that count failures, by the resources that they may be of: `fail-count-RESOURCE#OPERATION_INTERVAL`
/// and `last-failure-…`.
///
/// Thousands of failures are not looked through once for each resource.
struct FailureAttributes: Sendable {
    struct Entry: Sendable {
        /// A time rather than a count.
        var isTime: Bool
        /// What follows `fail-count-` or `last-failure-`.
        var rest: String
        var value: String
    }

    private var entries: [String: [Entry]] = [:]

    init(_ attributes: [String: String]) {
        for (name, value) in attributes {
            let isTime = name.hasPrefix("last-failure-")
            guard isTime || name.hasPrefix("fail-count-") else { continue }
            let entry = Entry(isTime: isTime, rest: String(name.dropFirst(isTime ? 13 : 11)), value: value)
            for resource in Self.resources(entry.rest) { entries[resource, default: []].append(entry) }
        }
    }

    subscript(resource: String) -> [Entry] { entries[resource] ?? [] }

    /// What may be the resource's name: what is before a `#`, and the same without the number of an instance.
    private static func resources(_ rest: String) -> [String] {
        var result: [String] = []
        for position in rest.utf8.indices where rest.utf8[position] == UInt8(ascii: "#") {
            let name = rest[..<position]
            result.append(String(name))
            let digits = name.utf8.reversed().prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }.count
            let base = name.dropLast(digits)
            if digits > 0, base.utf8.last == UInt8(ascii: ":") { result.append(String(base.dropLast())) }
        }
        return result
    }
}
