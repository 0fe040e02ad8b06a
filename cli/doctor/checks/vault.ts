/** The vault: whether it responds, and this login's rights in it. */
import { type HeldPermissions, heldAt, notAllowed } from "../../../lib/azure/held-permissions";
import { assignRole, useSubscription } from "../../../lib/azure/resource-manager";
import { vaultNameIn, vaultUriShape } from "../../../lib/config/clouds";
import { modelName } from "../../../lib/config/limits";
import { certificateIn, certificateNameOf } from "../../../lib/credential/credential-record";
import { stackName } from "../../../lib/token/tags";
import {
  again,
  az,
  byPerson,
  type Fix,
  ownCommand,
  type Parts,
  partsOf,
  present,
  pulumi,
  run,
  sentence,
  setSetting,
} from "../../../lib/errors/failure";
import { hostedRunner, recoverDeleted, refusedOr, VaultError, type VaultReason } from "../../../lib/vault/vault-error";
import { projectAt } from "../../engine/project";
import type { Stack } from "../../engine/stack";
import { appliedIn } from "../../rotate/due";
import { exitCodes, UsageError } from "../../terminal/exit-code";
import { check, failed, type Finding, ok, saidOf, skipped } from "../check";
import { type Facts, requireFact, type VaultResource } from "../facts";

const officer = "Key Vault Secrets Officer";

export const vaultCheck = check("vault", "Vault", ["tenant", "login"], {
  look: async (facts) => {
    const shape = vaultUriShape(await facts.cloud());
    let uri: string | undefined;
    try {
      uri = await facts.vaultUri();
    } catch (error) {
      const nameOne = run(`Name one of this cloud (${shape})`, again("--vault", "<uri>"));
      const fixes = error instanceof UsageError ? error.fixes : nameOne;
      return failed(saidOf(partsOf(error)), fixes, exitCodes.usage);
    }
    if (uri === undefined) {
      return skipped("none yet, or none named", [
        run("Make it", pulumi("up")),
        run(`Name one that is there (${shape})`, again("--vault", "<uri>")),
      ]);
    }
    try {
      await facts.tokenVersions();
      return ok(`${uri} answers, and lists its secrets`);
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      if (error.reason === "unresolved" && (await facts.lookedUp().catch(() => undefined))?.isVaultDeleted === true)
        return failed(`${uri} is deleted, and can be recovered`, recoverDeleted);
      const { oid = "<object id>" } = await facts.login();
      const { networkRules } = { networkRules: undefined, ...(await facts.vaultSettings()) };
      return judgeRefusal(uri, error, oid, networkRules?.ipRules.length, await certificateOf(facts));
    }
  },
});

/** Whether a login needs the roles for the stack's certificate: in a vault of its own the deployment that makes the first one assigns them. */
function makesCertificate(stack: Stack | undefined): boolean {
  if (stack?.settings.credential.kind !== "certificate") return false;
  return "uri" in stack.settings.vault || appliedIn(stack.outputs).some(({ kind }) => kind === "certificate");
}

/** The name of the certificate that the credential's record has, or that the stack makes; undefined with client secrets. */
async function certificateOf(facts: Facts): Promise<string | undefined> {
  const versions = await refusedOr(facts.credentialVersions());
  const stored = versions instanceof VaultError ? undefined : versions?.[0] && certificateIn(versions[0].tags);
  if (stored !== undefined) return stored.name;
  const stack = await facts.stack();
  if (!makesCertificate(stack)) return undefined;
  const { name = "" } = stack ?? {};
  const [short = "", project = projectAt(facts.engine.cwd).name ?? "", organization = ""] = name
    .split("/")
    .toReversed();
  // A renamed stack keeps the name of its own.
  const recorded = (await facts.deployment())?.resources.map(({ outputs: made }) => made?.["certificateName"]);
  const kept = recorded?.find((one) => typeof one === "string");
  return kept ?? certificateNameOf(stackName(organization, project, short), modelName);
}

/**
 * Reasons that are not in the table keep their own text.
 * @param oid of this login @param addresses how many the stack allows: the fix adds one behind them
 * @param certificate the name of the one that is made or signed with, which takes roles of its own
 */
export function judgeRefusal(
  uri: string,
  error: { reason: VaultReason } & Parts,
  oid: string,
  addresses = 0,
  certificate?: string,
): Finding {
  const show = (...more: string[]) => az("keyvault", "show", "--name", vaultNameIn(uri), ...more);
  const { fixes = [] } = error;
  const refusals: Partial<Record<VaultReason, readonly [what: string, ...fixes: Fix[]]>> = {
    "no-role": [
      "refuses this login: it has no role on the secrets, or the role is not in effect yet (up to 15 minutes)",
      run(
        "Assign the role, on the vault's id",
        show("--query", "id", "-o", "tsv"),
        assignRole(officer, oid, "<vault id>"),
        ...(certificate === undefined ? [] : rolesFor(oid, "<vault id>", certificate)),
      ),
    ],
    firewall: [
      "refuses this machine's address",
      run("Add it", setSetting(`vault.networkRules.ipRules[${addresses}]`, "<address>"), pulumi("up")),
      hostedRunner,
    ],
    closed: [
      "is closed to the public network",
      ...fixes,
      sentence("Check again from a network that its private endpoint or its rules allow."),
    ],
    unresolved: ["has no address: there is no such vault, or no longer", ...fixes],
    unreachable: ["does not answer", byPerson("Check the network, and that it exists", show()), recoverDeleted],
  };
  const own = [`could not tell: ${saidOf(error)}`, ...fixes, byPerson("Check again", ownCommand("doctor"))] as const;
  const [what, ...ways] = refusals[error.reason] ?? own;
  return failed(`${uri} ${what}`, ways);
}

const secrets = "Microsoft.KeyVault/vaults/secrets";
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

const maker = (oid: string, id: string) => assignRole("Key Vault Certificates Officer", oid, id);
const signer = (oid: string, key: string) => assignRole("Key Vault Crypto User", oid, key);
const rolesFor = (oid: string, id: string, certificate: string) => [
  maker(oid, id),
  signer(oid, `${id}/keys/${certificate}`),
];

/** A trial would change the vault. Resource Manager shows a role at once, a vault within 15 minutes. */
export const vaultWriteCheck = check("vault-write", "Vault writable", ["vault"], {
  right: "Reader on the vault",
  look: async (facts) => {
    const api = await facts.resourceManager();
    const oid = present((await facts.login()).oid, "The login's token names no object id.");
    const vault = await facts.vaultResource();
    if (vault === undefined) {
      const uri = await requireFact(facts.vaultUri, "vault");
      return failed(`could not tell: no subscription that this login can access has ${uri}`, [
        run("Name its subscription", useSubscription()),
        sentence("Ask for the role Reader on the vault"),
      ]);
    }
    const { id, properties } = vault;
    if (properties.enableRbacAuthorization !== true) return judgePolicies(vault, oid);
    const held = await heldAt(api, id);
    const name = await certificateOf(facts);
    const key = name === undefined ? undefined : `${id}/keys/${name}`;
    const isMaker = makesCertificate(await facts.stack());
    const signs = key === undefined ? undefined : { key, held: await heldAt(api, key) };
    return judgeWrite({ id, held, isMaker, signs }, oid);
  },
});

interface Rights {
  id: string;
  held: readonly HeldPermissions[];
  isMaker?: boolean;
  /** Rights on the certificate's key, which may not exist yet; undefined with client secrets. */
  signs?: { key: string; held: readonly HeldPermissions[] } | undefined;
}

function judgeWrite({ id, held, isMaker = false, signs }: Rights, oid: string): Finding {
  const missing = notAllowed(held, needed, "data");
  const unmade = isMaker ? notAllowed(held, making, "data") : [];
  const unsigned = signs === undefined ? [] : notAllowed(signs.held, signing, "data");
  const all = [...missing, ...unmade, ...unsigned];
  if (all.length === 0) return ok("this login may list, read, store and disable secrets");
  const roles = missing.length === 0 ? [] : [assignRole(officer, oid, id)];
  if (missing.length === all.length)
    return failed(
      `this login may not ${missing.join(", ")}; that is enough to use tokens`,
      run("Assign the role", ...roles),
    );
  if (unmade.length > 0) roles.push(maker(oid, id));
  if (unsigned.length > 0) roles.push(signer(oid, signs?.key ?? id));
  return failed(`this login may not ${all.join(", ")}`, run("Assign the roles for its certificate", ...roles));
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
