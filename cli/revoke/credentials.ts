/** Removes credentials without the engine, which takes minutes and stops at its first failure. */
import * as v from "valibot";
import type { AzureApi } from "../../lib/azure/api";
import {
  type Application,
  credentialsShape,
  deletedItems,
  findApplicationOf,
  findDeleted,
  named,
  removeCredential,
} from "../../lib/application/applications";
import { removalOf } from "../../lib/application/who-may-act";
import { revokedTag } from "../../lib/token/tags";
import { az, byPerson, type Command, Failure } from "../../lib/errors/failure";
import { printNote } from "../terminal/output";
import type { Plan, StateCredential } from "./plan";
import { because, type Leave } from "./next";

/** @returns the labels of those that were there */
export async function removeCredentials(plan: Plan, leave: Leave): Promise<string[]> {
  const { credentials, clientId, graph } = plan;
  const done: string[] = [];
  let application: Promise<Held | undefined> | undefined;
  for (const one of credentials) {
    try {
      const held = await (application ??= heldBy(graph, clientId));
      if (held === undefined) leave(await notFound(plan, one));
      else if (!has(held, one)) continue;
      else if (!plan.owns(held.shown)) leave(ofAnother(plan, held.shown, one));
      else {
        await removeCredential(graph, held, one.keyId);
        done.push(one.label);
        printNote(`Removed from application ${clientId}: ${one.label}.`);
      }
    } catch (error) {
      leave(stillThere(plan, one, error));
    }
  }
  if ((credentials.length === 0 || plan.isOthers === true) && !(await hasNone(graph, clientId))) leave(notOurs(plan));
  return done;
}

/** Disables the keys even if Graph refuses the removal. The next deployment makes another key. */
export async function disableKeys({ credentials, vault }: Plan, leave: Leave): Promise<void> {
  for (const { label, certificate } of credentials) {
    if (certificate === undefined) continue;
    const { name, version } = certificate;
    let tags: Tags | undefined;
    try {
      const kept = await vault.certificates.find(name, version);
      if (kept === undefined) continue;
      ({ tags } = kept);
      if (!kept.enabled && tags[revokedTag] !== undefined) continue;
      await vault.certificates.update(name, version, { enabled: false, tags: { ...tags, [revokedTag]: "true" } });
      printNote(`Disabled in ${vault.uri}: certificate ${name}.`);
    } catch (error) {
      leave(stillSigns(`${vault.uri}/certificates/${name}/${version}`, label, tags, error));
    }
  }
}

/** With the public keys, which Graph gives of a single application alone. */
const held = v.looseObject({ id: v.string(), ...credentialsShape.entries });
type Held = v.InferOutput<typeof held> & { shown: Application };
type Tags = Readonly<Record<string, string>>;

async function heldBy(graph: AzureApi, clientId: string): Promise<Held | undefined> {
  const application = await findApplicationOf(graph, clientId);
  if (application === undefined) return undefined;
  const path = `/v1.0/applications/${application.id}?$select=id,passwordCredentials,keyCredentials`;
  const object = await graph.find(path, held);
  return object && { ...object, shown: application };
}

/** Whether the application has no credentials any more; false also if Graph cannot show that. */
async function hasNone(graph: AzureApi, clientId: string): Promise<boolean> {
  const lists = await heldBy(graph, clientId).catch(() => undefined);
  return lists?.passwordCredentials.length === 0 && lists.keyCredentials.length === 0;
}

const has = (held: Held, { kind, keyId }: StateCredential): boolean =>
  held[meansOf[kind]].some((one) => one.keyId === keyId);

const meansOf = { secret: "passwordCredentials", certificate: "keyCredentials" } as const;

const removal = ({ origin }: AzureApi, clientId: string, { kind, keyId }: StateCredential): Command =>
  removalOf(origin, { set: "applications", id: "", clientId }, { means: meansOf[kind], id: keyId, facts: {} });

/** The application is not this stack's, or the stack was renamed and not deployed since. */
function ofAnother({ graph, clientId, stack }: Plan, shown: Application, one: StateCredential): Failure {
  const what = `${one.label} was not removed: the state names it. ${named(shown)} has no identifier URI of stack ${stack.name}, and the setting existingApplication does not name it.`;
  const why = "Everyone who can write to the state can name anybody's application there.";
  const who = "Find out whose application that is; if it is this stack's, an owner of it removes the credential";
  return new Failure("application-of-others", { what, why }, byPerson(who, removal(graph, clientId, one)));
}

/** A refusal of Graph's has no fix. */
function stillThere({ graph, clientId }: Plan, one: StateCredential, error: unknown): Failure {
  const who = "An owner of the application, or an Application Administrator, removes it";
  const fix = byPerson(who, removal(graph, clientId, one));
  return because(error, `${one.label} may still be a credential of application ${clientId}.`, fix);
}

/** A deleted application may be restored; or the state may name another one. */
async function notFound({ graph, clientId, tenantId }: Plan, one: StateCredential): Promise<Failure> {
  const deleted = await findDeleted(graph, "application", clientId);
  if (deleted !== undefined) {
    const day = deleted.deletedDateTime ?? "an unknown day";
    const what = `${one.label} is a credential of application ${clientId}, which somebody deleted on ${day}.`;
    const why = "It signs nobody in now, but does again if the application is restored, which is possible for 30 days.";
    const deletion = az("rest", "--method", "DELETE", "--url", `${graph.origin}${deletedItems}/${deleted.id}`);
    const fix = byPerson("An owner of it deletes it permanently", deletion);
    return new Failure("application-deleted", { what, why }, fix);
  }
  const what = `${one.label} may still be a credential: there is no application ${clientId} in tenant ${tenantId}.`;
  const why = "If somebody deleted it, no credential of it is valid. If not, the state names the wrong application.";
  const holding = `[?${meansOf[one.kind]}[?keyId=='${one.keyId}']].appId`;
  const fix = byPerson(
    "Find the application that has it, and remove it there",
    az("ad", "app", "list", "--all", "--query", holding, "--output", "tsv"),
    removal(graph, "<client id>", one),
  );
  return new Failure("application-not-found", { what, why }, fix);
}

/** @param tags which az replaces; undefined if they are not known */
function stillSigns(id: string, label: string, tags: Tags | undefined, error: unknown): Failure {
  const others =
    tags === undefined ? ["<its other tags>"] : Object.entries(tags).map(([tag, value]) => `${tag}=${value}`);
  const disabled = ["--id", id, "--enabled", "false", "--tags", `${revokedTag}=true`, ...others];
  const disabling = az("keyvault", "certificate", "set-attributes", ...disabled);
  const fix = byPerson("A Key Vault Certificates Officer disables it", disabling);
  return because(error, `The key of ${label} may still sign.`, fix);
}

function notOurs({ stack, clientId }: Plan): Failure {
  const what = `Stack ${stack.name} did not make the credential that the token uses: those of application ${clientId} are still valid.`;
  const why = "Everyone with the client secret can sign in as the application.";
  const fix = byPerson(
    "Whoever made the client secret in the vault removes it from the application, and stores another",
    az("ad", "app", "show", "--id", clientId, "--query", "passwordCredentials"),
    az("ad", "app", "credential", "delete", "--id", clientId, "--key-id", "<key id>"),
  );
  return new Failure("credential-not-removed", { what, why }, fix);
}
