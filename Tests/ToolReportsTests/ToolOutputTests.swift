import Testing
import ToolReports
import XMLTree

@Suite struct ToolOutputTests {
    /// A list with an item in it, said in a form.
    private func said(_ form: ToolOutput.Form, isQuiet: Bool = false) -> ToolOutput {
        var output = ToolOutput(form, isQuiet: isQuiet, request: "tool -x")
        output.remark("A remark")
        output.begin("Title", XMLElement("list"))
        output.item(label: "Label", "line", deeper: 1, XMLElement("item", ["a": "<b>"]))
        output.end()
        output.spacer()
        output.problem("A problem")
        output.finish(.usage)
        return output
    }

    private func text(_ output: ToolOutput) -> String { output.chunks.filter { !$0.isProblem }.map(\.text).joined() }

    @Test("people get lists with bullets, or bare lines when they are to be read by scripts")
    func forPeople() {
        #expect(text(said(.text(isFancy: true))) == "A remark\nTitle:\n    * Label: line\n\n")
        #expect(text(said(.text(isFancy: false))) == "A remark\nline\n\n")
        #expect(text(said(.text(isFancy: true), isQuiet: true)) == "Title:\n    * Label: line\n\n")
        let problem = said(.text(isFancy: true)).chunks.last
        #expect(problem?.isProblem == true && problem?.text == "A problem\n")
    }

    @Test("programs get one document, with the end and the problems in it")
    func forPrograms() {
        #expect(
            text(said(.xml)) == """
                <pacemaker-result api-version="2.25" request="tool -x">
                  <list>
                    <item a="&lt;b&gt;"/>
                  </list>
                  <status code="64" message="Incorrect usage">
                    <errors>
                      <error>A problem</error>
                    </errors>
                  </status>
                </pacemaker-result>

                """)
    }

    @Test("nothing is said in the form that says nothing")
    func forNobody() { #expect(said(.none).chunks.isEmpty) }
}
