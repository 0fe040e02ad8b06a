/** Sign-ins that end in an error, each with the deployment's message; its printed fix is run. */
import { join } from "node:path";
import { type DeployedStack, recordStack } from "../e2e/support/deployed-stack";
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
  const fix = "lib/token/verify.ts: If the expected account is wrong, change it";
  await deploys({ fix, fill: { account: alice } });
  delete project.environment["SIGN_IN_ROBOT_ACCOUNT"];
});
