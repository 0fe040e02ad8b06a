/** A bootstrap stack under the real engine: what CI signs in as, beside a model that is deployed. The rest: test/soak/ci-bootstrap.test.ts. */
import { deployedOnce } from "./support/deployed-once";
import { makeAdministrator, startBootstrap } from "./support/bootstrap-stack";
import { Project } from "./support/project";

let model: Project;
let bootstrap: Project;
beforeAll(async () => {
  model = await Project.start({ deployed: await deployedOnce("AzureCloud") });
  const administrator = await makeAdministrator(model);
  bootstrap = await startBootstrap(model, administrator, {
    github: { repository: "contoso/partner" },
    state: { account: "contosopartnerstate", location: "westeurope", vault: "contoso-partner-state" },
  });
});
afterAll(async () => {
  await bootstrap.close();
  await model.close();
});

test("up makes everything, and the next preview finds nothing to change", async () => {
  console.log(await bootstrap.up());
  console.log(JSON.stringify(await bootstrap.outputs(), null, 1));
  const { code, text } = await bootstrap.drift();
  console.log(text);
  expect(code).toBe(0);
});
