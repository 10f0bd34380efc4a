extension CIBGrammar {
    /// Locations, colocations, orders, tickets.
    var constraints: String {
        """
        <define name="constraints">
          <element name="constraints">
            <zeroOrMore>
              <choice>
                \(location)
                \(colocation)
                \(order)
                \(since(1, 2, ticket))
              </choice>
            </zeroOrMore>
          </element>
        </define>
        <define name="lifetime">
          \(before(4, 0, "<optional><element name=\"lifetime\"><oneOrMore><ref name=\"constraint-rule\"/></oneOrMore></element></optional>"))
          \(since(4, 0, "<empty/>"))
        </define>
        <define name="action-name">
          <choice><value>start</value><value>stop</value><value>promote</value><value>demote</value></choice>
        </define>
        <define name="kind">
          <attribute name="kind">
            <choice><value>Mandatory</value><value>Optional</value><value>Serialize</value></choice>
          </attribute>
        </define>
        \(resourceSet)
        """
    }

    private var location: String {
        """
        <element name="rsc_location">
          <ref name="id"/>
          \(since(2, 2, "<optional><attribute name=\"resource-discovery\">\(values(["always", "never", "exclusive"]))</attribute></optional>"))
          <choice>
            <group>
              <choice>
                <attribute name="rsc"><data type="NCName"/></attribute>
                \(since(2, 6, "<attribute name=\"rsc-pattern\"/>"))
              </choice>
              \(since(1, 2, "<optional><attribute name=\"role\"><ref name=\"role-name\"/></attribute></optional>"))
            </group>
            \(since(1, 2, "<oneOrMore><ref name=\"resource-set\"/></oneOrMore>"))
          </choice>
          <choice>
            <group><ref name="score"/><attribute name="node"/></group>
            \(version < SchemaVersion(4, 0) ? "<oneOrMore><ref name=\"constraint-rule\"/></oneOrMore>" : "<ref name=\"constraint-rule\"/>")
          </choice>
          <ref name="lifetime"/>
        </element>
        """
    }

    private var resourceSet: String {
        """
        <define name="resource-set">
          <element name="resource_set">
            <choice>
              <ref name="id-ref"/>
              <group>
                <ref name="id"/>
                <optional><attribute name="sequential"><ref name="flag"/></attribute></optional>
                \(since(1, 2, "<optional><attribute name=\"require-all\"><ref name=\"flag\"/></attribute></optional>"))
                \(since(2, 1, "<optional><attribute name=\"ordering\">\(values(["group", "listed"]))</attribute></optional>"))
                <optional><attribute name="action"><ref name="action-name"/></attribute></optional>
                <optional><attribute name="role"><ref name="role-name"/></attribute></optional>
                <optional><choice><ref name="score"/>\(since(3, 0, "<ref name=\"kind\"/>"))</choice></optional>
                <oneOrMore><element name="resource_ref"><ref name="reference"/></element></oneOrMore>
              </group>
            </choice>
          </element>
        </define>
        """
    }

    private var colocation: String {
        """
        <element name="rsc_colocation">
          <ref name="id"/>
          <optional>
            <choice>
              <ref name="score"/>
              \(before(3, 0, "<attribute name=\"score-attribute\"/><attribute name=\"score-attribute-mangle\"/>"))
            </choice>
          </optional>
          \(since(3, 6, optional("influence")))
          <ref name="lifetime"/>
          <choice>
            <oneOrMore><ref name="resource-set"/></oneOrMore>
            <group>
              <attribute name="rsc"><data type="NCName"/></attribute>
              <attribute name="with-rsc"><data type="NCName"/></attribute>
              \(optional("node-attribute"))
              <optional><attribute name="rsc-role"><ref name="role-name"/></attribute></optional>
              <optional><attribute name="with-rsc-role"><ref name="role-name"/></attribute></optional>
            </group>
          </choice>
        </element>
        """
    }

    private var order: String {
        """
        <element name="rsc_order">
          <ref name="id"/>
          <optional><choice><ref name="score"/><ref name="kind"/></choice></optional>
          <optional><attribute name="symmetrical"><ref name="flag"/></attribute></optional>
          \(since(2, 3, "<optional><attribute name=\"require-all\"><ref name=\"flag\"/></attribute></optional>"))
          <ref name="lifetime"/>
          <choice>
            <oneOrMore><ref name="resource-set"/></oneOrMore>
            <group>
              <attribute name="first"><data type="NCName"/></attribute>
              <attribute name="then"><data type="NCName"/></attribute>
              <optional><attribute name="first-action"><ref name="action-name"/></attribute></optional>
              <optional><attribute name="then-action"><ref name="action-name"/></attribute></optional>
            </group>
          </choice>
        </element>
        """
    }

    private var ticket: String {
        """
        <element name="rsc_ticket">
          <ref name="id"/>
          <attribute name="ticket"/>
          <optional><attribute name="loss-policy">\(values(["stop", "demote", "fence", "freeze"]))</attribute></optional>
          <choice>
            <oneOrMore><ref name="resource-set"/></oneOrMore>
            <group>
              <attribute name="rsc"><data type="NCName"/></attribute>
              <optional><attribute name="rsc-role"><ref name="role-name"/></attribute></optional>
            </group>
          </choice>
        </element>
        """
    }
}
