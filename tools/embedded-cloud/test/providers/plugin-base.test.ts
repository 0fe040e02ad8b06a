/** The shared base of the local plugins: the wire format, Check and Diff, without a cloud. */
import { drifted } from "../../providers/azure-native/drifted";
import { check } from "../../providers/base/check";
import { changes } from "../../providers/base/diff";
import { isEmpty } from "../../providers/base/empty-values";
import type { Properties } from "../../providers/base/plugin";
import {
  canonical,
  fields,
  fromStruct,
  inSetOrder,
  toStruct,
  unknownValue,
  type Value,
  type Values,
} from "../../providers/base/values";

const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

describe("wire", () => {
  test("secrets are unwrapped at any depth in requests", () => {
    const struct = toStruct({ a: { ...secret, value: { b: [{ ...secret, value: "x" }] } }, c: null, d: unknownValue });
    expect(fromStruct(struct)).toEqual({ a: { b: ["x"] }, c: null, d: unknownValue });
  });

  test("secret paths are wrapped in replies where they hold a value", () => {
    const values: Values = { value: "x", properties: { value: "y", other: 1 }, gone: null };
    const json = toStruct(values, [
      "value",
      "properties.value",
      "properties.absent",
      "gone",
      "other.value",
    ]).toJavaScript();
    expect(json).toEqual({
      value: { ...secret, value: "x" },
      properties: { value: { ...secret, value: "y" }, other: 1 },
      gone: null,
    });
  });

  test("sets are kept in one order, whatever order they come in", () => {
    const one = { __defaults: [], resourceAccesses: [{ id: "5", type: "Role" }], resourceAppId: "0" };
    const other = { resourceAppId: "f", resourceAccesses: [{ type: "Scope", id: "1" }] };
    expect(inSetOrder([one, other])).toEqual([other, one]);
    expect(inSetOrder(["urn:b", "http://a"])).toEqual(["http://a", "urn:b"]);
    expect(canonical({ b: 1, a: [null] })).toBe(canonical({ a: [null], b: 1, __defaults: ["a"] }));
  });
});

const properties: Properties = {
  name: { type: "string", required: true, problem: (value) => (value === "bad" ? "it is bad" : undefined) },
  kind: { type: "string", default: "plain" },
  count: { type: "number", computed: true },
  on: { type: "boolean" },
  tags: { type: "set", of: { type: "string" } },
  steps: {
    type: "list",
    of: { type: "object", properties: { at: { type: "number", required: true }, to: { type: "string" } } },
  },
  inner: {
    type: "object",
    properties: { uris: { type: "set", minimum: 1, of: { type: "string" } }, level: { type: "number", default: 1 } },
  },
  labels: { type: "map" },
};

describe("Check", () => {
  const plain = { argument: (property: string) => property, marksDefaults: false };

  test("fills in defaults and marks them where asked", () => {
    const news = { name: "n", inner: { uris: ["u"] } };
    expect(check(properties, { news, olds: {} }, "x", plain)).toEqual({
      inputs: { name: "n", kind: "plain", inner: { uris: ["u"], level: 1 } },
      failures: [],
    });
    expect(check(properties, { news, olds: {} }, "x", { ...plain, marksDefaults: true }).inputs).toEqual({
      __defaults: ["kind"],
      name: "n",
      kind: "plain",
      inner: { __defaults: ["level"], uris: ["u"], level: 1 },
    });
  });

  test("a default that was changed in the cloud is adopted, unless other properties alone are marked as defaults", () => {
    const news = { name: "n", inner: { uris: ["u"] }, steps: [{ at: 1 }] };
    const marked = { ...plain, marksDefaults: true };
    const filledIn = (olds: Values, dialect = marked): Values => {
      const { inputs } = check(properties, { news, olds }, "x", dialect);
      return { kind: inputs["kind"] ?? null, level: fields(inputs["inner"])["level"] ?? null };
    };
    const changed = { kind: "changed", inner: { level: 2 } };
    expect(filledIn(changed)).toEqual({ kind: "changed", level: 2 });
    expect(filledIn(changed, plain)).toEqual({ kind: "plain", level: 1 });
    expect(filledIn({ ...changed, __defaults: ["kind"] })).toEqual({ kind: "changed", level: 2 });
    expect(filledIn({ ...changed, __defaults: ["name"] })).toEqual({ kind: "plain", level: 2 });
  });

  test("names every problem and its place", () => {
    const news = { name: "bad", on: "yes", steps: [{ to: "b" }], inner: { uris: [], extra: 1 }, labels: 3, nope: 1 };
    expect(check(properties, { news, olds: {} }, "x", plain).failures).toEqual([
      "it is bad. Examine values at 'x.name'.",
      `expected "on" to be a boolean, got "yes". Examine values at 'x.on'.`,
      `Missing required argument. The argument "at" is required, but no definition was found.. Examine values at 'x.steps'.`,
      "Not enough list items. Attribute inner.0.uris requires 1 item minimum, but config has only 0 declared.. Examine values at 'x.inner.uris'.",
      "Invalid or unknown key. Examine values at 'x.inner.extra'.",
      `expected "labels" to be a map, got 3. Examine values at 'x.labels'.`,
      "Invalid or unknown key. Examine values at 'x.nope'.",
    ]);
  });

  test("takes an unknown for any value", () => {
    const news = {
      name: unknownValue,
      on: unknownValue,
      tags: unknownValue,
      steps: [unknownValue],
      inner: unknownValue,
      labels: unknownValue,
    };
    expect(check(properties, { news, olds: {} }, "x", plain)).toEqual({
      inputs: { ...news, kind: "plain" },
      failures: [],
    });
  });
});

describe("Diff", () => {
  const olds = {
    name: "n",
    kind: "plain",
    count: 3,
    on: true,
    tags: ["a", "b"],
    steps: [{ at: 1, to: "x" }],
    inner: { uris: ["u"], level: 1 },
    labels: { a: "1" },
  };

  const CASES: [string, Values, { path: string; kind: string }[]][] = [
    ["nothing", {}, []],
    ["a text", { name: "m" }, [{ path: "name", kind: "UPDATE" }]],
    ["an unknown", { name: unknownValue }, [{ path: "name", kind: "UPDATE" }]],
    ["another than the default", { kind: "other" }, [{ path: "kind", kind: "UPDATE" }]],
    ["leaving out what the cloud fills in", { count: null }, []],
    ["leaving out a flag that is set", { on: null }, [{ path: "on", kind: "DELETE" }]],
    ["the order of a set", { tags: ["b", "a"] }, []],
    ["an element of a set, by its place in the new one", { tags: ["c", "b", "a"] }, [{ path: "tags[0]", kind: "ADD" }]],
    ["elements that meet at one place", { tags: ["c", "b"] }, [{ path: "tags[0]", kind: "UPDATE" }]],
    ["a whole set", { tags: [] }, [{ path: "tags", kind: "DELETE" }]],
    ["a longer list", { steps: [{ at: 1, to: "x" }, { at: 2 }] }, [{ path: "steps[1]", kind: "ADD" }]],
    ["inside a list", { steps: [{ at: 2, to: "x" }] }, [{ path: "steps[0].at", kind: "UPDATE" }]],
    ["inside an object", { inner: { uris: ["u", "v"] } }, [{ path: "inner.uris[1]", kind: "ADD" }]],
    ["a whole object", { inner: null }, [{ path: "inner", kind: "DELETE" }]],
    [
      "entries of a map",
      { labels: { b: "2" } },
      [
        { path: "labels.a", kind: "DELETE" },
        { path: "labels.b", kind: "ADD" },
      ],
    ],
  ];

  test.each(CASES)("%s", (_, changed, expected) => {
    const all: Values = { ...olds, ...changed };
    const news = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
    expect(changes(properties, olds, news, isEmpty)).toEqual(expected);
  });

  test("an object of nothing but defaults is no more than an absent one", () => {
    const olds = { name: "n", kind: "plain", inner: { uris: [], level: 1 } };
    expect(changes(properties, olds, { name: "n" }, isEmpty)).toEqual([]);
    const nothing = (_: unknown, value: Value): boolean => value === null;
    expect(changes(properties, olds, { name: "n" }, nothing)).toEqual([{ path: "inner", kind: "DELETE" }]);
  });

  test("drift reaches inputs only where the cloud changed", () => {
    const inputs = { name: "n", properties: { sku: "a" } };
    const before = { name: "n", properties: { sku: "a", filledIn: 1, gone: true } };
    const after = { name: "n", properties: { sku: "b", filledIn: 1 }, tags: { t: "1" } };
    expect(drifted(inputs, before, after)).toEqual({ name: "n", properties: { sku: "b" }, tags: { t: "1" } });
  });
});
