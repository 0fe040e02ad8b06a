/** Sign-ins that end in an error; test/e2e/consent.test.ts has one of an account without multi-factor authentication. */
import { type DeployedStack, recordStack } from "../e2e/support/deployed-stack";
import { Project } from "../e2e/support/project";
import { expectRefused } from "../e2e/support/refused-sign-ins";
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

describe("a sign-in that must not be stored", () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.start({ deployed: unfinished });
  });
  afterAll(() => project.close());

  test("another account: one clear error, nothing stored", async () => {
    await expectRefused(project, "another account");
  });

  test("a declined consent: one clear error, nothing stored", async () => {
    await expectRefused(project, "a declined consent");
  });

  test("the next up finishes, once the service account signs in and accepts", async () => {
    await project.configure({});
    expect(await project.up()).toMatch(/[12] updated/u);
    expect((await project.outputs())["consent"]).toMatchObject({ health: "ok" });
  });
});
