/** A permission that is declared after somebody consented: tokens for it come only once it is granted, and a sign-in alone grants nothing. */
import { secureAppModel } from "./support/command";
import { Project } from "./support/project";

let project: Project;
beforeAll(async () => {
  project = await Project.start({ settings: { azureManagement: undefined } });
  await project.up();
  await project.configure({ azureManagement: true });
});
afterAll(() => project.close());

/** `token`, as a script calls it. */
async function token(resource: string): Promise<{ code: number; refusal: string }> {
  const { vaultUri } = await project.outputs();
  const { code, stderr } = await secureAppModel(project, ["token", resource, "--vault", String(vaultUri)]);
  return { code, refusal: /AADSTS\d+/u.exec(stderr)?.[0] ?? "" };
}

test("azureManagement, set late: after `up` the token is redeemed for Azure too", async () => {
  await project.up();
  expect(await token("arm")).toEqual({ code: 0, refusal: "" });
  expect(await token("graph")).toEqual({ code: 0, refusal: "" });
});
