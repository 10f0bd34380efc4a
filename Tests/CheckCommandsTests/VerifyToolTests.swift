import Testing

@testable import CheckCommands

private func cib(
    options: String = "<nvpair id='o' name='stonith-enabled' value='false'/>", resources: String = "",
    constraints: String = "", schema: String = "pacemaker-3.9", status: String = ""
) -> String {
    """
    <cib validate-with='\(schema)' epoch='1' num_updates='0' admin_epoch='0'><configuration>
    <crm_config><cluster_property_set id='c'>\(options)</cluster_property_set></crm_config>
    <nodes><node id='1' uname='n1'/></nodes>
    <resources>\(resources)</resources>
    <constraints>\(constraints)</constraints></configuration>\(status)</cib>
    """
}

private let web = "<primitive id='web' class='lsb' type='x'/>"

private func verify(_ text: String, _ words: String...) -> ToolRun {
    run(runVerifyTool, ["-x", "cib.xml"] + words, files: ["cib.xml": text])
}

private let faulty = "crm_verify: Errors found during check: config not valid\n"

@Suite struct VerifyToolTests {
    @Test func aSoundConfigurationIsPassedInSilence() {
        #expect(verify(cib(resources: web)) == ToolRun(code: 0, output: "", error: ""))
    }

    @Test func withoutFencingNothingStarts() {
        #expect(verify(cib(options: "")).error == faulty + "-V may provide more details\n")
        #expect(
            verify(cib(options: ""), "-V")
                == ToolRun(
                    code: 78, output: "",
                    error: """
                        (unpack_resources) \terror: Resource start-up disabled since no STONITH resources have been defined
                        (unpack_resources) \terror: Either configure some or disable STONITH with the stonith-enabled option
                        (unpack_resources) \terror: NOTE: Clusters with shared data need STONITH to ensure data integrity

                        """ + faulty))
    }

    /// Bad XML, bad schema, bad references, bad scores, ids given twice: file, line, what and what was expected.
    @Test(arguments: [
        ("<cib\n", "cib.xml:2: parser error : Couldn't find end of Start Tag cib line 1", false),
        (
            cib(resources: "<machine id='m'/>"),
            "cib.xml:4: machine id=\"m\" is not allowed in resources by pacemaker-3.9: expected primitive, group, clone, "
                + "master, template or bundle", true
        ),
        (
            cib(constraints: "<rsc_location id='l' rsc='ghost' node='n1' score='1'/>"),
            "cib.xml:5: rsc_location id=\"l\" names rsc=\"ghost\", which does not exist", true
        ),
        (
            cib(resources: web, constraints: "<rsc_location id='l' rsc='web' node='n1' score='much'/>"),
            "cib.xml:5: rsc_location id=\"l\" has score=\"much\": expected a whole number, INFINITY, +INFINITY or -INFINITY",
            true
        ),
        (
            cib(resources: web + web), "cib.xml:4: primitive id=\"web\" has the id of another element, a primitive",
            true
        ),
        (
            cib(schema: "pacemaker-9.9"),
            "cib.xml:1: cib has validate-with=\"pacemaker-9.9\", a schema that is not known here", true
        ),
    ])
    func whatBreaksTheLanguageIsNamed(_ text: String, _ first: String, _ isXML: Bool) {
        let result = verify(text, "-V")
        let lines = result.error.split(separator: "\n").map(String.init)
        #expect(result.code == 78 && lines.first == first)
        #expect(lines.contains("(main) \terror: CIB did not pass schema validation") == isXML)
        #expect(lines.last.map { $0 + "\n" } == faulty)
    }

    @Test(arguments: [
        (
            cib(
                resources: "<primitive id='p' class='lsb' type='x'><meta_attributes id='m'>"
                    + "<nvpair id='n' name='requires' value='fencing'/></meta_attributes></primitive>"),
            "(unpack_requires) \twarning: p requires fencing but fencing is disabled", "Warnings"
        ),
        (
            cib(options: "<nvpair id='o' name='stonith-enabled' value='perhaps'/>"),
            "(cluster_option_value) \terror: Using default value for cluster option 'stonith-enabled' because 'perhaps' is "
                + "invalid", "Errors"
        ),
        (
            cib(
                resources: web,
                constraints: "<rsc_order id='o1' first='web' then='web' kind='Serialize' symmetrical='true'/>"),
            "(get_ordering_symmetry) \twarning: Ignoring symmetrical for 'o1' because not valid with kind of 'Serialize'",
            "Warnings"
        ),
        (
            cib(resources: web, constraints: "<rsc_colocation id='k' rsc='web' with-rsc='k' score='1'/>"),
            "(unpack_colocation_tags) \terror: Ignoring constraint 'k' because 'k' is not a valid resource or tag",
            "Errors"
        ),
        (
            cib(resources: web, status: "<status><node_state id='9' uname='n9'/></status>"),
            "(unpack_node_state) \twarning: Ignoring recorded node state for 'n9' because it is no longer in the configuration",
            "Warnings"
        ),
    ])
    func whatIsProbablyNotMeantIsSaid(_ text: String, _ line: String, _ kind: String) {
        let result = verify(text, "-VV")
        #expect(result.code == 78)
        #expect(result.error.contains(line + "\n") && result.error.contains("crm_verify: \(kind) found during check"))
    }

    @Test func aBadDateIsLoggedAndTheRuleNotInEffect() {
        let rule = "<rule id='r' score='1'><date_expression id='d' operation='lt' end='soon'/></rule>"
        let result = verify(
            cib(resources: web, constraints: "<rsc_location id='l' rsc='web'>\(rule)</rsc_location>"), "-V")
        #expect(result.error == "(parse_date) \terror: 'soon' is not a valid ISO 8601 date/time specification\n")
        #expect(result.code == 0)
    }

    @Test func oldSchemasAreUpgradedFirst() {
        let old = cib(options: "<nvpair id='o' name='stonith_enabled' value='false'/>", schema: "pacemaker-2.3")
        #expect(verify(old).code == 0)
        #expect(verify(cib(schema: "none")).error.hasPrefix("Schema validation of configuration is disabled"))
    }

    @Test func sourcesAndTheirAbsence() {
        #expect(run(runVerifyTool, ["-X", cib()]).code == 0)
        #expect(run(runVerifyTool, ["-p"], files: ["-": cib()]).code == 0)
        #expect(run(runVerifyTool, ["-L"], cluster: .success(Array(cib().utf8))).code == 0)
        #expect(run(runVerifyTool, ["-L"], cluster: .failure(.noInput)).code == 66)
        #expect(run(runVerifyTool, ["-x", "none"]).error == "crm_verify: Couldn't parse input file: none\n")
        #expect(run(runVerifyTool, ["-X", "<a/>"]).code == 76)
        #expect(run(runVerifyTool, []).code == 1)
    }
}
