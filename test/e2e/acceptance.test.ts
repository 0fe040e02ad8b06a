import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { checks } from "../../acceptance/all-checks";
import type { Emulator } from "../../embedded-cloud/emulator/emulator";
import { openGraph } from "./support/graph";
import { type Finished, finished, Project, repository, startEmulator } from "./support/project";

interface Report {
  findings: { id: string; outcome: string; expected?: unknown; found?: unknown }[];
  settled: Record<string, string[]>;
}

const runs = join(repository, ".local", "acceptance");
const standIns = join(repository, "test", "acceptance", "support");

/** What `npm run acceptance` runs, in the US Government cloud: the other tests of consents and grants are mostly in the global one. */
describe("npm run acceptance", () => {
  let emulator: Emulator;
  let project: Project;

  beforeAll(async () => {
    emulator = await startEmulator(["AzureCloud", "AzureUSGovernment"]);
    project = await Project.start({ emulator, cloud: "AzureUSGovernment" });
    const { BROWSER = "" } = project.environment;
    // The robot is the service account where nobody else is named.
    const who = `[ -z "$ACCEPTANCE_SIGNS_IN" ] || export SIGN_IN_ROBOT_ACCOUNT="$ACCEPTANCE_SIGNS_IN"`;
    writeFileSync(browser(), `#!/bin/sh\n${who}\nexec '${BROWSER}' "$@"\n`, { mode: 0o755 });
  });
  afterAll(async () => {
    await project.close();
    await emulator.close();
  });

  const browser = () => join(project.folder, "browser");
  const start = (...words: string[]) =>
    spawn(process.execPath, [join(repository, "bin", "acceptance", "main.js"), ...words], {
      cwd: repository,
      env: {
        ...project.environment,
        BROWSER: browser(),
        PATH: `${standIns}${delimiter}${project.environment["PATH"] ?? ""}`,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
  const acceptance = (...words: string[]): Promise<Finished> => finished(start(...words));
  const stack = () => ["--stack", "dev", "--config-file", project.configFile];
  const elsewhere = () => {
    const authority = emulator.clouds.get("AzureCloud")?.origins.authority ?? "";
    return ["--other-cloud", "AzureCloud", "--other-authority", authority];
  };
  const reportIn = (folder: string) => JSON.parse(readFileSync(join(folder, "acceptance.json"), "utf8")) as Report;
  const left = () => (existsSync(runs) ? readdirSync(runs) : []);

  test("every promise is confirmed by the embedded cloud, nothing is left, and the report names nobody", async () => {
    const report = join(project.folder, "report");
    const before = left();
    const administrator = project.seeds.users.administrator.userPrincipalName;
    const people = ["--administrator", administrator];
    const { code, text } = await acceptance(...stack(), ...elsewhere(), ...people, "--yes", "--report", report);
    const { findings, settled } = reportIn(report);
    const outcomes = Object.fromEntries(findings.map(({ id, outcome }) => [id, outcome]));
    expect({ code, outcomes }).toEqual({
      code: 0,
      outcomes: Object.fromEntries(checks.map(({ id }) => [id, "confirmed"])),
    });
    expect(new Set(Object.values(settled).flat())).toEqual(
      new Set(checks.filter(({ settles }) => settles.length > 0).map(({ id }) => id)),
    );
    expect(left()).toEqual(before);
    const shown = readFileSync(join(report, "acceptance.md"), "utf8") + JSON.stringify(findings);
    const { partner, users } = project.seeds;
    const named = [partner.id, users.serviceAccount.userPrincipalName, administrator, "eyJ"].filter((name) =>
      shown.includes(name),
    );
    expect(named).toEqual([]);
    expect(text).toContain(`${checks.length} confirmed, 0 differed, 0 not looked at.`);
  });

  test("three promises that are broken are named with both answers, and nothing else", async () => {
    const report = join(project.folder, "broken");
    const account = project.seeds.users.serviceAccount.userPrincipalName;
    emulator.faults.add({
      service: "microsoftGraph",
      path: "/v1.0/applications/00000000-*",
      status: 403,
      body: { error: { code: `Denied to ${account} with eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2ln` } },
    });
    emulator.faults.add({
      service: "resourceManager",
      path: "*/resourceGroups/acceptance-nobodys",
      status: 409,
      body: { error: { code: "MissingSubscriptionRegistration" } },
    });
    emulator.faults.add({
      cloud: "AzureCloud",
      service: "authority",
      form: { client_secret: "acceptance-no-secret" },
      entra: 90038,
    });
    const reading = checks.filter(
      ({ needs, effect }) => effect === "reads" && !needs.includes("deployment") && !needs.includes("application"),
    );
    const only = reading.map(({ id }) => id).join(",");
    const { code, text } = await acceptance(...stack(), ...elsewhere(), "--only", only, "--yes", "--report", report);
    const { findings } = reportIn(report);
    expect(findings).toHaveLength(reading.length);
    const differed = findings.filter(({ outcome }) => outcome !== "confirmed");
    expect({ code, differed }).toEqual({
      code: 1,
      differed: [
        expect.objectContaining({
          id: "token-from-another-cloud",
          outcome: "differed",
          expected: { status: 400, error: "invalid_request", codes: [900382] },
          found: { status: 400, error: "invalid_request", codes: [90038] },
        }),
        expect.objectContaining({
          id: "graph-unknown-object",
          outcome: "differed",
          expected: { status: 404, code: "Request_ResourceNotFound" },
          found: { status: 403, code: "Denied to <account> with <secret>" },
        }),
        expect.objectContaining({
          id: "resource-manager-unknown-group",
          outcome: "differed",
          expected: { status: 404, code: "ResourceGroupNotFound" },
          found: { status: 409, code: "MissingSubscriptionRegistration" },
        }),
      ],
    });
    expect(text).toContain("3 differed");
  });

  test("interrupted twice it says what is left and how to remove it; that command does", async () => {
    const before = left();
    emulator.faults.add({ service: "microsoftGraph", method: "DELETE", delay: 4000, times: 0 });
    const run = start(...stack(), "--only", "renewal", "--yes");
    const ended = finished(run);
    let text = "";
    for (const stream of [run.stdout, run.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
    const seen = async (words: RegExp) => {
      while (!words.test(text) && run.exitCode === null) await sleep(50);
    };
    await seen(/azuread:index:ServicePrincipal partner created/u);
    run.kill("SIGTERM");
    await seen(/Destroying/u);
    await sleep(1500);
    run.kill("SIGTERM");
    const { code } = await ended;
    const [, folder = ""] = /Remove it: npm run acceptance -- --clean-up (\S+)/u.exec(text) ?? [];
    expect({
      code,
      left: left()
        .map((name) => join(runs, name))
        .sort(),
    }).toEqual({
      code: 130,
      left: [...before.map((name) => join(runs, name)), folder].sort(),
    });
    emulator.faults.clear();
    const cleaned = await acceptance("--clean-up", folder);
    expect([cleaned.code, cleaned.text.trimEnd().split("\n").at(-1)]).toEqual([0, "Nothing is left."]);
    expect(left()).toEqual(before);
    const graph = await openGraph(project);
    const { value } = await graph<{ value: { displayName: string }[] }>("GET", "/applications");
    expect(value.filter(({ displayName }) => displayName.startsWith("Acceptance"))).toEqual([]);
  });

  test.each([
    ["no stack", [], 2, /--stack is missing/u],
    ["another stack", ["--stack", "nobodys"], 2, /There is no .*Pulumi\.nobodys\.yaml/u],
    ["nobody who agrees", ["--stack", "dev"], 2, /Nobody is here to agree to that/u],
    ["a check that is not there", ["--stack", "dev", "--only", "x-y", "--yes"], 2, /There is no check x-y/u],
  ])("%s: refused, and nothing is made", async (_, words, code, said) => {
    const file = words.includes("dev") ? ["--config-file", project.configFile] : [];
    const before = left();
    const answered = await acceptance(...words, ...file);
    expect([answered.code, left()]).toEqual([code, before]);
    expect(answered.text).toMatch(said);
  });
});
