import ClusterTypes
import Testing

@testable import Messaging

let group = GroupName("web") ?? .resourceManager
let ring = RingID(representative: NodeID(1), sequence: 8)
let nodes: [NodeID] = [NodeID(1), NodeID(2), NodeID(3)]

func member(_ node: UInt32, _ processID: UInt32) -> GroupMember {
    GroupMember(node: NodeID(node), processID: processID)
}
