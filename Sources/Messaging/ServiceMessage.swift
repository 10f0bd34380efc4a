/// Any message of the ring that this node understands.
enum ServiceMessage: Equatable, Sendable {
    case synchronisation(SynchronisationMessage)
    case processGroups(ProcessGroupMessage)
    case voteQuorum(VoteQuorumMessage)
    case configurationMap(ConfigurationMapMessage, isSwapped: Bool)
    case administration(AdministrationMessage)
    /// Of a service or stream that only other nodes have.
    case foreign

    /// Reads what `…Message.encoded` wrote, here or on a corosync node.
    init(_ message: ArraySlice<UInt8>) throws(MessageFailure) {
        let opened = try GroupEnvelope.open(message)
        switch opened.stream {
        case .synchronisation:
            self = .synchronisation(try SynchronisationMessage(opened.payload, isSwapped: opened.isSwapped))
        case .services:
            var reader = WireReader(opened.payload, isSwapped: opened.isSwapped)
            let header = try ServiceHeader(from: &reader)
            switch header.service {
            case ServiceID.processGroups:
                self = .processGroups(try ProcessGroupMessage(function: header.function, &reader))
            case ServiceID.configurationMap:
                self = .configurationMap(try ConfigurationMapMessage(&reader), isSwapped: opened.isSwapped)
            case ServiceID.administration:
                self = .administration(try AdministrationMessage(function: header.function, &reader))
            case ServiceID.voteQuorum: self = .voteQuorum(try VoteQuorumMessage(function: header.function, &reader))
            default: self = .foreign
            }
        case .other: self = .foreign
        }
    }
}
