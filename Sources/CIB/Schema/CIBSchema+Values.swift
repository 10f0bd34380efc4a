extension CIBSchema {
    /// Data types, and sets of names with values.
    static let values = """
        <define name="count"><data type="nonNegativeInteger"/></define>
        <define name="flag"><data type="boolean"/></define>
        <define name="id"><attribute name="id"><data type="ID"/></attribute></define>
        <define name="id-ref"><attribute name="id-ref"><data type="NCName"/></attribute></define>
        <define name="description"><optional><attribute name="description"/></optional></define>
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
            <value>Stopped</value><value>Started</value><value>Promoted</value><value>Unpromoted</value>
            <value>Master</value><value>Slave</value>
          </choice>
        </define>
        <define name="values">
          <choice>
            <ref name="id-ref"/>
            <group>
              <ref name="id"/>
              <optional><ref name="score"/></optional>
              <interleave>
                <optional><ref name="rule"/></optional>
                <zeroOrMore><ref name="nvpair"/></zeroOrMore>
              </interleave>
            </group>
          </choice>
        </define>
        <define name="nvpair">
          <element name="nvpair">
            <choice>
              <group><ref name="id-ref"/><optional><attribute name="name"/></optional></group>
              <group>
                <ref name="id"/>
                <attribute name="name"/>
                <optional><attribute name="value"/></optional>
              </group>
            </choice>
          </element>
        </define>
        <define name="attribute-sets">
          <zeroOrMore>
            <choice>
              <element name="meta_attributes"><ref name="values"/></element>
              <element name="instance_attributes"><ref name="values"/></element>
            </choice>
          </zeroOrMore>
        </define>
        <define name="utilization">
          <zeroOrMore><element name="utilization"><ref name="values"/></element></zeroOrMore>
        </define>
        """

    /// Rules: when a set of values or a location holds.
    static let rules = """
        <define name="rule">
          <element name="rule">
            <choice>
              <ref name="id-ref"/>
              <group>
                <ref name="id"/>
                <optional><attribute name="role"/></optional>
                <optional>
                  <attribute name="boolean-op"><choice><value>and</value><value>or</value></choice></attribute>
                </optional>
                <optional><choice><ref name="score"/><attribute name="score-attribute"/></choice></optional>
                <oneOrMore>
                  <choice>
                    <ref name="expression"/>
                    <ref name="date-expression"/>
                    <ref name="resource-expression"/>
                    <ref name="operation-expression"/>
                    <ref name="rule"/>
                  </choice>
                </oneOrMore>
              </group>
            </choice>
          </element>
        </define>
        <define name="expression">
          <element name="expression">
            <ref name="id"/>
            <attribute name="attribute"/>
            <attribute name="operation">
              <choice>
                <value>lt</value><value>gt</value><value>lte</value><value>gte</value><value>eq</value><value>ne</value>
                <value>defined</value><value>not_defined</value>
              </choice>
            </attribute>
            <optional><attribute name="value"/></optional>
            <optional>
              <attribute name="type">
                <choice><value>string</value><value>integer</value><value>number</value><value>version</value></choice>
              </attribute>
            </optional>
            <optional>
              <attribute name="value-source">
                <choice><value>literal</value><value>param</value><value>meta</value></choice>
              </attribute>
            </optional>
          </element>
        </define>
        <define name="resource-expression">
          <element name="rsc_expression">
            <ref name="id"/>
            <optional><attribute name="class"/></optional>
            <optional><attribute name="provider"/></optional>
            <optional><attribute name="type"/></optional>
          </element>
        </define>
        <define name="operation-expression">
          <element name="op_expression">
            <ref name="id"/>
            <attribute name="name"/>
            <optional><attribute name="interval"/></optional>
          </element>
        </define>
        <define name="date-expression">
          <element name="date_expression">
            <ref name="id"/>
            <choice>
              <group><attribute name="operation"><value>gt</value></attribute><attribute name="start"/></group>
              <group><attribute name="operation"><value>lt</value></attribute><attribute name="end"/></group>
              <group>
                <attribute name="operation"><value>in_range</value></attribute>
                <choice>
                  <group><attribute name="start"/><optional><attribute name="end"/></optional></group>
                  <attribute name="end"/>
                </choice>
                <optional><element name="duration"><ref name="time-fields"/></element></optional>
              </group>
              <group>
                <attribute name="operation"><value>date_spec</value></attribute>
                <element name="date_spec"><ref name="time-fields"/></element>
              </group>
            </choice>
          </element>
        </define>
        <define name="time-fields">
          <ref name="id"/>
          <optional><attribute name="seconds"/></optional>
          <optional><attribute name="minutes"/></optional>
          <optional><attribute name="hours"/></optional>
          <optional><attribute name="days"/></optional>
          <optional><attribute name="weekdays"/></optional>
          <optional><attribute name="monthdays"/></optional>
          <optional><attribute name="yeardays"/></optional>
          <optional><attribute name="yearsdays"/></optional>
          <optional><attribute name="weeks"/></optional>
          <optional><attribute name="months"/></optional>
          <optional><attribute name="years"/></optional>
          <optional><attribute name="weekyears"/></optional>
          <optional><attribute name="moon"/></optional>
        </define>
        """
}
