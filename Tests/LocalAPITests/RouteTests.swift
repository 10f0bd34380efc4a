import CIB
import Fencing
import ResourceManager
import Testing

@testable import LocalAPI

private func route(_ method: String, _ target: String, _ body: String = "") throws(RouteFailure) -> Route {
    try Route(method: method, target: target, body: Array(body.utf8))
}

@Suite struct RouteTests {
    @Test func everyPlaceHasItsRequest() throws {
        #expect(try route("GET", "/v1/status") == .request(.status))
        #expect(try route("GET", "/v1/events") == .events)
        #expect(try route("GET", "/v1/cib") == .request(.queryCIB(xpath: nil)))
        #expect(try route("GET", "/v1/cib?xpath=%2F%2Fnode%5B1%5D+%2b") == .request(.queryCIB(xpath: "//node[1] +")))
        #expect(try route("POST", "/v1/shutdown") == .request(.shutDown))
        #expect(try route("POST", "/v1/resources/cleanup") == .request(.cleanup(resource: nil, node: nil)))
        #expect(
            try route("POST", "/v1/resources/w%C3%A4b/cleanup?node=a") == .request(.cleanup(resource: "wäb", node: "a"))
        )
        #expect(try route("POST", "/v1/resources/web/refresh") == .request(.refresh(resource: "web", node: nil)))
        #expect(try route("POST", "/v1/nodes/a/fence") == .request(.fence(node: "a", action: .reboot)))
        #expect(try route("POST", "/v1/nodes/a/fence?action=off") == .request(.fence(node: "a", action: .off)))
        #expect(try route("POST", "/v1/nodes/a/confirm-fenced") == .request(.confirmFenced(node: "a")))
        #expect(
            try route("POST", "/v1/nodes/a/attributes", #"{"name":"x","value":null,"lifetime":"reboot"}"#)
                == .request(.setAttribute(NodeAttributeChange(node: "a", name: "x", value: nil, lifetime: .reboot))))
        #expect(
            try route("POST", "/v1/nodes/a/attributes", #"{"name":"x","value":7}"#)
                == .request(.setAttribute(NodeAttributeChange(node: "a", name: "x", value: "7", lifetime: .forever))))
    }

    @Test func editsAreRead() throws {
        let body = """
            {"expected_version":"0.5.3","operations":[
              {"op":"create","xml":"<node id='1'/>","section":"nodes"},
              {"op":"modify","xml":"<node id='1'/>","allow_create":true},
              {"op":"replace","xml":"<node id='1'/>","xpath":"//node"},
              {"op":"delete","xml":"<node id='1'/>"},
              {"op":"delete","xpath":"//node","all":true},
              {"op":"erase"},{"op":"bump"},{"op":"upgrade"},{"op":"upgrade","schema":"pacemaker-3.9"},
              {"op":"patch","xml":"<diff format='2'/>"}]}
            """
        guard case .request(.changeCIB(let operations, let version)) = try route("POST", "/v1/cib/changes", body) else {
            Issue.record("not a change")
            return
        }
        #expect(version == CIBVersion(adminEpoch: 0, epoch: 5, updates: 3) && operations.count == 10)
        #expect(operations[4] == .deleteMatching(xpath: "//node", all: true))
        #expect(operations[8] == .upgrade(to: "pacemaker-3.9") && operations[9] == .patch(CIBPatch(changes: [])))
    }

    @Test(arguments: [
        ("GET", "/", 400), ("GET", "/v1", 404), ("GET", "/v2/status", 404), ("GET", "/v1/nothing", 404),
        ("GET", "v1/status", 400), ("GET", "/v1/cib?xpath=%zz", 400), ("GET", "/v1/%00", 400), ("GET", "/v1//x", 400),
        ("POST", "/v1/status", 405), ("DELETE", "/v1/cib", 405), ("GET", "/v1/shutdown", 405),
        ("POST", "/v1/nodes/a/fence?action=explode", 422), ("POST", "/v1/nodes/a/dance", 404),
        ("POST", "/v1/resources/a/dance", 404), ("POST", "/v1/nodes/a/attributes", 422),
    ])
    func otherRequestsAreRefused(_ method: String, _ target: String, _ status: Int) {
        #expect { try route(method, target) } throws: { ($0 as? RouteFailure)?.status == status }
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"operations":[]}"#, #"{"operations":[{"op":"create"}]}"#,
        #"{"operations":[{"op":"create","xml":"<a"}]}"#, #"{"operations":[{"op":"dance","xml":"<a/>"}]}"#,
        #"{"operations":[{"op":"create","xml":"<a/>","section":"attic"}]}"#,
        #"{"operations":[{"op":"bump"}],"expected_version":"7"}"#, #"{"operations":[{"op":"patch","xml":"<a/>"}]}"#,
    ])
    func brokenEditsAreRefused(_ body: String) {
        #expect { try route("POST", "/v1/cib/changes", body) } throws: { ($0 as? RouteFailure)?.status == 422 }
    }
}
