import { listenForRedirect, PortTakenError } from "../../lib/oauth/redirect-listener";
import { Browser, closeAtOnce, holdPort, loopbacks } from "./browser";
import { freePort } from "../../tools/embedded-cloud/free-port";

const request = { url: "https://login.example/authorize", state: "s" };
const outcome = { good: true, title: "Consent stored", lines: [] };

/** Fails when the port is in use on any loopback address. */
async function expectFree(port: number): Promise<void> {
  for (const host of loopbacks) await (await holdPort(host, port)).release();
}

test.each(loopbacks)("a sign-in can come back over %s", async (host) => {
  const listener = await listenForRedirect(await freePort());
  const callback = listener.wait(request, new AbortController().signal);
  const browser = new Browser(listener.redirectUri);
  await browser.open(new URL(listener.startUrl).pathname, { host });
  expect((await browser.open("/consent?code=1&state=s", { host })).status).toBe(303);
  expect((await callback).get("code")).toBe("1");
  const done = browser.open("/outcome", { host });
  await listener.close(outcome);
  expect((await done).status).toBe(200);
});

test("a closed listener frees the port, also when the browser never comes for the outcome", async () => {
  const port = await freePort();
  const listener = await listenForRedirect(port);
  void listener.wait(request, new AbortController().signal);
  const browser = new Browser(listener.redirectUri);
  await browser.open(new URL(listener.startUrl).pathname);
  await browser.open("/consent?code=1&state=s");
  await closeAtOnce(listener, outcome);
  await expectFree(port);
});

test.each(loopbacks)("a port that is taken on %s is told with the ways out, and nothing stays open", async (host) => {
  const { port, release } = await holdPort(host, await freePort());
  await expect(listenForRedirect(port)).rejects.toThrow(new PortTakenError(port));
  await release();
  await expectFree(port);
});

test("the ways out are named", () => {
  expect(new PortTakenError(8400).message).toBe(
    "Port 8400 of this machine is taken, so the sign-in could not come back to it. Another port needs no change of the reply URLs: " +
      "Entra ignores the port of a localhost URI. End the other program (another consent, perhaps). " +
      "Choose another port: secure-app-model '<command>' --port 8401; or: Choose another port, then deploy again: " +
      "pulumi config set --path secure-application-model:consent.port 8401, then pulumi up",
  );
});
