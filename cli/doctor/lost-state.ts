/** A stack that is deployed, while the state here has nothing of it: the state is elsewhere, or lost. */
import { findApplicationOf, named } from "../../lib/application/applications";
import { identifierIn } from "../../lib/application/identifier";
import { formerStateParts, lostStateParts } from "../../lib/application/lost";
import { findOwn } from "../../lib/application/own";
import { isEmpty } from "../../lib/application/recorded";
import { modelName } from "../../lib/config/limits";
import { byPerson, type Parts, pulumi, removeSetting, setSettings } from "../../lib/errors/failure";
import { owningStack } from "../../lib/consent/owning-stack";
import type { TokenTags } from "../../lib/consent/tags";
import { refreshTokenNameOf } from "../../lib/consent/target";
import { Vault } from "../../lib/vault/secrets";
import { lookForOwn } from "./checks/vault";
import type { Facts } from "./facts";
import { projectAt } from "./state-files";

/** @returns undefined where the state has something of the stack, or nothing is there that this stack made */
export async function lostState(facts: Facts): Promise<Parts | undefined> {
  const [stack, deployment] = [await facts.stack(), await facts.deployment()];
  const { resources = [], pending = [] } = deployment ?? {};
  if (stack === undefined || pending.length > 0 || !isEmpty(resources.map(({ type }) => type))) return undefined;
  const { settings, name } = stack;
  const { name: project = "" } = await projectAt(facts.engine.cwd);
  const short = name.split("/").at(-1) ?? name;
  const unique = identifierIn(await facts.tenantId(), project, short, modelName);
  const adopted = "uri" in settings.vault ? settings.vault.uri : undefined;
  const uri = adopted ?? (await lookForOwn(facts).catch(() => undefined))?.uri;
  const owner = uri === undefined ? undefined : await ownerOf(facts, uri);
  const isOwn = owner?.stack.endsWith(`${project}/${short}`) === true;
  // Where the stack would make its vault there is one with the token of another stack of this project.
  const former =
    !isOwn && adopted === undefined && owner?.stack.split("/").at(-2) === project ? owner.stack : undefined;
  const isItsOwner = isOwn || former !== undefined;
  const { graph } = await facts.directory();
  // Somebody may have taken the identifier off: the token names its application as well.
  const application =
    "existingApplication" in settings
      ? undefined
      : ((await findOwn(graph, unique)) ??
        (owner && isItsOwner ? await findApplicationOf(graph, owner.application) : undefined));
  const isMade = isItsOwner && adopted === undefined;
  if (application === undefined && !isMade) return undefined;
  const what = application === undefined ? `The vault ${uri ?? ""}, as its token says,` : named(application);
  const { fixes: [logIn] = [], ...said } =
    former === undefined ? lostStateParts(what, short) : formerStateParts(uri ?? "", former, short);
  const takesVault = uri !== undefined && adopted === undefined;
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
      ...(logIn === undefined ? [] : [logIn]),
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

/** What the token in a vault names. */
async function ownerOf(facts: Facts, uri: string): Promise<TokenTags | undefined> {
  const cloud = await facts.cloud();
  const name = refreshTokenNameOf(await facts.tenantId());
  const versions = await new Vault(cloud, uri).listVersions(name).catch(() => []);
  return owningStack(cloud, name, versions);
}
