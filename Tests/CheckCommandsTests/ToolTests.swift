import Synchronization
import Testing

@testable import CheckCommands

/// What a tool said and how it ended.
struct ToolRun: Equatable {
    var code: Int32
    var output: String
    var error: String
}

/// Runs a tool in a world of its own: noon of 2026-03-04, one hour east of UTC.
func run(
    _ tool: ([String], ToolConsole) -> Int32, _ words: [String], files: [String: String] = [:],
    cluster: Result<[UInt8], ToolCIBFailure> = .failure(.notConnected)
) -> ToolRun {
    let written = Mutex(["output": "", "error": ""])
    let console = ToolConsole(
        write: { stream, text in written.withLock { $0[stream == .output ? "output" : "error"]? += text } },
        save: { text, path in
            written.withLock { $0[path] = text }
            return true
        },
        read: { path in files[path].map { Array($0.utf8) } }, clusterCIB: { cluster },
        clock: { (1_772_625_600, 3600) })
    let code = tool(words, console)
    return written.withLock { ToolRun(code: code, output: $0["output"] ?? "", error: $0["error"] ?? "") }
}

@Suite struct DateToolTests {
    @Test func printsADateADurationAndTheirSum() {
        let result = run(runDateTool, ["-d", "2020-02-29 12:00:00 +05:30", "-D", "P1M", "-L"])
        #expect(
            result
                == ToolRun(
                    code: 0,
                    output: """
                        Date: 2020-02-29 12:00:00 +05:30
                        Duration:  1 month 
                        Duration ends at: 2020-03-29 12:00:00 +05:30

                        """, error: ""))
    }

    @Test func knowsThePresent() {
        #expect(run(runDateTool, ["-n"]).output == "Current date/time: 2026-03-04 12:00:00Z\n")
        #expect(run(runDateTool, ["--now", "-L"]).output == "Current date/time: 2026-03-04 13:00:00 +01:00\n")
    }

    @Test func secondsPrevailOverOtherForms() {
        #expect(run(runDateTool, ["-WOSs", "-d2005-01-01"]).output == "Date: 63240134400\n")
        #expect(run(runDateTool, ["-d", "2005-01-01", "-O", "-W"]).output == "Date: 2004-W53-6 00:00:00Z\n")
    }

    @Test func comparesWithWhatIsExpected() {
        #expect(run(runDateTool, ["-d", "2005-01-01", "--expected=2005-01-01 00:00:00z"]).code == 0)
        #expect(run(runDateTool, ["-d", "2005-01-01", "-E", "x"]).code == 1)
    }

    @Test func saysWhatIsWrong() {
        #expect(
            run(runDateTool, ["-V", "-d", "2005-13-01"])
                == ToolRun(
                    code: 2, output: "",
                    error: """
                        (parse_date) \terror: '2005-13-01' is not a valid ISO 8601 date/time specification because '13' is not a valid month
                        iso8601: Invalid date/time specified: 2005-13-01

                        """))
        #expect(run(runDateTool, ["-D", "PX"]).error == "iso8601: Invalid duration specified: PX\n")
        #expect(run(runDateTool, ["-q"]) == ToolRun(code: 64, output: "", error: "iso8601: Unknown option -q\n"))
        #expect(run(runDateTool, ["-d"]).error == "iso8601: Missing argument for -d\n")
    }

    @Test func helpIsLaidOutAsOptionParsersDo() {
        let lines = run(runDateTool, ["--help-modifiers"]).output.split(separator: "\n")
        #expect(lines.contains("  -s, --seconds               Show result as a seconds since 0000-001 00:00:00Z"))
        #expect(!lines.contains { $0.contains("--duration") })
    }
}

@Suite struct RuleToolTests {
    private func cib(_ rule: String) -> String {
        "<cib><configuration><constraints><rsc_location id='l' rsc='x'><rule id='r'>\(rule)</rule></rsc_location>"
            + "</constraints></configuration></cib>"
    }

    @Test(arguments: [
        ("<date_expression id='d' operation='lt' end='2012-01-01'/>", 110, "Rule r is expired\n", ""),
        ("<date_expression id='d' operation='gt' start='2040-01-01'/>", 111, "Rule r has not yet taken effect\n", ""),
        ("<date_expression id='d' operation='in_range' start='2019-01-01'/>", 0, "Rule r is still in effect\n", ""),
        (
            "<date_expression id='d' operation='date_spec'><date_spec id='s' years='2026' hours='13'/></date_expression>",
            0, "Rule r satisfies conditions\n", ""
        ),
        (
            "<date_expression id='d' operation='date_spec'><date_spec id='s' hours='13'/></date_expression>", 3, "",
            "Rule must either not use date_spec, or use date_spec with years= but not moon="
        ),
        ("<expression id='e' attribute='a' operation='defined'/>", 3, "", "Rule does not have a date expression"),
        ("<date_expression id='d' operation='lt' end='soon'/>", 112, "", "Error parsing rule"),
        (
            "<date_expression id='d' operation='lt' end='2012-01-01'/><rule id='q'><date_expression id='f'/></rule>", 3,
            "", "Rule has more than one date expression"
        ),
    ])
    func judges(_ rule: String, _ code: Int32, _ output: String, _ reason: String) {
        let result = run(runRuleTool, ["-c", "-r", "r", "-X", cib(rule)])
        let error = reason.isEmpty ? "" : "Could not determine whether rule r is in effect: \(reason)\n"
        #expect(result == ToolRun(code: code, output: output, error: error))
    }

    @Test func rulesMayBeAnywhereButOnce() {
        let rule = "<rule id='r'><date_expression id='d' operation='lt' end='2012-01-01'/></rule>"
        let options = "<crm_config><cluster_property_set id='c'>\(rule)</cluster_property_set></crm_config>"
        func code(_ content: String) -> Int32 {
            run(runRuleTool, ["-c", "-r", "r", "-X", "<cib><configuration>\(content)</configuration></cib>"]).code
        }
        #expect(code(options) == 110)
        #expect(code(options + "<constraints><rsc_location id='l' rsc='x'>\(rule)</rsc_location></constraints>") == 109)
        #expect(code("<constraints/>") == 105)
    }

    @Test func aConditionWithoutAnIdIsMalformed() {
        #expect(
            run(runRuleTool, ["-c", "-r", "r", "-X", cib("<date_expression operation='lt' end='2012-01-01'/>")]).code
                == 112)
    }

    @Test func theDateMayBeAnother() {
        let text = cib("<date_expression id='d' operation='lt' end='2012-01-01'/>")
        #expect(run(runRuleTool, ["-c", "-r", "r", "-X", text, "-d", "2011-12-31"]).code == 0)
        #expect(
            run(runRuleTool, ["-c", "-r", "r", "-X", text, "-d", "x"]).error
                == "crm_rule: Invalid date specified: 'x'\n")
    }

    @Test func answersInXML() {
        let text = cib("<date_expression id='d' operation='lt' end='soon'/>")
        let result = run(runRuleTool, ["-c", "-r", "r", "-X", "-", "--output-as=xml"], files: ["-": text])
        #expect(
            result.output == """
                <pacemaker-result api-version="2.25" request="crm_rule -c -r r -X - --output-as=xml">
                  <rule-check rule-id="r" rc="112"/>
                  <status code="112" message="Could not determine status">
                    <errors>
                      <error>Could not determine whether rule r is in effect: Error parsing rule</error>
                    </errors>
                  </status>
                </pacemaker-result>

                """)
        #expect(result.error.isEmpty)
    }

    @Test func needsARuleAndAConfiguration() {
        #expect(
            run(runRuleTool, ["-c"])
                == ToolRun(code: 64, output: "", error: "crm_rule: --check requires use of --rule=\n"))
        #expect(run(runRuleTool, []).error == "crm_rule: No mode operation given\n")
        #expect(run(runRuleTool, ["-c", "-r", "r", "-X", "<a"]).code == 65)
        #expect(
            run(runRuleTool, ["-c", "-r", "r"], cluster: .failure(.noInput))
                == ToolRun(code: 66, output: "", error: "CIB query failed: Input file not available\n"))
        #expect(run(runRuleTool, ["-c", "-r", "r"]).code == 102)
    }
}
