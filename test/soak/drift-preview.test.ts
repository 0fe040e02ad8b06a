/** The drift check of the documentation, in the situations of test/e2e/drift.test.ts. */
import { deployedOnce } from "../e2e/support/deployed-once";
import { Project } from "../e2e/support/project";
import { handsOn, hiddenTampers, tampers } from "../e2e/support/tampers";

test("the preview names every tamper, with exit code 7", async () => {
  const project = await Project.start({ deployed: await deployedOnce("AzureCloud") });
  try {
    const hands = await handsOn(project);
    const all = [...tampers, ...hiddenTampers];
    for (const { tamper } of all) await tamper(hands);
    const { code, text } = await project.drift();
    expect(code).toBe(7);
    for (const { named } of all) for (const pattern of named) expect(text).toMatch(pattern);
  } finally {
    await project.close();
  }
});
