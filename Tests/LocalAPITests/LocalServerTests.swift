import CIB
import ClusterClient
import ClusterTypes
import Fencing
import Glibc
import JSONText
import ResourceManager
import Synchronization
import Testing
import XMLTree

@testable import LocalAPI

/// A server whose requests are answered by a closure, and a client of it.
private final class TestServer: Sendable {
    let path: String
    let server: LocalServer
    private let directory: String

    init(
        _ change: (inout LocalServer.Settings) -> Void = { _ in }, beforeStart: (String) -> Void = { _ in },
        answer: @escaping @Sendable (ClientRequest, ClientIdentity) -> ClientResponse?
    ) throws {
        var template = Array("/tmp/lockstep-api-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        path = directory + "/s"
        beforeStart(path)
        var settings = LocalServer.Settings(socketPath: path)
        change(&settings)
        let holder = Holder()
        server = LocalServer(settings: settings) { id, request, identity in
            if let response = answer(request, identity) { holder.server.withLock { $0 }?.respond(id, response) }
        }
        holder.server.withLock { [server] in $0 = server }
        try server.start()
    }

    private final class Holder: Sendable {
        let server = Mutex<LocalServer?>(nil)
    }

    var client: NodeClient { NodeClient(socketPath: path, clientName: "tester/1", timeout: .seconds(10)) }

    /// Sends bytes as they are and returns what comes until the server closes.
    func exchange(_ bytes: [UInt8]) -> String {
        guard let descriptor = connected() else { return "" }
        defer { close(descriptor) }
        _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        shutdown(descriptor, Int32(SHUT_WR))
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
            answer.append(contentsOf: buffer[..<count])
        }
    }

    func connected() -> Int32? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return result == 0 ? descriptor : nil
    }

    func stop() {
        server.stop()
        rmdir(directory)
    }
}

private let status = NodeStatus(
    node: .init(id: NodeID(1), name: "a"), phase: .member, members: [.init(id: NodeID(1), name: "a")], isQuorate: true,
    controller: "a", activity: .transition(id: 2, completed: 1, actions: 4),
    pendingActions: [.init(operation: "web_start_0", node: "a")],
    documentVersion: CIBVersion(adminEpoch: 0, epoch: 5, updates: 3))

@Suite(.serialized) struct LocalServerTests {
    @Test func clientAndServerUnderstandEachOther() throws {
        let asked = Mutex<[ClientRequest]>([])
        let server = try TestServer { request, identity in
            asked.withLock { $0.append(request) }
            #expect(identity.client == "tester/1")
            switch request {
            case .status: return .status(status)
            case .queryCIB(let xpath):
                let node = XMLElement("node", ["id": xpath])
                return .elements(xpath == nil ? [CIBDocument().root] : [node, node])
            case .changeCIB(let operations, _):
                return operations == [.bump]
                    ? .changed(CIBVersion(adminEpoch: 0, epoch: 6, updates: 0), isQuorate: true)
                    : .refused(ClientFailure(.versionConflict, "the CIB is at 0.6.0"))
            default: return .done
            }
        }
        defer { server.stop() }
        let report = try server.client.status()
        #expect(report.activity == .transition(id: 2, completed: 1, actions: 4) && report.version == "0.5.3")
        #expect(report.pendingActions.map(\.operation) == ["web_start_0"] && report.controller == "a")
        #expect(try XMLElement(parsing: server.client.cib()).name == "cib")
        #expect(try XMLElement(parsing: server.client.cib(xpath: "//x")).children.map(\.id) == ["//x", "//x"])
        let answer = try server.client.change([.bump])
        #expect(answer.version == "0.6.0" && answer.isQuorate)
        #expect(throws: RequestFailure(.versionConflict, "the CIB is at 0.6.0")) { try server.client.change([.erase]) }
        try server.client.cleanUp(resource: "web/ä", node: "a b")
        try server.client.setAttribute(node: "a", name: "x", value: nil, untilReboot: true)
        try server.client.fence(node: "b", action: "off")
        try server.client.shutDown()
        let last = asked.withLock { $0.suffix(4) }
        #expect(
            Array(last) == [
                .cleanup(resource: "web/ä", node: "a b"),
                .setAttribute(NodeAttributeChange(node: "a", name: "x", value: nil, lifetime: .reboot)),
                .fence(node: "b", action: .off), .shutDown,
            ])
    }

    /// A client that asks as soon as the socket is there is answered, however long the starting thread still waits.
    @Test func theFirstClientIsAnswered() async throws {
        for _ in 0..<50 {
            var first: Task<Bool, Never>?
            let server = try TestServer(beforeStart: { path in
                let client = NodeClient(socketPath: path, clientName: "tester/1", timeout: .seconds(10))
                first = Task.detached {
                    while access(path, F_OK) != 0 { sched_yield() }
                    while !Task.isCancelled {
                        do {
                            _ = try client.status()
                            return true
                        } catch {
                            // Made, but not listened to yet.
                            if (error as? RequestFailure)?.code != .notRunning { return false }
                        }
                    }
                    return false
                }
            }) { _, _ in .status(status) }
            defer { server.stop() }
            #expect(await first?.value == true)
        }
    }

    @Test func eventsReachTheirReaders() throws {
        let server = try TestServer { _, _ in .status(status) }
        defer { server.stop() }
        var events = try server.client.events()
        // The stream's head is sent after the reader is entered, so nothing published now is missed.
        let time = WallTime(seconds: 1_700_000_000, nanoseconds: 250_000_000)
        server.server.publish(ClusterEvent(time: time, kind: .membershipChanged(members: ["a", "b"])))
        server.server.publish(ClusterEvent(time: time, kind: .nodeLost(node: "b")))
        let first = try events.next(timeout: .seconds(10))
        #expect(first?.seconds == 1_700_000_000.25 && first?.name == "membership-changed")
        #expect(first?.fields["members"]?.array?.count == 2)
        let second = try events.next(timeout: .seconds(10))
        #expect(second?.name == "node-lost" && second?.fields["node"]?.string == "b")
    }

    @Test func randomBytesGetABadRequest() throws {
        let server = try TestServer { _, _ in .done }
        defer { server.stop() }
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<50 {
            let noise =
                (0..<(1 + generator.below(300))).map { _ in UInt8(generator.below(256)) } + Array("\r\n\r\n".utf8)
            let answer = server.exchange(noise)
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4") || answer.hasPrefix("HTTP/1.0 4"))
        }
        #expect(server.exchange(Array("garbage\r\n\r\n".utf8)).contains(" 400 "))
        try server.client.shutDown()
    }

    @Test func aBodyIsBounded() throws {
        let server = try TestServer({ $0.bodyLimit = 1000 }) { _, _ in .done }
        defer { server.stop() }
        let body = String(repeating: "x", count: 5000)
        let answer = server.exchange(
            Array("POST /v1/cib/changes HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n\(body)".utf8))
        #expect(answer.hasPrefix("HTTP/1.1 413 "))
    }

    @Test func aClientThatLeavesIsForgotten() throws {
        let server = try TestServer { request, _ in request == .status ? nil : .done }
        defer { server.stop() }
        let descriptor = try #require(server.connected())
        let text = Array("GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
        _ = send(descriptor, text, text.count, 0)
        close(descriptor)
        server.server.respond(RequestID(1), .done)
        server.server.respond(RequestID(99), .done)
        try server.client.shutDown()
    }

    @Test func tooManyConnectionsAreClosed() throws {
        let server = try TestServer({ $0.connectionLimit = 2 }) { _, _ in .done }
        let held = [server.connected(), server.connected()].compactMap { $0 }
        defer { server.stop() }
        #expect(held.count == 2)
        #expect(throws: RequestFailure.self) { try server.client.shutDown() }
        for descriptor in held { close(descriptor) }
    }

    @Test func aPlaceThatCannotBeIsSaid() {
        let server = LocalServer(settings: .init(socketPath: "/nonexistent/lockstep.sock")) { _, _, _ in }
        #expect { try server.start() } throws: { "\($0)".contains("/nonexistent/lockstep.sock") }
    }
}
