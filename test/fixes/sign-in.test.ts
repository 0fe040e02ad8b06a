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
import { proveFix, type Terminal } from "./support/printed";
import { nobodyIn, requiring } from "./support/robot";
import { type Place, placeForEach } from "./support/terminal";

let stage: Place["stage"];
let terminal: Place["terminal"];
let main: string;
let folder: string;
placeForEach((fresh) => {
  ({ stage, terminal, main, folder } = fresh);
});
/** Where a process waits no real minutes. */
const waiting = (changes: Record<string, string> = {}): Terminal => ({
  env: { ...terminal.env, NODE_OPTIONS: requiring("fast-clock"), ...changes },
});
const robot = () => String(terminal.env["BROWSER"]);

/** A port in use, and a free port next to it. */
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

test("a port that another program has", async () => {
  const fix = "lib/oauth/redirect-listener.ts: Choose another port";
  const { port, close } = await takenPort();
  try {
    await proveFix(terminal, { command: `${main} consent --force --port ${port}`, fix, itself: true });
  } finally {
    close();
  }
});

test("the first consent of a vault is started again with the names that it was given", async () => {
  await (await stage.vault.beginDeleteSecret(stage.tokenName)).pollUntilDone();
  await stage.vault.purgeDeletedSecret(stage.tokenName);
  stage.emulator.faults.add({ service: "authority", form: { grant_type: "authorization_code" }, entra: 54005 });
  const { userPrincipalName } = stage.emulator.seeds.users.serviceAccount;
  const names = `--tenant ${stage.tenantId} --client-id ${stage.application.clientId} --client-secret-name ${clientSecretName}`;
  const fix = "AADSTS54005: Start again; a code is good for one attempt";
  const command = `secure-app-model consent ${names} --account ${userPrincipalName}`;
  const { fix: printed } = await proveFix(terminal, { command, fix, itself: true });
  expect(printed.commands[0]?.line).toContain(`--account ${userPrincipalName}`);
});

test("an administrator's consent that was asked for a token", async () => {
  const fix = "cli/consent/as-administrator.ts: Consent with the service account afterwards";
  const command = "secure-app-model consent --as-administrator --force";
  await proveFix(terminal, { command, fix, itself: true });
});

test("an administrator's consent to what only a tag names", async () => {
  const fix = "cli/consent/as-administrator.ts: Name the one that is meant (output applicationId of the stack)";
  const fill = { "client id": stage.application.clientId };
  const { userPrincipalName: SIGN_IN_ROBOT_ACCOUNT } = stage.emulator.seeds.users.administrator;
  const administrator = { env: { ...terminal.env, SIGN_IN_ROBOT_ACCOUNT } };
  const { after } = await proveFix(administrator, {
    command: "secure-app-model consent --as-administrator",
    fix,
    fill,
    itself: true,
  });
  expect(JSON.parse(after.stdout)).toMatchObject({ clientId: stage.application.clientId });
});

test("device code", async () => {
  const fix =
    "cli/consent/consent.ts: Leave it out: without a browser on this machine, consent prints an address for one anywhere, and takes the address that it ends at";
  const { after } = await proveFix(terminal, {
    command: "secure-app-model consent --device-code --force",
    fix,
    itself: true,
  });
  expect(JSON.parse(after.stdout)).toMatchObject({ health: "ok" });
});

test("another account than the expected one", async () => {
  const fix = "lib/consent/verify.ts: If the expected one is wrong, name the right one";
  const fill = { account: stage.emulator.seeds.users.serviceAccount.userPrincipalName };
  const command = "secure-app-model consent --force --account alice@partner.example";
  await proveFix(terminal, { command, fix, fill, itself: true });
});

test("nobody signed in before the deadline, and somebody is there now", async () => {
  const { env, somebodyComes } = await nobodyIn(folder, robot());
  const fix = "lib/consent/sign-in.ts: Start again";
  await proveFix(
    { env: { ...terminal.env, ...env } },
    { command: "secure-app-model consent --force --deadline 1", fix, itself: true, meanwhile: somebodyComes },
  );
});

test("what is granted and does not take effect", async () => {
  const fix = "lib/consent/consent.ts: Sign in again";
  const { origins, faults } = stage.emulator;
  faults.add({
    ...{ service: "authority", form: { grant_type: "refresh_token", scope: `*${origins.resourceManager}*` } },
    ...{ entra: 65001, times: 0 },
  });
  await proveFix(waiting(), {
    command: "secure-app-model consent",
    fix,
    // It has taken effect.
    meanwhile: () => {
      faults.clear();
    },
  });
});

test("an older token that could not be disabled", async () => {
  const path = `/secrets/${stage.tokenName}/*`;
  stage.age(stage.tokenName, 10);
  stage.emulator.faults.add({ service: "keyVault", method: "PATCH", path, status: 500, times: 0 });
  const fix = "lib/consent/overtaken.ts: Then disable it, which takes no sign-in (leave --force out)";
  await proveFix(waiting(), {
    command: "secure-app-model consent --force",
    fix,
    itself: true,
    meanwhile: () => {
      stage.age(stage.tokenName, 10);
      stage.emulator.faults.clear();
    },
  });
  expect(await stage.enabled()).toEqual([true, false]);
});

test("a consent that another writer's publication overtook, and that could not be put right", async () => {
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
  const fix = "lib/consent/overtaken.ts: Then put it right, which takes no sign-in (leave --force out)";
  await proveFix(waiting({ BROWSER: join(folder, "browser") }), {
    ...{ command: "secure-app-model consent --force", fix, itself: true },
    meanwhile: async () => {
      await overtaking;
      emulator.faults.clear();
      stage.age(stage.tokenName, 10);
    },
  });
  expect((await vault.getSecret(stage.tokenName)).properties.tags).toMatchObject({ "client-secret": published });
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

  test("is imported with the names of that one", async () => {
    const fix = "lib/consent/import-token.ts: Name the application that got the token";
    const fill = { "client id": clientId, "secret with its client secret": other };
    await proveFix(terminal, { command, fix, fill, input, itself: true });
  });

  test("or this one gets one of its own", async () => {
    const fix = "lib/consent/import-token.ts: Sign in with this one";
    await proveFix(terminal, { command, fix, input, itself: true });
  });
});
