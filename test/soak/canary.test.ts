/** test/e2e/canary.test.ts at every level of the engine's logs. */
import { jwt, lifeOf, loudLogs, shapeOf } from "../e2e/support/canary";

const logged = /^\{"time":.*"level":/mu;
const levels = [1, 2, 3, 4, 5, 6, 7, 8, 10, 11];

test.each<[string, string[], RegExp]>([
  ...levels.map((level): [string, string[], RegExp] => [`level ${level}`, [`-v=${level}`, "--logtostderr"], logged]),
  ["level 9, the program's too", ["-v=9", "--logtostderr", "--logflow"], logged],
  ["debug messages", ["--debug"], /\bdebug: /u],
])("no token and no secret of a whole life of a stack is anywhere: %s", async (_, loudly, heard) => {
  const life = await lifeOf(loudly);
  const shape = shapeOf(life.refreshTokens);
  expect([life.holding([heard]).includes(loudLogs), shape.test(life.refreshTokens[0] ?? "")]).toEqual([true, true]);
  expect(life.holding([...life.refreshTokens, shape, jwt])).toEqual([]);
  expect(life.holding([life.clientSecret]).filter((name) => name !== loudLogs)).toEqual([]);
});
