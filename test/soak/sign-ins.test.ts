/** Sign-ins that end in an error, each with the deployment's message; its printed fix is run. */
import { join } from "node:path";
import { type DeployedStack, recordStack } from "../e2e/support/deployed-stack";
import type { StackSettings } from "../e2e/support/dev-configuration";
import { Project } from "../e2e/support/project";
import { fixesInWords, type FixProof, proveFix } from "../fixes/support/printed";
import { terminalOf } from "../fixes/support/robot";
import { ran } from "../fixes/support/shell";
import { holdPort } from "../oauth/browser";

let unfinished: DeployedStack;
let project: Project;
beforeAll(async () => {
  project = await Project.start({ signIn: "nobody" });
  await project.pulumi("up", "--yes", "--skip-preview");
  unfinished = await recordStack(project, project.cloud);
  await project.close();
  project = await Project.start({ deployed: unfinished });
});
beforeEach(async () => {
  await project.become(unfinished);
  project.emulator.requests.clear();
});
afterAll(() => project.close());

const alice = "alice@partner.example";

/** `up` fails with this message, and the printed commands deploy. */
async function deploys({
  env = {},
  ...proof
}: Pick<FixProof, "fix" | "fill"> & { env?: Record<string, string> }): Promise<void> {
  const terminal = await terminalOf(project);
  const command = async () => {
    const { code, stdout, stderr } = await ran({ ...terminal, env: { ...terminal.env, ...env } }, ["pulumi up"]);
    return code === 0 ? undefined : fixesInWords(stdout + stderr, proof.fix);
  };
  await proveFix(terminal, { command, itself: true, ...proof });
  expect((await project.outputs()).consent).toMatchObject({ health: "ok" });
}

test("a taken redirect port: which one, and how to choose another", async () => {
  const holder = await holdPort("127.0.0.1", project.signInPort);
  try {
    await deploys({ fix: "lib/oauth/redirect-listener.ts: Choose another port, then deploy again" });
  } finally {
    await holder.release();
  }
});

describe("nobody who signed in before the deadline", () => {
  const preload = join(__dirname, "..", "fixes", "support", "short-minutes.cjs");
  const NODE_OPTIONS = `--require ${preload}`;
  const env = { BROWSER: "true", NODE_OPTIONS, SHORT_MINUTES_WHILE: preload };

  test.each([
    { fix: "lib/consent/sign-in.ts: Deploy again" },
    { fix: "lib/consent/sign-in.ts: Allow a deployment more time" },
  ])("$fix", async ({ fix }) => {
    await deploys({ fix, env });
  });
});

test("another account than the expected one, which is the right one", async () => {
  project.environment["SIGN_IN_ROBOT_ACCOUNT"] = alice;
  await project.configure({ adminConsent: "everybody" });
  const fix = "lib/consent/verify.ts: If the expected one is wrong, change it";
  await deploys({ fix, fill: { account: alice } });
  delete project.environment["SIGN_IN_ROBOT_ACCOUNT"];
});

const administrator = "admin@partner.example";

describe("a sign-in that must not be stored", () => {
  test.each<[string, environment: Record<string, string>, settings: StackSettings, said: RegExp]>([
    [
      "another account",
      { SIGN_IN_ROBOT_ACCOUNT: alice },
      { adminConsent: "everybody" },
      /alice@partner\.example signed in, but svc-partner@partner\.example was expected/u,
    ],
    [
      "an account without multi-factor authentication",
      { SIGN_IN_ROBOT_ACCOUNT: "svc-nomfa@partner.example" },
      { consent: { account: "svc-nomfa@partner.example" } },
      /svc-nomfa@partner\.example signed in without multi-factor authentication.*900421/u,
    ],
    [
      "a declined consent",
      { SIGN_IN_ROBOT_ACCOUNT: administrator, SIGN_IN_ROBOT_CONSENT: "cancel" },
      // Only an account with a consent page can decline.
      { adminConsent: undefined, consent: { account: administrator } },
      /error: 1 error occurred:\s+\* The sign-in was refused: the consent was declined\. .*AADSTS65004.*\s+Consent again, .*: pulumi up --stack dev --config-file \S+$/mu,
    ],
  ])("%s: one clear error, nothing stored; the next up finishes", async (_, environment, settings, said) => {
    Object.assign(project.environment, environment);
    await project.configure(settings);
    const { code, text } = await project.pulumi("up", "--yes", "--skip-preview");
    for (const variable of Object.keys(environment)) Reflect.deleteProperty(project.environment, variable);
    expect([code, text]).toEqual([1, expect.stringMatching(said)]);
    const consent = (await project.state()).find(({ type }) => type === "pulumi-nodejs:dynamic/partner:Consent");
    expect(consent?.outputs).toMatchObject({ health: "unfinished" });
    const requests = project.emulator.requests.entries();
    expect(requests.filter(({ method, path }) => method === "PUT" && path.includes("/secrets/refresh-token"))).toEqual(
      [],
    );
    // Once the service account signs in and accepts.
    await project.configure({});
    expect(await project.up()).toMatch(/[12] updated/u);
    expect((await project.outputs()).consent).toMatchObject({ health: "ok" });
  });
});
