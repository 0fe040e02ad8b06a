/** docs/ci.md, "A timer": its script as it stands there, started by the lines for systemd and cron that stand there. */
import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parts, readDocument } from "../tooling/markdown";
import { temporaryFolder } from "../support/temporary-folder";
import { main } from "./support/built-command";
import { type Listeners, listenersForEach } from "./support/listeners";
import { type Stage, stageForEach } from "./support/stage";

const [, section = ""] = readDocument("docs/ci.md").split("\n## A timer\n");
const fence = (language: string): string => parts(section).fences.find((one) => one.language === language)?.text ?? "";
const [, program = ""] = /^ExecStart=(.*)$/mu.exec(fence("ini")) ?? [];
const [, credential = ""] = /^LoadCredential=(\w+):/mu.exec(fence("ini")) ?? [];
const [, fromCron = ""] = /^(?:\S+ ){5}(.*)$/mu.exec(fence("crontab")) ?? [];

const folder = temporaryFolder();
const script = join(folder, program);
const [home, bin] = [join(folder, "home"), join(folder, "bin")];
let stage: Stage;
let { webhook } = {} as Listeners;
listenersForEach((fresh) => ({ webhook } = fresh));
stageForEach(async (fresh) => {
  stage = fresh;
  await stage.storeToken();
  for (const one of [join(script, ".."), home, bin]) mkdirSync(one, { recursive: true });
  writeFileSync(script, fence("bash").replace("https://<vault>.vault.azure.net", stage.vaultUri));
  writeFileSync(join(bin, "secure-app-model"), `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
  writeFileSync(join(home, credential), webhook.teams);
  for (const one of [script, join(bin, "secure-app-model")]) chmodSync(one, 0o755);
});

/** As systemd and cron start it: with few variables, and those by which this machine signs in. */
const started = {
  systemd: { line: program, environment: { CREDENTIALS_DIRECTORY: home, HOME: "/nowhere" } },
  cron: { line: fromCron, environment: { HOME: home } },
};
const run = async (by: keyof typeof started) => {
  const { line, environment } = started[by];
  const { SECURE_APP_MODEL_CLOUD: _, SECURE_APP_MODEL_VAULT: __, ...own } = stage.environment();
  const PATH = [bin, "/usr/bin", "/bin"].join(delimiter);
  return await new Promise<{ code: unknown; output: string }>((resolve) => {
    execFile(
      "sh",
      ["-c", line.replace(program, script)],
      { env: { ...own, PATH, ...environment } },
      (error, out, err) => {
        resolve({ code: error?.code ?? 0, output: out + err });
      },
    );
  });
};

test.each(["systemd", "cron"] as const)(
  "by %s: kept while it is young, renewed after a week, and posted while it is revoked",
  async (by) => {
    expect(await run(by)).toMatchObject({ code: 0, output: expect.stringMatching(/^kept refresh-token-/mu) as string });
    stage.age(stage.tokenName, 8 * 86_400);
    const renewed = await run(by);
    expect([renewed.code, renewed.output, webhook.posts]).toEqual([
      0,
      expect.stringMatching(/^renewed refresh-token-/mu),
      [],
    ]);
    stage.serviceAccount().revokedBefore = stage.emulator.clock.now() + 1000;
    const revoked = await run(by);
    expect([revoked.code, revoked.output]).toEqual([3, expect.stringContaining("Posted to the webhook.")]);
    expect(JSON.stringify(webhook.posts)).toContain("AADSTS50173");
    expect(`${renewed.output}${revoked.output}`).not.toContain(webhook.secret);
  },
);

test("what is only found by the test is the exit code as well", async () => {
  await stage.storeToken({ expiresOn: new Date(Date.now() + 5 * 86_400_000) });
  expect(await run("cron")).toMatchObject({ code: 3, output: expect.stringMatching(/^kept /mu) as string });
  expect(webhook.posts).toHaveLength(1);
});

test("without the file nothing runs, and the run fails", async () => {
  rmSync(join(home, credential));
  stage.emulator.requests.clear();
  expect(await run("cron")).toMatchObject({ code: 1 });
  expect(stage.emulator.requests.entries()).toEqual([]);
});
