import ClusterTypes
import Explanation
import JSONText
import Scheduler
import Testing
import XMLTree

/// Questions a person would ask, and what the answer has to name.
@Suite struct AnswerTests {
    @Test("a preference is named, with how far it may be lowered and what would outweigh it")
    func preference() throws {
        let answer = try ask("web", constraints: [location("likes-n2", "web", "n2", "100")])
        #expect(text(answer).contains("web (ocf:lockstep:Dummy) starts on n2."))
        #expect(text(answer).contains("n2 has the highest score (100); the next is n1 (0)."))
        #expect(text(answer).contains("On n2: +100, location constraint likes-n2."))
        #expect(answer.alterations.first?.object == "likes-n2")
        #expect(answer.neededPreference?.node == "n1")
        #expect(answer.neededPreference?.score == Score(100))
    }

    @Test("a ban says which constraint, and what lifts it")
    func ban() throws {
        let answer = try ask(
            "web", absentFrom: "n1", constraints: [location("cli-ban-web-on-n1", "web", "n1", "-INFINITY")])
        #expect(text(answer).contains("never: location constraint cli-ban-web-on-n1 (left by a ban)"))
        #expect(answer.alterations.map(\.object) == ["cli-ban-web-on-n1"])
        #expect(answer.alterations.first?.command == "crm configure delete cli-ban-web-on-n1")
    }

    @Test("two bans are named together when neither decides alone")
    func twoBans() throws {
        let answer = try ask(
            "web", absentFrom: "n1",
            constraints: [location("first", "web", "n1", "-INFINITY"), location("second", "web", "n1", "-INFINITY")])
        #expect(answer.alterations.isEmpty)
        #expect(
            answer.combination?.texts.sorted() == [
                "without location constraint first", "without location constraint second",
            ])
    }

    @Test("standby is why a resource leaves, and its end what brings it back")
    func standby() throws {
        let answer = try ask("web", running: "n1", standby: "n1")
        let subject = try #require(answer.subjects.first)
        #expect(subject.outcome == .moves)
        #expect(subject.actions.first == "n1 is in standby.")
        #expect(answer.alterations.contains { $0.kind == "standby" && $0.object == "n1" })
    }

    @Test("a resource that nothing concerns stays, and nothing is said to change it")
    func stays() throws {
        let answer = try ask("web", running: "n1", meta: [("resource-stickiness", "100")])
        #expect(answer.subjects.first?.outcome == .stays)
        #expect(answer.subjects.first?.actions.isEmpty == true)
        #expect(text(answer).contains("it runs there (resource-stickiness)"))
    }

    @Test("target-role is why it does not run")
    func targetRole() throws {
        let answer = try ask("web", meta: [("target-role", "Stopped")])
        #expect(answer.subjects.first?.outcome == .staysStopped)
        #expect(text(answer).contains("On every node: target-role=Stopped of web."))
        #expect(answer.alterations.contains { $0.kind == "target-role" })
    }

    @Test("unmanaged resources are left alone, and the attribute that says so is named")
    func unmanaged() throws {
        let answer = try ask("web", running: "n1", meta: [("is-managed", "false")])
        #expect(answer.subjects.first?.outcome == .unmanaged)
        #expect(text(answer).contains("is-managed=false of web"))
    }

    @Test("JSON carries the same answer")
    func json() throws {
        let answer = try ask("web", constraints: [location("likes-n2", "web", "n2", "INFINITY")]).json
        let subject = try #require(answer["subjects"]?.array?.first)
        #expect(subject["outcome"]?.string == "starts")
        #expect(subject["nodes"]?.array?.first?["score"]?.string == "INFINITY")
        #expect(subject["nodes"]?.array?.first?["terms"]?.array?.first?["constraint"]?.string == "likes-n2")
    }

    @Test("names that do not exist are refused with those that do")
    func unknownNames() {
        #expect(throws: ExplanationFailure("there is no resource \"wbe\"", known: ["web"])) { try ask("wbe") }
        #expect(throws: ExplanationFailure("there is no node \"n9\"", known: ["n1", "n2"])) {
            try ask("web", absentFrom: "n9")
        }
    }

    @Test("no document stops it", arguments: 1...60 as ClosedRange<UInt64>)
    func isTotal(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var input = GeneratedCluster(seed: seed).input
        for _ in 0..<3 { mutate(&input.cib, &generator) }
        for resource in ["r1", "r2"] {
            do { _ = try explain(ExplanationRequest(resource, searchLimit: 30), input) } catch {
                #expect(error.description.contains(resource))
            }
        }
        _ = explainChanges(input)
        _ = explainNodes(input)
        #expect(throws: Never.self) { try PlacementTable(input) }
    }

    // MARK: - Small clusters

    private func mutate(_ element: inout XMLElement, _ generator: inout SeededGenerator) {
        if !element.children.isEmpty, generator.chance(0.8) {
            mutate(&element.children[generator.below(element.children.count)], &generator)
        } else if !element.attributes.isEmpty {
            let position = generator.below(element.attributes.count)
            element.attributes[position].value = ["", "-1", "99999999999", "n1", "r1", "INFINITY"][generator.below(6)]
        } else {
            element.children.removeAll()
        }
    }

    private func location(_ id: String, _ resource: String, _ node: String, _ score: String) -> XMLElement {
        XMLElement("rsc_location", ["id": id, "rsc": resource, "node": node, "score": score])
    }

    private func pairs(_ kind: String, _ id: String, _ values: [(String, String)]) -> XMLElement {
        XMLElement(
            kind, ["id": id],
            children: values.map { XMLElement("nvpair", ["id": "\(id)-\($0.0)", "name": $0.0, "value": $0.1]) })
    }

    private func ask(
        _ resource: String, absentFrom: String? = nil, running: String? = nil, standby: String? = nil,
        meta: [(String, String)] = [], constraints: [XMLElement] = []
    ) throws -> Explanation {
        var primitive = XMLElement("primitive", ["id": "web", "class": "ocf", "provider": "lockstep", "type": "Dummy"])
        primitive.children.append(pairs("meta_attributes", "web-meta", meta))
        let names: [String] = ["n1", "n2"]
        let nodes = names.enumerated().map { number, name in
            XMLElement(
                "node", ["id": "\(number + 1)", "uname": name],
                children: name == standby
                    ? [pairs("instance_attributes", "\(name)-attributes", [("standby", "on")])] : [])
        }
        let states = names.enumerated().map { number, name in
            let isActive = name == running
            let operation = isActive ? "start" : "monitor"
            let key = "1:1:\(isActive ? 0 : 7):00000000-0000-0000-0000-000000000000"
            let history = XMLElement(
                "lrm_rsc_op",
                [
                    "id": "web_\(operation)_0", "operation_key": "web_\(operation)_0", "operation": operation,
                    "interval": "0", "call-id": "1", "rc-code": isActive ? "0" : "7", "op-status": "0",
                    "transition-key": key, "transition-magic": "0:\(isActive ? 0 : 7);\(key)",
                    "op-digest": OperationDigest.of(attributes: [:]), "last-rc-change": "1699999000",
                ])
            let entry = XMLElement(
                "lrm_resource", ["id": "web", "type": "Dummy", "class": "ocf", "provider": "lockstep"],
                children: [history])
            return XMLElement(
                "node_state",
                [
                    "id": "\(number + 1)", "uname": name, "in_ccm": "true", "crmd": "online", "join": "member",
                    "expected": "member",
                ],
                children: [
                    XMLElement(
                        "lrm", ["id": "\(number + 1)"], children: [XMLElement("lrm_resources", children: [entry])])
                ])
        }
        let configuration = XMLElement(
            "configuration",
            children: [
                XMLElement(
                    "crm_config",
                    children: [pairs("cluster_property_set", "cib-bootstrap-options", [("stonith-enabled", "false")])]),
                XMLElement("nodes", children: nodes), XMLElement("resources", children: [primitive]),
                XMLElement("constraints", children: constraints),
            ])
        let cib = XMLElement(
            "cib", ["validate-with": "pacemaker-3.9", "have-quorum": "1", "dc-uuid": "1"],
            children: [configuration, XMLElement("status", children: states)])
        return try explain(
            ExplanationRequest(resource, absentFrom: absentFrom),
            SchedulerInput(cib: cib, now: WallTime(seconds: 1_700_000_000)))
    }

    private func text(_ explanation: Explanation) -> String { ExplanationText(explanation, width: 200).render() }
}
