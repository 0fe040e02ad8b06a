/** The oldest stacks; test/e2e/earlier-state.test.ts has the later ones. */
import { testGoesOn } from "../e2e/support/goes-on";

testGoesOn([
  {
    name: "plain",
    others: 15,
    dynamic: ["Consent", "VaultCreateMode"],
    afterwards: { applications: [], vault: "recoverable", enabled: ["client-secret"] },
    isWhole: true,
  },
  {
    name: "existing-vault",
    others: 9,
    dynamic: ["Adoption", "Consent", "VaultSecret"],
    afterwards: { applications: ["Portal of 2019"], vault: "there", enabled: [] },
  },
]);
