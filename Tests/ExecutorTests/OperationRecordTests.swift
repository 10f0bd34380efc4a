import Agents
import ClusterTypes
import Executor
import Testing
import XMLTree

@Suite struct OperationRecordTests {
    private func record(
        _ request: OperationRequest, _ status: ExecutionStatus = .done, _ code: ResultCode = .ok, reason: String = ""
    ) -> [XMLElement] {
        OperationRecord(
            OperationResult(
                request: request, callID: 12, status: status, code: code, exitReason: reason,
                lastRun: WallTime(seconds: 100), lastChange: WallTime(seconds: 200), executionTime: .milliseconds(31),
                queueTime: .milliseconds(2)),
            node: "n1"
        ).elements
    }

    @Test func aSuccessIsWrittenAsTheIncumbentWritesIt() {
        let key = request("start").transitionKey
        #expect(
            record(request("start")).map { $0.compact() } == [
                "<lrm_rsc_op id=\"d_last_0\" operation_key=\"d_start_0\" operation=\"start\" crm-debug-origin=\"lockstep\""
                    + " crm_feature_set=\"3.16.1\" transition-key=\"\(key)\" transition-magic=\"0:0;\(key)\" exit-reason=\"\""
                    + " on_node=\"n1\" call-id=\"12\" rc-code=\"0\" op-status=\"0\" interval=\"0\" last-rc-change=\"100\""
                    + " exec-time=\"31\" queue-time=\"2\" op-digest=\"\"/>"
            ])
    }

    @Test func entriesHaveTheirPlaces() {
        #expect(record(request("monitor", interval: 10_000)).map(\.id) == ["d_monitor_10000"])
        #expect(record(request("monitor", expected: 7), .done, .notRunning).map(\.id) == ["d_last_0"])
        #expect(record(request("start"), .done, .genericError).map(\.id) == ["d_last_failure_0", "d_last_0"])
        #expect(
            record(request("monitor", interval: 10_000), .timedOut, .genericError).map(\.id) == ["d_last_failure_0"])
        #expect(record(request("start"), .pending, .unknown).map(\.id) == ["d_last_0"])
        #expect(record(request("migrate_to"), .done, .genericError).map(\.id) == ["d_migrate_to_0"])
        let notify = request(
            "notify", [.init("CRM_meta_notify_type", "post"), .init("CRM_meta_notify_operation", "start")])
        #expect(record(notify, .done, .genericError).map(\.id) == ["d_post_notify_start_0"])
        #expect(record(notify, .done, .genericError).map { $0["rc-code"] } == ["0"])
    }

    @Test func onlyFailuresHaveAReason() {
        #expect(
            record(request("start"), .done, .genericError, reason: "no disk").map { $0["exit-reason"] } == [
                "no disk", "no disk",
            ])
        #expect(
            record(request("monitor", expected: 7), .done, .notRunning, reason: "no disk").map { $0["exit-reason"] }
                == [""])
    }

    @Test func aRecurringEntryTellsWhenItsResultChanged() {
        #expect(record(request("monitor", interval: 10_000)).map { $0["last-rc-change"] } == ["200"])
    }

    @Test func aReloadLeavesTheResourceStarted() {
        #expect(record(request("reload-agent")).map { $0["operation_key"] } == ["d_start_0"])
        #expect(record(request("reload-agent"), .timedOut, .genericError).first?["operation"] == "monitor")
    }

    @Test func transitionKeysFromElsewhereNeverTrap() {
        for key in ["", ":", "1:2:99999999999999:x", "a:b:c"] {
            let request = OperationRequest(
                resource: "d", agent: dummy, operation: "start",
                attributes: [.init("CRM_meta_timeout", "99999999999999999999"), .init("CRM_meta_interval", "-5")],
                transitionKey: key)
            #expect(request.expectedCode == .ok)
            #expect(request.timeout == .seconds(20) && request.interval == .zero)
        }
    }

    @Test func timesThatAreNoTimesStayInARangeThatClocksCanAdd() {
        let huge = XMLElement.Attribute("CRM_meta_start_delay", "9223372036854775807")
        #expect(request("start", [huge]).startDelay == .milliseconds(4_294_967_295))
    }
}
