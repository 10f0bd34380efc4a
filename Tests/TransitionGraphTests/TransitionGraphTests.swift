import Testing
import XMLTree

@testable import TransitionGraph

@Suite struct TransitionGraphTests {
    private let document = """
        <transition_graph cluster-delay="60s" transition_id="4">
          <synapse id="0" priority="5">
            <action_set>
              <rsc_op id="2" operation="start" operation_key="web_start_0" on_node="a" on_node_uuid="1">
                <primitive id="web" class="ocf" provider="lockstep" type="Dummy"/>
                <attributes CRM_meta_timeout="20000" state="x"/>
              </rsc_op>
            </action_set>
            <inputs>
              <trigger>
                <crm_event id="1" operation="stonith" operation_key="stonith-b-reboot" on_node="b" on_node_uuid="2"/>
              </trigger>
            </inputs>
          </synapse>
          <synapse id="1">
            <action_set>
              <crm_event id="1" operation="stonith" operation_key="stonith-b-reboot" on_node="b" on_node_uuid="2">
                <downed>
                  <node id="2"/>
                </downed>
              </crm_event>
            </action_set>
            <inputs/>
          </synapse>
        </transition_graph>

        """

    @Test func whatWasReadIsWrittenAgain() throws {
        let graph = try TransitionGraph(xml: XMLElement(parsing: document))
        #expect(graph.actions.map(\.operationKey) == ["web_start_0", "stonith-b-reboot"])
        #expect(graph.synapses.first?.inputs == [TransitionGraph.ActionID(1)])
        #expect(graph.actions.first?["CRM_meta_timeout"] == "20000")
        #expect(graph.xml.formatted() == document)
    }

    @Test(arguments: [
        ("<graph/>", "expected transition_graph"),
        ("<transition_graph><synapse id=\"x\"/></transition_graph>", "is not a number"),
        (
            "<transition_graph><synapse id=\"0\"><action_set/><inputs><trigger><rsc_op id=\"9\"/></trigger></inputs></synapse></transition_graph>",
            "which no synapse holds"
        ),
    ])
    func malformedGraphsAreRefusedWithAReason(text: String, reason: String) throws {
        let element = try XMLElement(parsing: text)
        let failure = #expect(throws: XMLFailure.self) { try TransitionGraph(xml: element) }
        #expect(failure?.message.contains(reason) == true)
    }
}
