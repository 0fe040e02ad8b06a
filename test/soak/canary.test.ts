/** test/e2e/canary.test.ts at every level of the engine's logs. */
import { describeLife } from "../e2e/support/canary";

const logged = /^\{"time":.*"level":/mu;
const levels = [1, 2, 3, 4, 5, 6, 7, 8, 10, 11];

describe.each<[string, string[], RegExp]>([
  ...levels.map((level): [string, string[], RegExp] => [`level ${level}`, [`-v=${level}`, "--logtostderr"], logged]),
  ["level 9, the program's too", ["-v=9", "--logtostderr", "--logflow"], logged],
  ["debug messages", ["--debug"], /\bdebug: /u],
])("tokens and secrets of a whole life of a stack, %s", (_, loudly, heard) => {
  describeLife(loudly, heard);
});
