import { Command } from "commander";
import { commands } from "../../cli/commands";
import { define } from "../../cli/options/define";
import { UsageError } from "../../cli/terminal/exit-code";
import { wholeNumber } from "../../cli/options/number-options";
import { againWithout, run } from "../../lib/errors/failure";
import { deadlineMinutes, failBeforeDays, type Limits, signInPort, warnBeforeDays } from "../../lib/config/limits";

const root = new Command();
for (const one of commands) define(root, one);

const options: [command: string, flag: string, limits: Limits, least: number, most: number, usual: number][] = [
  ["consent", "--port", signInPort, 1024, 65535, 8400],
  ["consent", "--deadline", deadlineMinutes, 1, 60, 10],
  ["status", "--warn-days", warnBeforeDays, 1, 89, 30],
  ["status", "--fail-days", failBeforeDays, 0, 89, 7],
];

describe.each(options)("%s %s", (name, flag, limits, least, most, usual) => {
  const option = root.commands.find((one) => one.name() === name)?.options.find(({ long }) => long === flag);

  test("says its limits in the help, and has its default", () => {
    expect(option?.description).toMatch(new RegExp(`, ${least} to ${most}$`, "u"));
    expect(wholeNumber(flag, String(option?.defaultValue), limits)).toBe(usual);
  });

  test("takes both ends", () => {
    expect([least, most].map((end) => wholeNumber(flag, String(end), limits))).toEqual([least, most]);
  });

  test.each([String(least - 1), String(most + 1), "soon", "", "84e2", "8.5", " 9"])("refuses %j", (text) => {
    const what = `${flag} ${text} is not a whole number from ${least} to ${most}.`;
    const refusal = new UsageError(what, run("Leave it out: it has a default", againWithout(flag)));
    expect(() => wholeNumber(flag, text, limits)).toThrow(refusal);
  });
});
