/** `exec` for many customers, built: each with its own identity, output kept apart, and a run that goes on. */
import { once } from "node:events";
import { existsSync, lstatSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "csv-parse/sync";
import { claimsOf } from "../../tools/embedded-cloud/testing/oauth";
import { runInShell } from "../transcripts/shell";
import { hasModes } from "./support/as-windows";
import { builtCommand, type Finished, finished, main } from "./support/built-command";
import { RunFolder } from "./support/many-customers";
import { type Stage, stageForEach } from "./support/stage";

let stage: Stage;
let folder: RunFolder;
stageForEach(async (fresh) => {
  stage = fresh;
  await stage.storeToken();
  await stage.run(["customers", "consent", "--all", ...new RunFolder().options]);
  folder = new RunFolder();
});
afterEach(() => {
  folder.remove();
});

const seeded = () => stage.emulator.seeds.customers;
const exec = (argv: string[], script: string): Promise<Finished> =>
  builtCommand(["exec", ...argv, ...folder.options, "--", "sh", "-c", script], "", stage.environment());

/** Prints the customer, and a token as its domain's file. */
const curl = () =>
  `curl -sf "$IDENTITY_ENDPOINT?api-version=2019-08-01&resource=${stage.emulator.origins.microsoftGraph}" -H "X-IDENTITY-HEADER: $IDENTITY_HEADER"`;

test("all of them at once, each with the tokens of its own tenant alone, and its lines under its domain", async () => {
  const script = `echo "$SECURE_APP_MODEL_CUSTOMER $SECURE_APP_MODEL_CUSTOMER_NAME"; ${curl()}`;
  const { code, stdout, stderr } = await exec(["--all", "--at-once", "3"], script);
  expect([code, stderr.split("\n").at(-2)]).toEqual([0, `Application ${stage.application.clientId}: 3 ok.`]);
  const lines = stdout.trim().split("\n");
  for (const { id, domain, companyName } of seeded()) {
    const [who, answer = ""] = lines.flatMap((line) =>
      line.startsWith(`${domain}: `) ? [line.slice(domain.length + 2)] : [],
    );
    expect(who).toBe(`${id} ${companyName}`);
    const { access_token: token } = JSON.parse(answer) as { access_token: string };
    expect(claimsOf(token)).toMatchObject({ tid: id, scp: "User.Read" });
    expect(stderr).toContain(` in tenant ${id}\n`);
  }
  expect(lines).toHaveLength(6);
  expect(existsSync(folder.failures)).toBe(false);
});

test("the first failure's exit code, a file of failures whose fix runs, and which is itself a list of customers for the next run", async () => {
  const [first, second, third] = seeded();
  const runs = join(folder.path, "runs");
  const script = `echo $SECURE_APP_MODEL_CUSTOMER >> '${runs}'; [ -e '${runs}.repaired' ] || [ $SECURE_APP_MODEL_CUSTOMER = ${first.id} ] || exit 7`;
  const { code, stdout, stderr } = await exec(["--all", "--at-once", "1"], script);
  const summary = `Application ${stage.application.clientId}: 1 ok, 2 failed.\n  2  exit code 7\nEach failure and its fix: ${folder.failures}\n`;
  expect({ code, stdout, stderr }).toEqual({ code: 7, stdout: "", stderr: summary });
  const failed = parse<Record<"tenantId" | "reason" | "fix", string>>(folder.read(folder.failures), { columns: true });
  expect(failed.map(({ tenantId, reason }) => [tenantId, reason])).toEqual([
    [second.id, "exit code 7"],
    [third.id, "exit code 7"],
  ]);
  folder.file("runs.repaired", "");
  // As it stands: with options for many it would be refused.
  const line = failed[0]?.fix.replace("secure-app-model", `'${process.execPath}' '${main}'`) ?? "";
  const env = { PATH: process.env["PATH"], ...stage.environment() };
  expect(await runInShell(line, { cwd: folder.path, env })).toMatchObject({ code: 0 });
  // Every customer had its turn: the same line would begin anew.
  const list = folder.file("again.csv", folder.read(folder.failures));
  expect(await exec(["--customers", list, "--at-once", "1"], script)).toMatchObject({ code: 0, stdout: "" });
  const ran = folder.read(runs).trim().split("\n");
  expect(ran.toSorted()).toEqual([first.id, second.id, second.id, second.id, third.id, third.id].toSorted());
});

/** @param argv before the command's own */
const refusedBeside = async (argv: string[], script: string) => {
  const { id } = seeded()[1];
  await stage.run(["customers", "revoke", id, "--yes", ...new RunFolder().options]);
  const { code, stdout, stderr } = await exec(
    ["--all", "--at-once", "1", "--log", join(folder.path, "log"), ...argv],
    script,
  );
  const failed = () => {
    const rows = parse<Record<"tenantId" | "reason" | "what" | "fix", string>>(folder.read(folder.failures), {
      columns: true,
    });
    return rows.map(({ tenantId, reason, what, fix }) => [tenantId, reason, what, fix]);
  };
  return { id, code, stdout, stderr, failed };
};
const absent = "AADSTS90099: the application is not in the customer's tenant";

test("a customer whose token Entra refuses gets no command, is counted, and is in the file of failures", async () => {
  const { id, code, stdout, stderr, failed } = await refusedBeside([], "echo ran");
  const summary = `Application ${stage.application.clientId}: 2 ok, 1 failed.\n  1  ${absent}\nEach failure and its fix: ${folder.failures}\n`;
  expect([code, stdout.match(/ran/gu)?.length, stderr]).toEqual([3, 2, summary]);
  const what = `A token for customer tenant ${id} was refused (AADSTS90099): ${absent.slice("AADSTS90099: ".length)}.`;
  expect(failed()).toEqual([[id, absent, what, `secure-app-model customers consent ${id}`]]);
});

test("a customer whose command goes on after a refusal is counted as refused, whatever it ends with", async () => {
  for (const end of ["true", "exit 7"]) {
    const script = `${curl()} >/dev/null || ${end}`;
    const { id, code, stdout, stderr, failed } = await refusedBeside(["--unchecked"], script);
    const summary = `Application ${stage.application.clientId}: 2 ok, 1 failed.\n  1  refused: ${absent}\nEach failure and its fix: ${folder.failures}\n`;
    expect([code, stdout, stderr]).toEqual([3, "", summary]);
    const what = `The command ended with ${end === "true" ? 0 : 7}, and was refused a token for ${stage.emulator.origins.microsoftGraph} in tenant ${id}.`;
    expect(failed()).toEqual([[id, `refused: ${absent}`, what, `secure-app-model customers consent ${id}`]]);
  }
});

test("of a file, with a file for the output of each", async () => {
  const [first, second] = seeded();
  const list = folder.file("list.csv", `${first.domain}\n${second.id}\nnobody at all\n`);
  const output = join(folder.path, "output");
  const script = "echo $SECURE_APP_MODEL_CUSTOMER_DOMAIN; echo oops >&2";
  const { code, stdout } = await exec(["--customers", list, "--output", output], script);
  expect([code, stdout]).toEqual([2, ""]);
  expect(readdirSync(output).toSorted()).toEqual(
    [first.id, second.id].flatMap((id) => [`${id}.err`, `${id}.out`]).toSorted(),
  );
  expect(folder.read(join(output, `${second.id}.out`))).toBe(`${second.domain}\n`);
  expect(folder.read(join(output, `${second.id}.err`))).toBe("oops\n");
});

test("what they print is no command to a workflow's runner, wherever on a line it stands", async () => {
  const script =
    "printf '::error::a\\rx\\r ::add-path::b\\r\\302\\205::c::\\n##vso[task.setvariable variable=d]e\\n'; echo '##[add-path]f' >&2";
  for (const runner of [{ GITHUB_ACTIONS: "true" }, { TF_BUILD: "True" }]) {
    const argv = ["exec", "--all", ...folder.options, "--", "sh", "-c", script];
    const { code, stdout, stderr } = await builtCommand(argv, "", stage.environment(runner));
    const said = `${stdout}\n${stderr}`;
    expect([code, /add-path::b/u.test(said), /variable=d/u.test(said), /add-path\]f/u.test(said)]).toEqual([
      ...[0, true, true, true],
    ]);
    expect(said).not.toMatch(/##(?:vso)?\[/u);
    expect(said.split(/\r\n|\r|\n/u).filter((line) => /^[\s\u0085]*::/u.test(line))).toEqual([]);
  }
});

test("--output follows no link, neither of a folder nor of a file, and what it writes nobody else can read", async () => {
  const [first, second] = seeded();
  const output = join(folder.path, "output");
  mkdirSync(output);
  const own = folder.file("own.txt", "unharmed");
  symlinkSync(own, join(output, `${first.id}.out`));
  writeFileSync(join(output, `${second.id}.out`), "before", { mode: 0o666 });
  expect(await exec(["--all", "--output", output], "echo after")).toMatchObject({ code: 0 });
  expect([folder.read(own), folder.read(join(output, `${first.id}.out`))]).toEqual(["unharmed", "after\n"]);
  for (const name of readdirSync(output)) {
    const there = lstatSync(join(output, name));
    expect([there.isFile(), !hasModes || (there.mode & 0o777) === 0o600]).toEqual([true, true]);
  }
  const link = join(folder.path, "link");
  symlinkSync(output, link);
  const { code, stderr } = await exec(["--all", "--output", `${link}/`], "echo again");
  expect([code, stderr]).toEqual([
    2,
    `error: --output ${link}/ is a link, which is not followed.\n  Name another one.\n`,
  ]);
});

test("--dry-run lists for whom, and two ways to name customers are one too many", async () => {
  const list = await exec(["--all", "--dry-run"], "exit 9");
  expect([list.code, list.stdout.split("\n")[0]]).toEqual([0, "Would run the command for 3 customers:"]);
  const refused = await exec(["--all", "--tenant", seeded()[0].id], "exit 9");
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringMatching(/^error: --tenant, --customers and --all exclude each other/u),
  ]);
});

test("a command that is not there ends the run with 127, and a file's names that are no customers are refused", async () => {
  const argv = ["exec", "--all", "--failures", folder.failures];
  const missing = await builtCommand([...argv, "--", "/nowhere/tool"], "", stage.environment());
  expect([missing.code, missing.stdout]).toEqual([127, ""]);
  const nobody = "eeeeeeee-1111-4222-8333-444444444444";
  const list = folder.file("list.csv", `${stage.tenantId}\n${nobody}\n`);
  const ran = join(folder.path, "ran");
  const refused = await exec(["--customers", list], `touch '${ran}'`);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("2 failed.\n  2  no customer's id")]);
  expect(existsSync(ran)).toBe(false);
});

test.each(["SIGTERM", "SIGHUP"] as const)(
  "%s lets what runs end with its tokens, and starts no more; the next run goes on",
  async (signal) => {
    const script = `trap 'echo got; ${curl()} >/dev/null && echo token; exit 0' TERM HUP; echo begun; sleep 60 & wait`;
    const argv = ["exec", "--all", "--at-once", "1", ...folder.options, "--", "bash", "-c", script];
    const child = stage.spawn(argv);
    const end = finished(child);
    await once(child.stdout ?? child, "data");
    child.kill(signal);
    const { code, stdout, stderr } = await end;
    const domain = stdout.split(":", 1).join();
    expect([code, stdout]).toEqual([130, ["begun", "got", "token"].map((word) => `${domain}: ${word}\n`).join("")]);
    expect(stderr).toContain(": 1 ok, 2 not started.\n");
    // Another command is another run.
    const other = await exec(["--all"], "true");
    expect([other.code, other.stderr]).toEqual([0, expect.stringContaining(": 3 ok.\n")]);
    const [file = "", ...others] = readdirSync(folder.path);
    expect([file, others]).toEqual([expect.stringMatching(/^customers-exec-[\da-f]{8}-[\da-f]{8}\.done$/u), []]);
    const done = seeded().find((one) => one.domain === domain)?.id ?? "";
    expect(folder.read(join(folder.path, file)).trim()).toBe(done);
    const again = await exec(["--all", "--dry-run"], "true");
    expect(again.stdout.split("\n")[0]).toBe("Would run the command for 3 customers:");
    const next = stage.spawn(argv);
    const nextEnd = finished(next);
    next.stdout?.once("data", () => next.kill(signal));
    const { stdout: continued, stderr: said } = await nextEnd;
    expect([continued.includes(`${domain}: `), said]).toEqual([false, expect.stringContaining("1 done before")]);
  },
);

test("after a second Ctrl-C it is told which commands still run", async () => {
  const script = `trap '' TERM INT; echo $$; while [ -e '${folder.path}' -a ! -e '${folder.path}/over' ]; do sleep 0.1; done`;
  const argv = ["exec", "--all", "--at-once", "1", ...folder.options, "--", "sh", "-c", script];
  const child = stage.spawn(argv);
  const end = finished(child);
  const [line] = (await once(child.stdout ?? child, "data")) as [Buffer];
  const pid = /: (\d+)\n/u.exec(line.toString())?.[1];
  // Its end leaves its commands' output open.
  const exit = once(child, "exit");
  // On a slow machine a second one may come at once after the first, and is then the same.
  for (let pause = 700; child.exitCode === null; pause = 6000) {
    child.kill("SIGINT");
    await Promise.race([exit, sleep(pause, undefined, { ref: false })]);
  }
  folder.file("over", "");
  const { code, stderr } = await end;
  expect([code, stderr]).toEqual([
    130,
    `error: Stopped, but SIGTERM has not ended process ${pid}.\n  Run it again to continue when none of them runs any more.\n`,
  ]);
});

test("output without an end of line, and one that nobody reads, fill no memory and fail nothing", async () => {
  const { code, stdout } = await exec(["--all", "--at-once", "1"], "head -c 300000 /dev/zero | tr '\\0' x");
  const lines = stdout.trim().split("\n");
  expect([code, lines.length > 6, Math.max(...lines.map(({ length }) => length)) < 200_000]).toEqual([0, true, true]);
  expect(lines.join("").replaceAll(/[^x]/gu, "").replaceAll("example: ", "").length).toBeGreaterThanOrEqual(900_000);
});
