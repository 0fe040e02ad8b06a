import { holdPort } from "../oauth/browser";
import { secureAppModel } from "./support/command";
import { type DeployedStack, recordStack } from "./support/deployed-stack";
import { Project } from "./support/project";
import { testInSoak } from "./support/soak";
import { expectRefused } from "./support/refused-sign-ins";
import { story } from "../support/story";

/** The command in the failure's text, without the text before its options. */
function printedCommand(text: string): string[] {
  const line = /npx secure-app-model (consent .*)$/mu.exec(text)?.[1] ?? "";
  return [...line.matchAll(/'([^']*)'|(\S+)/gu)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

/** The stack has different ports where it continues. */
const withoutPorts = (argv: readonly string[]) => argv.map((word) => word.replace(/(127\.0\.0\.1):\d+/gu, "$1"));

let project: Project;
let robot: string;
let failed: { code: number; text: string };
/** The state after a deployment without a sign-in: only the consent is missing. */
let unfinished: DeployedStack;
/** The output of that deployment. */
let printed: string[];

beforeAll(async () => {
  project = await Project.start({ signIn: "nobody" });
  robot = `${project.folder}/sign-in-robot`;
  // A process that started to wait for a sign-in would fail because of the port.
  const holder = await holdPort("127.0.0.1", project.signInPort);
  failed = await project.pulumi("up", "--yes", "--skip-preview");
  await holder.release();
  unfinished = await recordStack(project, project.cloud);
  printed = printedCommand(failed.text);
});
afterAll(() => project.close());

describe("a deployment where nobody can sign in", () => {
  const test = story();

  test("fails at once, after everything else is in place, with the command to run", async () => {
    const resources = await project.state();
    const consent = resources.find(({ type }) => type === "pulumi-nodejs:dynamic/partner:Consent");
    const signIns = project.emulator.requests.entries().filter(({ path }) => path.includes("/authorize")).length;
    expect({ code: failed.code, others: resources.length, health: consent?.outputs?.["health"], signIns }).toEqual({
      code: 1,
      others: 18,
      health: "unfinished",
      signIns: 0,
    });
    expect(failed.text).not.toMatch(/Sign in with the service account|Port \d+ of this machine/u);
    expect(failed.text).toMatch(
      /A person has to sign in once.*npx secure-app-model consent --cloud AzureCloud --vault https:\/\/127/su,
    );
  });

  test("after the printed command, the next up finishes without a browser", async () => {
    const port = String(project.signInPort);
    const consent = await secureAppModel(project, [...printed, "--port", port, "--json"], { BROWSER: robot });
    expect({ code: consent.code, health: (JSON.parse(consent.stdout) as { health: string }).health }).toEqual({
      code: 0,
      health: "ok",
    });
    const before = project.emulator.requests.entries().filter(({ path }) => path.includes("/authorize")).length;
    const up = await project.up();
    expect(up).toMatch(/1 updated/u);
    const after = project.emulator.requests.entries().filter(({ path }) => path.includes("/authorize")).length;
    expect(after).toBe(before);
  });
});

testInSoak(
  "goes on failing the same way while nobody consented; after the printed command, the next up --refresh finishes as well",
  async () => {
    const project = await Project.start({ signIn: "nobody", deployed: unfinished });
    try {
      const failed = await project.pulumi("up", "--yes", "--skip-preview");
      expect({ code: failed.code, command: withoutPorts(printedCommand(failed.text)) }).toEqual({
        code: 1,
        command: withoutPorts(printed),
      });
      const port = String(project.signInPort);
      const robot = { BROWSER: `${project.folder}/sign-in-robot` };
      const consent = await secureAppModel(project, [...printedCommand(failed.text), "--port", port], robot);
      expect(consent.code).toBe(0);
      expect(await project.up("--refresh")).toMatch(/1 updated/u);
    } finally {
      await project.close();
    }
  },
);

test("an account without multi-factor authentication: one clear error, nothing stored", async () => {
  const project = await Project.start({ deployed: unfinished });
  try {
    await expectRefused(project, "an account without multi-factor authentication");
  } finally {
    await project.close();
  }
});
