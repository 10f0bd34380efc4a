import Testing
import XMLTree

@testable import CIB

/// The parts of a resource section that a version brought or took away.
private let resources: [(since: SchemaVersion, before: SchemaVersion?, text: String)] = [
    (.init(1, 0), nil, "<primitive id='a' class='lsb' type='x'/>"),
    (.init(1, 0), .init(4, 0), "<master id='m'><primitive id='a' class='lsb' type='x'/></master>"),
    (.init(1, 0), .init(4, 0), "<primitive id='a' class='upstart' type='x'/>"),
    (.init(1, 2), nil, "<template id='t' class='lsb' type='x'/>"),
    (.init(1, 2), nil, "<primitive id='a' class='systemd' type='x'/>"),
    (.init(1, 0), .init(3, 0), op("requires='quorum'")), (.init(1, 3), .init(3, 0), op("requires='unfencing'")),
    (.init(1, 2), nil, op("on-fail='restart-container'")), (.init(3, 4), nil, op("on-fail='demote'")),
    (.init(3, 7), nil, op("role='Promoted'")), (.init(2, 8), nil, "<bundle id='b'><docker image='i'/></bundle>"),
    (.init(2, 10), .init(4, 0), "<bundle id='b'><rkt image='i'/></bundle>"),
    (.init(3, 2), nil, "<bundle id='b'><podman image='i'/></bundle>"),
    (.init(3, 0), nil, "<bundle id='b'><docker image='i' promoted-max='1'/></bundle>"),
    (.init(2, 8), .init(4, 0), "<bundle id='b'><docker image='i' masters='1'/></bundle>"),
    (.init(1, 0), .init(4, 0), meta("restart-type", "ignore")),
]

private func op(_ attribute: String) -> String {
    "<primitive id='a' class='lsb' type='x'><operations><op id='o' name='start' interval='0' \(attribute)/></operations></primitive>"
}

private func meta(_ name: String, _ value: String) -> String {
    "<primitive id='a' class='lsb' type='x'><meta_attributes id='m'><nvpair id='n' name='\(name)' value='\(value)'/>"
        + "</meta_attributes></primitive>"
}

private let constraints: [(since: SchemaVersion, before: SchemaVersion?, text: String)] = [
    (.init(1, 0), nil, "<rsc_location id='l' rsc='web' node='n' score='1'/>"),
    (.init(2, 2), nil, "<rsc_location id='l' rsc='web' node='n' score='1' resource-discovery='never'/>"),
    (.init(2, 6), nil, "<rsc_location id='l' rsc-pattern='x' node='n' score='1'/>"),
    (.init(1, 2), nil, "<rsc_ticket id='t' ticket='T' rsc='web'/>"),
    (.init(2, 3), nil, "<rsc_order id='o' first='web' then='web' require-all='true'/>"),
    (.init(1, 0), .init(3, 0), "<rsc_colocation id='c' rsc='web' with-rsc='web' score-attribute='x'/>"),
    (.init(3, 6), nil, "<rsc_colocation id='c' rsc='web' with-rsc='web' influence='true'/>"),
    (.init(1, 0), .init(4, 0), location("<rule id='r' score='1'>\(date)</rule><rule id='q' score='1'>\(date2)</rule>")),
    (.init(3, 9), nil, location("<rule id='r'>\(date)</rule>")),
    (.init(1, 0), .init(4, 0), location("<rule id='r' score='1'>\(specification("moon='1'"))</rule>")),
    (.init(3, 9), nil, location("<rule id='r' score='1'>\(specification("seconds='1'"))</rule>")),
    (.init(3, 5), nil, location("<rule id='r' score='1'><rsc_expression id='x' class='ocf'/></rule>")),
    (
        .init(2, 9), nil,
        location(
            "<rule id='r' score='1'><expression id='e' attribute='a' operation='eq' value='v' value-source='meta'/></rule>"
        )
    ),
    (
        .init(1, 0), .init(4, 0),
        "<rsc_order id='o' first='web' then='web'><lifetime><rule id='r' score='1'>\(date)</rule></lifetime></rsc_order>"
    ),
]

private let date = "<date_expression id='d' operation='lt' end='2030-01-01'/>"
private let date2 = "<date_expression id='d2' operation='lt' end='2030-01-01'/>"
private func location(_ rules: String) -> String { "<rsc_location id='l' rsc='web'>\(rules)</rsc_location>" }
private func specification(_ field: String) -> String {
    "<date_expression id='d' operation='date_spec'><date_spec id='s' \(field)/></date_expression>"
}

@Suite struct GrammarTests {
    @Test func everyVersionIsASchemaThatTheSmallestCIBConformsTo() {
        for version in SchemaVersion.all {
            #expect(SchemaCheck(cib(attributes: "validate-with='\(version)'").root).conforms(to: version), "\(version)")
        }
    }

    /// What the explaining reader objects to, the validator objects to, and the other way round.
    @Test func whatAVersionBroughtIsAllowedFromItOn() throws {
        let web = "<primitive id='web' class='lsb' type='x'/>"
        let samples =
            resources.map { ($0.since, $0.before, cib(resources: $0.text)) }
            + constraints.map { ($0.since, $0.before, cib(resources: web, constraints: $0.text)) }
        for (since, before, document) in samples {
            for version in SchemaVersion.all {
                let isAllowed = version >= since && before.map { version < $0 } ?? true
                let violation = SchemaCheck(document.root).violation(of: version)
                #expect((violation == nil) == isAllowed, "\(version): \(document.configuration.compact())")
                if let violation { #expect(violation.line > 0 && violation.elementID != nil, "\(violation)") }
            }
        }
    }

    @Test(arguments: [
        ("stonith_enabled", "pacemaker-3.9", false), ("stonith_enabled", "pacemaker-2.10", true),
        ("stonith_enabled", "pacemaker-4.0", true), ("crmd-transition-delay", "pacemaker-3.10", true),
        ("crmd-transition-delay", "pacemaker-4.0", false), ("my-own", "pacemaker-4.0", true),
    ])
    func formerOptionsAreRefused(_ name: String, _ schema: String, _ isAllowed: Bool) throws {
        let options = "<cluster_property_set id='s'><nvpair id='n' name='\(name)' value='1'/></cluster_property_set>"
        let version = try #require(SchemaVersion(named: schema))
        #expect(SchemaCheck(cib(options: options).root).conforms(to: version) == isAllowed)
    }

    /// What 3.0 took away, 4.0 leaves to whoever wants a meta attribute of that name.
    @Test func isolationIsRefusedIn3Only() {
        let document = cib(resources: meta("isolation", "1")).root
        for version in SchemaVersion.all {
            #expect(SchemaCheck(document).conforms(to: version) == (version.major != 3), "\(version)")
        }
    }
}
