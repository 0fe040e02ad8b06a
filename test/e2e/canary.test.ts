import { join } from "node:path";
import { jwt, type Life, lifeOf, loudLogs, planted, shapeOf } from "./support/canary";

describe("tokens and secrets of a whole life of a stack", () => {
  let life: Life;

  beforeAll(async () => {
    life = await lifeOf(["-v=9", "--logtostderr"]);
  });

  test("the canaries are real: three refresh tokens and a client secret", () => {
    const distinct = new Set([...life.refreshTokens, life.clientSecret]);
    expect({ distinct: distinct.size, short: [...distinct].filter((text) => text.length < 20) }).toEqual({
      distinct: 4,
      short: [],
    });
    expect(life.holding(["RegisterResource"])).toContain(loudLogs);
  });

  test("the places are looked at: the process that consents was seen, and a temporary file that is gone", () => {
    const { processes, temporary } = life;
    const provider = (text: string) => text.includes("dynamic-provider") && text.includes(`TMPDIR=${temporary}`);
    expect([...processes].some(provider)).toBe(true);
    expect(life.holding([planted])).toEqual([`temporary file ${join(temporary, "planted")}`]);
  });

  test("no refresh token is anywhere, logs at -v=9 included", () => {
    expect(life.holding(life.refreshTokens)).toEqual([]);
  });

  test("nothing that looks like a refresh token is anywhere", () => {
    const shape = shapeOf(life.refreshTokens);
    expect(life.refreshTokens.every((token) => shape.test(token))).toBe(true);
    expect(life.holding([shape])).toEqual([]);
  });

  test("no access token is anywhere, logs at -v=9 included", () => {
    expect(life.holding([jwt])).toEqual([]);
  });

  test("no client secret is in the clear, except where the engine itself prints it: at -v=9", () => {
    expect(life.holding([life.clientSecret]).filter((name) => name !== loudLogs)).toEqual([]);
  });
});
