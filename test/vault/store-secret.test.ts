import { clouds } from "../../lib/config/clouds";
import { Vault } from "../../lib/vault/secrets";
import { now, useClock } from "../../lib/startup/clock";
import { forgetInterruption, interrupt } from "../../lib/startup/waiting";
import { failureOf } from "../oauth/failure";
import { withShortPauses } from "../support/pauses";
import { answering, keyVaultError, type Reply, workingCredential } from "./fake-vault";

jest.mock("@azure/keyvault-secrets", () =>
  jest.requireActual<typeof import("./fake-vault")>("./fake-vault").mockedSdk(),
);

const uri = "https://contoso.vault.azure.net";
const vault = new Vault(clouds.AzureCloud, uri, workingCredential());
const expiresOn = new Date("2027-02-01T00:00:00Z");
const secret = { value: "the value", contentType: "text/plain", expiresOn, tags: { tenant: "t" } };
const stored: Reply = { status: 200, body: { id: `${uri}/secrets/token/v1`, value: "the value", attributes: {} } };
const put = {
  method: "PUT",
  path: "/secrets/token",
  body: {
    value: "the value",
    contentType: "text/plain",
    tags: { tenant: "t" },
    attributes: { exp: expiresOn.getTime() / 1000 },
  },
};

test("a secret is stored whole, and its version told", async () => {
  const sent = answering(() => stored);
  expect(await vault.store("token", secret)).toBe("v1");
  expect(sent).toEqual([put]);
});

test("a probe is stored disabled", async () => {
  const sent = answering(() => stored);
  await vault.store("probe", { value: "probe", contentType: "text/plain", tags: {}, enabled: false });
  const body = { value: "probe", contentType: "text/plain", tags: {}, attributes: { enabled: false } };
  expect(sent).toEqual([{ method: "PUT", path: "/secrets/probe", body }]);
});

test("a soft-deleted secret is recovered first, and waited for", async () => {
  const puts = [
    keyVaultError(409, "Conflict", "ObjectIsDeletedButRecoverable"),
    keyVaultError(409, "Conflict", "ObjectIsBeingRecovered"),
    stored,
  ];
  const others: Record<string, Reply[]> = {
    "POST /deletedsecrets/token/recover": [{ status: 200, body: { id: `${uri}/secrets/token`, attributes: {} } }],
    "GET /secrets/token/": [keyVaultError(404, "SecretNotFound"), stored],
  };
  const sent = answering(({ method, path }) => {
    const reply = method === "PUT" ? puts.shift() : others[`${method} ${path}`]?.shift();
    return reply ?? keyVaultError(404, "SecretNotFound");
  });
  expect(await withShortPauses(() => vault.store("token", secret))).toBe("v1");
  expect(sent.filter(({ method }) => method === "PUT")).toEqual([put, put, put]);
  expect(sent.map(({ method }) => method).indexOf("POST")).toBe(sent.findLastIndex(({ method }) => method === "POST"));
});

test.each([
  ["no-role", keyVaultError(403, "Forbidden", "ForbiddenByRbac")],
  ["other", keyVaultError(500, "InternalServerError")],
])("any other refusal (%s) is told at once", async (reason, reply) => {
  const sent = answering(() => reply);
  expect(await failureOf(vault.store("token", secret))).toMatchObject({ name: "VaultError", reason });
  expect(sent).toEqual([put]);
});

test("a secret that never comes back ends the store, at the end that was told; an interruption ends it sooner", async () => {
  const start = now();
  let clock = start;
  const restore = useClock(() => clock);
  const shown = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    answering(({ method }) => {
      clock += 30_000;
      return method === "PUT"
        ? keyVaultError(409, "Conflict", "ObjectIsBeingRecovered")
        : keyVaultError(404, "SecretNotFound");
    });
    const failure = await failureOf(withShortPauses(() => vault.store("token", secret)));
    expect(failure).toMatchObject({ reason: "recovering" });
    expect(shown.mock.calls).toEqual([
      [`Waiting for secret token in ${uri} to be recovered, for at most 90 seconds …\n`],
    ]);
    clock = start;
    setTimeout(interrupt, 50);
    answering(() => keyVaultError(409, "Conflict", "ObjectIsBeingRecovered"));
    expect(await failureOf(vault.store("token", secret))).toMatchObject({ code: "interrupted" });
  } finally {
    shown.mockRestore();
    restore();
    forgetInterruption();
  }
});
