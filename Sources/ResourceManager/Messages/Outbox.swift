import ClusterTypes

/// Keeps this node's messages until they came back in the agreed order, and sends them again when the group changed
/// under them.
///
/// A message that is delivered in another group configuration than it was sent in is void at every member alike, so it
/// takes effect once or, when its sender dies, everywhere or nowhere.
struct Outbox: Sendable {
    /// Of the group configuration that this node is in; `nil` outside the group.
    private(set) var tag: UInt64?
    private var open: [ManagerMessage] = []

    /// The payload to multicast now, if this node is in the group; the message stays open in any case.
    mutating func send(_ message: ManagerMessage) -> [UInt8]? {
        open.append(message)
        return tag.map { message.encoded(in: $0) }
    }

    /// A new configuration: what is open must be sent again, in its order, after `hello`. Greetings and announcements of
    /// an older configuration mean nothing in a new one, and a controller's orders were made for its members: a new
    /// schedule replaces them.
    mutating func groupChanged(_ configuration: GroupConfiguration, isMember: Bool) -> [[UInt8]] {
        open.removeAll {
            switch $0 {
            case .hello, .activity, .execute, .shutDown: true
            case .reported, .forget, .reconsider, .fencingWanted, .fencingStepRequested,
                .fencingStepFinished, .fencingFinished:
                false
            }
        }
        guard isMember else {
            tag = nil
            return []
        }
        let tag = Self.tag(of: configuration)
        self.tag = tag
        return open.map { $0.encoded(in: tag) }
    }

    /// Whether a delivered message counts; one of this node's own is then no longer open.
    mutating func accept(_ message: ManagerMessage, tag: UInt64, isOwn: Bool) -> Bool {
        guard tag == self.tag else { return false }
        if isOwn, let index = open.firstIndex(of: message) { open.remove(at: index) }
        return true
    }

    /// The name of a group configuration: equal exactly where ring and members are (FNV-1a over both).
    static func tag(of configuration: GroupConfiguration) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ number: UInt64) {
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                hash = (hash ^ (number >> shift & 0xff)) &* 0x100_0000_01b3
            }
        }
        add(UInt64(configuration.ring.representative.rawValue))
        add(configuration.ring.sequence)
        for member in configuration.members {
            add(UInt64(member.node.rawValue))
            add(UInt64(member.processID))
        }
        return hash
    }
}
