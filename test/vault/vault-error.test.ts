import { inspect } from "node:util";
import { clouds } from "../../lib/config/clouds";
import { unreachable } from "../../lib/http/http-failure";
import { Vault } from "../../lib/vault/secrets";
import { CredentialError } from "../../lib/azure/credential-error";
import { asVaultError, VaultError, type VaultReason } from "../../lib/vault/vault-error";
import { failureOf } from "../oauth/failure";
import { answering, keyVaultError, type Reply, workingCredential } from "./fake-vault";

jest.mock("@azure/keyvault-secrets", () =>
  jest.requireActual<typeof import("./fake-vault")>("./fake-vault").mockedSdk(),
);

const uri = "https://contoso.vault.azure.net";
const vault = (credential = workingCredential()) => new Vault(clouds.AzureCloud, uri, credential);

const role = "Assign the role and wait: it takes up to 15 minutes to take effect (docs/runbook.md, roles).";
const enable =
  "Find out who disabled it, and why. If nothing speaks against it, consent again: secure-app-model consent --force";
const support = "Try again; if it stays, give the request id to Azure support.";
const policies =
  "This vault uses access policies instead of roles. Its owner adds one for this login: " +
  "az keyvault set-policy --name contoso --object-id '<object id>' --secret-permissions list get set recover";
const forbidden =
  "A role does not help: the code names what the vault forbids. Check the vault, the object, and what its owner set.";
const minute = "Try again in a minute.";
const closed =
  "Its owner, or an Azure Policy, closed it to the public network: run this where a private endpoint or a trusted network of the vault " +
  "reaches it (docs/runbook.md, a vault that is closed).";
const check = "Check the vault's URI and the secret's name; this puts it there: pulumi up";

const gone =
  "If the stack has another vault by now, name that, here and in SECURE_APP_MODEL_VAULT: " +
  "pulumi stack output vaultUri --stack '<stack>', then secure-app-model '<command>' --vault '<uri>'; or: " +
  "Recover a deleted vault, with its content: pulumi up";

const refusals: [Reply, VaultReason, answer: string, fix: string][] = [
  [keyVaultError(403, "Forbidden", "ForbiddenByRbac"), "no-role", "403 ForbiddenByRbac", role],
  [
    keyVaultError(403, "Forbidden", "ForbiddenByFirewall"),
    "firewall",
    "403 ForbiddenByFirewall",
    "Add this machine's address behind those that are there: " +
      "pulumi config set --path 'secure-application-model:vault.networkRules.ipRules[<next number from 0>]' '<address>', then pulumi up; or: " +
      "A hosted runner of a CI has a different address in each job: run the job on a runner of your own, with a listed address.",
  ],
  [keyVaultError(403, "Forbidden", "ForbiddenByConnection"), "closed", "403 ForbiddenByConnection", closed],
  [keyVaultError(403, "Forbidden", "SecretDisabled"), "disabled", "403 SecretDisabled", enable],
  [keyVaultError(403, "Forbidden", "AccessDenied"), "access-policy", "403 AccessDenied", policies],
  [keyVaultError(403, "AccessDenied"), "access-policy", "403 AccessDenied", policies],
  [keyVaultError(403, "Forbidden", "ForbiddenByPolicy"), "forbidden", "403 ForbiddenByPolicy", forbidden],
  [keyVaultError(403, "Forbidden"), "no-role", "403 Forbidden", role],
  [keyVaultError(404, "SecretNotFound"), "not-found", "404 SecretNotFound", check],
  [
    keyVaultError(404, "VaultNotFound"),
    "unresolved",
    "404 VaultNotFound",
    `There is no vault here: it was deleted, or the address is old. ${gone}`,
  ],
  [keyVaultError(409, "Conflict", "ObjectIsBeingDeleted"), "recovering", "409 ObjectIsBeingDeleted", minute],
  [keyVaultError(409, "Conflict", "ObjectIsBeingRecovered"), "recovering", "409 ObjectIsBeingRecovered", minute],
  [
    keyVaultError(409, "Conflict", "ObjectIsDeletedButRecoverable"),
    "deleted",
    "409 ObjectIsDeletedButRecoverable",
    "Recover it: az keyvault secret recover --vault-name contoso --name refresh-token-x",
  ],
  [keyVaultError(409, "Conflict"), "other", "409 Conflict", support],
  [keyVaultError(500, "InternalServerError"), "other", "500 InternalServerError", support],
];

test.each(refusals)("the refusal %j is understood as %s", async (reply, reason, answer, fix) => {
  answering(() => reply);
  expect(await failureOf(vault().read("refresh-token-x"))).toEqual({
    name: "VaultError",
    code: `vault-${reason}`,
    reason,
    message: `Reading secret refresh-token-x in ${uri} failed: ${answer} (request request-1). ${fix}`,
  });
});

test("a vault's name that does not resolve is told as that: it is mistyped, private, or minutes old", async () => {
  answering(() => {
    throw unreachable(uri, "ENOTFOUND", false);
  });
  expect(await failureOf(vault().read("x"))).toEqual({
    name: "VaultError",
    code: "vault-unresolved",
    reason: "unresolved",
    message:
      `Reading secret x in ${uri} failed: the vault (${uri}) has no address: its name does not resolve (ENOTFOUND). ` +
      "Check its spelling; a private name resolves only in its own network (VPN, private DNS). " +
      gone,
  });
});

test("an answer without a body, such as a proxy's, is no answer of a vault, and nobody's credential", async () => {
  answering(() => ({ status: 502 }));
  expect(await failureOf(vault().read("x"))).toEqual({
    name: "VaultError",
    code: "vault-other",
    reason: "other",
    message:
      `Reading secret x in ${uri} failed: the answer is not from a vault. ` +
      "Check the network and the proxy (HTTPS_PROXY, NO_PROXY).",
  });
});

test("what was to be stored is nowhere in the error, nor is the access token", async () => {
  answering(() => keyVaultError(403, "Forbidden", "ForbiddenByRbac"));
  const secret = { value: "refresh-canary", contentType: "text/plain", tags: {} };
  const error: unknown = await vault()
    .store("x", secret)
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(VaultError);
  expect(inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error)).not.toContain("canary");
});

test("a credential that does not work is told as such, in one line, before the vault is asked", async () => {
  const sent = answering(() => ({ status: 200, body: {} }));
  const getToken = () => Promise.reject(new Error("Please run 'az login'.\nTrace ID: 1\nat somewhere"));
  expect(await failureOf(vault({ getToken, asked: [] }).read("x"))).toEqual({
    name: "CredentialError",
    code: "azure-credential",
    message:
      `Reading secret x in ${uri} failed before the vault was asked: the Azure credential did not work (Please run 'az login'.). ` +
      `Sign in: az login; or: Name a service principal: export 'ARM_TENANT_ID=<tenant>', then export 'ARM_CLIENT_ID=<client id>', then export 'ARM_CLIENT_SECRET=<client secret>'`,
  });
  expect(sent).toEqual([]);
});

test("an error that was understood already is handed on as it is", () => {
  for (const error of [new VaultError("disabled", "said"), new CredentialError("said")]) {
    expect(asVaultError("Doing more", error)).toBe(error);
  }
});
