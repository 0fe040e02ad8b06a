/** Converts settings that name existing resources to arguments with what was found. */
import { findAdoptable, planAdoption } from "../../lib/application/adoption/find";
import { wantedOf } from "../../lib/application/adoption/lists";
import { type NamedChoice, resolvePermissions } from "../../lib/application/find-permissions";
import { applicationType } from "../../lib/application/recorded";
import type { ReplyUrlChoice } from "../../lib/application/reply-url-choice";
import { microsoftGraph } from "../../lib/azure/graph";
import type { CredentialKind } from "../../lib/config/limits";
import { requireExistingVault } from "../../lib/vault/existing";
import { identifierOf, type Look } from "./look";

/** Settings with permissions and resources given by names or ids. */
interface Asked extends NamedChoice, ReplyUrlChoice {
  /** Client id or object id. */
  existingApplication?: string;
  changeSignInAudience?: boolean;
  configurePreconsent?: boolean;
  credential: { kind: CredentialKind; vaultSecretName?: string | undefined };
  vault: { uri: string } | { name: string };
}

/** Arguments with what was found, in place of the settings that name it. */
export interface ExistingParts {
  permissions: Awaited<ReturnType<typeof resolvePermissions>>;
  existingApplication?: { clientId: string; objectId: string };
}

/** Prints what would change. @param name of the model @throws Failure; CredentialError */
export async function resolveExisting(name: string, look: Look, asked: Asked): Promise<ExistingParts> {
  const { cloud, tenantId, state, log } = look;
  const { vault, credential, existingApplication: id, configurePreconsent, changeSignInAudience = false } = asked;
  if ("uri" in vault) {
    const { vaultSecretName, kind } = credential;
    const warning = await requireExistingVault(cloud, vault.uri, vaultSecretName, kind === "certificate");
    if (warning !== undefined) await log.warn(warning);
  }
  const graph = microsoftGraph(cloud, tenantId);
  const permissions = await resolvePermissions(graph, asked);
  if (id === undefined) return { permissions };
  const isOwn = state.types.has(applicationType);
  const own = isOwn ? { identifier: identifierOf(look, name), clientIds: state.clientIds } : undefined;
  const application = await findAdoptable(graph, id, own);
  const groups = configurePreconsent ? [await look.adminAgents()] : [];
  const wanted = wantedOf(application.appId, { ...asked, permissions }, groups);
  const { plan, warnings } = await planAdoption(graph, application, wanted, changeSignInAudience);
  if (plan !== "") await log.info(plan);
  for (const warning of warnings) await log.warn(warning);
  return { permissions, existingApplication: { clientId: application.appId, objectId: application.id } };
}
