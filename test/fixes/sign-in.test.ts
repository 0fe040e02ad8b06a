/** What is wrong with a sign-in: each printed fix is run in the situation that prints it, with a robot at the browser. */
import { once } from "node:events";
import { createServer } from "node:net";
import { freePort } from "../../embedded-cloud/free-port";
import { clientSecretName } from "../cli/support/stage";
import { mends } from "./support/printed";
import { type Place, placeForEach } from "./support/terminal";

let stage: Place["stage"];
let terminal: Place["terminal"];
let main: string;
placeForEach((fresh) => {
  ({ stage, terminal, main } = fresh);
});

/** A port with somebody on it, and its neighbour free. */
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
  const fix = "oauth/redirect-listener.ts: Choose another port";
  const { port, close } = await takenPort();
  try {
    await mends(terminal, { command: `${main} consent --force --port ${port}`, fix, itself: true });
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
  const { fix: printed } = await mends(terminal, { command, fix, itself: true });
  expect(printed.text).toContain(`--account ${userPrincipalName}`);
});
