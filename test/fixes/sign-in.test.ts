/** Problems of a sign-in: each printed fix is run in the situation that prints it, with a robot at the browser. */
import { freePort } from "../../tools/embedded-cloud/free-port";
import { registerApplication } from "../../tools/embedded-cloud/testing/applications";
import { holdPort } from "../oauth/browser";
import { placeForEach } from "./support/place";
import { nobodyIn, requiring } from "./support/robot";

const testFix = placeForEach();
/** Where a process waits no real minutes. */
const waiting = () => ({ NODE_OPTIONS: requiring("fast-clock") });
const itself = true;
const consent = "consent --force";

testFix("lib/oauth/redirect-listener.ts: Choose another port", async () => {
  const port = await freePort(2);
  const holder = await holdPort("127.0.0.1", port);
  return { command: `${consent} --port ${port}`, itself, proven: () => holder.release() };
});

testFix("cli/consent/as-administrator.ts: Consent with the service account afterwards", () => ({
  ...{ command: "consent --as-administrator --force", itself },
}));

testFix("cli/consent/consent-target.ts: Name the application (the stack's output applicationId)", ({ stage }) => ({
  env: { SIGN_IN_ROBOT_ACCOUNT: stage.emulator.seeds.users.administrator.userPrincipalName },
  ...{ command: "consent --as-administrator", itself },
  proven: ({ stdout }) => {
    expect(JSON.parse(stdout)).toMatchObject({ clientId: stage.application.clientId });
  },
}));

testFix(
  "cli/consent/consent.ts: Leave it out: consent prints an address for a browser on any machine, and takes the address where that browser ends",
  () => ({
    ...{ command: "consent --device-code --force", itself },
    proven: ({ stdout }) => {
      expect(JSON.parse(stdout)).toMatchObject({ health: "ok" });
    },
  }),
);

testFix("lib/token/verify.ts: If the expected account is wrong, name the right account", () => ({
  ...{ command: `${consent} --account alice@partner.example`, itself },
}));

for (const fix of ["lib/consent/sign-in.ts: Start again", "lib/consent/sign-in.ts: Allow more time"])
  testFix(fix, async ({ folder, terminal }) => {
    const { env, somebodyComes } = await nobodyIn(folder, String(terminal.env["BROWSER"]));
    return { env, command: `${consent} --deadline 1`, itself, meanwhile: somebodyComes };
  });

testFix("lib/consent/consent.ts: Sign in again", ({ stage: { emulator } }) => {
  const { origins, faults } = emulator;
  faults.add({
    ...{ service: "authority", form: { grant_type: "refresh_token", scope: `*${origins.resourceManager}*` } },
    ...{ entra: 65001, times: 0 },
  });
  // What is granted takes effect.
  return { env: waiting(), command: "consent", meanwhile: faults.clear.bind(faults) };
});

testFix("lib/token/reconcile.ts: Then disable it, without a sign-in (leave --force out)", ({ stage }) => {
  const path = `/secrets/${stage.tokenName}/*`;
  stage.age(stage.tokenName, 10);
  stage.emulator.faults.add({ service: "keyVault", method: "PATCH", path, status: 500, times: 0 });
  return {
    ...{ env: waiting(), command: consent, itself },
    meanwhile: () => {
      stage.age(stage.tokenName, 10);
      stage.emulator.faults.clear();
    },
    proven: async () => {
      expect(await stage.enabled()).toEqual([true, false]);
    },
  };
});

// A token that another application got.
for (const fix of [
  "lib/token/import-token.ts: Name the application that got the token",
  "lib/token/import-token.ts: Sign in with this application",
])
  testFix(fix, async ({ stage }) => {
    const other = "client-credential-5e6f7a8b";
    const { clientId, clientSecret, ...application } = registerApplication(stage.emulator);
    await stage.vault.setSecret(other, clientSecret);
    const { serviceAccount } = stage.emulator.seeds.users;
    const input = await stage.refreshToken(serviceAccount, { ...application, clientId, clientSecret });
    const fill = { "client id": clientId, "secret with its client secret": other };
    return { command: "consent --import", fill, input, itself };
  });
