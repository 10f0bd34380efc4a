internal import ClusterConfiguration
internal import CorosyncClient
internal import Glibc
internal import LocalServices

/// What nodes are called: by the configuration, else by their addresses.
struct NodeNames {
    private let order: QuorumToolOrder
    private let list: NodeListKeys?
    private let administration: AdministrationClient
    private let streams: ToolStreams

    init(_ order: QuorumToolOrder, _ map: MapClient, _ administration: AdministrationClient, _ streams: ToolStreams) {
        self.order = order
        self.administration = administration
        self.streams = streams
        list = order.showsAddressesOnly ? nil : try? NodeListKeys(map)
    }

    func name(of node: UInt32) -> String {
        let addresses: [[UInt8]]
        do { addresses = try administration.addresses(of: node) } catch {
            streams.complain("Unable to get node address for nodeid \(node): \(error.name)")
            return ""
        }
        let shown = order.showsAllAddresses ? addresses[...] : addresses.prefix(1)
        guard let name = list?.name(of: node) else { return shown.map(host).joined(separator: ", ") }
        return ([name] + shown.dropFirst().map(host)).joined(separator: ", ")
    }

    /// The name that belongs to an address, or the address.
    private func host(_ address: [UInt8]) -> String {
        if order.showsAddressesOnly { return AddressText.text(address) }
        var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let result: Int32
        if address.count == 4 {
            var place = sockaddr_in()
            place.sin_family = sa_family_t(AF_INET)
            withUnsafeMutableBytes(of: &place.sin_addr) { $0.copyBytes(from: address) }
            result = Self.look(&place, &buffer)
        } else {
            var place = sockaddr_in6()
            place.sin6_family = sa_family_t(AF_INET6)
            withUnsafeMutableBytes(of: &place.sin6_addr) { $0.copyBytes(from: address) }
            result = Self.look(&place, &buffer)
        }
        guard result == 0 else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func look<Place>(_ place: inout Place, _ buffer: inout [CChar]) -> Int32 {
        let room = socklen_t(buffer.count)
        return withUnsafePointer(to: &place) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getnameinfo($0, socklen_t(MemoryLayout<Place>.size), &buffer, room, nil, 0, 0)
            }
        }
    }
}
