import CIB
import Testing
import XMLTree

@testable import ClusterCommands

/// Command lines as people type them, against a cluster in memory.
@Suite struct CommandTests {
    let pair = ["primitive a ocf:heartbeat:Dummy", "primitive b ocf:heartbeat:Dummy", "group g a b"]

    @Test func theTutorialWorksAsTyped() throws {
        let cluster = try TestCluster()
        for line in [
            "configure property stonith-enabled=false",
            "configure primitive vip ocf:heartbeat:IPaddr2 params ip=10.0.0.10 cidr_netmask=24 op monitor interval=10s",
            "configure primitive web apache op monitor interval=10s", "configure group g vip web",
            "configure location l g 100: n1",
            "configure rsc_defaults resource-stickiness=100", "status", "node standby n1", "node online n1",
            "resource move g n2",
            "resource clear g", "resource stop web", "resource start web", "configure show", "verify",
        ] {
            let outcome = try run(line, on: cluster)
            #expect(outcome.status == 0, "\(line): \(outcome.errors)")
        }
        #expect(cluster.stored.configuration.firstDescendant(id: "web")?["provider"] == "heartbeat")
        #expect(
            cluster.stored.configuration.firstDescendant(id: "web-meta_attributes-target-role")?["value"] == "Started")
        #expect(cluster.stored.configuration.firstDescendant(id: "nodes-1-standby")?["value"] == "off")
    }

    @Test(arguments: [
        ("resource strat a", "start", ExitCode.usage), ("rsorce start a", "resource", .usage),
        ("start a", "crm resource start", .usage),
        ("configure primitve x y", "primitive", .usage), ("resource stop aa", "a", .noSuchObject),
        ("node standby n3", "n1", .noSuchObject),
        ("status --output-as=xm", "xml", .usage), ("configure primitive x Dumy", "Dummy", .noSuchObject),
        ("help resorce", "resource", .usage),
    ])
    func typingErrorsGetASuggestion(_ line: String, _ suggested: String, _ code: ExitCode) throws {
        let outcome = try run(line, on: TestCluster(pair))
        #expect(outcome.status == code.rawValue)
        #expect(outcome.errors.contains("\"\(suggested)\""), "\(outcome.errors)")
    }

    @Test func agentsSayWhatIsWrong() throws {
        let cluster = try TestCluster()
        let outcome = try run("configure primitive vip IPaddr2 params pi=10.0.0.1", on: cluster)
        #expect(outcome.status == ExitCode.configuration.rawValue)
        #expect(outcome.errors.contains("parameter \"pi\" is unknown to ocf:heartbeat:IPaddr2. Did you mean \"ip\"?"))
        #expect(outcome.errors.contains("parameter \"ip\" is required"))
        #expect(cluster.changes.isEmpty)
        #expect(try run("configure primitive vip IPaddr2 params pi=10.0.0.1 --force", on: cluster).status == 0)
        #expect(cluster.changes.count == 1)
    }

    @Test func onATerminalPeopleDecide() throws {
        let cluster = try TestCluster()
        let line = "configure primitive vip IPaddr2"
        #expect(try run(line, on: cluster, input: ["n"], isTerminal: true).status == ExitCode.configuration.rawValue)
        #expect(cluster.changes.isEmpty)
        #expect(try run(line, on: cluster, input: ["y"], isTerminal: true).status == 0)
        #expect(cluster.changes.count == 1)
    }

    @Test func missingFencingIsAWarning() throws {
        let outcome = try run("configure primitive a Dummy", on: TestCluster())
        #expect(outcome.status == 0 && outcome.errors.contains("WARNING: there is no fencing device"))
    }

    @Test func aReferenceToNothingIsRefused() throws {
        let cluster = try TestCluster(pair)
        let outcome = try run("configure location l nothing 100: n1", on: cluster)
        #expect(outcome.status == ExitCode.configuration.rawValue, "\(outcome.errors)")
        #expect(cluster.changes.isEmpty)
    }

    @Test func aChangeIsMadeAgainWhenSomebodyWasFaster() throws {
        let cluster = try TestCluster(["primitive z ocf:heartbeat:Dummy", "primitive a ocf:heartbeat:Dummy"])
        let other = XMLElement("primitive", ["id": "other", "class": "ocf", "provider": "heartbeat", "type": "Dummy"])
        cluster.conflicts = [.create(other, in: .section(.resources))]
        #expect(try run("configure group g z", on: cluster).status == 0)
        #expect(cluster.stored.configuration.firstDescendant(id: "other") != nil)
        #expect(cluster.stored.configuration.firstDescendant(id: "g") != nil)
    }

    @Test func moveAndClear() throws {
        let cluster = try TestCluster(pair)
        #expect(try run("resource move g n2", on: cluster).status == 0)
        let constraint = cluster.stored.configuration.firstDescendant(id: "cli-prefer-g")
        #expect(
            constraint?.compact()
                == #"<rsc_location id="cli-prefer-g" rsc="g" role="Started" node="n2" score="INFINITY"/>"#)
        #expect(try run("resource move g n1 PT1H", on: cluster).status == 0)
        #expect(
            cluster.stored.configuration.firstDescendant(id: "cli-prefer-g-lifetime")?["end"] == "2001-09-09 02:46:40Z")
        #expect(try run("resource unmigrate g", on: cluster).status == 0)
        #expect(cluster.stored.configuration.child("constraints")?.children == [])
        #expect(try run("resource move g", on: cluster).errors.contains("runs nowhere"))
        #expect(try run("resource move g n1 tomorrow", on: cluster).status == ExitCode.usage.rawValue)
    }

    @Test func stoppingAGroupClearsItsMembers() throws {
        let cluster = try TestCluster(pair)
        #expect(try run("resource stop a", on: cluster).status == 0)
        #expect(try run("resource start g", on: cluster).status == 0)
        #expect(cluster.stored.configuration.firstDescendant(id: "a")?.child("meta_attributes") == nil)
        #expect(
            cluster.stored.configuration.firstDescendant(id: "g-meta_attributes-target-role")?["value"] == "Started")
    }

    @Test func actionsReachTheCluster() throws {
        let cluster = try TestCluster(pair)
        for line in [
            "resource cleanup", "resource refresh a n1", "node fence n2", "node clearstate n2",
            "node standby n2 reboot", "stop-node",
        ] {
            #expect(try run(line, on: cluster).status == 0)
        }
        #expect(
            cluster.calls == [
                "cleanup all on all", "refresh a on n1", "fence n2 reboot", "confirm n2", "n2 standby=on reboot",
                "shutdown",
            ])
    }

    @Test func waitingShowsWhatHappens() throws {
        let cluster = try TestCluster(pair)
        let busy = ClusterActivity(
            node: "n1", work: .transition(id: 4, completed: 1, actions: 3), pendingActions: ["a_stop_0 on n1"])
        cluster.activities = [busy, busy, ClusterActivity(node: "n1")]
        let outcome = try run("resource stop g --wait", on: cluster, isTerminal: true)
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("transition 4: 1 of 3 actions done: a_stop_0 on n1"))
        cluster.activities = [busy]
        #expect(try run("resource start g --wait --timeout 1", on: cluster).status == ExitCode.timeout.rawValue)
    }

    @Test func aBatchIsCommittedAtOnceOrNotAtAll() throws {
        let cluster = try TestCluster()
        let lines = [
            "configure", "primitive a Dummy", "primitive b Dummy \\", "  meta target-role=Stopped", "group g a b",
            "commit", "up", "status",
        ]
        let outcome = try run("", on: cluster, input: lines)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(cluster.changes.count == 1)
        let forgotten = try run("", on: cluster, input: ["configure", "delete g"])
        #expect(forgotten.status == ExitCode.failure.rawValue)
        #expect(forgotten.errors.contains("not committed"))
        #expect(cluster.changes.count == 1)
    }

    @Test func valuesAreShownSetAndDeleted() throws {
        let cluster = try TestCluster(pair)
        #expect(try run("resource param a set state /x", on: cluster).status == 0)
        #expect(try run("resource param a show state", on: cluster).output == "/x\n")
        #expect(try run("resource param a delete state", on: cluster).status == 0)
        #expect(try run("resource param a show state", on: cluster).status == ExitCode.noSuchObject.rawValue)
        #expect(try run("node attribute n1 set rack 7", on: cluster).status == 0)
        #expect(try run("node attribute n1 show", on: cluster).output == "rack=7\n")
        #expect(try run("configure property --delete nothing", on: cluster).status == ExitCode.noSuchObject.rawValue)
    }

    @Test func theDocumentIsReachableAsXML() throws {
        let cluster = try TestCluster(pair)
        #expect(try run("cib query --xpath //group", on: cluster).output.hasPrefix("<group id=\"g\">"))
        #expect(try run("cib query -o nodes", on: cluster).output.hasPrefix("<nodes>"))
        #expect(
            try run(
                "cib create -o constraints -X '<rsc_location id=\"l\" rsc=\"g\" node=\"n1\" score=\"1\"/>'", on: cluster
            ).status == 0)
        #expect(try run("cib delete -A //rsc_location", on: cluster).status == 0)
        #expect(cluster.stored.configuration.child("constraints")?.children == [])
        #expect(try run("cib create -X '<broken'", on: cluster).status == ExitCode.dataError.rawValue)
    }

    @Test func everyCommandExplainsItself() throws {
        let cluster = try TestCluster()
        for level in commandLevels {
            for command in level.commands {
                let outcome = try run("\(level.name) \(command.name) --help", on: cluster)
                #expect(
                    outcome.status == 0 && outcome.output.contains(command.summary) && outcome.output.contains("Usage:")
                )
            }
        }
        for command in plainCommands { #expect(try run("help \(command.name)", on: cluster).output.contains("Usage:")) }
    }

    @Test(arguments: [
        ("st", ["status", "stop-node"]), ("resource st", ["status", "start", "stop"]),
        ("resource move g ", ["n1", "n2"]),
        ("resource stop ", ["g", "a", "b"]),
        ("configure primitive x ocf:h", ["ocf:heartbeat:Dummy", "ocf:heartbeat:IPaddr2", "ocf:heartbeat:apache"]),
        ("status --out", ["--output-as"]), ("help reso", ["resource"]), ("cib qu", ["query"]),
    ])
    func completion(_ line: String, _ expected: [String]) throws {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map { "'\($0)'" }.joined(
            separator: " ")
        let outcome = try run("__complete -- " + words, on: TestCluster(pair))
        #expect(outcome.output.split(separator: "\n").map(String.init) == expected)
    }

    @Test func eventsReadWell() throws {
        #expect(try run("events", on: TestCluster()).output.contains("node-lost            node=n2"))
    }
}
