/// What went over a link, as kronosnet counts it; packets are fragments, bytes as they are on the wire.
package struct LinkCounters: Sendable, Equatable {
    package struct Flow: Sendable, Equatable {
        package var packets: UInt64 = 0
        package var bytes: UInt64 = 0

        mutating func add(_ length: Int, packets count: Int = 1) {
            packets &+= UInt64(count)
            bytes &+= UInt64(length)
        }
    }

    /// What was sent and received of one kind of packet.
    package struct Kind: Sendable, Equatable {
        package var sent = Flow()
        package var received = Flow()
        package var errors: UInt32 = 0
    }

    package var data = Kind()
    package var ping = Kind()
    package var pong = Kind()
    package var path = Kind()
    package var upCount: UInt32 = 0
    package var downCount: UInt32 = 0
    package var shortestLatency: Duration?
    package var longestLatency: Duration = .zero

    package var sent: Flow { total(\.sent) }
    package var received: Flow { total(\.received) }
    package var errors: UInt64 { [data, ping, pong, path].reduce(0) { $0 + UInt64($1.errors) } }

    private func total(_ direction: KeyPath<Kind, Flow>) -> Flow {
        [data, ping, pong, path].reduce(into: Flow()) { total, kind in
            total.packets &+= kind[keyPath: direction].packets
            total.bytes &+= kind[keyPath: direction].bytes
        }
    }
}

/// What a link carries besides data; tells counters and failures apart.
package enum ControlKind: Sendable, Equatable {
    case ping, pong
    /// A probe or the answer to one.
    case path

    var counters: WritableKeyPath<LinkCounters, LinkCounters.Kind> {
        switch self {
        case .ping: \.ping
        case .pong: \.pong
        case .path: \.path
        }
    }
}
