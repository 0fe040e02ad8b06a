/** A stack whose vault is not accessible from this machine; test/e2e/drift.test.ts tests the parts that can drift nevertheless. */
import { deployedOnce } from "../e2e/support/deployed-once";
import { aboutStack } from "../e2e/support/command";
import { openGraph } from "../e2e/support/graph";
import { Project } from "../e2e/support/project";
import { closedByFirewall } from "../e2e/support/tampers";

let project: Project;
beforeAll(async () => {
  project = await Project.start({ deployed: await deployedOnce("AzureCloud") });
  project.emulator.faults.add({ service: "keyVault", status: 403, body: closedByFirewall, times: 0 });
});
afterAll(() => project.close());

test("where nothing else has drifted the command could not look, which is no answer", async () => {
  const { code, stdout } = await aboutStack(project, "drift", "--json");
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /"message":"Stack dev: nothing else has drifted, and part of it could not be checked.*Key Vault Reader/u,
  );
});

test("without --refresh the engine looks at nothing, as the documentation says", async () => {
  const graph = await openGraph(project);
  const { applicationObjectId } = await project.outputs();
  await graph("PATCH", `/applications/${String(applicationObjectId)}`, { displayName: "Tampered" });
  expect((await project.pulumi("preview", "--expect-no-changes")).code).toBe(0);
});

test("a stack of another cloud is none of this one's to look at", async () => {
  await project.configure({ cloud: "AzureUSGovernment" });
  const { code, stdout } = await aboutStack(project, "drift", "--json");
  await project.configure({});
  expect(code).toBe(2);
  expect(stdout).toMatch(/is not in AzureUSGovernment.*pulumi config set secure-application-model:cloud AzureCloud/u);
});

test("destroy --refresh fails, and says what may still be enabled", async () => {
  const { code, text } = await project.pulumi("destroy", "--yes", "--skip-preview", "--refresh");
  expect({ code, warned: text.includes("may still be enabled") }).toEqual({ code: 1, warned: true });
});
