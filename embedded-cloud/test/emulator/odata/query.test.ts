import { pageOf } from "../../../emulator/odata/page";
import { readQuery } from "../../../emulator/odata/query";

const rules = {
  served: ["$filter", "$select", "$orderby", "$top", "$skiptoken", "$count"] as const,
  others: ["api-version"],
};
const read = (query: string) => readQuery(new URLSearchParams(query), rules);

test("what is asked for is parsed, what is not stays absent", () => {
  expect(read("")).toEqual({});
  expect(
    read("api-version=1&$select=id, name&$top=5&$skiptoken=x&$count=true&$orderby=a,b desc&$filter=a+eq+1"),
  ).toEqual({
    select: ["id", "name"],
    top: 5,
    skiptoken: "x",
    count: true,
    orderby: [
      { path: "a", isDescending: false },
      { path: "b", isDescending: true },
    ],
    filter: { kind: "comparison", path: "a", operator: "eq", value: { type: "Edm.Int32", value: 1 } },
  });
});

test("the dollar may be left out where the service lets it", () => {
  expect(readQuery(new URLSearchParams("top=5"), { ...rules, isDollarOptional: true })).toEqual({ top: 5 });
  expect(() => read("top=5")).toThrow("Unrecognized query argument specified: 'top'.");
});

test.each([
  ["$top=abc", "malformed", "$top"],
  ["$top=-1", "malformed", "$top"],
  ["$top=1.5", "malformed", "$top"],
  ["$top=", "malformed", "$top"],
  ["$count=yes", "malformed", "$count"],
  ["$filter=a eq 'x", "malformed", "$filter"],
  ["$top=1&$top=2", "malformed", "$top"],
  ["$flavour=mint", "unknown", "$flavour"],
  ["flavour=mint", "unknown", "flavour"],
  ["$Top=1", "unknown", "$Top"],
  ["$orderby=name up", "malformed", "$orderby"],
  ["$skip=1", "notServed", "$skip"],
  ["$expand=x", "notServed", "$expand"],
  ["$search=x", "notServed", "$search"],
])("%s is %s", (query, kind, option) => {
  expect(() => read(query)).toThrow(expect.objectContaining({ kind, option }) as Error);
});

test("pages follow one another by the tokens that they give out, and by no others", () => {
  const items = [1, 2, 3];
  const first = pageOf(items, 2, undefined);
  expect(first.items).toEqual([1, 2]);
  expect(pageOf(items, 2, first.next)).toEqual({ items: [3] });
  for (const token of ["", "2", "-1", "x"]) expect(() => pageOf(items, 2, token)).toThrow("page token");
});
