/** Problems of a stack: each printed fix is run in the situation that prints it. */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firstPartyApps } from "../../lib/config/clouds";
import { Project } from "../e2e/support/project";
import { removePrincipal } from "./support/here";
import { fixesOf, linesOf, proveFix, type Terminal, typed } from "./support/printed";

let project: Project;
let elsewhere: string;
beforeAll(async () => {
  project = await Project.start({ runsIn: "own folder" });
  elsewhere = await mkdtemp(join(tmpdir(), "elsewhere-"));
});
afterAll(async () => {
  await project.close();
  await rm(elsewhere, { recursive: true });
});

const terminal = (cwd: string): Terminal => ({ env: project.environment, cwd });

describe("a doctor in another folder than the stack's", () => {
  test("where that is named: the settings are set there", async () => {
    const fix = "lib/config/problems.ts: Set it";
    await project.configure({ cloud: undefined });
    const command = `secure-app-model doctor --stack dev --cwd ${project.folder}`;
    const at = terminal(elsewhere);
    const { after } = await proveFix(at, { command, fix, fill: {}, code: 0 });
    expect(after.stdout).toMatch(/^✓ Stack/mu);
  });

  test("without the root certificate of a proxy", async () => {
    const { NODE_EXTRA_CA_CERTS: root = "", ...env } = project.environment;
    await project.configure({});
    delete env["SSL_CERT_FILE"];
    await proveFix(
      { env, cwd: elsewhere },
      {
        command: `secure-app-model doctor --stack dev --cwd ${project.folder}`,
        finding: "cloud",
        fix: "lib/http/http-failure.ts: Give the program that root, and on Linux the plugins too",
        fill: { "file with the root certificate": root },
      },
    );
  });

  test("what it repairs and where it looks again is the same stack's", async () => {
    await project.configure({});
    const entries = Object.entries(project.environment).filter(([name]) => !name.startsWith("SECURE_APP_MODEL_"));
    const env = Object.fromEntries(entries);
    const command = `secure-app-model doctor --stack dev --cwd ${project.folder}`;
    removePrincipal(project.emulator, firstPartyApps.partnerCenter);
    await proveFix(
      { env, cwd: elsewhere },
      { command, finding: "partner-center", fix: "cli/doctor/checks/directory.ts: Make it", itself: true },
    );
  });
});

describe("a stack that is not found", () => {
  test.each([
    ["doctor", 0, '"name":"stack","state":"ok"'],
    ["drift", 2, "displayName"],
  ])(
    "where its folder is not named to %s, and where it is no folder: the same line, which is run once",
    async (name, code, said) => {
      const fix = "cli/engine/engine.ts: Name the folder of Pulumi.yaml";
      // Of drift the problem of the stack there is reported next.
      await project.configure(name === "drift" ? { displayName: undefined } : {});
      const fill = { "folder of Pulumi.yaml": project.folder };
      const command = `secure-app-model ${name} --stack dev`;
      const [printed] = await fixesOf(terminal(elsewhere), { command: `${command} --cwd nowhere`, fix });
      const { fix: run, after } = await proveFix(terminal(elsewhere), { command, fix, fill, code, itself: true });
      expect(linesOf(printed, fill)).toEqual(linesOf(run, fill));
      expect(after.stdout + after.stderr).toContain(said);
    },
  );

  test("because nobody has made it: each command says the same, and how", async () => {
    const fix = "cli/engine/engine.ts: If there is none anywhere, create it";
    const line = (name: string) => `secure-app-model ${name} --stack made --cwd ${project.folder}`;
    const at = terminal(elsewhere);
    const told = await Promise.all(
      ["doctor", "status", "revoke --yes", "drift"].map(async (name) => {
        const { stdout, stderr } = await typed(at, [line(name)]);
        return (stdout + stderr).replaceAll(/^\s+/gmu, "");
      }),
    );
    const lines = [
      "Stack made: no stack named 'made' found.",
      `1. See the stacks of this backend: pulumi stack ls --cwd ${project.folder}`,
      `2. Log in to the backend that holds it, or set PULUMI_BACKEND_URL: pulumi login '<address>' --cwd ${project.folder}`,
      `3. If there is none anywhere, create it: pulumi stack init made --cwd ${project.folder}`,
    ];
    for (const said of told) expect(said).toContain(lines.join("\n"));
    const { after } = await proveFix(at, { command: line("drift"), fix, code: 2 });
    expect(after.stdout + after.stderr).toContain("secure-application-model:");
  });
});

describe("drift with another configuration file", () => {
  const file = () => join(project.folder, "Pulumi.dev.yaml");

  test("one that is not there is made by nobody, and the fix names one that is", async () => {
    await project.configure({ displayName: undefined });
    const fix = "cli/options/target-options.ts: Name an existing one";
    const command = `secure-app-model drift --stack dev --cwd ${project.folder} --config-file absent.yaml`;
    const { stdout } = await typed(terminal(elsewhere), [`${command} --json || true`]);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { exitCode: 2, what: expect.stringContaining("absent.yaml") as string },
    });
    expect([elsewhere, project.folder].filter((folder) => existsSync(join(folder, "absent.yaml")))).toEqual([]);
    const fill = { file: file() };
    // The right file is used: its own problem is reported next.
    const { after } = await proveFix(terminal(elsewhere), { command, fix, fill, itself: true, code: 2 });
    expect(after.stdout).toContain("displayName");
  });

  test("a relative one is in the folder that the command runs in, for doctor and drift alike, and so are their fixes", async () => {
    await project.configure({ displayName: undefined, cloud: undefined });
    const relative = "Pulumi.dev.yaml";
    const command = (name: string) =>
      `secure-app-model ${name} --stack dev --cwd ${project.folder} --config-file ${relative}`;
    for (const name of ["doctor", "drift"]) {
      await project.configure({ displayName: undefined });
      const at = terminal(project.folder);
      const before = await typed(at, [command(name)]);
      expect(before.stdout + before.stderr).toContain("displayName");
    }
  });
});
