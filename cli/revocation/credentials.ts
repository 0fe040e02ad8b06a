/** Takes a stack's credentials off its application at once, past the engine: that would take minutes, and stops at what it cannot do. */
import { ApiError } from "../../azure/api";
import { findApplicationOf, type KeyCredential, type PasswordCredential } from "../../application/applications";
import { removalOf } from "../../application/who-may-act";
import { revokedTag } from "../../consent/client-certificate";
import { az, byPerson, Failure, partsOf } from "../../errors/failure";
import { printNote } from "../output";
import type { Plan, StateCredential } from "./plan";
import type { Step } from "./step";

/** @returns the labels of those that were there */
export async function removeCredentials(plan: Plan): Promise<Step<string>> {
  const { credentials, clientId, graph } = plan;
  if (credentials.length === 0) return { done: [], left: [notOurs(plan)] };
  const [done, left]: [string[], unknown[]] = [[], []];
  try {
    const application = await findApplicationOf(graph, clientId);
    const held = application && (await heldBy(plan, application.id));
    // One that is deleted has none: its refresh tokens cannot be redeemed.
    if (held === undefined) return { done, left };
    for (const one of credentials) {
      try {
        if (await remove(plan, held, one)) {
          done.push(one.label);
          printNote(`Taken off application ${clientId}: ${one.label}.`);
        }
      } catch (error) {
        left.push(explained(plan, held, one, error));
      }
    }
  } catch (error) {
    left.push(error);
  }
  return { done, left };
}

interface Held {
  /** Object id. */
  id: string;
  passwordCredentials: PasswordCredential[];
  /** With their public keys, which Graph gives of a single application alone. */
  keyCredentials: KeyCredential[];
}

async function heldBy({ graph }: Plan, id: string): Promise<Held | undefined> {
  return await graph.find(`/v1.0/applications/${id}?$select=id,passwordCredentials,keyCredentials`);
}

/** A certificate's version is disabled as well: its key signs nothing more, and the next deployment makes another. */
async function remove({ graph, vault }: Plan, held: Held, { kind, keyId, certificate }: StateCredential) {
  const path = `/v1.0/applications/${held.id}`;
  const isHeld = (all: readonly PasswordCredential[]) => all.some((one) => one.keyId === keyId);
  if (kind === "secret") {
    if (!isHeld(held.passwordCredentials)) return false;
    await graph.post(`${path}/removePassword`, { keyId });
    return true;
  }
  const wasHeld = isHeld(held.keyCredentials);
  if (wasHeld) {
    const keyCredentials = held.keyCredentials.filter((one) => one.keyId !== keyId);
    await graph.patch(path, { keyCredentials });
    held.keyCredentials = keyCredentials;
  }
  const { name, version } = certificate ?? { name: "", version: "" };
  const found = version === "" ? undefined : await vault.certificates.find(name, version);
  if (found !== undefined && (found.enabled || found.tags[revokedTag] === undefined)) {
    const tags = { ...found.tags, [revokedTag]: "true" };
    await vault.certificates.update(name, version, { enabled: false, tags });
  }
  return wasHeld;
}

/** Graph's refusal has no fix. */
function explained({ graph, clientId }: Plan, { id }: Held, { kind, label, keyId }: StateCredential, error: unknown) {
  const { code, what, why, fixes = [] } = partsOf(error);
  if (!(error instanceof ApiError)) return error;
  const means = kind === "secret" ? "passwordCredentials" : "keyCredentials";
  const command = removalOf(graph.origin, { set: "applications", id, clientId }, { means, id: keyId, facts: {} });
  return new Failure(code, {
    what: `${label} is still a credential of application ${clientId}. ${what}`,
    why,
    fixes: [...fixes, byPerson("An owner of the application, or an Application Administrator, takes it out", command)],
  });
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
