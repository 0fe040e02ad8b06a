/** The one way to a real tenant is README's: the demo's last screen and the stacks' files lead there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { printNext } from "../../demo/report";
import { findRepository } from "../../engine/repository";

const ours = (file: string): string => readFileSync(join(findRepository(), file), "utf8");
const [, section = ""] = /\n## Use it on a real tenant\n(.*?)\n## /su.exec(ours("README.md")) ?? [];
const lines = (/```\n(.*?)\n```/su.exec(section)?.[1] ?? "").split("\n");

test("the last screen has no lines of its own, and names the sections and needs of README's", () => {
  let text = "";
  const write = jest.spyOn(process.stdout, "write").mockImplementation((one) => {
    text += String(one);
    return true;
  });
  printNext(undefined);
  write.mockRestore();
  const [, said = ""] = /\nFor a real tenant (.*)\n$/su.exec(text) ?? [];
  expect(said).not.toMatch(/\n|pulumi [a-z]|az login|config set/u);
  const [, ...headings] = /README\.md with "([^"]+)" and "([^"]+)"/u.exec(said) ?? [];
  expect(headings.map((one) => ours("README.md").includes(`\n## ${one}\n`))).toEqual([true, true]);
  const needs = /Needed are (.*) or later, the (.*), the (.*) and, (.*), (\w+)\.$/u.exec(said)?.slice(1) ?? [];
  expect(needs).toHaveLength(5);
  const [node = "", pulumi = "", az = "", , passphrase = ""] = needs;
  for (const need of [node, pulumi, az]) expect(/^You need .*$/mu.exec(section)?.[0]).toContain(need);
  expect(lines.find((line) => line.startsWith("pulumi login"))).toContain(passphrase);
});

test.each(["global", "usgov"])("the first lines of Pulumi.%s.yaml are README's, for that cloud", (stack) => {
  const [head = ""] = ours(`Pulumi.${stack}.yaml`).split("\n# State. ");
  expect(head).toContain(`README.md's "Use it on a real tenant"`);
  const own = [...head.matchAll(/^# {3}(\S.*?)(?: {2,}#.*)?$/gmu)].map(([, line]) => line);
  const cloud = /secure-application-model:cloud: (\w+)/u.exec(ours(`Pulumi.${stack}.yaml`))?.[1] ?? "";
  const init = lines.at(-2)?.replace(/ {2,}#.*$/u, "") ?? "";
  expect(own).toEqual([`az cloud set --name ${cloud} && ${lines[0] ?? ""}`, init.replace("global", stack)]);
});
