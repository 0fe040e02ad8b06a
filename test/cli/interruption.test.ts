/** The first Ctrl-C, during each kind of wait: a clear message, exit code 130, nothing stored incompletely. */
import type { ChildProcess } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../tools/embedded-cloud/free-port";
import { addressElsewhere } from "./support/address-elsewhere";
import { finished, startCommand } from "./support/built-command";
import { credentialName, type Stage, stageForEach } from "./support/stage";

let stage: Stage;
stageForEach((fresh) => {
  stage = fresh;
});

const stopped = "error: Stopped.\n  Run it again to continue.\n";

/** Longer than any machine takes to end a process, and shorter than what is interrupted here takes to end by itself: half a minute, an attempt's limit. */
const soonMilliseconds = 25_000;

/** Sends it once, and measures how long it takes. */
async function interrupt(child: ChildProcess, end = finished(child)) {
  const before = performance.now();
  child.kill("SIGINT");
  const { code, stdout, stderr } = await end;
  return { code, stdout, stderr, soon: performance.now() - before < soonMilliseconds };
}

/** "" for a descriptor that was closed meanwhile. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** Whether a process waits for its standard input: a descriptor that it polls. */
function waitsForInput({ pid }: ChildProcess): boolean {
  const descriptors = `/proc/${pid}/fdinfo`;
  return readdirSync(descriptors).some((one) =>
    /^tfd: +0 events: +\w*[13579bdf] /mu.test(textOf(join(descriptors, one))),
  );
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}

const consentWords = async () => [
  "consent",
  ...["--tenant", "partner.example", "--client-id", stage.application.clientId],
  ...["--credential", credentialName, "--port", String(await freePort())],
];

test("a sign-in, whose end was told before it began", async () => {
  const child = stage.spawn(await consentWords());
  const end = finished(child);
  const { said } = await addressElsewhere(stage, child);
  expect(said).toContain("Waiting for the sign-in, for at most 10 minutes …\n");
  const { stderr, ...rest } = await interrupt(child, end);
  expect(rest).toEqual({ code: 130, stdout: "", soon: true });
  expect(stderr.endsWith(stopped)).toBe(true);
  expect(await stage.enabled().catch(() => [])).toEqual([]);
});

test.each(["keyVault", "authority"])("a request that %s never answers, as JSON too", async (service) => {
  await stage.storeToken();
  const { faults } = stage.emulator;
  for (const json of [[], ["--json"]]) {
    faults.clear();
    const { id } = faults.add({ service, delay: 100_000, times: 0 });
    const child = stage.spawn(["token", "graph", ...json]);
    const end = finished(child);
    await until(() => faults.list().some((one) => one.id === id && one.struck > 0));
    const { code, stdout, stderr, soon } = await interrupt(child, end);
    expect([code, soon]).toEqual([130, true]);
    if (json.length === 0) expect([stdout, stderr]).toEqual(["", stopped]);
    else expect(JSON.parse(stdout)).toMatchObject({ error: { code: "interrupted", exitCode: 130 } });
  }
  faults.clear();
});

test("a credential that does not take effect: told with its end", async () => {
  await stage.storeToken();
  const form = { grant_type: "refresh_token" };
  stage.emulator.faults.add({ service: "authority", form, entra: 7000215, times: 0 });
  const child = stage.spawn(await consentWords());
  const end = finished(child);
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await until(() => said.includes("take effect"));
  const { code, stderr, soon } = await interrupt(child, end);
  expect([code, soon]).toEqual([130, true]);
  expect(stderr).toBe(
    `The token in ${stage.vaultUri} belongs to stack test.\n` +
      `Waiting for the credential to take effect in Entra, which may be new, for at most 2 minutes …\n${stopped}`,
  );
});

test.each([["explain"], ["consent", "--import", "--tenant", "x"]])(
  "an input that nobody writes to: %s",
  async (...argv) => {
    const child = stage.spawn(argv);
    const end = finished(child);
    await until(() => waitsForInput(child));
    expect(await interrupt(child, end)).toEqual({ code: 130, stdout: "", stderr: stopped, soon: true });
  },
);

test.each([
  ["drift", "TERM", "INT"],
  ["up", "INT", "TERM"],
])("the engine that %s waits for, which ends with it", async (command, ending, other) => {
  const folder = mkdtempSync(join(tmpdir(), "slow-engine-"));
  try {
    const engine = join(folder, "pulumi");
    const lines = [
      `#!/bin/sh\n[ "$1" != config ] || exec echo {}`,
      `[ "$1" != stack ] || { echo '{"deployment":{"resources":[]}}'; exit; }`,
      `[ "$1 ${command}" != "preview up" ] || { echo '{"summaryEvent":{}}'; exit; }`,
      `trap '' ${other}`,
      `trap 'touch ${folder}/ended; exit 1' ${ending}`,
      `touch ${folder}/began`,
      "while :; do sleep 0.1; done",
    ];
    writeFileSync(engine, lines.join("\n"));
    chmodSync(engine, 0o755);
    const child = startCommand([command, "--stack", "dev"], { PATH: `${folder}:${process.env["PATH"]}` });
    const end = finished(child);
    await until(() => existsSync(join(folder, "began")));
    const { code, stdout, soon } = await interrupt(child, end);
    expect([code, stdout, soon]).toEqual([130, "", true]);
    await until(() => existsSync(join(folder, "ended")));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
