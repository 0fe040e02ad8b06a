/** A stack that is deployed, while the state here has nothing of it: the state is elsewhere, or lost. */
import { findApplicationOf, named } from "../../lib/application/applications";
import { formerStateParts, lostStateParts } from "../../lib/application/lost";
import { findOwn } from "../../lib/application/own";
import { isEmpty } from "../../lib/application/recorded";
import { modelName } from "../../lib/config/limits";
import { byPerson, type Parts, pulumi, removeSetting, setSettings } from "../../lib/errors/failure";
import { owningStack } from "../../lib/token/owning-stack";
import type { TokenTags } from "../../lib/token/tags";
import { refreshTokenNameOf } from "../../lib/token/target";
import { identifierOf, type Look } from "../../program/resolve/look";
import { resolveVault } from "../../program/resolve/vault";
import { Vault } from "../../lib/vault/secrets";
import type { Stack } from "../engine/stack";
import type { Facts } from "./facts";

/** @returns the settings that take back what is there; undefined if the state has something of the stack, or it is another stack's */
export async function takingBack(facts: Facts, { settings }: Stack, look: Look): Promise<Parts | undefined> {
  if (!isEmpty(look.state.types)) return undefined;
  const { uri, isAdopted, isItsOwner, former, application } = await lookForLeft(facts, settings, look);
  if (application === undefined && (!isItsOwner || isAdopted)) return undefined;
  const { name } = look.stack;
  const what = application === undefined ? `The vault ${uri ?? ""}, as its token says,` : named(application);
  const { fixes: logIn = [], ...said } =
    former === undefined ? lostStateParts(what, name) : formerStateParts(uri ?? "", former, name);
  const takesVault = uri !== undefined && !isAdopted;
  const superfluous = [
    ...(application === undefined ? [] : ["displayName", ...("owners" in settings ? ["owners"] : [])]),
    ...(takesVault ? ["vault"] : []),
  ];
  const taken = {
    ...(application && { existingApplication: application.appId }),
    ...(takesVault && { "vault.uri": uri }),
    ...(former !== undefined && { "consent.takeOverFrom": former }),
  };
  return {
    ...said,
    fixes: [
      ...logIn.slice(0, 1),
      byPerson(
        "If it is lost for good, and nobody will ever deploy from it again (docs/state-lost.md), take back what is there",
        ...superfluous.map((one) => removeSetting(one)),
        setSettings(taken),
        pulumi("up"),
        ...(former === undefined ? [] : [removeSetting("consent.takeOverFrom"), pulumi("up")]),
      ),
    ],
  };
}

/** Vault and application of a deployment, found without its state. */
async function lookForLeft(facts: Facts, settings: Stack["settings"], look: Look) {
  const { project, name } = look.stack;
  const { vault } = settings;
  const isAdopted = "uri" in vault;
  const uri = isAdopted ? vault.uri : (await resolveVault(look, vault).catch(() => undefined))?.uri;
  const owner = uri === undefined ? undefined : await ownerOf(look, uri);
  const isOwn = owner?.stack.endsWith(`${project}/${name}`) === true;
  // The vault holds the token of another stack of this project, under the name that this stack uses for its own.
  const isFormer = !isOwn && !isAdopted && owner?.stack.split("/").at(-2) === project;
  const left = { uri, isAdopted, isItsOwner: isOwn || isFormer, former: isFormer ? owner.stack : undefined };
  const { graph } = await facts.directory();
  if ("existingApplication" in settings) return { ...left, application: undefined };
  // Somebody may have taken the identifier off: the token names its application as well.
  const application =
    (await findOwn(graph, identifierOf(look, modelName))) ??
    (owner && left.isItsOwner ? await findApplicationOf(graph, owner.application) : undefined);
  return { ...left, application };
}

/** The names in the tags of a vault's token. */
async function ownerOf({ cloud, tenantId }: Look, uri: string): Promise<TokenTags | undefined> {
  const name = refreshTokenNameOf(tenantId);
  const versions = await new Vault(cloud, uri).listVersions(name).catch(() => []);
  return owningStack(cloud, name, versions);
}
