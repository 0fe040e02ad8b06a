/** Sign-ins that end in an error; test/e2e/consent.test.ts has one that is declined. */
import { type DeployedStack, recordStack } from "../e2e/support/deployed-stack";
import { Project } from "../e2e/support/project";
import { testRefusedSignIns } from "../e2e/support/refused-sign-ins";
import { holdPort } from "../oauth/browser";

let unfinished: DeployedStack;
beforeAll(async () => {
  const project = await Project.start({ signIn: "nobody" });
  await project.pulumi("up", "--yes", "--skip-preview");
  unfinished = await recordStack(project, project.cloud);
  await project.close();
});

test("a taken redirect port: which one, and how to choose another", async () => {
  const project = await Project.start({ deployed: unfinished });
  try {
    const { signInPort: port } = project;
    const holder = await holdPort("127.0.0.1", port);
    const up = await project.pulumi("up", "--yes", "--skip-preview");
    await holder.release();
    expect(up.code).toBe(1);
    expect(up.text).toMatch(new RegExp(`Port ${port} of this machine is taken.*consent\\.port ${port + 1}`, "su"));
  } finally {
    await project.close();
  }
});

testRefusedSignIns(
  () => unfinished,
  ["another account", "an account without multi-factor authentication", "a declined consent"],
  { finishes: true },
);
