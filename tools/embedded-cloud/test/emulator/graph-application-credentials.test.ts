import { secretHash } from "../../emulator/secret-hash";
import { partnerTenant } from "../../testing/applications";
import { askService } from "../../testing/callers";
import { emulatorForEach } from "../../testing/emulator";
import { askForToken, ownForm, refusal } from "../../testing/oauth";

const emulator = emulatorForEach();
const ask = askService(emulator, "microsoftGraph", { roles: ["Application.ReadWrite.All"] });

async function create(): Promise<{ id: string; appId: string }> {
  return (await ask("POST", "/v1.0/applications", { displayName: "One" })).body as { id: string; appId: string };
}

test("a password is shown once, kept as a hash, and gone after removePassword", async () => {
  const { id } = await create();
  const { body } = await ask("POST", `/v1.0/applications/${id}/addPassword`, {
    passwordCredential: { displayName: "deploy", endDateTime: "2099-01-01T00:00:00Z" },
  });
  const { keyId, secretText, ...shown } = body as { keyId: string; secretText: string };
  expect(secretText).toMatch(/^[0-9a-f]{3}8Q~[\w.~]{34}$/);
  expect(shown).toMatchObject({
    customKeyIdentifier: null,
    displayName: "deploy",
    hint: secretText.slice(0, 3),
    endDateTime: "2099-01-01T00:00:00Z",
  });
  expect(partnerTenant(emulator).applications.get(id)?.passwordCredentials).toMatchObject([
    { secretHash: secretHash(secretText) },
  ]);
  const { body: read } = await ask("GET", `/v1.0/applications/${id}`);
  expect(JSON.stringify(read)).not.toContain(secretText);
  expect(JSON.stringify(read)).not.toContain("secretHash");
  const removals = [1, 2].map(() => ask("POST", `/v1.0/applications/${id}/removePassword`, { keyId }));
  expect((await Promise.all(removals)).map(({ status }) => status).toSorted()).toEqual([204, 400]);
});

test("the token endpoint takes a password until it is removed, and none of a deleted application", async () => {
  const { id, appId } = await create();
  await ask("POST", "/v1.0/servicePrincipals", { appId });
  const added = [1, 2].map(async () => (await ask("POST", `/v1.0/applications/${id}/addPassword`, {})).body);
  const [first, second] = (await Promise.all(added)) as { keyId: string; secretText: string }[];
  const redeem = (clientSecret = "") => askForToken(emulator, ownForm(emulator, { clientId: appId, clientSecret }));
  expect((await redeem(first?.secretText)).status).toBe(200);
  await ask("POST", `/v1.0/applications/${id}/removePassword`, { keyId: first?.keyId });
  expect(refusal(await redeem(first?.secretText))).toEqual([401, "invalid_client", [7000215]]);
  expect((await redeem(second?.secretText)).status).toBe(200);
  await ask("DELETE", `/v1.0/applications/${id}`);
  expect(refusal(await redeem(second?.secretText))).toEqual([400, "unauthorized_client", [700016]]);
});

test("a password lasts two years unless the request has another end", async () => {
  const { id } = await create();
  const { body } = await ask("POST", `/v1.0/applications/${id}/addPassword`, {
    passwordCredential: { startDateTime: "2030-02-03T04:05:06Z" },
  });
  expect(body).toMatchObject({ endDateTime: "2032-02-03T04:05:06Z" });
});

const credential = {
  name: "ci",
  issuer: "https://ci.example",
  subject: "main",
  audiences: ["api://AzureADTokenExchange"],
};

test("federated credentials are added and listed", async () => {
  const { id } = await create();
  const credentials = `/v1.0/applications/${id}/federatedIdentityCredentials`;
  const { body } = await ask("POST", credentials, credential);
  expect(body).toMatchObject({ ...credential, description: null });
  expect((await ask("GET", credentials)).body).toMatchObject({ value: [credential] });
});

test("who reads the directory does not read federated credentials, and who reads applications lists them, each by itself not", async () => {
  const { id } = await create();
  const credentials = `/v1.0/applications/${id}/federatedIdentityCredentials`;
  const { body } = await ask("POST", credentials, credential);
  const one = `${credentials}/${(body as { id: string }).id}`;
  const statuses = async (...roles: string[]) => {
    const reader = askService(emulator, "microsoftGraph", { roles });
    return [await reader("GET", credentials), await reader("GET", one)].map(({ status }) => status);
  };
  expect(await statuses("Directory.Read.All")).toEqual([403, 403]);
  expect(await statuses("Application.Read.All")).toEqual([200, 403]);
  expect(await statuses("Application.ReadWrite.OwnedBy")).toEqual([200, 200]);
});
