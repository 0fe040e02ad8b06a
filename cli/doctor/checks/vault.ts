/** The vault: whether it responds, and this login's rights in it. */
import type { AzureApi } from "../../../lib/azure/api";
import { assignRole, useSubscription } from "../../../lib/azure/resource-manager";
import { vaultNameIn, vaultUriShape } from "../../../lib/config/clouds";
import { parseReference } from "../../../lib/consent/credential-reference";
import {
  again,
  az,
  byPerson,
  ownCommand,
  type Parts,
  partsOf,
  present,
  pulumi,
  run,
  sentence,
  setSetting,
} from "../../../lib/errors/failure";
import { hostedRunner, VaultError, type VaultReason } from "../../../lib/vault/vault-error";
import { exitCodes } from "../../terminal/exit-code";
import { check, failed, type Finding, ok, saidOf, skipped } from "../check";
import type { Facts, VaultResource } from "../facts";
import { type HeldPermissions, heldAt, notAllowed } from "../../../lib/azure/held-permissions";

const comesBack = run("A deleted one comes back with", pulumi("up", "--refresh"));

const officer = "Key Vault Secrets Officer";

export const vaultCheck = check("vault", "Vault", ["tenant", "login"], {
  look: async (facts) => {
    const cloud = await facts.cloud();
    let uri: string | undefined;
    try {
      uri = await facts.vaultUri();
    } catch (error) {
      const nameOne = run(`Name one of this cloud (${vaultUriShape(cloud)})`, again("--vault", "<uri>"));
      return failed(saidOf(partsOf(error)), nameOne, exitCodes.usage);
    }
    if (uri === undefined) {
      return skipped("none yet, or none named", [
        run("Make it", pulumi("up")),
        run(`Name one that is there (${vaultUriShape(cloud)})`, again("--vault", "<uri>")),
      ]);
    }
    try {
      await facts.tokenVersions();
      return ok(`${uri} answers, and lists its secrets`);
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      const { oid = "<object id>" } = await (await facts.access()).login();
      const { networkRules } = { networkRules: undefined, ...(await facts.vaultSettings()) };
      return judgeRefusal(uri, error, oid, networkRules?.ipRules.length);
    }
  },
});

/**
 * The text and the fixes for each reason why our own vault may refuse; other reasons keep their own text.
 * @param oid of this login @param addresses how many addresses the stack allows: none of them may be locked out
 */
export function judgeRefusal(uri: string, error: { reason: VaultReason } & Parts, oid: string, addresses = 0): Finding {
  const name = vaultNameIn(uri);
  const known: Partial<Record<VaultReason, Finding>> = {
    "no-role": failed(
      `${uri} refuses this login: it has no role on the secrets, or none that has taken effect yet (up to 15 minutes)`,
      run(
        "Assign the role, on the vault's id",
        az("keyvault", "show", "--name", name, "--query", "id", "-o", "tsv"),
        assignRole(officer, oid, "<vault id>"),
      ),
    ),
    firewall: failed(`${uri} refuses this machine's address`, [
      run("Add it", setSetting(`vault.networkRules.ipRules[${addresses}]`, "<address>"), pulumi("up")),
      hostedRunner,
    ]),
    closed: failed(`${uri} is closed to the public network`, [
      ...(error.fixes ?? []),
      sentence("Look again where a private endpoint or a trusted network of it reaches it."),
    ]),
    unresolved: failed(`${uri} has no address`, [
      byPerson("Check its name, and that it exists", az("keyvault", "show", "--name", name)),
      // The name of a deleted vault no longer resolves.
      comesBack,
      sentence("The name of a new vault takes minutes; a private one resolves only in its own network."),
    ]),
    unreachable: failed(`${uri} does not answer`, [
      byPerson("Check the network, and that it exists", az("keyvault", "show", "--name", name)),
      comesBack,
    ]),
  };
  const fixes = [...(error.fixes ?? []), byPerson("Look again", ownCommand("doctor"))];
  return known[error.reason] ?? failed(`${uri} could not tell: ${saidOf(error)}`, fixes);
}

const secrets = "Microsoft.KeyVault/vaults/secrets";
/** The rights for storing a token. */
const needed = {
  "list secrets": `${secrets}/readMetadata/action`,
  "read secrets": `${secrets}/getSecret/action`,
  "store secrets": `${secrets}/setSecret/action`,
  "disable old versions": `${secrets}/update/action`,
  "recover deleted secrets": `${secrets}/recover/action`,
};

const certificates = "Microsoft.KeyVault/vaults/certificates";
/** The rights for creating certificates, which do not include signing with them. */
const making = {
  "make certificates": `${certificates}/create/action`,
  "read certificates": `${certificates}/read`,
  "disable certificates": `${certificates}/update/action`,
};
const signing = { "sign with its key": "Microsoft.KeyVault/vaults/keys/sign/action" };

/**
 * Reads the rights from Resource Manager instead of trying: a trial would be a change. Resource Manager shows a role at once; in the vault
 * it takes up to 15 minutes to take effect.
 */
export const vaultWriteCheck = check("vault-write", "Vault writable", ["vault"], {
  right: "Reader on the vault",
  look: async (facts) => {
    const uri = present(await facts.vaultUri(), "No vault is named, and the check before this one found it.");
    const { resourceManager: api, login } = await facts.access();
    const oid = present((await login()).oid, "The login's token names no object id.");
    const vault = await facts.vaultResource();
    if (vault === undefined) {
      return failed(`could not tell: no subscription that this login can access has ${uri}`, [
        run("Name its subscription", useSubscription()),
        sentence("Ask for the role Reader on the vault"),
      ]);
    }
    if (vault.properties.enableRbacAuthorization !== true) return judgePolicies(vault, oid);
    const held = await heldAt(api, vault.id);
    const written = judgeWrite(held, vault.id, oid);
    if (written.state !== "ok") return written;
    return judgeCertificateRights(await certificateRights(facts, api, vault.id, held), vault.id, oid) ?? written;
  },
});

export function judgeWrite(held: readonly HeldPermissions[], id: string, oid: string): Finding {
  const missing = notAllowed(held, needed, "data");
  if (missing.length === 0) return ok("this login may list, read, store and disable secrets");
  const found = `this login may not ${missing.join(", ")}; whoever only uses tokens needs no more`;
  return failed(found, run("Assign the role", assignRole(officer, oid, id)));
}

export interface CertificateRights {
  /** At the vault, if the stack creates certificates. */
  makes: readonly HeldPermissions[] | undefined;
  /** At the key of the certificate that the token names; undefined if it names a client secret. */
  signs: { name: string; held: readonly HeldPermissions[] } | undefined;
}

async function certificateRights(
  facts: Facts,
  api: AzureApi,
  id: string,
  held: readonly HeldPermissions[],
): Promise<CertificateRights> {
  const stack = await facts.stack();
  const named = parseReference((await facts.tokenTags())?.["client-secret"] ?? "");
  const name = named?.kind === "certificate" ? named.name : undefined;
  return {
    makes: stack?.settings.credential.kind === "certificate" ? held : undefined,
    signs: name === undefined ? undefined : { name, held: await heldAt(api, `${id}/keys/${name}`) },
  };
}

/** @returns undefined if the stack uses no certificates, or nothing is missing */
export function judgeCertificateRights(
  { makes, signs }: CertificateRights,
  id: string,
  oid: string,
): Finding | undefined {
  const missing = makes === undefined ? [] : notAllowed(makes, making, "data");
  const unsigned = signs === undefined ? [] : notAllowed(signs.held, signing, "data");
  if (missing.length + unsigned.length === 0) return undefined;
  const key = `${id}/keys/${signs?.name ?? ""}`;
  const roles = [
    ...(missing.length === 0 ? [] : [assignRole("Key Vault Certificates Officer", oid, id)]),
    ...(unsigned.length === 0 ? [] : [assignRole("Key Vault Crypto User", oid, key)]),
  ];
  const found = `this login may not ${[...missing, ...unsigned].join(", ")}`;
  return failed(found, run("Assign what its certificate takes", ...roles));
}

/** An older vault without role-based access: its access policies decide. */
export function judgePolicies({ id, properties }: VaultResource, oid: string): Finding {
  const own = properties.accessPolicies?.find(({ objectId }) => objectId === oid)?.permissions.secrets ?? [];
  const held = own.map((one) => one.toLowerCase());
  // Disabling a version is `set`; a deleted secret is recovered before a new version is stored.
  const needs = ["list", "get", "set", "recover"];
  const missing = needs.filter((one) => !held.includes(one) && !held.includes("all"));
  if (missing.length === 0) return ok("its access policies let this login list, read, store and recover secrets");
  const policy = ["--name", id.slice(id.lastIndexOf("/") + 1), "--object-id", oid, "--secret-permissions", ...needs];
  return failed(
    `its access policies give this login itself no ${missing.join(", ")} on secrets (policies of groups are not checked)`,
    run("Add them", az("keyvault", "set-policy", ...policy)),
  );
}
