extension CIBSchema {
    /// Locations, colocations, orders, tickets.
    static let constraints = """
        <define name="constraints">
          <element name="constraints">
            <zeroOrMore>
              <choice>
                <ref name="location"/><ref name="colocation"/><ref name="order"/><ref name="ticket"/>
              </choice>
            </zeroOrMore>
          </element>
        </define>
        <define name="location">
          <element name="rsc_location">
            <ref name="id"/>
            <optional>
              <attribute name="resource-discovery">
                <choice><value>always</value><value>never</value><value>exclusive</value></choice>
              </attribute>
            </optional>
            <choice>
              <group>
                <choice>
                  <attribute name="rsc"><data type="NCName"/></attribute>
                  <attribute name="rsc-pattern"/>
                </choice>
                <optional><attribute name="role"><ref name="role-name"/></attribute></optional>
              </group>
              <oneOrMore><ref name="resource-set"/></oneOrMore>
            </choice>
            <choice>
              <group><ref name="score"/><attribute name="node"/></group>
              <oneOrMore><ref name="rule"/></oneOrMore>
            </choice>
            <ref name="lifetime"/>
          </element>
        </define>
        <define name="lifetime">
          <optional><element name="lifetime"><oneOrMore><ref name="rule"/></oneOrMore></element></optional>
        </define>
        <define name="resource-set">
          <element name="resource_set">
            <choice>
              <ref name="id-ref"/>
              <group>
                <ref name="id"/>
                <optional><attribute name="sequential"><ref name="flag"/></attribute></optional>
                <optional><attribute name="require-all"><ref name="flag"/></attribute></optional>
                <optional>
                  <attribute name="ordering"><choice><value>group</value><value>listed</value></choice></attribute>
                </optional>
                <optional><attribute name="action"><ref name="action-name"/></attribute></optional>
                <optional><attribute name="role"><ref name="role-name"/></attribute></optional>
                <optional><choice><ref name="score"/><ref name="kind"/></choice></optional>
                <oneOrMore>
                  <element name="resource_ref"><attribute name="id"><data type="NCName"/></attribute></element>
                </oneOrMore>
              </group>
            </choice>
          </element>
        </define>
        <define name="action-name">
          <choice><value>start</value><value>stop</value><value>promote</value><value>demote</value></choice>
        </define>
        <define name="kind">
          <attribute name="kind">
            <choice><value>Mandatory</value><value>Optional</value><value>Serialize</value></choice>
          </attribute>
        </define>
        <define name="colocation">
          <element name="rsc_colocation">
            <ref name="id"/>
            <optional><ref name="score"/></optional>
            <optional><attribute name="influence"/></optional>
            <ref name="lifetime"/>
            <choice>
              <oneOrMore><ref name="resource-set"/></oneOrMore>
              <group>
                <attribute name="rsc"><data type="NCName"/></attribute>
                <attribute name="with-rsc"><data type="NCName"/></attribute>
                <optional><attribute name="node-attribute"/></optional>
                <optional><attribute name="rsc-role"><ref name="role-name"/></attribute></optional>
                <optional><attribute name="with-rsc-role"><ref name="role-name"/></attribute></optional>
              </group>
            </choice>
          </element>
        </define>
        <define name="order">
          <element name="rsc_order">
            <ref name="id"/>
            <optional><choice><ref name="score"/><ref name="kind"/></choice></optional>
            <optional><attribute name="symmetrical"><ref name="flag"/></attribute></optional>
            <optional><attribute name="require-all"><ref name="flag"/></attribute></optional>
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
        </define>
        <define name="ticket">
          <element name="rsc_ticket">
            <ref name="id"/>
            <attribute name="ticket"/>
            <optional>
              <attribute name="loss-policy">
                <choice><value>stop</value><value>demote</value><value>fence</value><value>freeze</value></choice>
              </attribute>
            </optional>
            <choice>
              <oneOrMore><ref name="resource-set"/></oneOrMore>
              <group>
                <attribute name="rsc"><data type="NCName"/></attribute>
                <optional><attribute name="rsc-role"><ref name="role-name"/></attribute></optional>
              </group>
            </choice>
          </element>
        </define>
        """
}
