/** `up` with a stand-in for the engine: what it runs, what it prints, and how it ends. test/e2e has the real one. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { providerCode } from "../../lib/startup/provider-code";
import { asByShell, finished, interruptedAtTerminal, main } from "./support/built-command";
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

/** A stand-in for the engine. @param ends what it does at a deployment @returns the words of `up` and its PATH */
function engineThat(code: string, ends: string): [argv: string[], variables: { PATH: string }] {
  writeFileSync(join(folder, "state.json"), JSON.stringify(stateWith(code)));
  const engine = `#!/bin/sh\necho "$*" >> "${folder}/asked"\n[ "$1" != stack ] || exec cat "${folder}/state.json"\n${ends}\n`;
  writeFileSync(join(folder, "pulumi"), engine);
  chmodSync(join(folder, "pulumi"), 0o755);
  writeFileSync(join(folder, "dev.yaml"), "{}");
  const words = ["up", "--stack", "dev", "--cwd", folder, "--config-file", join(folder, "dev.yaml")];
  return [words, { PATH: [folder, process.env["PATH"]].join(delimiter) }];
}

/** @param code of the resource in the state @param ends as {@link engineThat} takes it */
async function up(code: string, ends: string): Promise<{ ended: unknown; asked: string[] }> {
  const [words, variables] = engineThat(code, ends);
  const ended = await commandHere(words, "", { ...variables, SOME_TOKEN: "0123456789abcdef" });
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

describe("Ctrl-C", () => {
  const counting = `exec "${process.execPath}" "${join(__dirname, "support", "count-signals.cjs")}"`;
  const waits = "Waiting until the engine ends what it has begun. Press Ctrl-C again to end it at once.\n";
  const interrupted = "error: Stopped.\n  Run it again to continue.\n";
  const begin = (argv: string[], variables: { PATH: string }) =>
    spawn(process.execPath, [main, ...argv], { env: asByShell({ ...process.env, ...variables }) });

  test("at a terminal reaches the engine once, and its end is waited for", async () => {
    const [words, variables] = engineThat(providerCode("consent-provider"), counting);
    const [code, printed] = await interruptedAtTerminal(words, { ...process.env, ...variables });
    // The engine and the command print at the same moment.
    expect([code, printed.replace(/got 1\n/u, "")]).toEqual([130, `ready\n${waits}${interrupted}`]);
    expect(printed.match(/got \d/gu)).toEqual(["got 1"]);
  });

  test("from elsewhere is passed on, a second one too; the same one once more is not", async () => {
    const [argv, variables] = engineThat(providerCode("consent-provider"), `${counting} 1500`);
    const child = begin(argv, variables);
    const end = finished(child);
    await once(child.stdout, "data");
    child.kill("SIGINT");
    await once(child.stdout, "data");
    child.kill("SIGINT");
    await sleep(700);
    child.kill("SIGINT");
    expect(await end).toEqual({ code: 130, stdout: "ready\ngot 1\ngot 2\n", stderr: `${waits}${interrupted}` });
  });

  const locked = 'echo "error: the stack is currently locked by 1 lock(s)" >&2; exit 255';
  const [old, fresh] = ["a", "b"].map((name) => ({ inputs: { name }, outputs: { name } }));
  const metadata = {
    op: "update",
    type: "x:y:Z",
    urn: "urn:pulumi:dev::p::x:y:Z::z",
    diffs: ["name"],
    old,
    new: fresh,
  };
  const differs = [{ resourcePreEvent: { metadata } }, { summaryEvent: {} }].map(
    (event) => `echo '${JSON.stringify(event)}'`,
  );
  const written = JSON.stringify({ deployment: { manifest: { time: "2026-11-26T22:08:32Z" } } });

  test.each([
    ["up", "which holds the lock", locked],
    ["rotate --scheduled", "which holds the lock", locked],
    ["drift", "which holds the lock", locked],
    ["drift", "which deployed meanwhile", [...differs, `echo '${written}' > state.json`].join("\n")],
  ])("ends the wait of %s for another run on its stack, %s", async (line, _what, ends) => {
    const [[, ...place], variables] = engineThat(providerCode("consent-provider"), ends);
    const child = begin([...line.split(" "), ...place], variables);
    const end = finished(child);
    const began = new Promise<void>((resolve) => {
      child.stderr.on("data", (text: Buffer) => {
        if (text.toString().includes("Waiting for another run on stack dev")) resolve();
      });
    });
    await Promise.race([began, end]);
    child.kill("SIGINT");
    expect(await end).toMatchObject({
      code: 130,
      stderr: expect.stringMatching(/Waiting for another run[^]*Stopped\./u) as string,
    });
  });

  test("that comes too late for the engine is no failure", async () => {
    const done = "trap 'exit 0' INT; echo ready; while :; do sleep 0.1; done";
    const [argv, variables] = engineThat(providerCode("consent-provider"), done);
    const child = begin(argv, variables);
    const end = finished(child);
    await once(child.stdout, "data");
    child.kill("SIGINT");
    expect(await end).toEqual({ code: 0, stdout: "ready\n", stderr: waits });
  });
});
