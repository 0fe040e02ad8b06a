import { execFileSync } from "node:child_process";
import { administratorCommand, consentCommand } from "../../lib/token/command";
import { cloudOf } from "../../lib/config/clouds";
import type { ConsentTarget } from "../../lib/token/target";
import type { Invocation } from "../../lib/errors/invocation";
import { commandLine } from "../../lib/errors/text";
import { target } from "./fixtures";
import { ownEndpoints } from "../support/own-endpoints";

const typed: Invocation = { own: "npx --no secure-app-model", shell: "posix" };
const lineFor = (about: ConsentTarget): string => commandLine(consentCommand(about), typed);
/** A shell's arguments for a command line. */
const wordsOf = (command: string): string[] =>
  execFileSync("/bin/sh", ["-c", `printf '%s\\n' ${command}`], { encoding: "utf8" })
    .trimEnd()
    .split("\n");

const least = [
  "npx --no secure-app-model consent",
  "--cloud AzureCloud",
  "--vault https://contoso.vault.azure.net",
  "--tenant aaaaaaaa-1111-4222-8333-444444444444",
  "--client-id bbbbbbbb-1111-4222-8333-444444444444",
  "--credential client-credential-12345678",
].join(" ");

test("the command names all it needs, ready to paste", () => {
  expect(lineFor(target)).toBe(`${least} --account svc@partner.example`);
  expect(lineFor({ ...target, account: undefined })).toBe(least);
});

test("an administrator has no project in which npx would find it, and the cloud is the target's", () => {
  const command = administratorCommand({ ...target, cloud: cloudOf("AzureUSGovernment") });
  expect(commandLine(command, typed)).toMatch(
    /^secure-app-model consent --as-administrator --cloud AzureUSGovernment /u,
  );
});

test("a cloud's own endpoints are left out, a stack's own go with it", () => {
  const overrides = ownEndpoints();
  const cloud = cloudOf("AzureCloud", overrides);
  const command = lineFor({ ...target, cloud });
  expect(command).toBe(`${least} --account svc@partner.example --endpoints '${JSON.stringify(overrides)}'`);
  expect(wordsOf(command).slice(-2)).toEqual(["--endpoints", JSON.stringify(overrides)]);
});

test("whatever a value holds, the shell takes it for one word", () => {
  const account = "o'neil $(id) `id`@partner.example";
  const authority = "https://a'b.example";
  const argv = wordsOf(lineFor({ ...target, account, cloud: cloudOf("AzureCloud", ownEndpoints({ authority })) }));
  expect(argv.slice(-4)).toEqual(["--account", account, "--endpoints", JSON.stringify(ownEndpoints({ authority }))]);
});
