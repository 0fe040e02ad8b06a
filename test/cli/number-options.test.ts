import { Command } from "commander";
import { defineConsent } from "../../cli/definitions/consent";
import { defineStatus } from "../../cli/definitions/status";
import { UsageError } from "../../cli/exit-code";

const root = new Command();
defineConsent(root);
defineStatus(root);

/** What the parser makes of an option's value. */
function parsed(name: string, flag: string, text: string): number | undefined {
  const command = root.commands.find((one) => one.name() === name);
  const option = command?.options.find(({ long }) => long === flag);
  return option?.parseArg?.(text, 0);
}

const options: [command: string, flag: string, least: number, most: number, usual: number][] = [
  ["consent", "--port", 1024, 65535, 8400],
  ["consent", "--deadline", 1, 60, 10],
  ["status", "--warn-days", 1, 89, 30],
  ["status", "--fail-days", 0, 89, 7],
];

describe.each(options)("%s %s", (command, flag, least, most, usual) => {
  test("says its limits and its default in the help", () => {
    const help = root.commands.find((one) => one.name() === command)?.helpInformation() ?? "";
    const [, text = ""] = new RegExp(`${flag} <\\w+>\\s+(.*?)\\n  -`, "su").exec(help) ?? [];
    expect(text.replace(/\s+/gu, " ")).toMatch(new RegExp(`, ${least} to ${most} \\(default: ${usual}\\)$`, "u"));
  });

  test("takes both ends", () => {
    expect([parsed(command, flag, String(least)), parsed(command, flag, String(most))]).toEqual([least, most]);
  });

  test.each([String(least - 1), String(most + 1), "soon", "", "84e2", "8.5", " 9"])("refuses %j", (text) => {
    const refusal = new UsageError(`${flag} ${text} is not a whole number from ${least} to ${most}.`);
    expect(() => {
      parsed(command, flag, text);
    }).toThrow(refusal);
  });
});
