extension CIBGrammar {
    /// Nodes and the topology of fencing.
    var nodesAndFencing: String {
        let types =
            ["member"] + (version < SchemaVersion(3, 0) ? ["normal"] : [])
            + (version < SchemaVersion(4, 0) ? ["ping"] : []) + (version >= SchemaVersion(1, 3) ? ["remote"] : [])
        let type = "<attribute name=\"type\">\(values(types))</attribute>"
        return """
            <define name="nodes">
              <element name="nodes">
                <zeroOrMore>
                  <element name="node">
                    <attribute name="id"/>
                    <attribute name="uname"/>
                    <ref name="description"/>
                    \(before(1, 2, type))
                    \(since(1, 2, "<optional>\(type)</optional>"))
                    \(since(1, 2, "<optional><ref name=\"score\"/></optional>"))
                    <zeroOrMore>
                      <choice>
                        <element name="instance_attributes"><ref name="values"/></element>
                        \(since(1, 2, "<element name=\"utilization\"><ref name=\"values\"/></element>"))
                      </choice>
                    </zeroOrMore>
                  </element>
                </zeroOrMore>
              </element>
            </define>
            \(since(1, 2, fencingTopology))
            """
    }

    private var fencingTopology: String {
        """
        <define name="fencing-topology">
          <element name="fencing-topology">
            <zeroOrMore>
              <element name="fencing-level">
                <ref name="id"/>
                <attribute name="index">
                  <data type="positiveInteger">\(since(4, 0, "<param name=\"maxInclusive\">9</param>"))</data>
                </attribute>
                <attribute name="devices">
                  <data type="string">
                    <param name="pattern">[a-zA-Z0-9_.\\-]+(,[a-zA-Z0-9_.\\-]+)*</param>
                  </data>
                </attribute>
                <choice>
                  <attribute name="target"/>
                  <attribute name="target-pattern"/>
                  \(since(2, 4, "<group><attribute name=\"target-attribute\"/><attribute name=\"target-value\"/></group>"))
                </choice>
              </element>
            </zeroOrMore>
          </element>
        </define>
        """
    }

    /// Who may read and write what.
    var accessRules: String {
        guard version >= SchemaVersion(1, 2) else { return "" }
        return version < SchemaVersion(2, 0) ? accessRulesOf1 : accessRulesSince2
    }

    private var accessRulesOf1: String {
        """
        <define name="acls">
          <element name="acls">
            <zeroOrMore>
              <choice>
                <element name="acl_user">
                  <ref name="id"/>
                  <choice>
                    <zeroOrMore><element name="role_ref"><ref name="reference"/></element></zeroOrMore>
                    <zeroOrMore><ref name="permission"/></zeroOrMore>
                  </choice>
                </element>
                <element name="acl_role"><ref name="id"/><zeroOrMore><ref name="permission"/></zeroOrMore></element>
              </choice>
            </zeroOrMore>
          </element>
        </define>
        <define name="permission">
          <element>
            <choice><name>read</name><name>write</name><name>deny</name></choice>
            <ref name="id"/>
            <choice>
              <group>
                <attribute name="tag"/>
                <optional><attribute name="ref"><data type="NCName"/></attribute></optional>
              </group>
              <attribute name="ref"><data type="NCName"/></attribute>
              <attribute name="xpath"/>
            </choice>
            \(optional("attribute"))
          </element>
        </define>
        """
    }

    private var accessRulesSince2: String {
        let name = since(3, 8, optional("name"))
        let roles = "<zeroOrMore><element name=\"role\"><ref name=\"reference\"/></element></zeroOrMore>"
        return """
            <define name="acls">
              <element name="acls">
                <zeroOrMore>
                  <choice>
                    <element name="acl_target"><attribute name="id"/>\(name)\(roles)</element>
                    <element name="acl_group"><ref name="id"/>\(name)\(roles)</element>
                    <element name="acl_role">
                      <ref name="id"/>
                      <ref name="description"/>
                      <zeroOrMore><ref name="permission"/></zeroOrMore>
                    </element>
                  </choice>
                </zeroOrMore>
              </element>
            </define>
            <define name="permission">
              <element name="acl_permission">
                <ref name="id"/>
                <ref name="description"/>
                <attribute name="kind">\(values(["read", "write", "deny"]))</attribute>
                <choice>
                  <attribute name="xpath"/>
                  <attribute name="reference"><data type="NCName"/></attribute>
                  <group><attribute name="object-type"/>\(optional("attribute"))</group>
                </choice>
              </element>
            </define>
            """
    }

    /// Tags and alerts.
    var tagsAndAlerts: String {
        since(1, 3, tags) + since(2, 5, alerts)
    }

    private var tags: String {
        """
        <define name="tags">
          <element name="tags">
            <zeroOrMore>
              <element name="tag">
                <ref name="id"/>
                <oneOrMore>
                  <element name="obj_ref">\(version < SchemaVersion(3, 3) ? "<ref name=\"reference\"/>" : "<attribute name=\"id\"/>")</element>
                </oneOrMore>
              </element>
            </zeroOrMore>
          </element>
        </define>
        """
    }

    private var alerts: String {
        let sets = """
            <zeroOrMore>
              <choice>
                <element name="meta_attributes"><ref name="alert-values"/></element>
                <element name="instance_attributes"><ref name="alert-values"/></element>
              </choice>
            </zeroOrMore>
            """
        let recipients = """
            <zeroOrMore>
              <element name="recipient"><ref name="id"/><ref name="description"/><attribute name="value"/>\(sets)</element>
            </zeroOrMore>
            """
        let content =
            version < SchemaVersion(2, 10)
            ? sets + recipients : "<interleave>\(sets)<optional>\(alertSelection)</optional>\(recipients)</interleave>"
        return """
            <define name="alerts">
              <element name="alerts">
                <zeroOrMore>
                  <element name="alert"><ref name="id"/><ref name="description"/><attribute name="path"/>\(content)</element>
                </zeroOrMore>
              </element>
            </define>
            """
    }

    private var alertSelection: String {
        """
        <element name="select">
          <interleave>
            <optional>
              <element name="select_attributes">
                <zeroOrMore><element name="attribute"><ref name="id"/><attribute name="name"/></element></zeroOrMore>
              </element>
            </optional>
            <optional><element name="select_fencing"><empty/></element></optional>
            <optional><element name="select_nodes"><empty/></element></optional>
            <optional><element name="select_resources"><empty/></element></optional>
          </interleave>
        </element>
        """
    }
}
