internal import ClusterTypes
internal import Messaging

/// Walking through the groups of the cluster and their members, as cpg_iteration_initialize(3).
enum GroupIteration {
    /// `cpg_iteration_type_t`.
    enum Kind: UInt32 {
        case names = 1
        case oneGroup = 2
        case everything = 3
    }

    /// What one step tells; the member is absent where only names were asked for.
    struct Item {
        var group: GroupName
        var member: GroupMember?
    }
}

extension ProcessGroupService {
    /// At most this many iterations a handle: programs that forget to end theirs shall not fill the memory.
    private static let iterationLimit = 64

    mutating func beginIteration(
        _ kind: GroupIteration.Kind, _ group: GroupName?, _ client: ClientID, _ node: borrowing MessagingNode
    ) throws(ServiceError) -> [UInt8] {
        guard let count = handles[client]?.iterations.count else { throw .badHandle }
        guard count < Self.iterationLimit else { throw .noResources }
        var items: [GroupIteration.Item] = []
        switch kind {
        case .names: items = node.groupNames.map { GroupIteration.Item(group: $0, member: nil) }
        case .oneGroup:
            guard let group else { throw .invalidParameter }
            items = node.members(of: group).map { GroupIteration.Item(group: group, member: $0) }
        case .everything:
            for name in node.groupNames {
                items += node.members(of: name).map { GroupIteration.Item(group: name, member: $0) }
            }
        }
        lastIteration += 1
        // From the end, so that each step takes the last.
        handles[client]?.iterations[lastIteration] = items.reversed()
        return ProcessGroupResponse.iterationBegun(lastIteration)
    }

    mutating func nextOfIteration(_ number: UInt64, _ client: ClientID) -> [UInt8] {
        guard handles[client]?.iterations[number] != nil else { return ProcessGroupResponse.iterationStep(.library) }
        guard let item = handles[client]?.iterations[number]?.popLast() else {
            return ProcessGroupResponse.iterationStep(.noSections)
        }
        return ProcessGroupResponse.iterationStep(.ok, item)
    }
}
