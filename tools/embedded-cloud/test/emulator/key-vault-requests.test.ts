/** Versions and types that a vault's requests take. The other refusals: tools/embedded-cloud/test/refusals. */
import { vaultForEach } from "../../testing/azure";
import type { Answer } from "../../testing/callers";
import { emulatorForEach } from "../../testing/emulator";

const emulator = emulatorForEach();
const { ask } = vaultForEach(emulator);
beforeEach(() => ask("PUT", "/secrets/token", { value: "one" }));

test.each([
  ...["2015-06-01", "2016-10-01", "7.0", "7.1", "7.2", "7.3", "7.4", "7.5", "7.6", "2025-06-01-preview"],
  ...["2025-07-01", "2026-04-01"],
])("api-version %s is known", async (known) => {
  expect((await ask("GET", `/secrets?api-version=${known}`)).status).toBe(200);
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
