import ClusterTypes

/// Who is in the group, in which life, and which member is the designated controller.
///
/// Needs no election: after every change of the group each member says hello, and once all have, every member knows the
/// same facts at the same place of the agreed order. The designated controller stays what it was; where partitions merge
/// that have one each, and where there is none, the member that joined in the oldest ring is it, the smallest id between
/// equals. A daemon that restarted has another incarnation and so counts as a new member.
struct Roster: Sendable {
    enum Event: Equatable {
        case groupChanged(GroupConfiguration)
        case helloDelivered(GroupMember, Hello)
    }

    enum Effect: Equatable {
        case say(Hello)
        case established(Establishment)
    }

    /// What the members have in common after they all said hello.
    struct Establishment: Equatable {
        /// Ascending by node.
        var members: [Member]
        var controller: NodeID
        /// Members that were none before, or have another incarnation now.
        var joined: [NodeID]
        /// Former members that are none now, or that came back in another incarnation.
        var lost: [NodeID]
    }

    struct Member: Equatable, Sendable {
        var node: NodeID
        var incarnation: UInt64
    }

    private let own: GroupMember
    private let incarnation: UInt64
    /// The ring in which this incarnation joined; `nil` before it did.
    private var joinedRing: RingID?
    private var configuration: GroupConfiguration?
    private var hellos: [(member: GroupMember, hello: Hello)] = []
    /// As of the last establishment.
    private(set) var members: [Member] = []
    private(set) var controller: NodeID?
    /// Whether all members of the present group have said hello.
    private(set) var isEstablished = false

    init(own: GroupMember, incarnation: UInt64) {
        self.own = own
        self.incarnation = incarnation
    }

    mutating func receive(_ event: Event) -> [Effect] {
        switch event {
        case .groupChanged(let configuration): groupChanged(configuration)
        case .helloDelivered(let member, let hello): helloDelivered(member, hello)
        }
    }

    private mutating func groupChanged(_ configuration: GroupConfiguration) -> [Effect] {
        isEstablished = false
        hellos = []
        guard configuration.members.contains(own) else {
            self.configuration = nil
            return []  // This node is not in the group (yet, or any more).
        }
        self.configuration = configuration
        let joined = joinedRing ?? configuration.ring
        joinedRing = joined
        return [
            .say(
                Hello(
                    incarnation: incarnation, joined: joined, isController: controller == own.node))
        ]
    }

    private mutating func helloDelivered(_ member: GroupMember, _ hello: Hello) -> [Effect] {
        guard let configuration, !isEstablished, configuration.members.contains(member),
            !hellos.contains(where: { $0.member == member })
        else { return [] }  // Said twice.
        hellos.append((member, hello))
        guard hellos.count == configuration.members.count else { return [] }
        hellos.sort { $0.member < $1.member }
        return [.established(establish())]
    }

    private mutating func establish() -> Establishment {
        // Two processes of one node are a daemon that restarted: the group still has to notice the end of the older.
        var present: [Member] = []
        for (member, hello) in hellos {
            if let last = present.last, last.node == member.node {
                if last.incarnation > hello.incarnation { continue }
                present.removeLast()
            }
            present.append(Member(node: member.node, incarnation: hello.incarnation))
        }
        let former = members
        let establishment = Establishment(
            members: present, controller: chosenController(),
            joined: present.filter { !former.contains($0) }.map(\.node),
            lost: former.filter { !present.contains($0) }.map(\.node))
        members = present
        controller = establishment.controller
        isEstablished = true
        return establishment
    }

    private func chosenController() -> NodeID {
        let incumbents = hellos.filter(\.hello.isController)
        let candidates = incumbents.isEmpty ? hellos : incumbents
        let chosen = candidates.min { ($0.hello.joined, $0.member) < ($1.hello.joined, $1.member) }
        return chosen?.member.node ?? own.node
    }
}
