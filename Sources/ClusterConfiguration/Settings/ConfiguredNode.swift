package import ClusterTypes

/// A `node` section of the `nodelist` of corosync.conf(5).
package struct ConfiguredNode: Sendable, Equatable {
    /// The largest number of nodes in one ring: `PROCESSOR_COUNT_MAX` of Corosync.
    package static let countLimit = 384

    package struct LinkAddress: Sendable, Equatable {
        /// 0 to 7.
        package var link: Int
        /// An IP address or a host name, as written.
        package var address: String

        package init(link: Int, address: String) {
            self.link = link
            self.address = address
        }
    }

    package var id: NodeID
    /// The `name`, or the address of the first link when there is none.
    package var name: String
    /// In ascending order of the link.
    package var addresses: [LinkAddress]
    /// Default 1; 0 is a node that never counts.
    package var votes: Int
    /// Where the section starts.
    package var line: Int

    package init(id: NodeID, name: String, addresses: [LinkAddress], votes: Int = 1, line: Int = 0) {
        self.id = id
        self.name = name
        self.addresses = addresses
        self.votes = votes
        self.line = line
    }
}
