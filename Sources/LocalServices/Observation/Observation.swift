package import ClusterConfiguration
package import ClusterTypes

/// What the links look like at a moment, as the transport says when it is asked.
package struct TransportObservation: Sendable, Equatable {
    package struct Link: Sendable, Equatable {
        /// 0 to 7.
        package var number: Int
        package var isEnabled: Bool
        package var isConnected: Bool
        /// In bytes.
        package var mtu: UInt32
        /// The average round trip.
        package var latency: Duration
        /// This node's address and the other's: 4 or 16 bytes.
        package var source: [UInt8]
        package var destination: [UInt8]

        package init(
            number: Int, isEnabled: Bool, isConnected: Bool, mtu: UInt32, latency: Duration = .zero, source: [UInt8],
            destination: [UInt8]
        ) {
            self.number = number
            self.isEnabled = isEnabled
            self.isConnected = isConnected
            self.mtu = mtu
            self.latency = latency
            self.source = source
            self.destination = destination
        }
    }

    package struct Node: Sendable, Equatable {
        package var id: NodeID
        package var isReachable: Bool
        /// Ascending.
        package var links: [Link]

        package init(id: NodeID, isReachable: Bool, links: [Link]) {
            self.id = id
            self.isReachable = isReachable
            self.links = links
        }
    }

    /// All nodes of the configuration, this one included, ascending.
    package var nodes: [Node]
    /// What the transport counts, under the names below `stats.knet.`.
    package var counters: [ConfigurationMap.Entry]

    package init(nodes: [Node] = [], counters: [ConfigurationMap.Entry] = []) {
        self.nodes = nodes
        self.counters = counters
    }

    package func node(_ id: NodeID) -> Node? { nodes.first { $0.id == id } }
}

/// What went through the connections of local programs.
package struct ClientFigures: Sendable {
    package struct Connection: Sendable, Equatable {
        package var client: LocalClient
        package var requestCount: UInt64 = 0
        package var answerCount: UInt64 = 0
        package var eventCount: UInt64 = 0
        package var invalidCount: UInt64 = 0
    }

    private var byClient = ClientTable<Connection>()
    package private(set) var closedCount: UInt64 = 0

    package init() {}

    /// In the order in which they came.
    package var connections: [Connection] { byClient.values.sorted { $0.client.id < $1.client.id } }
    package var activeCount: Int { byClient.count }

    @discardableResult
    mutating func connected(_ client: LocalClient) -> Connection {
        let connection = Connection(client: client)
        byClient[client.id] = connection
        return connection
    }

    mutating func disconnected(_ client: LocalClient) {
        if byClient.removeValue(forKey: client.id) != nil { closedCount += 1 }
    }

    mutating func requested(_ count: Int, by client: ClientID) {
        byClient.update(client) { $0.requestCount &+= UInt64(count) }
    }
    mutating func answered(_ client: ClientID) { byClient.update(client) { $0.answerCount &+= 1 } }
    mutating func told(_ client: ClientID, _ count: Int = 1) {
        byClient.update(client) { $0.eventCount &+= UInt64(count) }
    }

    /// Starts counting anew.
    mutating func reset() {
        closedCount = 0
        for connection in connections { byClient[connection.client.id] = Connection(client: connection.client) }
    }
}

/// Parts of the statistics that can be set back to zero: `stats.clear.…`.
package enum StatisticsPart: Sendable, Equatable { case transport, clients, ring, scheduling, all }
