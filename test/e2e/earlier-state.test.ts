/** A stack that an earlier release deployed; test/soak/earlier-state.test.ts continues with more of them. */
import { goOn } from "./support/earlier-state";
import { firstPreview, signIns, testGoesOn } from "./support/goes-on";

testGoesOn([
  {
    name: "before-grants",
    others: 15,
    dynamic: ["Consent", "VaultCreateMode"],
    afterwards: { applications: [], vault: "recoverable", enabled: ["client-secret"] },
  },
]);

test("a stack of the program before certificates and the calendar previews no change, and asks for no sign-in", async () => {
  const project = await goOn("before-rotation");
  try {
    expect(await firstPreview(project, "--refresh")).toBe(`Resources:
    18 unchanged`);
    expect(signIns(project)).toBe(0);
  } finally {
    await project.close();
  }
});
