extension CIBGrammar {
    /// Primitives, templates, groups, clones.
    var resources: String {
        """
        <define name="resources">
          <element name="resources">
            <zeroOrMore>
              <choice>
                <ref name="primitive"/><ref name="group"/><ref name="clone"/>
                \(since(1, 2, "<ref name=\"template\"/>"))
                \(since(2, 8, "<ref name=\"bundle\"/>"))
              </choice>
            </zeroOrMore>
          </element>
        </define>
        <define name="primitive">
          <element name="primitive">
            <ref name="id"/>
            <ref name="description"/>
            <choice>
              \(agent(classes))
              \(since(1, 2, "<attribute name=\"template\"><data type=\"NCName\"/></attribute>"))
            </choice>
            <ref name="primitive-content"/>
          </element>
        </define>
        <define name="template">
          <element name="template">
            <ref name="id"/>
            <ref name="description"/>
            \(agent(version < SchemaVersion(2, 7) ? classesOf1 : classes))
            <ref name="primitive-content"/>
          </element>
        </define>
        <define name="primitive-content">
          <interleave>
            <zeroOrMore>
              <choice>
                <element name="meta_attributes"><ref name="primitive-meta"/></element>
                <element name="instance_attributes"><ref name="primitive-parameters"/></element>
                \(since(1, 2, "<element name=\"utilization\"><ref name=\"values\"/></element>"))
              </choice>
            </zeroOrMore>
            <optional><ref name="operations"/></optional>
          </interleave>
        </define>
        <define name="resource-sets">
          <zeroOrMore>
            <choice>
              <element name="meta_attributes"><ref name="resource-meta"/></element>
              <element name="instance_attributes"><ref name="values"/></element>
            </choice>
          </zeroOrMore>
        </define>
        <define name="group">
          <element name="group">
            <ref name="id"/>
            <ref name="description"/>
            <interleave>
              <ref name="resource-sets"/>
              <oneOrMore><ref name="primitive"/></oneOrMore>
            </interleave>
          </element>
        </define>
        <define name="clone">
          <element>
            <choice><name>clone</name>\(before(4, 0, "<name>master</name>"))</choice>
            <ref name="id"/>
            <ref name="description"/>
            <interleave>
              <ref name="resource-sets"/>
              <choice><ref name="primitive"/><ref name="group"/></choice>
            </interleave>
          </element>
        </define>
        \(operations)
        """
    }

    private var classesOf1: [String] { ["lsb", "heartbeat", "stonith", "upstart"] }

    private var classes: [String] {
        if version < SchemaVersion(1, 2) { return classesOf1 }
        return ["lsb", "heartbeat", "stonith", "service", "systemd"]
            + (version < SchemaVersion(4, 0) ? ["upstart", "nagios"] : [])
    }

    private func agent(_ classes: [String]) -> String {
        """
        <group>
          <attribute name="type"/>
          <choice>
            <group><attribute name="class"><value>ocf</value></attribute><attribute name="provider"/></group>
            <attribute name="class">\(values(classes))</attribute>
          </choice>
        </group>
        """
    }

    private var operations: String {
        let responses =
            ["ignore", "block", "stop", "restart", "standby", "fence"]
            + (version >= SchemaVersion(1, 2) ? ["restart-container"] : [])
            + (version >= SchemaVersion(3, 4) ? ["demote"] : [])
        let requirements =
            ["nothing", "quorum", "fencing"] + (version >= SchemaVersion(1, 3) ? ["unfencing"] : [])
        return """
            <define name="operations">
              <element name="operations">
                <optional><ref name="id"/></optional>
                <optional><ref name="id-ref"/></optional>
                <zeroOrMore>
                  <element name="op">
                    <ref name="id"/>
                    <ref name="description"/>
                    <attribute name="name"/>
                    <attribute name="interval"/>
                    \(optional("timeout"))
                    <optional><choice><attribute name="start-delay"/><attribute name="interval-origin"/></choice></optional>
                    <optional><attribute name="enabled"><ref name="flag"/></attribute></optional>
                    <optional><attribute name="record-pending"><ref name="flag"/></attribute></optional>
                    <optional><attribute name="role"><ref name="role-name"/></attribute></optional>
                    <optional><attribute name="on-fail">\(values(responses))</attribute></optional>
                    \(before(3, 0, "<optional><attribute name=\"requires\">\(values(requirements))</attribute></optional>"))
                    <zeroOrMore>
                      <choice>
                        <element name="meta_attributes"><ref name="operation-meta"/></element>
                        <element name="instance_attributes"><ref name="operation-parameters"/></element>
                      </choice>
                    </zeroOrMore>
                  </element>
                </zeroOrMore>
              </element>
            </define>
            """
    }

    /// Bundles: containers with a resource inside.
    var bundles: String {
        guard version >= SchemaVersion(2, 8) else { return "" }
        let technologies =
            ["docker"] + (version >= SchemaVersion(2, 10) && version < SchemaVersion(4, 0) ? ["rkt"] : [])
            + (version >= SchemaVersion(3, 2) ? ["podman"] : [])
        let integer = "<data type=\"integer\"/>"
        let promoted =
            (version < SchemaVersion(4, 0) ? ["masters"] : [])
            + (version >= SchemaVersion(3, 0) ? ["promoted-max"] : [])
        return """
            <define name="bundle">
              <element name="bundle">
                <ref name="id"/>
                <ref name="description"/>
                <interleave>
                  <ref name="resource-sets"/>
                  <element>
                    <choice>\(technologies.map { "<name>\($0)</name>" }.joined())</choice>
                    <attribute name="image"/>
                    <optional><attribute name="replicas">\(integer)</attribute></optional>
                    <optional><attribute name="replicas-per-host">\(integer)</attribute></optional>
                    <optional>
                      <choice>\(promoted.map { "<attribute name=\"\($0)\">\(integer)</attribute>" }.joined())</choice>
                    </optional>
                    \(optional("run-command", "network", "options"))
                  </element>
                  <optional><ref name="bundle-network"/></optional>
                  <optional><ref name="bundle-storage"/></optional>
                  <optional><ref name="primitive"/></optional>
                </interleave>
              </element>
            </define>
            <define name="bundle-network">
              <element name="network">
                \(optional("ip-range-start", "host-interface"))
                <optional><attribute name="control-port">\(integer)</attribute></optional>
                <optional><attribute name="host-netmask">\(integer)</attribute></optional>
                \(since(3, 0, "<optional><attribute name=\"add-host\"><ref name=\"flag\"/></attribute></optional>"))
                <zeroOrMore>
                  <element name="port-mapping">
                    <ref name="id"/>
                    <choice>
                      <group>
                        <attribute name="port">\(integer)</attribute>
                        <optional><attribute name="internal-port">\(integer)</attribute></optional>
                      </group>
                      <attribute name="range">
                        <data type="string"><param name="pattern">[0-9\\-]+</param></data>
                      </attribute>
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
                    \(optional("options"))
                  </element>
                </zeroOrMore>
              </element>
            </define>
            """
    }
}
