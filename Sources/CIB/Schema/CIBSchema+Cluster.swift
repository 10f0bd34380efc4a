extension CIBSchema {
    /// Nodes and the topology of fencing.
    static let nodesAndFencing = """
        <define name="nodes">
          <element name="nodes">
            <zeroOrMore>
              <element name="node">
                <attribute name="id"/>
                <attribute name="uname"/>
                <ref name="description"/>
                <optional>
                  <attribute name="type">
                    <choice><value>member</value><value>remote</value><value>ping</value></choice>
                  </attribute>
                </optional>
                <optional><ref name="score"/></optional>
                <zeroOrMore>
                  <choice>
                    <element name="instance_attributes"><ref name="values"/></element>
                    <element name="utilization"><ref name="values"/></element>
                  </choice>
                </zeroOrMore>
              </element>
            </zeroOrMore>
          </element>
        </define>
        <define name="fencing-topology">
          <element name="fencing-topology">
            <zeroOrMore>
              <element name="fencing-level">
                <ref name="id"/>
                <attribute name="index"><data type="positiveInteger"/></attribute>
                <attribute name="devices">
                  <data type="string">
                    <param name="pattern">[a-zA-Z0-9_.\\-]+(,[a-zA-Z0-9_.\\-]+)*</param>
                  </data>
                </attribute>
                <choice>
                  <attribute name="target"/>
                  <attribute name="target-pattern"/>
                  <group><attribute name="target-attribute"/><attribute name="target-value"/></group>
                </choice>
              </element>
            </zeroOrMore>
          </element>
        </define>
        """

    /// Access rules, tags and alerts.
    static let accessAndAlerts = """
        <define name="acls">
          <element name="acls">
            <zeroOrMore>
              <choice>
                <element name="acl_target"><attribute name="id"/><ref name="granted-roles"/></element>
                <element name="acl_group"><ref name="id"/><ref name="granted-roles"/></element>
                <element name="acl_role">
                  <ref name="id"/>
                  <ref name="description"/>
                  <zeroOrMore><ref name="permission"/></zeroOrMore>
                </element>
              </choice>
            </zeroOrMore>
          </element>
        </define>
        <define name="granted-roles">
          <optional><attribute name="name"/></optional>
          <zeroOrMore>
            <element name="role"><attribute name="id"><data type="NCName"/></attribute></element>
          </zeroOrMore>
        </define>
        <define name="permission">
          <element name="acl_permission">
            <ref name="id"/>
            <ref name="description"/>
            <attribute name="kind">
              <choice><value>read</value><value>write</value><value>deny</value></choice>
            </attribute>
            <choice>
              <attribute name="xpath"/>
              <attribute name="reference"><data type="NCName"/></attribute>
              <group><attribute name="object-type"/><optional><attribute name="attribute"/></optional></group>
            </choice>
          </element>
        </define>
        <define name="tags">
          <element name="tags">
            <zeroOrMore>
              <element name="tag">
                <ref name="id"/>
                <zeroOrMore>
                  <element name="obj_ref"><attribute name="id"><data type="NCName"/></attribute></element>
                </zeroOrMore>
              </element>
            </zeroOrMore>
          </element>
        </define>
        <define name="alerts">
          <element name="alerts">
            <zeroOrMore>
              <element name="alert">
                <ref name="id"/>
                <ref name="description"/>
                <attribute name="path"/>
                <interleave>
                  <ref name="attribute-sets"/>
                  <optional><ref name="alert-selection"/></optional>
                  <zeroOrMore>
                    <element name="recipient">
                      <ref name="id"/>
                      <ref name="description"/>
                      <attribute name="value"/>
                      <ref name="attribute-sets"/>
                    </element>
                  </zeroOrMore>
                </interleave>
              </element>
            </zeroOrMore>
          </element>
        </define>
        <define name="alert-selection">
          <element name="select">
            <interleave>
              <optional>
                <element name="select_attributes">
                  <zeroOrMore>
                    <element name="attribute"><ref name="id"/><attribute name="name"/></element>
                  </zeroOrMore>
                </element>
              </optional>
              <optional><element name="select_fencing"><empty/></element></optional>
              <optional><element name="select_nodes"><empty/></element></optional>
              <optional><element name="select_resources"><empty/></element></optional>
            </interleave>
          </element>
        </define>
        """
}
