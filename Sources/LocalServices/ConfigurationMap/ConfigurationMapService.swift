package import ClusterTypes
package import Messaging

/// The configuration map, for programs linked with libcmap.
package struct ConfigurationMapService: LocalService {
    package init() {}

    package mutating func connected(
        _ client: LocalClient, node: borrowing MessagingNode, into effects: inout [ServiceEffect]
    ) {}

    package mutating func requested(
        _ request: LocalRequest, by client: LocalClient, node: borrowing MessagingNode,
        into effects: inout [ServiceEffect]
    ) {
        effects.append(.respond(ResponseHeader.failure(.notSupported), to: client.id))
    }

    package mutating func disconnected(_ client: LocalClient, into effects: inout [ServiceEffect]) {}

    package mutating func received(
        _ notice: ServiceNotice, node: borrowing MessagingNode, at now: Instant, into effects: inout [ServiceEffect]
    ) {}
}
