/// The language of the CIB in one version: which elements and attributes may stand where, as a RELAX NG schema.
///
/// One text for all versions: what a version added or removed is said where it stands, with `since` and `before`. That
/// every reference names an id of the configuration is left to `ReferenceCheck`; the status section is not checked: no person
/// writes it, and it changes all the time.
///
/// - Source: Pacemaker Explained; Pacemaker's schemas for names, values and the versions that have them.
struct CIBGrammar {
    let version: SchemaVersion

    init(_ version: SchemaVersion) { self.version = version }

    /// The schema in RELAX NG's XML syntax.
    var text: String {
        """
        <grammar xmlns="http://relaxng.org/ns/structure/1.0"
                 datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
        \(document)
        \(types)
        \(nameValueSets)
        \(rules)
        \(resources)
        \(bundles)
        \(constraints)
        \(nodesAndFencing)
        \(accessRules)
        \(tagsAndAlerts)
        </grammar>
        """
    }

    /// The text from a version on.
    func since(_ major: Int, _ minor: Int, _ text: String) -> String {
        version >= SchemaVersion(major, minor) ? text : ""
    }

    /// The text in all versions before one.
    func before(_ major: Int, _ minor: Int, _ text: String) -> String {
        version < SchemaVersion(major, minor) ? text : ""
    }

    func optional(_ attributes: String...) -> String {
        attributes.map { "<optional><attribute name=\"\($0)\"/></optional>" }.joined()
    }

    func values(_ values: [String]) -> String {
        "<choice>" + values.map { "<value>\($0)</value>" }.joined() + "</choice>"
    }

    /// A name that is none of these.
    func nameExcept(_ names: [String]) -> String {
        "<attribute name=\"name\"><data type=\"string\"><except>" + values(names) + "</except></data></attribute>"
    }

    private var document: String {
        """
        <start>
          <element name="cib">
            <attribute name="epoch"><ref name="count"/></attribute>
            <attribute name="num_updates"><ref name="count"/></attribute>
            <attribute name="admin_epoch"><ref name="count"/></attribute>
            \(optional("validate-with", "crm_feature_set", "cib-last-written", "dc-uuid"))
            \(since(1, 2, optional("update-origin", "update-client", "update-user", "execution-date")))
            <optional><attribute name="have-quorum"><ref name="flag"/></attribute></optional>
            <optional><attribute name="no-quorum-panic"><ref name="flag"/></attribute></optional>
            <optional><attribute name="remote-tls-port"><ref name="count"/></attribute></optional>
            <optional><attribute name="remote-clear-port"><ref name="count"/></attribute></optional>
            <ref name="configuration"/>
            <optional><element name="status"><empty/></element></optional>
          </element>
        </start>
        <define name="configuration">
          <element name="configuration">
            <interleave>
              <element name="crm_config">
                <zeroOrMore><element name="cluster_property_set"><ref name="cluster-values"/></element></zeroOrMore>
              </element>
              <optional><element name="rsc_defaults"><ref name="resource-defaults"/></element></optional>
              <optional><element name="op_defaults"><ref name="operation-defaults"/></element></optional>
              <ref name="nodes"/>
              <ref name="resources"/>
              <ref name="constraints"/>
              \(since(1, 2, "<optional><ref name=\"fencing-topology\"/></optional>"))
              \(since(1, 2, "<optional><ref name=\"acls\"/></optional>"))
              \(since(1, 3, "<optional><ref name=\"tags\"/></optional>"))
              \(since(2, 5, "<optional><ref name=\"alerts\"/></optional>"))
            </interleave>
          </element>
        </define>
        """
    }

    private var types: String {
        """
        <define name="count"><data type="nonNegativeInteger"/></define>
        <define name="flag"><data type="boolean"/></define>
        <define name="id"><attribute name="id"><data type="ID"/></attribute></define>
        <define name="id-ref"><attribute name="id-ref"><data type="NCName"/></attribute></define>
        <define name="reference"><attribute name="id"><data type="NCName"/></attribute></define>
        <define name="description">\(optional("description"))</define>
        <define name="score">
          <attribute name="score">
            <choice>
              <data type="integer"/>
              <value>INFINITY</value><value>+INFINITY</value><value>-INFINITY</value>
            </choice>
          </attribute>
        </define>
        <define name="role-name">
          <choice>
            <value>Stopped</value><value>Started</value><value>Master</value><value>Slave</value>
            \(since(3, 7, "<value>Promoted</value><value>Unpromoted</value>"))
          </choice>
        </define>
        """
    }
}
