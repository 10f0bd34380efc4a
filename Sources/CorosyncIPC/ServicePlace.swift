package import Glibc
package import LocalServices

/// Where the sockets of the services are.
package enum ServicePlace: Sendable, Equatable {
    /// Abstract names, where libraries look: one host a network namespace.
    case machine
    /// Files in the folder of a node, beside those of other nodes on the same machine.
    case folder(String)

    /// The file of a socket.
    package func file(of service: LocalServiceKind) -> String? {
        switch self {
        case .machine: nil
        case .folder(let path): "\(path)/corosync-\(service.name).sock"
        }
    }

    /// For messages.
    package func name(of service: LocalServiceKind) -> String { file(of: service) ?? "@" + service.name }

    /// The address of a socket; `nil` when the folder's name is too long for one.
    package func address(of service: LocalServiceKind) -> sockaddr_un? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        // libqb's clients connect with the whole length of the address: the zeros after an abstract name are part of it.
        let bytes = file(of: service).map { Array($0.utf8) } ?? [0] + Array(service.name.utf8)
        guard bytes.count < room else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return address
    }
}
