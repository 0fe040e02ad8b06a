import { type Difference, differences } from "../../../cli/drift/differences";

const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "[secret]" };
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const found = (declared: unknown, live: unknown, named = false): Difference[] =>
  differences("p", declared, live, () => named);
const one = (property: string, declared: unknown, live: unknown, pending = false) => ({
  property,
  declared,
  live,
  pending,
});

/** What is declared comes first. */
const byDeclared = (a: Difference, b: Difference) =>
  Number(a.declared === undefined) - Number(b.declared === undefined);

test.each<[string, unknown, unknown]>([
  ["the same value", "a", "a"],
  ["a list in another order", ["a", "b"], ["b", "a"]],
  [
    "a list of objects in another order",
    [{ id: 1, ids: ["x", "y"] }, { id: 2 }],
    [{ id: 2 }, { ids: ["y", "x"], id: 1 }],
  ],
  ["the engine's own marks", { __defaults: [], a: 1 }, { a: 1 }],
  ["nothing, in its forms", { a: "", b: [], c: null, d: {} }, {}],
  ["two secrets that the engine does not tell apart", secret, secret],
])("%s is no difference", (_, declared, live) => {
  expect(found(declared, live)).toEqual([]);
});

test.each<[string, unknown, unknown, object[]]>([
  ["a value", "a", "b", [one("p", "a", "b")]],
  ["a number and its text", 1, "1", [one("p", 1, "1")]],
  ["false and nothing", false, undefined, [one("p", false, undefined)]],
  ["an entry that is missing", ["a", "b"], ["b"], [one("p", "a", undefined)]],
  ["an entry that was added, in front", ["a"], ["x", "a"], [one("p", undefined, "x")]],
  ["one of two equal entries", ["a", "a"], ["a"], [one("p", "a", undefined)]],
  ["an entry that was changed", ["a"], ["b"], [one("p", "a", undefined), one("p", undefined, "b")]],
  ["a member, by its path", { web: { uris: ["a"] } }, { web: { uris: [] } }, [one("p.web.uris", "a", undefined)]],
  ["a member that is not declared", {}, { a: 1 }, [one("p.a", undefined, 1)]],
  [
    "an object entry, whole",
    [{ id: 1 }],
    [{ id: 1, more: true }],
    [one("p", { id: 1 }, undefined), one("p", undefined, { id: 1, more: true })],
  ],
  ["a value that is known only later", unknown, "a", [one("p", undefined, "a", true)]],
])("%s is one", (_, declared, live, expected) => {
  expect(found(declared, live)).toEqual(expected);
});

test("secrets are shown as secret, when the engine says that they differ", () => {
  expect(found(secret, secret, true)).toEqual([one("p", "[secret]", "[secret]")]);
});

test.each<[string, unknown, unknown, object[]]>([
  ["a value", secret, "canary", [one("p", "[secret]", "[secret]")]],
  ["one that is gone", secret, undefined, [one("p", "[secret]", undefined)]],
  ["one that is a record on the other side", secret, { a: "canary" }, [one("p", "[secret]", "[secret]")]],
  ["a member", { a: secret, b: 1 }, { a: "canary", b: 2 }, [one("p.a", "[secret]", "[secret]"), one("p.b", 1, 2)]],
  ["an entry", [secret], ["canary"], [one("p", "[secret]", undefined), one("p", undefined, "[secret]")]],
  [
    "a member of an entry",
    [{ id: 1, value: secret }],
    [{ id: 1, value: "canary" }],
    [one("p", "[secret]", undefined), one("p", undefined, "[secret]")],
  ],
])("%s that only one side calls a secret is shown of neither", (_, declared, live, expected) => {
  expect(found(declared, live)).toEqual(expected);
  const turned = found(live, declared).map((each) => ({ ...each, declared: each.live, live: each.declared }));
  expect(turned.toSorted(byDeclared)).toEqual(expected);
});
