import { join } from "node:path";
import {
  automaticLog,
  formsOf,
  jwt,
  type Life,
  lifeOf,
  loudLogs,
  planted,
  shapeOf,
  writtenFile,
} from "./support/canary";

describe("tokens and secrets of a whole life of a stack", () => {
  let life: Life;

  beforeAll(async () => {
    const events = { options: ["--event-log", "<file>"], environment: { PULUMI_DEBUG_COMMANDS: "true" } };
    life = await lifeOf({ ...events, options: ["-v=9", "--logtostderr", "--debug", ...events.options] });
  });

  test("the canaries are real: three refresh tokens and a client secret", () => {
    const distinct = new Set([...life.refreshTokens, ...life.credential]);
    expect({ distinct: distinct.size, short: [...distinct].filter((text) => text.length < 20) }).toEqual({
      distinct: 4,
      short: [],
    });
    const finished = life.holding(["RegisterResource RPC finished: "]).filter((name) => !name.startsWith("file "));
    expect(finished).toEqual([loudLogs, writtenFile, automaticLog]);
  });

  test("what the plugins say is shown, and no client secret is made in such a run", () => {
    expect(life.holding(["[DEBUG] Begin AzureAD Response for "])).toContain(loudLogs);
    expect(life.holding(["No client secret is made under -v=9."])).toContain(loudLogs);
  });

  test("the places are looked at: the process that consents was seen, and a temporary file that is gone", () => {
    const { processes, temporary } = life;
    const provider = (text: string) => text.includes("dynamic-provider") && text.includes(`TMPDIR=${temporary}`);
    expect([...processes].some(provider)).toBe(true);
    expect(life.holding([planted])).toEqual([`temporary file ${join(temporary, "planted")}`]);
  });

  test("no refresh token is anywhere, logs included", () => {
    expect(life.holding(life.refreshTokens)).toEqual([]);
  });

  test("nothing that looks like a refresh token is anywhere", () => {
    const shape = shapeOf(life.refreshTokens);
    expect(life.refreshTokens.every((token) => shape.test(token))).toBe(true);
    expect(life.holding([shape])).toEqual([]);
  });

  test("no access token is anywhere, logs included", () => {
    expect(life.holding([jwt])).toEqual([]);
  });

  test("no client secret is anywhere, in no log that the engine shows or keeps", () => {
    expect(life.holding(life.credential)).toEqual([]);
  });
});

test.each([
  ["in an address", (secret: string) => `https://a.example/?secret=${encodeURIComponent(secret)}`],
  ["in a form", (secret: string) => new URLSearchParams({ secret }).toString()],
  ["in a Basic header", (secret: string) => Buffer.from(`client:${secret}`).toString("base64")],
  ["in a JWT", (secret: string) => Buffer.from(JSON.stringify({ a: 1, secret })).toString("base64url")],
  ["in hex", (secret: string) => Buffer.from(secret).toString("hex")],
])("a secret is found %s", (_, place) => {
  const secret = "a~b.c_d-e+f/g~h";
  for (const padding of ["", "x", "xy"]) {
    const text = place(`${padding}${secret}`);
    expect(formsOf(secret).filter((form) => text.includes(form))).not.toEqual([]);
  }
});
