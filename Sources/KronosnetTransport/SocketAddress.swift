internal import CKronosnet
package import ClusterConfiguration
internal import Glibc

/// An IP address with a port, as the bytes of its `sockaddr`.
package struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    let bytes: [UInt8]
    package let description: String

    /// Finds the address of a host name or reads a numeric one; may ask a name server.
    ///
    /// - Parameter family: which of several addresses to take; `ip_version` of corosync.conf(5).
    package static func resolve(
        _ name: String, port: UInt16, family: TotemSettings.AddressFamily
    ) throws(TransportFailure) -> SocketAddress {
        let order: [Int32] =
            switch family {
            case .ipv4: [AF_INET]
            case .ipv6: [AF_INET6]
            case .preferIPv4: [AF_INET, AF_INET6]
            case .preferIPv6: [AF_INET6, AF_INET]
            }
        for candidate in order {
            if let bytes = lookUp(name, port: port, family: candidate) {
                return SocketAddress(bytes: bytes, description: "\(name) port \(port)")
            }
        }
        throw TransportFailure("no address for '\(name)' (ip_version \(family.rawValue))")
    }

    private static func lookUp(_ name: String, port: UInt16, family: Int32) -> [UInt8]? {
        var hints = addrinfo()
        hints.ai_family = family
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, String(port), &hints, &list) == 0 else { return nil }
        defer { freeaddrinfo(list) }
        guard let entry = list?.pointee, let address = entry.ai_addr else { return nil }
        return Array(UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen)))
    }

    /// The address without the port, in digits; `nil` for one that the system cannot write.
    var host: String? {
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let result = withStorage { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getnameinfo($0, socklen_t(bytes.count), &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            }
        }
        return result == 0
            ? String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }

    /// Calls `body` with the address in the form that kronosnet takes.
    func withStorage<Result>(_ body: (UnsafeMutablePointer<sockaddr_storage>) -> Result) -> Result {
        var storage = sockaddr_storage()
        withUnsafeMutableBytes(of: &storage) { $0.copyBytes(from: bytes.prefix($0.count)) }
        return withUnsafeMutablePointer(to: &storage, body)
    }

    /// Checks that this process can receive packets here: that the address is local and its port is free.
    ///
    /// Kronosnet reports either as one error number; this says which address and why.
    func checkIsFree() throws(TransportFailure) {
        let family = Int32(bytes.withUnsafeBytes { $0.loadUnaligned(as: sa_family_t.self) })
        let descriptor = socket(family, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        if descriptor < 0 { throw .latest("socket for \(self)") }
        defer { close(descriptor) }
        let result = withStorage { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(bytes.count))
            }
        }
        if result == 0 { return }
        switch errno {
        case EADDRINUSE:
            throw TransportFailure("\(self) is in use by another process; is a cluster daemon running already?")
        case EADDRNOTAVAIL:
            throw TransportFailure("\(self) is not an address of this machine")
        default: throw .latest("bind \(self)")
        }
    }
}
