import JSONText
import Testing

@testable import ClusterClient

private func answer(_ body: String, status: String = "200 OK") -> String {
    "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
}

private func client(_ daemon: FakeDaemon) -> NodeClient {
    NodeClient(socketPath: daemon.path, clientName: "test", timeout: .seconds(5))
}

@Suite struct NodeClientTests {
    @Test func readsTheStatus() throws {
        let body = """
            {"node":{"id":1,"name":"a"},"phase":"member","members":[{"id":1,"name":"a"},{"id":2,"name":"b"}],
            "quorate":true,"controller":"a","activity":{"state":"transition","transition":3,"completed":1,"actions":5},
            "pending":[{"operation":"web_start_0","node":"b"}],"cib":"0.5.3"}
            """
        let daemon = try #require(FakeDaemon(answering: answer(body)))
        let status = try client(daemon).status()
        #expect(daemon.finish().hasPrefix("GET /v1/status HTTP/1.1\r\nHost: localhost\r\nUser-Agent: test\r\n"))
        #expect(status.members.map(\.name) == ["a", "b"] && status.controller == "a" && status.version == "0.5.3")
        #expect(status.activity == .transition(id: 3, completed: 1, actions: 5) && !status.isIdle)
    }

    @Test func sendsEditsAndReadsWhatCameOfThem() throws {
        let daemon = try #require(
            FakeDaemon(
                answering: "HTTP/1.1 200 OK\r\nContent-Length: 3", "5\r\n\r\n{\"version\":\"0.6.0\",\"quorate\":false}")
        )
        let answer = try client(daemon).change(
            [.create("<node id=\"1\"/>", in: .section("nodes")), .deleteMatching(xpath: "//x", all: true)],
            expectedVersion: "0.5.3")
        #expect(answer == ChangeAnswer(version: "0.6.0", isQuorate: false))
        let expected =
            #"{"expected_version":"0.5.3","operations":[{"op":"create","xml":"<node id=\"1\"/>","section":"nodes"},{"op":"delete","xpath":"//x","all":true}]}"#
        #expect(daemon.finish().hasSuffix("\r\n\r\n" + expected))
    }

    @Test func escapesWhatItPutsIntoTheTarget() throws {
        let daemon = try #require(FakeDaemon(answering: answer("<elements/>")))
        #expect(try client(daemon).cib(xpath: "//a[@id='ä b']") == Array("<elements/>".utf8))
        #expect(daemon.finish().hasPrefix("GET /v1/cib?xpath=%2F%2Fa%5B%40id%3D%27%C3%A4%20b%27%5D HTTP/1.1\r\n"))
    }

    @Test func failuresSayWhatTheDaemonSays() throws {
        let body = #"{"error":{"code":"version-conflict","message":"the CIB is at 0.6.0"}}"#
        let daemon = try #require(FakeDaemon(answering: answer(body, status: "409 Conflict")))
        let client = client(daemon)
        #expect(throws: RequestFailure(.versionConflict, "the CIB is at 0.6.0")) { try client.change([.bump]) }
        _ = daemon.finish()
    }

    @Test func nobodyThereIsSaid() {
        let client = NodeClient(socketPath: "/nonexistent/lockstep.sock", clientName: "test")
        #expect { try client.status() } throws: { ($0 as? RequestFailure)?.code == .notRunning }
        let long = NodeClient(socketPath: "/" + String(repeating: "x", count: 200), clientName: "test")
        #expect { try long.status() } throws: { ($0 as? RequestFailure)?.code == .invalid }
    }

    @Test(arguments: [
        "", "garbage\r\n\r\n", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 999 OK\r\n\r\n",
    ])
    func brokenAnswersAreErrors(_ text: String) throws {
        let daemon = try #require(FakeDaemon(answering: text))
        let client = client(daemon)
        #expect(throws: RequestFailure.self) { try client.status() }
        _ = daemon.finish()
    }

    @Test func readsEventsAcrossChunks() throws {
        let daemon = try #require(
            FakeDaemon(
                answering: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                "21\r\n{\"time\":1.5,\"event\":\"node-joined\"\r\n", "c\r\n,\"node\":\"a\"}\r\n1", "\r\n\n\r\n0\r\n\r\n"
            ))
        var events = try client(daemon).events()
        let first = try events.next(timeout: .seconds(5))
        #expect(first?.seconds == 1.5 && first?.name == "node-joined" && first?.fields["node"]?.string == "a")
        let second = try events.next(timeout: .seconds(5))
        #expect(second == nil)
        _ = daemon.finish()
    }
}
