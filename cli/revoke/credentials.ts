/** Takes a stack's credentials off its application at once, past the engine: that would take minutes, and stops at what it cannot do. */
import * as v from "valibot";
import type { AzureApi } from "../../lib/azure/api";
import {
  credentialsShape,
  type DeletedApplication,
  deletedItems,
  findApplicationOf,
  findDeletedApplication,
  removePassword,
} from "../../lib/application/applications";
import { removalOf } from "../../lib/application/who-may-act";
import { revokedTag } from "../../lib/consent/client-certificate";
import { az, byPerson, type Command, Failure } from "../../lib/errors/failure";
import { printNote } from "../terminal/output";
import type { Plan, StateCredential } from "./plan";
import { because, leave, type Step } from "./next";

/** @returns the labels of those that were there */
export async function removeCredentials(plan: Plan): Promise<Step<string>> {
  const { credentials, clientId, graph } = plan;
  const [done, left]: [string[], unknown[]] = [[], []];
  if (credentials.length === 0) {
    leave(left, notOurs(plan));
    return { done, left };
  }
  try {
    const held = await heldBy(graph, clientId);
    for (const one of credentials) {
      try {
        if (held === undefined)
          leave(left, comesBack(plan, one, await findDeletedApplication(graph, clientId)) ?? notFound(plan, one));
        else if (await remove(plan, held, one)) {
          done.push(one.label);
          printNote(`Taken off application ${clientId}: ${one.label}.`);
        }
      } catch (error) {
        leave(left, explained(plan, one, error));
      }
    }
  } catch (error) {
    for (const one of credentials) leave(left, explained(plan, one, error));
  }
  return { done, left };
}

/**
 * Disables the certificates' versions, whatever Graph answers: their keys sign nothing more, and the next deployment makes another.
 * @returns the labels of those that were enabled
 */
export async function disableKeys({ credentials, vault }: Plan): Promise<Step<string>> {
  const [done, left]: [string[], unknown[]] = [[], []];
  for (const { label, certificate } of credentials) {
    if (certificate === undefined) continue;
    const { name, version } = certificate;
    let tags: Readonly<Record<string, string>> | undefined;
    try {
      const found = await vault.certificates.find(name, version);
      if (found === undefined) continue;
      ({ tags } = found);
      if (!found.enabled && tags[revokedTag] !== undefined) continue;
      await vault.certificates.update(name, version, { enabled: false, tags: { ...tags, [revokedTag]: "true" } });
      done.push(label);
      printNote(`Disabled in ${vault.uri}: certificate ${name}.`);
    } catch (error) {
      leave(left, stillSigns(`${vault.uri}/certificates/${name}/${version}`, label, tags, error));
    }
  }
  return { done, left };
}

/** By its object id; with the public keys, which Graph gives of a single application alone. */
const held = v.looseObject({ id: v.string(), ...credentialsShape.entries });
type Held = v.InferOutput<typeof held>;

/** @returns undefined if there is no such application */
async function heldBy(graph: AzureApi, clientId: string): Promise<Held | undefined> {
  const application = await findApplicationOf(graph, clientId);
  if (application === undefined) return undefined;
  return await graph.find(`/v1.0/applications/${application.id}?$select=id,passwordCredentials,keyCredentials`, held);
}

function comesBack(
  { graph, clientId }: Plan,
  { label }: StateCredential,
  deleted?: DeletedApplication,
): Failure | undefined {
  if (deleted === undefined) return undefined;
  const { id, deletedDateTime } = deleted;
  const url = `${graph.origin}${deletedItems}/${id}`;
  return new Failure("application-deleted", {
    what: `${label} is a credential of application ${clientId}, which somebody deleted on ${deletedDateTime ?? "an unknown day"}.`,
    why: "It signs nobody in now, and does again once the application is restored, which can be done for 30 days.",
    fixes: [byPerson("An owner of it deletes it for good", az("rest", "--method", "DELETE", "--url", url))],
  });
}

/** @returns whether it was there */
async function remove({ graph }: Plan, held: Held, { kind, keyId }: StateCredential): Promise<boolean> {
  const path = `/v1.0/applications/${held.id}`;
  if (!held[meansOf[kind]].some((one) => one.keyId === keyId)) return false;
  if (kind === "secret") {
    await removePassword(graph, held.id, keyId);
    return true;
  }
  const keyCredentials = held.keyCredentials.filter((one) => one.keyId !== keyId);
  await graph.patch(path, { keyCredentials });
  held.keyCredentials = keyCredentials;
  return true;
}

const meansOf = { secret: "passwordCredentials", certificate: "keyCredentials" } as const;

const removal = ({ origin }: AzureApi, clientId: string, { kind, keyId }: StateCredential): Command =>
  removalOf(origin, { set: "applications", id: "", clientId }, { means: meansOf[kind], id: keyId, facts: {} });

/** A refusal of Graph's has no fix. */
const explained = ({ graph, clientId }: Plan, one: StateCredential, error: unknown): Failure =>
  because(
    error,
    `${one.label} may still be a credential of application ${clientId}.`,
    byPerson(
      "An owner of the application, or an Application Administrator, takes it out",
      removal(graph, clientId, one),
    ),
  );

/** A deleted application has no credential; but the state may name another one than the credential's. */
function notFound({ graph, clientId, tenantId }: Plan, one: StateCredential): Failure {
  const holding = `[?${meansOf[one.kind]}[?keyId=='${one.keyId}']].appId`;
  return new Failure("application-not-found", {
    what: `${one.label} may still be a credential: there is no application ${clientId} in tenant ${tenantId}.`,
    why: "Where somebody deleted it, nothing of it is valid; otherwise the state names another application than the credential's.",
    fixes: [
      byPerson(
        "Find the application that has it, and take it out there",
        az("ad", "app", "list", "--all", "--query", holding, "--output", "tsv"),
        removal(graph, "<client id>", one),
      ),
    ],
  });
}

/** @param tags those that it has, which az replaces; undefined if they are not known */
function stillSigns(
  id: string,
  label: string,
  tags: Readonly<Record<string, string>> | undefined,
  error: unknown,
): Failure {
  const others =
    tags === undefined ? ["<its other tags>"] : Object.entries(tags).map(([tag, value]) => `${tag}=${value}`);
  const disable = ["--id", id, "--enabled", "false", "--tags", `${revokedTag}=true`, ...others];
  const disables = az("keyvault", "certificate", "set-attributes", ...disable);
  return because(
    error,
    `The key of ${label} may still sign.`,
    byPerson("A Key Vault Certificates Officer disables it", disables),
  );
}

function notOurs({ stack, clientId }: Plan): Failure {
  return new Failure("credential-not-removed", {
    what: `Stack ${stack.name} made no credential: those of application ${clientId} are still valid.`,
    why: "Who holds the client secret signs in as the application.",
    fixes: [
      byPerson(
        "Whoever made the one in the vault takes it off the application, and stores another",
        az("ad", "app", "show", "--id", clientId, "--query", "passwordCredentials"),
        az("ad", "app", "credential", "delete", "--id", clientId, "--key-id", "<key id>"),
      ),
    ],
  });
}
