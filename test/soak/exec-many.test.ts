/** `exec --all` for ten thousand customers: memory that does not grow with their number, and nothing left behind. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "../cli/support/built-command";
import { RunFolder, serveCustomers } from "../cli/support/many-customers";
import { type Stage, stageForEach } from "../cli/support/stage";

let stage: Stage;
stageForEach(async (fresh) => {
  stage = fresh;
  await stage.storeToken();
});

/** @returns the most memory that it had, in megabytes */
async function runForAll(count: number): Promise<number> {
  const folder = new RunFolder();
  const own = mkdtempSync(join(tmpdir(), "exec-many-"));
  const argv = ["exec", "--all", "--unchecked", "--at-once", "8", ...folder.options, "--json", "--", "true"];
  const child = stage.spawn(argv, { TMPDIR: own });
  let most = 0;
  const look = setInterval(() => {
    const [, kilobytes = 0] = /^VmHWM:\s+(\d+)/mu.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
    most = Math.max(most, Number(kilobytes) / 1024);
  }, 200);
  child.once("exit", () => {
    clearInterval(look);
  });
  const { code, stdout, stderr } = await finished(child);
  const summary = JSON.parse(stderr.trim().split("\n").at(-1) ?? "") as object;
  expect([code, stdout, summary]).toEqual([
    0,
    "",
    expect.objectContaining({ outcomes: { ok: count }, failed: 0, left: 0 }),
  ]);
  expect(readdirSync(own)).toEqual([]);
  for (const one of [folder.path, own]) rmSync(one, { recursive: true });
  process.stdout.write(`${count} customers: ${Math.round(most)} MB\n`);
  return most;
}

test("a run for 10,000 has as much as one for 1,000, and leaves no folder", async () => {
  const [seeded, thousand] = [stage.emulator.seeds.customers.length, 1000];
  serveCustomers(stage, thousand - seeded);
  const small = await runForAll(thousand);
  serveCustomers(stage, 10 * thousand - seeded);
  const large = await runForAll(10 * thousand);
  expect(large / small).toBeLessThan(1.3);
});
