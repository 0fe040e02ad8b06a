/** A stack that an earlier release deployed; test/soak/earlier-state.test.ts continues with more of them. */
import { testGoesOn } from "./support/goes-on";

testGoesOn([
  {
    name: "before-grants",
    others: 13,
    dynamic: ["Consent", "VaultCreateMode"],
    afterwards: { applications: [], vault: "recoverable", enabled: ["client-secret"] },
  },
]);
