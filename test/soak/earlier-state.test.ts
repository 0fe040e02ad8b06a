/** Stacks of other days than those of test/e2e/earlier-state.test.ts. */
import { goOn } from "../e2e/support/earlier-state";
import { firstPreview, move, protection, signIns, stepsIn, testGoesOn } from "../e2e/support/goes-on";

testGoesOn([
  {
    name: "plain",
    others: 13,
    dynamic: ["Consent", "VaultCreateMode"],
    afterwards: { applications: [], vault: "recoverable", enabled: ["client-secret"] },
    isWhole: true,
  },
  {
    name: "adopted",
    others: 11,
    dynamic: ["Adoption", "Consent", "VaultCreateMode"],
    afterwards: { applications: ["Portal of 2019"], vault: "recoverable", enabled: ["client-secret"] },
  },
  {
    name: "existing-vault",
    others: 9,
    dynamic: ["Adoption", "Consent", "VaultSecret"],
    afterwards: { applications: ["Portal of 2019"], vault: "there", enabled: [] },
  },
]);

test("a stack of the program before destroy was protected previews that protection alone, and the move of its vault", async () => {
  const project = await goOn("before-evidence");
  try {
    expect(stepsIn(await firstPreview(project, "--refresh"))).toEqual({ ...protection, ...move });
    expect(signIns(project)).toBe(0);
  } finally {
    await project.close();
  }
});
