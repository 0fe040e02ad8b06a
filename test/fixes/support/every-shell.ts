/** A printed command, as it is printed in each shell: read back by the shell's own rules, it has the same words. */
import type { FixDocument } from "../../../lib/errors/document";
import { commandLine } from "../../../lib/errors/text";
import { problemInPowerShell, wordsOfLine } from "../../cli/support/powershell-grammar";
import { commandsIn } from "./shell";

const how = { own: "secure-app-model" } as const;

/** @throws Error, or jest's, where a shell would read other words */
export async function sameInEveryShell({ line, program, args, into }: FixDocument["commands"][number]): Promise<void> {
  const command = { program, args, ...(into && { into }) };
  const lineFor = (shell: "powershell" | "cmd") => commandLine(command, { ...how, shell });
  // Variables are set in another way in each.
  if (["export", "unset"].includes(program)) {
    expect([lineFor("powershell"), await problemInPowerShell(lineFor("powershell"))]).toEqual([
      expect.anything(),
      undefined,
    ]);
    expect(lineFor("cmd")).toMatch(/^set "\w+=[^"]*"(?: & set "\w+=")*$/u);
    return;
  }
  const words = [program, ...args, ...(into ? ["|", into.program, ...into.args] : [])].map(oneLine);
  // Of a text for people only the line is there.
  if (args.length > 0)
    expect(commandsIn(line)).toEqual(
      [[program, ...args], ...(into ? [[into.program, ...into.args]] : [])].map((all) => all.map(oneLine)),
    );
  const read = await wordsOfLine(lineFor("powershell"));
  // What az gets of a backslash before a quote, as any program on Windows.
  expect(program === "az" ? read.map((word) => word.replace(/(\\*)\1\\"/gu, '$1"')) : read).toEqual(words);
  expect(wordsInCmd(lineFor("cmd"))).toEqual(words);
}

const oneLine = (text: string): string => text.replace(/\s+/gu, " ");

/** cmd.exe leaves what is between double quotes alone, but for variables; two quotes there are one. @throws Error for what is special outside of them */
function wordsInCmd(line: string): string[] {
  const read = [...line.matchAll(/(?<= |^)(?:"((?:[^"%]|"")*)"|([^ "%&<>^()]+))(?= |$)/gu)];
  if (read.map(([word]) => word).join(" ") !== line) throw new Error(`not one word after the other: ${line}`);
  return read.map(([, quoted, plain = ""]) => quoted?.replaceAll('""', '"') ?? plain);
}
