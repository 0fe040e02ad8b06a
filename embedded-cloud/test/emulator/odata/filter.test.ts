import { passes } from "../../../emulator/odata/evaluate";
import { parseFilter } from "../../../emulator/odata/filter";
import { faultOf, type FilterRules } from "../../../emulator/odata/filter-rules";

const object = {
  name: "Wingtip Toys",
  quote: "it's",
  id: "0b5f7c2e-8d16-4a39-b4e7-92c1d6f3a850",
  enabled: true,
  made: "2026-11-24T23:25:47Z",
  version: 2,
  nothing: null,
  tags: ["One", "Two"],
  web: { uris: ["https://a.example/"] },
  domains: [{ name: "a.example", isDefault: true }],
};

test.each([
  ["name eq 'wingtip toys'", true],
  ["name ne 'wingtip toys'", false],
  ["quote eq 'it''s'", true],
  ["id eq 0b5f7c2e-8d16-4a39-b4e7-92c1d6f3a850", true],
  ["enabled eq true", true],
  ["not (enabled eq true)", false],
  ["NOT enabled eq false AND name EQ 'Wingtip Toys'", true],
  ["made ge 2026-11-24T23:25:47Z", true],
  ["made gt 2026-11-24T23:25:47Z", false],
  ["made lt 2026-11-25", true],
  ["version le 2 and version gt -1", true],
  ["nothing eq null", true],
  ["name eq null", false],
  ["nothing ge 1", false],
  ["name in ('One','Wingtip Toys')", true],
  ["name in ('One')", false],
  ["startsWith(name,'wing')", true],
  ["endswith(name, 'Toys')", true],
  ["contains(name,'tip t')", true],
  ["tags/any(t:t eq 'two')", true],
  ["tags/any(t: startswith(t,'x'))", false],
  ["tags/all(t:startswith(t,'x') or t eq 'one')", false],
  ["web/uris/any(u:u eq 'https://a.example/')", true],
  ["domains/any(d:d/name eq 'a.example' and d/isDefault eq true)", true],
  ["name eq 'x' and name eq 'y' or enabled eq true", true],
  ["name eq 'x' and (name eq 'y' or enabled eq true)", false],
])("%s", (text, expected) => {
  expect(passes(object, parseFilter(text))).toBe(expected);
});

test.each([
  ["", "Expression expected at position 0 in ''."],
  ["name", "Expression expected at position 4 in 'name'."],
  ["name eq", "Expression expected at position 7 in 'name eq'."],
  ["name is 'x'", "Syntax error at position 5 in 'name is 'x''."],
  ["name eq 'x", "There is an unterminated string literal at position 10 in 'name eq 'x'."],
  ["(name eq 'x'", "')' or operator expected at position 12 in '(name eq 'x''."],
  ["name eq 'x')", "Syntax error at position 11 in 'name eq 'x')'."],
  ["tags/any(t:t eq 'x'", "')' or operator expected at position 19 in 'tags/any(t:t eq 'x''."],
  ["startswith(name)", "',' or operator expected at position 15 in 'startswith(name)'."],
  ["name in ()", "Syntax error at position 9 in 'name in ()'."],
  ["name eq 'x' name eq 'y'", "Syntax error at position 12 in 'name eq 'x' name eq 'y''."],
  ["name = 'x'", "Syntax error: character '=' is not valid at position 5 in 'name = 'x''."],
])("%p is no filter", (text, message) => {
  expect(() => parseFilter(text)).toThrow(expect.objectContaining({ kind: "malformed", message }) as Error);
});

const rules: FilterRules = {
  type: "example.thing",
  properties: new Set(["name", "notes", "enabled", "tags", "id"]),
  filterable: {
    name: { type: "Edm.String", operators: ["eq", "in"], advanced: ["ne", "not"] },
    id: { type: "Edm.Guid", operators: ["eq"] },
    enabled: { type: "Edm.Boolean", operators: ["eq"] },
    tags: { type: "Edm.String", isCollection: true, operators: ["eq"] },
  },
};
const fault = (text: string, isAdvanced = false) => faultOf(parseFilter(text), rules, isAdvanced);

test("a property and an operator that the rules do not name are found, wherever they stand", () => {
  expect(fault("name eq 'x' or tags/any(t:t eq 'y')")).toBeUndefined();
  expect(fault("name eq 'x' and not (notes eq 'y')")).toEqual({ fault: "property", property: "notes" });
  expect(fault("startswith(name,'x')", true)).toEqual({
    fault: "operator",
    property: "name",
    operator: "startswith",
    advanced: false,
  });
  const advanced = { fault: "operator", property: "name", advanced: true };
  expect(fault("name ne 'x'")).toEqual({ ...advanced, operator: "ne" });
  expect(fault("not (name eq 'x')")).toEqual({ ...advanced, operator: "not" });
  expect(fault("not (name eq 'x')", true)).toBeUndefined();
});

test.each([
  ["flavour eq 'x'", "Could not find a property named 'flavour' on type 'example.thing'."],
  ["constructor eq 'x'", "Could not find a property named 'constructor' on type 'example.thing'."],
  ["name/any(x:x eq 'y')", "Any/All may only be used following a collection."],
  ["tags/any(t:name eq 'x')", "The lambda of 'tags' may only ask for its own variable 't'."],
  ["flavour()", "An unknown function with name 'flavour' was found."],
  ["enabled eq 'true'", incompatible("Edm.Boolean", "Edm.String")],
  ["id eq '0b5f7c2e-8d16-4a39-b4e7-92c1d6f3a850'", incompatible("Edm.Guid", "Edm.String")],
  ["tags eq 'x'", incompatible("Collection(Edm.String)", "Edm.String")],
])("%s is refused for what it is", (text, message) => {
  expect(() => fault(text)).toThrow(expect.objectContaining({ kind: "malformed", message }) as Error);
});

function incompatible(type: string, found: string): string {
  const operands = `Found operand types '${type}' and '${found}' for operator kind 'Equal'.`;
  return `A binary operator with incompatible types was detected. ${operands}`;
}
