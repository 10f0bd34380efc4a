package import CLinux
package import ClusterConfiguration
internal import Glibc
internal import Kronosnet

/// An IP address with a port, as the bytes of its `sockaddr`.
package struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    package let bytes: [UInt8]
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
    package var host: String? {
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let result = withStorage { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getnameinfo($0, socklen_t(bytes.count), &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            }
        }
        return result == 0
            ? String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }

    /// AF_INET, AF_INET6, or 0 for what is no address.
    var family: Int32 {
        guard bytes.count >= MemoryLayout<sa_family_t>.size else { return 0 }
        return Int32(bytes.withUnsafeBytes { $0.loadUnaligned(as: sa_family_t.self) })
    }

    /// Calls `body` with the address in the form that system calls take.
    func withAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withStorage { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(bytes.count)) }
        }
    }

    /// Calls `body` with the address in the form that kronosnet takes.
    package func withStorage<Result>(_ body: (UnsafeMutablePointer<sockaddr_storage>) -> Result) -> Result {
        var storage = sockaddr_storage()
        withUnsafeMutableBytes(of: &storage) { $0.copyBytes(from: bytes.prefix($0.count)) }
        return withUnsafeMutablePointer(to: &storage, body)
    }

    /// Checks that this process can receive packets here: that the address is local and its port is free.
    ///
    /// Kronosnet reports either as one error number; this says which address and why.
    package func checkIsFree() throws(TransportFailure) {
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

extension SocketAddress {
    /// The IP address alone: 4 or 16 bytes.
    package var addressBytes: [UInt8] {
        switch family {
        case AF_INET: return Array(bytes.dropFirst(4).prefix(4))
        case AF_INET6: return Array(bytes.dropFirst(8).prefix(16))
        default: return []
        }
    }
}

extension SocketAddress {
    /// An address that the system gave.
    init(_ storage: sockaddr_storage) {
        let length =
            Int32(storage.ss_family) == AF_INET6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        let bytes = withUnsafeBytes(of: storage) { Array($0.prefix(length)) }
        self.init(bytes: bytes, description: "port \(Endpoint(storage).port)")
    }

    /// The address as numbers; `nil` for what is no IP address.
    var endpoint: Endpoint { withStorage { Endpoint($0.pointee) } }
}

extension Endpoint {
    init(_ storage: sockaddr_storage) {
        let family = Int32(storage.ss_family)
        self = withUnsafeBytes(of: storage) { bytes in
            let port = UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
            if family == AF_INET6 {
                return Endpoint(
                    high: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                    low: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self), port: port, isIPv6: true)
            }
            return Endpoint(low: UInt64(bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)), port: port)
        }
    }
}
