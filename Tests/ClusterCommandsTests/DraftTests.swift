import CIB
import Testing
import XMLTree

@testable import ClusterCommands

@Suite struct DraftTests {
    @Test func deletingTakesReferencesAlong() throws {
        let cluster = try TestCluster([wholeConfiguration])
        var draft = ConfigurationDraft(cluster.stored)
        let gone = try draft.delete("cl")
        #expect(gone.contains("c") && gone.contains("o") && gone.contains("o5"))
        #expect(draft.resource("d") != nil, "the clone's resource stays")
        #expect(draft.configuration.firstDescendant(id: "l5")?.child("resource_set")?.children.map(\.id) == ["g"])
    }

    @Test func theLastMemberTakesItsGroupAlong() throws {
        var draft = ConfigurationDraft(
            try TestCluster(["primitive a ocf:heartbeat:Dummy", "group g a", "location l g 1: n1"]).stored)
        #expect(try draft.delete("a") == ["g", "l"])
        #expect(draft.resourceIDs.isEmpty)
    }

    @Test func aRenameReachesReferencesAndGeneratedIds() throws {
        var draft = ConfigurationDraft(try TestCluster([wholeConfiguration]).stored)
        try draft.rename("g", to: "services")
        #expect(draft.configuration.firstDescendant(id: "l")?["rsc"] == "services")
        #expect(draft.configuration.firstDescendant(id: "services-meta_attributes-target-role") != nil)
        #expect(throws: CommandFailure.self) { try draft.rename("services", to: "vip") }
    }

    @Test func membersMoveIntoTheirGroup() throws {
        let draft = ConfigurationDraft(
            try TestCluster(["primitive a ocf:heartbeat:Dummy", "primitive b ocf:heartbeat:Dummy", "group g a b"])
                .stored)
        #expect(draft.configuration.child("resources")?.children.map(\.id) == ["g"])
        #expect(draft.container(of: "b")?.id == "g")
    }

    @Test(arguments: ["group h a", "group h nobody", "clone k a", "primitive a ocf:heartbeat:Dummy", "group h g"])
    func whatCannotBeIsRefused(_ line: String) throws {
        var draft = ConfigurationDraft(try TestCluster(["primitive a ocf:heartbeat:Dummy", "group g a"]).stored)
        #expect(throws: CommandFailure.self) { try draft.add(try parseStatement(try splitLines(line)[0].words)) }
    }

    @Test func replacingKeepsIdsOfWhatStays() throws {
        let xml = """
            <primitive id="a" class="ocf" provider="heartbeat" type="Dummy"><instance_attributes id="own"><nvpair id="own-state" \
            name="state" value="1"/></instance_attributes></primitive>
            """
        var draft = ConfigurationDraft(try TestCluster(["xml '\(xml)'"]).stored)
        try draft.add(
            try parseStatement(["primitive", "a", "ocf:heartbeat:Dummy", "params", "state=2", "fake=3"]), .replace)
        let set = draft.resource("a")?.child("instance_attributes")
        #expect(set?.id == "own")
        #expect(set?.children.map(\.id) == ["own-state", "own-fake"])
        #expect(set?.children.map { $0["value"] } == ["2", "3"])
    }

    @Test func aPlanTouchesOnlyWhatChanged() throws {
        let cluster = try TestCluster([wholeConfiguration])
        var draft = ConfigurationDraft(cluster.stored)
        try draft.setValue("target-role", "Stopped", in: "meta_attributes", ofResource: "s1")
        try draft.add(try parseStatement(["location", "new", "g", "1:", "n2"]))
        _ = try draft.delete("l")
        let plan = draft.plan
        #expect(!plan.needsSameVersion)
        #expect(plan.operations.count == 3)
        _ = try cluster.change(plan.operations, expecting: nil)
        #expect(cluster.stored.configuration == draft.configuration)
    }

    @Test func aPlanThatReordersNeedsTheSameVersion() throws {
        let cluster = try TestCluster([
            "primitive z ocf:heartbeat:Dummy", "primitive a ocf:heartbeat:Dummy", "primitive b ocf:heartbeat:Dummy",
        ])
        var draft = ConfigurationDraft(cluster.stored)
        try draft.add(try parseStatement(["group", "g", "z", "a"]))
        let plan = draft.plan
        #expect(plan.needsSameVersion)
        _ = try cluster.change(plan.operations, expecting: cluster.stored.version)
        #expect(cluster.stored.configuration == draft.configuration)
    }
}
