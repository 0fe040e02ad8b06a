import { Command, type Option } from "commander";
import { commands } from "../../cli/commands";
import { define } from "../../cli/options/define";
import { UsageError } from "../../cli/terminal/exit-code";
import { againWithout, run } from "../../lib/errors/failure";

const root = new Command();
for (const one of commands) define(root, one, jest.fn());

const options: [command: string, flag: string, least: number, most: number, usual: number][] = [
  ["consent", "--port", 1024, 65535, 8400],
  ["consent", "--deadline", 1, 60, 10],
  ["status", "--warn-days", 1, 89, 30],
  ["status", "--fail-days", 0, 89, 7],
  ["renew", "--concurrency", 1, 32, 8],
  ["customers check", "--warn-days", 1, 89, 30],
  ["customers check", "--redemptions", 1, 64, 8],
  ["customers consent", "--rate", 1, 1000, 50],
];

/** Its function as the command line's reader calls it. */
type NumberOption = Pick<Option, "description"> & {
  defaultValue?: unknown;
  parseArg: (text: string, before: unknown) => unknown;
};

function optionOf(command: string, flag: string): NumberOption {
  const found = command
    .split(" ")
    .reduce<Command | undefined>((parent, name) => parent?.commands.find((one) => one.name() === name), root);
  return found?.options.find(({ long }) => long === flag) as NumberOption;
}

describe.each(options)("%s %s", (command, flag, least, most, usual) => {
  const { description, defaultValue, parseArg } = optionOf(command, flag);
  const parse = (text: string) => parseArg(text, undefined);

  test("says its limits in the help, has its default, and takes both ends", () => {
    expect(description).toMatch(new RegExp(`, ${least} to ${most}$`, "u"));
    expect([defaultValue, parse(String(least)), parse(String(most))]).toEqual([usual, least, most]);
  });

  test.each([String(least - 1), String(most + 1), "soon", "84e2", "8.5", " 9"])("refuses %j", (text) => {
    const what = `${flag} ${text} is not a whole number from ${least} to ${most}.`;
    const refusal = new UsageError(what, run("Leave it out, for the default", againWithout(flag)));
    expect(() => parse(text)).toThrow(refusal);
  });
});
