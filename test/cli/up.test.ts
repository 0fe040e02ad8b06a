/** `up` with a stand-in for the engine: what it runs, what it prints, and how it ends. test/e2e has the real one. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { providerCode } from "../../lib/startup/provider-code";
import { commandHere } from "./support/command-here";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "up-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const type = "pulumi-nodejs:dynamic/partner:Consent";
const stateWith = (code: string) => ({
  deployment: { resources: [{ urn: `urn:pulumi:dev::p::${type}::partner`, type, inputs: { __provider: code } }] },
});

/** @param code of the resource in the state @param ends what the engine does at a deployment */
async function up(code: string, ends: string): Promise<{ ended: unknown; asked: string[] }> {
  writeFileSync(join(folder, "state.json"), JSON.stringify(stateWith(code)));
  const engine = `#!/bin/sh\necho "$*" >> "${folder}/asked"\n[ "$1" != stack ] || exec cat "${folder}/state.json"\n${ends}\n`;
  writeFileSync(join(folder, "pulumi"), engine);
  chmodSync(join(folder, "pulumi"), 0o755);
  writeFileSync(join(folder, "dev.yaml"), "{}");
  const words = ["up", "--stack", "dev", "--cwd", folder, "--config-file", join(folder, "dev.yaml")];
  const ended = await commandHere(words, "", {
    PATH: [folder, process.env["PATH"]].join(delimiter),
    SOME_TOKEN: "0123456789abcdef",
  });
  return { ended, asked: readFileSync(join(folder, "asked"), "utf8").trimEnd().split("\n") };
}

const always = "--non-interactive --color=never --stack=dev";
const looks = `stack export ${always}`;

test("deploys without a question, and prints what the engine prints, without secrets", async () => {
  expect(await up(providerCode("consent-provider"), 'echo "Resources: 12 unchanged"; echo "$SOME_TOKEN" >&2')).toEqual({
    ended: {
      code: 0,
      stdout: expect.stringMatching(/^(?=[^]*Resources: 12 unchanged\n)(?=[^]*\[secret\]\n)/u) as string,
      stderr: "",
    },
    asked: [looks, `up --refresh --yes --skip-preview --config-file=${folder}/dev.yaml ${always}`],
  });
});

test.each([1, 6, 255])("a deployment that fails with the engine's code %i: the command's own is 1", async (code) => {
  const { ended } = await up(providerCode("consent-provider"), `echo "error: no" >&2; exit ${code}`);
  expect(ended).toEqual({ code: 1, stdout: "error: no\n", stderr: "" });
});

test("a state with other code: nothing is deployed", async () => {
  const { ended, asked } = await up("strange", "exit 0");
  expect(asked).toEqual([looks]);
  expect(ended).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(
      /^error: Stack dev: its state holds code, a plugin or a host that is not this program's/u,
    ) as string,
  });
});
