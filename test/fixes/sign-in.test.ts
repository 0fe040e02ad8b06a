/** Problems of a sign-in: each printed fix is run in the situation that prints it, with a robot at the browser. */
import { once } from "node:events";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../embedded-cloud/free-port";
import { clientSecretName } from "../cli/support/stage";
import { registerApplication } from "../../embedded-cloud/testing/applications";
import { nobodyIn, ownMain, requiring } from "./support/robot";
import { type Place, placeForEach } from "./support/terminal";

let stage: Place["stage"];
let env: NodeJS.ProcessEnv;
let folder: string;
const testFix = placeForEach((fresh) => {
  ({ stage, folder } = fresh);
  ({ env } = fresh.terminal);
});
/** Where a process waits no real minutes. */
const waiting = () => ({ NODE_OPTIONS: requiring("fast-clock") });
const robot = () => String(env["BROWSER"]);
const itself = true;

async function takenPort(): Promise<{ port: number; close: () => void }> {
  for (;;) {
    const [port, server] = [await freePort(), createServer()];
    const next = createServer();
    try {
      await once(server.listen(port, "127.0.0.1"), "listening");
      await once(next.listen(port + 1, "127.0.0.1"), "listening");
      next.close();
      return { port, close: () => server.close() };
    } catch {
      server.close();
    }
  }
}

testFix("lib/oauth/redirect-listener.ts: Choose another port", async () => {
  const { port, close } = await takenPort();
  return { command: `${ownMain} consent --force --port ${port}`, itself, proven: close };
});

// The first consent of a vault is started again with the names that it was given.
testFix("AADSTS54005: Start again; a code works once", async () => {
  await (await stage.vault.beginDeleteSecret(stage.tokenName)).pollUntilDone();
  await stage.vault.purgeDeletedSecret(stage.tokenName);
  stage.emulator.faults.add({ service: "authority", form: { grant_type: "authorization_code" }, entra: 54005 });
  const { userPrincipalName } = stage.emulator.seeds.users.serviceAccount;
  const names = `--tenant ${stage.tenantId} --client-id ${stage.application.clientId} --client-secret-name ${clientSecretName}`;
  return {
    ...{ command: `secure-app-model consent ${names} --account ${userPrincipalName}`, itself },
    proven: ({ fix }) => {
      expect(fix.commands[0]?.line).toContain(`--account ${userPrincipalName}`);
    },
  };
});

testFix("cli/consent/as-administrator.ts: Consent with the service account afterwards", () => ({
  ...{ command: "secure-app-model consent --as-administrator --force", itself },
}));

testFix("cli/consent/as-administrator.ts: Name the application (the stack's output applicationId)", () => {
  const { clientId } = stage.application;
  return {
    env: { SIGN_IN_ROBOT_ACCOUNT: stage.emulator.seeds.users.administrator.userPrincipalName },
    ...{ command: "secure-app-model consent --as-administrator", fill: { "client id": clientId }, itself },
    proven: ({ after }) => {
      expect(JSON.parse(after.stdout)).toMatchObject({ clientId });
    },
  };
});

testFix(
  "cli/consent/consent.ts: Leave it out: consent prints an address for a browser on any machine, and takes the address where that browser ends",
  () => ({
    ...{ command: "secure-app-model consent --device-code --force", itself },
    proven: ({ after }) => {
      expect(JSON.parse(after.stdout)).toMatchObject({ health: "ok" });
    },
  }),
);

testFix("lib/consent/verify.ts: If the expected one is wrong, name the right one", () => ({
  command: "secure-app-model consent --force --account alice@partner.example",
  fill: { account: stage.emulator.seeds.users.serviceAccount.userPrincipalName },
  itself,
}));

testFix("lib/consent/sign-in.ts: Start again", async () => {
  const { env: alone, somebodyComes } = await nobodyIn(folder, robot());
  const command = "secure-app-model consent --force --deadline 1";
  return { env: alone, command, itself, meanwhile: somebodyComes };
});

testFix("lib/consent/consent.ts: Sign in again", () => {
  const { origins, faults } = stage.emulator;
  faults.add({
    ...{ service: "authority", form: { grant_type: "refresh_token", scope: `*${origins.resourceManager}*` } },
    ...{ entra: 65001, times: 0 },
  });
  // What is granted takes effect.
  return { env: waiting(), command: "secure-app-model consent", meanwhile: faults.clear.bind(faults) };
});

testFix("lib/consent/overtaken.ts: Then disable it, without a sign-in (leave --force out)", () => {
  const path = `/secrets/${stage.tokenName}/*`;
  stage.age(stage.tokenName, 10);
  stage.emulator.faults.add({ service: "keyVault", method: "PATCH", path, status: 500, times: 0 });
  return {
    ...{ env: waiting(), command: "secure-app-model consent --force", itself },
    meanwhile: () => {
      stage.age(stage.tokenName, 10);
      stage.emulator.faults.clear();
    },
    proven: async () => {
      expect(await stage.enabled()).toEqual([true, false]);
    },
  };
});

// Another writer's publication overtook it, and it could not be put right.
testFix("lib/consent/overtaken.ts: Then correct it, without a sign-in (leave --force out)", async () => {
  const { vault, emulator } = stage;
  const published = "client-secret-next-1a2b3c4d";
  await vault.setSecret(published, stage.application.clientSecret);
  stage.age(stage.tokenName, 10);
  const [opened, overtaken] = [join(folder, "opened"), join(folder, "overtaken")];
  const script = `#!/bin/sh\ntouch '${opened}'\nwhile [ ! -e '${overtaken}' ]; do sleep 0.1; done\nexec '${robot()}' "$@"\n`;
  await writeFile(join(folder, "browser"), script, { mode: 0o755 });
  const overtaking = (async () => {
    while (!existsSync(opened)) await pause(20);
    const at = new Date(Date.now() + 3_600_000).toISOString();
    const tags = stage.tags({ "client-secret": published, "client-secret-since": at, "consented-at": at });
    const { properties } = await vault.setSecret(stage.tokenName, await stage.refreshToken(), { tags });
    const path = `/secrets/${stage.tokenName}/${properties.version}`;
    emulator.faults.add({ service: "keyVault", method: "GET", path, status: 500, times: 0 });
    await writeFile(overtaken, "");
  })();
  return {
    env: { ...waiting(), BROWSER: join(folder, "browser") },
    ...{ command: "secure-app-model consent --force", itself },
    meanwhile: async () => {
      await overtaking;
      emulator.faults.clear();
      stage.age(stage.tokenName, 10);
    },
    proven: async () => {
      const { tags } = (await vault.getSecret(stage.tokenName)).properties;
      expect(tags).toMatchObject({ "client-secret": published });
    },
  };
});

describe("a token that another application got", () => {
  const other = "client-secret-other-1a2b3c4d";
  let input: string;
  let clientId: string;
  beforeEach(async () => {
    const application = registerApplication(stage.emulator);
    ({ clientId } = application);
    await stage.vault.setSecret(other, application.clientSecret);
    input = await stage.refreshToken(stage.emulator.seeds.users.serviceAccount, application);
  });
  const command = "secure-app-model consent --import";

  testFix("lib/consent/import-token.ts: Name the application that got the token", () => {
    const fill = { "client id": clientId, "secret with its client secret": other };
    return { command, fill, input, itself };
  });

  testFix("lib/consent/import-token.ts: Sign in with this one", () => ({ command, input, itself }));
});
