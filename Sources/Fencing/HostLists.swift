internal import ClusterTypes

/// The nodes that devices said they can fence, each list good for a minute.
struct HostLists: Sendable {
    private static let lifetime = Duration.seconds(60)

    private var lists: [String: (hosts: Set<String>, since: Instant)] = [:]

    /// What a device last said, unless that is too long ago.
    func hosts(of device: String, at now: Instant) -> Set<String>? {
        guard let list = lists[device], now - list.since < Self.lifetime else { return nil }
        return list.hosts
    }

    /// Reads what an agent printed for `list`: names and their aliases, separated by commas and white space.
    mutating func store(_ text: String, of device: String, at now: Instant) -> Set<String> {
        let hosts = Set(text.split { $0 == "," || $0 == ";" || $0.isWhitespace }.map(String.init))
        lists[device] = (hosts, now)
        return hosts
    }

    mutating func removeAll() { lists.removeAll() }
}
