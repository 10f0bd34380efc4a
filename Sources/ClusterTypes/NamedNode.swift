/// A node by id and by the name that people and the CIB use: `nodelist.node.name` of corosync.conf(5), else its host name.
package struct NamedNode: Hashable, Sendable {
    package var id: NodeID
    package var name: String

    package init(id: NodeID, name: String) {
        self.id = id
        self.name = name
    }
}
