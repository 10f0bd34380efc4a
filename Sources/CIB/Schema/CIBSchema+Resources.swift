extension CIBSchema {
    /// Primitives, templates, groups, clones.
    static let resources = """
        <define name="resources">
          <element name="resources">
            <zeroOrMore>
              <choice>
                <ref name="primitive"/><ref name="template"/><ref name="group"/><ref name="clone"/><ref name="bundle"/>
              </choice>
            </zeroOrMore>
          </element>
        </define>
        <define name="primitive">
          <element name="primitive">
            <ref name="id"/>
            <ref name="description"/>
            <choice>
              <ref name="agent"/>
              <attribute name="template"><data type="NCName"/></attribute>
            </choice>
            <ref name="primitive-content"/>
          </element>
        </define>
        <define name="template">
          <element name="template">
            <ref name="id"/>
            <ref name="description"/>
            <ref name="agent"/>
            <ref name="primitive-content"/>
          </element>
        </define>
        <define name="agent">
          <attribute name="type"/>
          <choice>
            <group><attribute name="class"><value>ocf</value></attribute><attribute name="provider"/></group>
            <attribute name="class">
              <choice>
                <value>lsb</value><value>systemd</value><value>service</value><value>stonith</value>
                <value>upstart</value><value>nagios</value><value>heartbeat</value>
              </choice>
            </attribute>
          </choice>
        </define>
        <define name="primitive-content">
          <interleave>
            <ref name="attribute-sets"/>
            <ref name="utilization"/>
            <optional><ref name="operations"/></optional>
          </interleave>
        </define>
        <define name="operations">
          <element name="operations">
            <optional><ref name="id"/></optional>
            <optional><ref name="id-ref"/></optional>
            <zeroOrMore><ref name="operation"/></zeroOrMore>
          </element>
        </define>
        <define name="operation">
          <element name="op">
            <ref name="id"/>
            <ref name="description"/>
            <attribute name="name"/>
            <attribute name="interval"/>
            <optional><attribute name="timeout"/></optional>
            <optional><choice><attribute name="start-delay"/><attribute name="interval-origin"/></choice></optional>
            <optional><attribute name="enabled"><ref name="flag"/></attribute></optional>
            <optional><attribute name="record-pending"><ref name="flag"/></attribute></optional>
            <optional><attribute name="role"><ref name="role-name"/></attribute></optional>
            <optional>
              <attribute name="on-fail">
                <choice>
                  <value>ignore</value><value>block</value><value>demote</value><value>stop</value><value>restart</value>
                  <value>standby</value><value>fence</value><value>restart-container</value>
                </choice>
              </attribute>
            </optional>
            <ref name="attribute-sets"/>
          </element>
        </define>
        <define name="group">
          <element name="group">
            <ref name="id"/>
            <ref name="description"/>
            <interleave>
              <ref name="attribute-sets"/>
              <oneOrMore><ref name="primitive"/></oneOrMore>
            </interleave>
          </element>
        </define>
        <define name="clone">
          <element>
            <choice><name>clone</name><name>master</name></choice>
            <ref name="id"/>
            <ref name="description"/>
            <interleave>
              <ref name="attribute-sets"/>
              <choice><ref name="primitive"/><ref name="group"/></choice>
            </interleave>
          </element>
        </define>
        """

    /// Bundles: containers with a resource inside.
    static let bundles = """
        <define name="bundle">
          <element name="bundle">
            <ref name="id"/>
            <ref name="description"/>
            <interleave>
              <ref name="attribute-sets"/>
              <ref name="container"/>
              <optional><ref name="bundle-network"/></optional>
              <optional><ref name="bundle-storage"/></optional>
              <optional><ref name="primitive"/></optional>
            </interleave>
          </element>
        </define>
        <define name="container">
          <element>
            <choice><name>docker</name><name>podman</name><name>rkt</name></choice>
            <attribute name="image"/>
            <optional><attribute name="replicas"><data type="integer"/></attribute></optional>
            <optional><attribute name="replicas-per-host"><data type="integer"/></attribute></optional>
            <optional>
              <choice>
                <attribute name="promoted-max"><data type="integer"/></attribute>
                <attribute name="masters"><data type="integer"/></attribute>
              </choice>
            </optional>
            <optional><attribute name="run-command"/></optional>
            <optional><attribute name="network"/></optional>
            <optional><attribute name="options"/></optional>
          </element>
        </define>
        <define name="bundle-network">
          <element name="network">
            <optional><attribute name="ip-range-start"/></optional>
            <optional><attribute name="control-port"><data type="integer"/></attribute></optional>
            <optional><attribute name="host-interface"/></optional>
            <optional><attribute name="host-netmask"><data type="integer"/></attribute></optional>
            <optional><attribute name="add-host"><ref name="flag"/></attribute></optional>
            <zeroOrMore>
              <element name="port-mapping">
                <ref name="id"/>
                <choice>
                  <attribute name="range">
                    <data type="string"><param name="pattern">[0-9\\-]+</param></data>
                  </attribute>
                  <group>
                    <attribute name="port"><data type="integer"/></attribute>
                    <optional><attribute name="internal-port"><data type="integer"/></attribute></optional>
                  </group>
                </choice>
              </element>
            </zeroOrMore>
          </element>
        </define>
        <define name="bundle-storage">
          <element name="storage">
            <zeroOrMore>
              <element name="storage-mapping">
                <ref name="id"/>
                <choice><attribute name="source-dir"/><attribute name="source-dir-root"/></choice>
                <attribute name="target-dir"/>
                <optional><attribute name="options"/></optional>
              </element>
            </zeroOrMore>
          </element>
        </define>
        """
}
