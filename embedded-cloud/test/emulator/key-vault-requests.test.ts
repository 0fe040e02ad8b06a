/** What each of a vault's requests takes: versions, options, names, types. The other refusals: embedded-cloud/test/refusals. */
import { vaultForEach } from "../../testing/azure";
import { type Answer, refusal } from "../../testing/callers";
import { emulatorForEach } from "../../testing/emulator";

const emulator = emulatorForEach();
const { ask } = vaultForEach(emulator);
beforeEach(async () => {
  for (const name of ["token", "gone"]) await ask("PUT", `/secrets/${name}`, { value: "one" });
  await ask("DELETE", "/secrets/gone");
});

test.each([
  ...["2015-06-01", "2016-10-01", "7.0", "7.1", "7.2", "7.3", "7.4", "7.5", "7.6", "2025-06-01-preview"],
  ...["2025-07-01", "2026-04-01"],
])("api-version %s is known", async (known) => {
  expect((await ask("GET", `/secrets?api-version=${known}`)).status).toBe(200);
});

/** Every served request, with a body if it has one. */
const requests: [method: string, path: string, body: object | undefined][] = [
  ["GET", "/secrets", undefined],
  ["PUT", "/secrets/token", { value: "two" }],
  ["DELETE", "/secrets/token", undefined],
  ["GET", "/secrets/token", undefined],
  ["GET", "/secrets/token/versions", undefined],
  ["PATCH", "/secrets/token/", {}],
  ["GET", "/deletedsecrets", undefined],
  ["GET", "/deletedsecrets/gone", undefined],
  ["POST", "/deletedsecrets/gone/recover", undefined],
  ["DELETE", "/deletedsecrets/gone", undefined],
];

describe("options that a request does not take are not served", () => {
  test.each(requests)("%s %s", async (method, path, body) => {
    const isList = method === "GET" && !/\/(?:token|gone)$/u.test(path);
    for (const option of ["$top", "$filter", "flavour", ...(isList ? [] : ["maxresults"])]) {
      const what = `${method} ${path.replace(/\/$/u, "")} with ${option}`;
      expect(refusal(await ask(method, `${path}?${option}=1`, body))).toEqual([
        501,
        "NotImplemented",
        `The emulator's Key Vault does not serve ${what}.`,
      ]);
    }
  });

  test.each(["/secrets", "/deletedsecrets", "/secrets/token/versions"])("%s has pages of 1 to 25", async (path) => {
    for (const size of ["0", "26", "-1", "1.5", "many", ""]) {
      const answer = refusal(await ask("GET", `${path}?maxresults=${size}`));
      expect(answer).toEqual([400, "BadParameter", expect.stringContaining("maxresults") as string]);
    }
    for (const page of ["nonsense", "LTE", ""]) {
      const answer = refusal(await ask("GET", `${path}?$skiptoken=${page}`));
      expect(answer).toEqual([400, "BadParameter", expect.stringContaining("$skiptoken") as string]);
    }
    expect((await ask("GET", `${path}?maxresults=25`)).status).toBe(200);
  });
});

describe("names", () => {
  const routes = ["/secrets/{}", "/secrets/{}/versions", "/deletedsecrets/{}"];
  test.each(["under_score", "a%20b", "dotted.name", "x".repeat(128)])("%s is none", async (name) => {
    for (const route of routes) {
      const answer = refusal(await ask("GET", route.replace("{}", name)));
      expect(answer).toEqual([400, "BadParameter", expect.stringContaining("invalid name") as string]);
    }
  });

  test("a version is 32 hexadecimal digits", async () => {
    for (const [method, body] of [["GET"], ["PATCH", {}]] as const) {
      const answer = refusal(await ask(method, "/secrets/token/newest", body));
      expect(answer).toEqual([400, "BadParameter", expect.stringContaining("invalid version") as string]);
      expect((await ask(method, `/secrets/token/${"0".repeat(32)}`, body)).status).toBe(404);
    }
  });
});

/** A value of each JSON type. */
const kinds: Readonly<Record<string, unknown>> = {
  text: "x",
  number: 1,
  flag: true,
  list: [],
  object: {},
  fraction: 1.5,
  negative: -1,
};
/** The accepted types of a property; null means "not given" everywhere except in a value. */
const properties: [path: string, takes: string[], inPatch: boolean][] = [
  ["value", ["text"], false],
  ["contentType", ["text"], true],
  ["tags", ["object"], true],
  ["tags.a", ["text"], true],
  ["attributes", ["object"], true],
  ["attributes.enabled", ["flag"], true],
  ["attributes.nbf", ["number"], true],
  ["attributes.exp", ["number"], true],
];

/** A body with one property set, by its path. */
const bodyWith = (path: string, value: unknown): object => {
  const [outer = "", inner] = path.split(".");
  return { [outer]: inner === undefined ? value : { [inner]: value } };
};

const set = (body: unknown): Promise<Answer> => ask("PUT", "/secrets/token", body);
const change = (body: unknown): Promise<Answer> => ask("PATCH", "/secrets/token/", body);

describe("bodies", () => {
  test.each(properties)("%s takes %j and nothing else", async (path, takes, isInPatch) => {
    for (const [kind, value] of Object.entries(kinds)) {
      const expected = takes.includes(kind) ? 200 : 400;
      expect([kind, (await set({ value: "x", ...bodyWith(path, value) })).status]).toEqual([kind, expected]);
      if (isInPatch) expect([kind, (await change(bodyWith(path, value))).status]).toEqual([kind, expected]);
    }
  });

  test("what is longest is taken", async () => {
    const tags = Object.fromEntries(Array.from({ length: 15 }, (_, n) => [`${n}`.padEnd(256, "x"), "x".repeat(256)]));
    const body = { value: "x".repeat(25 * 1024), contentType: "x".repeat(255), tags };
    expect((await set(body)).status).toBe(200);
  });
});
