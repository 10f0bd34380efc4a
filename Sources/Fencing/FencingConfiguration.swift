package import XMLTree

/// What the CIB says about fencing.
package struct FencingConfiguration: Sendable, Equatable {
    /// In the order of the configuration.
    package var devices: [FencingDevice]
    package var levels: [TopologyLevel]
    /// The cluster's nodes, for targeting by attribute.
    package var nodes: [Node]

    package init(devices: [FencingDevice] = [], levels: [TopologyLevel] = [], nodes: [Node] = []) {
        self.devices = devices
        self.levels = levels
        self.nodes = nodes
    }

    package struct Node: Sendable, Equatable {
        package var name: String
        /// Permanent attributes in document order.
        package var attributes: [XMLElement.Attribute]

        package init(name: String, attributes: [XMLElement.Attribute] = []) {
            self.name = name
            self.attributes = attributes
        }
    }

    /// The device of that id.
    package func device(_ id: String) -> FencingDevice? { devices.first { $0.id == id } }
}

/// A fence device: a primitive of the class `stonith`.
package struct FencingDevice: Sendable, Equatable {
    package var id: String
    /// The fence agent's file name, `fence_ipmilan`.
    package var agent: String
    /// Instance attributes in document order, `pcmk_…` included.
    package var parameters: [XMLElement.Attribute]
    /// Nodes that must not run it: those with a location score of -INFINITY.
    package var bannedNodes: [String]

    package init(id: String, agent: String, parameters: [XMLElement.Attribute], bannedNodes: [String] = []) {
        self.id = id
        self.agent = agent
        self.parameters = parameters
        self.bannedNodes = bannedNodes
    }

    /// The value of a parameter.
    package subscript(_ name: String) -> String? {
        for parameter in parameters where parameter.name == name { return parameter.value }
        return nil
    }
}

/// Devices that must all succeed, tried at its turn: a `fencing-level`.
package struct TopologyLevel: Sendable, Equatable {
    package enum Target: Sendable, Equatable {
        case node(String)
        /// A regular expression that matches somewhere in the node's name.
        case pattern(String)
        case attribute(name: String, value: String)
    }

    /// 1 to 9, tried in this order.
    package var index: Int
    package var target: Target
    package var devices: [String]

    package init(index: Int, target: Target, devices: [String]) {
        self.index = index
        self.target = target
        self.devices = devices
    }
}
