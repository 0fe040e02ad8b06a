/**
 * The next page of a vault's list is requested from the address in the response, but never from another origin, which would get the bearer
 * token.
 */
import { azureCredential } from "../../lib/azure/credential";
import { cloudOf, type Endpoints } from "../../lib/config/clouds";
import { Vault } from "../../lib/vault/secrets";
import { type Stage, stageForEach } from "../cli/support/stage";
import { failureOf } from "../oauth/failure";

let stage: Stage;
let vault: Vault;
stageForEach((fresh) => {
  stage = fresh;
  const environment = stage.environment();
  const cloud = cloudOf("AzureCloud", JSON.parse(environment["SECURE_APP_MODEL_ENDPOINTS"] ?? "") as Endpoints);
  vault = new Vault(cloud, stage.vaultUri, azureCredential(cloud, environment));
});

const answering = (nextLink: string) => {
  stage.emulator.requests.clear();
  stage.emulator.faults.add({ service: "keyVault", path: "/secrets*", status: 200, body: { value: [], nextLink } });
};
const asked = () =>
  stage.emulator.requests.entries().map(({ service, path }) => `${service} ${path.split("?", 1)[0] ?? ""}`);

test.each([
  ["the names of secrets", () => vault.listed("refresh-"), "secrets"],
  ["versions", () => vault.listVersions(stage.tokenName), "versions of secret"],
])("the list of %s ends where its next page is at another origin, and says so", async (_, list, what) => {
  const elsewhere = stage.emulator.origins.microsoftGraph;
  // The first request of a client gets the challenge.
  await vault.listed("refresh-");
  answering(`${elsewhere}/taken?api-version=7.4`);
  expect(await failureOf(list())).toMatchObject({
    code: "vault-unreachable",
    message: expect.stringMatching(
      new RegExp(
        `^Listing the ${what}.* failed: the vault \\(${vault.uri}\\) names another address, ${elsewhere}, for its next page\\. `,
        "u",
      ),
    ) as string,
  });
  expect(asked().filter((line) => line.endsWith("/taken"))).toEqual([]);
});

test("a list goes on at its own origin, with the port named or not", async () => {
  await stage.storeToken();
  await vault.listed("refresh-");
  answering(`${vault.uri}/secrets?api-version=7.4`);
  expect((await vault.listed("refresh-")).map(({ name }) => name)).toEqual([stage.tokenName]);
});
