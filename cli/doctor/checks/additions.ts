/**
 * Who else can act as the application, or change it. `drift` compares with the stack's state; here names in the vault show which keys are
 * ours.
 */
import {
  type Access,
  accessTo,
  isOpened,
  lockCommand,
  type Means,
  type Principal,
  removalOf,
} from "../../../lib/application/who-may-act";
import { clientCertificatePrefix, clientSecretPrefix, madeSecretIn } from "../../../lib/consent/credential-reference";
import { present, run, sentence } from "../../../lib/errors/failure";
import { check, failed, type Finding, ok, skipped, warning } from "../check";
import type { Facts } from "../facts";

const right = "Application.Read.All on Microsoft Graph";

export const additionsCheck = check("additions", "Credentials and owners", ["application"], {
  right,
  look: async (facts) => {
    const clientId = await facts.knownClientId();
    const { graph } = await facts.directory();
    const looked = await Promise.all(
      (await principalsIn(facts, clientId)).map(async (principal) => ({
        principal,
        ...(await accessTo(graph, principal)),
      })),
    );
    const [why] = looked.flatMap(({ unseen }) => unseen);
    if (why !== undefined) {
      return failed(`could not tell: ${why}`, sentence(`Ask an administrator for the right to look: ${right}`));
    }
    const keys = await keysInVault(facts);
    if (keys === undefined) {
      return skipped("the names in the vault tell which client secrets are this stack's, and they could not be listed");
    }
    const certificates = await certificatesInVault(facts);
    const meant = await meantOwners(facts);
    const added = looked.flatMap(({ principal, entries }) => {
      const owners = meant(entries);
      return entries
        .filter(({ means, id }) => (means === "owners" ? !owners.includes(id) : !keys.has(id.slice(0, keyLength))))
        .filter(({ means, facts: { thumbprint = "" } }) => means !== "keyCredentials" || !certificates.has(thumbprint))
        .map((access) => ({ principal, access }));
    });
    const opened = looked.find(({ lock }) => isOpened(lock));
    if (await isAdopted(facts)) return ofOwner(added, opened !== undefined);
    if (added.length > 0) {
      const removals = added.map(({ principal, access }) => removalOf(graph.origin, principal, access));
      return warning(
        `somebody added: ${added.map(described).join("; ")}`,
        run("Find out who added that; take out what none of yours did", ...removals),
      );
    }
    if (opened !== undefined) {
      return warning(
        "the lock of its instances in other tenants was opened: credentials can be added to them",
        run("Lock it again", lockCommand(graph.origin, opened.principal)),
      );
    }
    return ok("none but this stack's");
  },
});

interface Added {
  principal: Principal;
  access: Access;
}

const nouns: Readonly<Record<Means, string>> = {
  passwordCredentials: "client secret",
  keyCredentials: "certificate",
  federatedIdentityCredentials: "federated credential",
  owners: "owner",
};

const whose = ({ set }: Principal): string => (set === "applications" ? "" : " of its service principal");

function described({ principal, access }: Added): string {
  const facts = Object.entries(access.facts).map(([name, value]) => `${name} ${value}`);
  return `${nouns[access.means]}${whose(principal)} (${facts.join(", ")})`;
}

/** Its owner must decide about entries that are not the stack's. */
function ofOwner(added: readonly Added[], isLockOpened: boolean): Finding {
  const kinds = added.map(({ principal, access }) => `${nouns[access.means]}s${whose(principal)}`);
  const counts = [...new Set(kinds)].map((kind) => `${kind}: ${kinds.filter((one) => one === kind).length}`);
  const all = [...counts, ...(isLockOpened ? ["and the lock of its instances in other tenants is open"] : [])];
  return ok(
    all.length === 0 ? "none but this stack's" : `beside this stack's, managed by its owner: ${all.join(", ")}`,
  );
}

async function principalsIn(facts: Facts, clientId: string): Promise<Principal[]> {
  const application = present(
    await facts.application(),
    "There is no application, and a check before this one found it.",
  );
  const principal = await (await facts.directory()).principalOf(clientId);
  return [
    { set: "applications", id: application.id, clientId },
    ...(principal === undefined ? [] : [{ set: "servicePrincipals", id: principal.id, clientId } as const]),
  ];
}

const isAdopted = async (facts: Facts): Promise<boolean> =>
  "existingApplication" in ((await facts.stack())?.settings ?? {});

const keyLength = 8;

/** The beginnings of key ids: each client secret's name in the vault ends with its own. Undefined: they could not be listed. */
async function keysInVault(facts: Facts): Promise<Set<string> | undefined> {
  const names = await (await facts.vault())?.names(clientSecretPrefix).catch(() => undefined);
  return names && new Set(names.flatMap((name) => madeSecretIn(name)?.keyId ?? []));
}

/** Thumbprints of the certificates that the vault created for applications; if they cannot be listed, every certificate is reported. */
async function certificatesInVault(facts: Facts): Promise<Set<string>> {
  const vault = await facts.vault();
  const names = (await vault?.certificates.names(clientCertificatePrefix).catch(() => undefined)) ?? [];
  const versionsOf = async (name: string) => (await vault?.certificates.listVersions(name).catch(() => [])) ?? [];
  return new Set((await Promise.all(names.map(versionsOf))).flat().map(({ thumbprint }) => thumbprint));
}

/**
 * Without the setting the program leaves one owner, the first deployer: most likely the current login, and the only owner if there is just
 * one.
 */
async function meantOwners(facts: Facts): Promise<(entries: readonly Access[]) => readonly string[]> {
  const { owners } = { owners: undefined, ...(await facts.stack())?.settings };
  const { oid = "" } = await (await facts.access()).graphLogin();
  return (entries) => {
    const live = entries.filter(({ means }) => means === "owners").map(({ id }) => id);
    if (owners !== undefined || live.length === 1) return owners ?? live;
    return live.filter((id) => id === oid);
  };
}
