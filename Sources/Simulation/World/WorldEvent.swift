internal import ClusterTypes
internal import Messaging

/// Something that will happen in the simulated world. Nodes are indices.
enum WorldEvent {
    case packetArrives(node: Int, from: Int, [UInt8])
    case timerExpires(node: Int, life: UInt32, MessagingNode.Timer, generation: UInt32)
    case linkChanges(node: Int, life: UInt32, peer: Int, isUp: Bool, generation: UInt32)
    case ringSequenceStored(node: Int, life: UInt32, UInt64)
    case machineStarts(node: Int)
    case clientActs(node: Int, life: UInt32)
    case manager(node: Int, life: UInt32, ManagerEvent)
    case operatorActs
    case faultStrikes
    case adversaryActs
    case repaired(Repair)

    /// The end of a fault.
    enum Repair {
        case unblock([(from: Int, to: Int)])
        case goodNetwork
    }
}
