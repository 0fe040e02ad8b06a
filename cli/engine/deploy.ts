/** A deployment without questions, if its preview deletes nothing but resources that the program gives up by itself. */
import { guidOf } from "../../lib/application/identifier";
import { adoptionType, applicationType } from "../../lib/application/recorded";
import { diagnosticsName, diagnosticsOf } from "../../lib/azure/diagnostics";
import { roleIds } from "../../lib/azure/roles";
import { askedIn, asking, type Question, rotationVariable } from "../../lib/config/own-variables";
import { certificateNameOf } from "../../lib/credential/credential-record";
import { again, byPerson, Failure, ownCommand, restoreBackup } from "../../lib/errors/failure";
import { dynamicType } from "../../lib/startup/provider-code";
import { StackBusy } from "./busy";
import { kindIn, lastOf, nameIn, resourceName } from "./deployment";
import { preview, type PreviewResult, type Properties, type Step } from "./preview";
import { type EngineRun, runOnStack } from "./run-on-stack";
import type { StackOptions } from "../options/target-options";

/** SIGINT, at which the engine ends in order. */
const deploys = { argv: ["up", "--refresh", "--yes", "--skip-preview"], ending: "SIGINT" } as const;

export interface DeployOptions extends StackOptions {
  /** Ids of the resources to delete: each text has one or several. */
  mayDelete?: string[];
}

/**
 * @param seen the preview of this run, if there was one
 * @returns the engine's exit code @throws Failure if it would delete more, and nothing is deployed; as preview()
 */
export async function deploy(
  options: DeployOptions,
  run: Pick<EngineRun, "variables" | "onLine">,
  seen?: PreviewResult,
): Promise<number | undefined> {
  const { stack } = options;
  const mayDelete = (options.mayDelete ?? []).flatMap((ids) => [ids, ...ids.split(/\s+/u)]);
  const asked = { ...asking(askedIn(process.env)), ...run.variables };
  const looked = seen ?? (await preview(options, asked, "nothing was deployed"));
  const unexpected = unexpectedIn(looked, asked[rotationVariable] ?? "").filter(
    ({ urn, old }) => !mayDelete.includes(old?.id ?? urn),
  );
  // Without duplicates: a replacement has a deletion and a creation.
  const all = [...new Map(unexpected.map((one) => [`${one.urn} ${one.old?.id ?? ""}`, one])).values()];
  if (all.length > 0) throw deletes(stack, all);
  return await runOnStack(options, deploys.argv, {
    ...run,
    ending: deploys.ending,
    onState: (state) => {
      if (state.text !== looked.before?.text) throw changed(stack);
    },
  });
}

const changed = (stack: string): StackBusy =>
  new StackBusy(
    `The state of stack ${stack} was written during the preview; nothing was deployed.`,
    byPerson("Run it again", again()),
  );

function deletes(stack: string, all: readonly Step[]): Failure {
  const each = all.map((one) => `${resourceName(one)} (${one.old?.id ?? one.urn})`);
  const may = all.flatMap(({ urn, old }) => ["--may-delete", old?.id ?? urn]);
  return new Failure("deployment-deletes", {
    what: `A deployment of stack ${stack} would delete or replace resources that the program does not give up by itself: ${each.join("; ")}. Nothing was deployed.`,
    why: "Everyone who can write to the state can name anything there, and the engine deletes resources that the program does not declare.",
    fixes: [
      byPerson("If it is not this stack's, find out who wrote the state, and restore the previous one", restoreBackup),
      byPerson("To delete it, name it", ownCommand("up", "--stack", stack, ...may)),
    ],
  });
}

/** Resources that a run keeps, as its program declares them: only resources that belong to these are deleted without a question. */
function keptIn(steps: readonly Step[]) {
  const kept = steps.filter((one) => one.new && one.op !== "replace");
  const of = (...kinds: string[]) => kept.filter(({ type }) => kinds.includes(kindIn(type)));
  const consents = of("Consent").map((one): Properties => ({ ...one.new?.inputs, model: nameIn(one.urn) }));
  return {
    applications: new Set([
      ...kept.flatMap(({ type, old }) => (type === applicationType && old?.id ? [lastOf(old.id)] : [])),
      ...kept.flatMap(({ type, new: one }) => (type === adoptionType ? [one?.inputs["objectId"]] : [])),
    ]),
    principals: new Set([
      ...of("ServicePrincipal").flatMap(({ old }) => (old?.id ? [lastOf(old.id)] : [])),
      ...of("Adoption").map((one) => outputsOf(one)["servicePrincipalObjectId"]),
    ]),
    vaults: of("Vault").flatMap(({ old }) => (old?.id ? [`${old.id.toLowerCase()}/`] : [])),
    uris: new Set(consents.map(({ vaultUri }) => String(vaultUri).toLowerCase())),
    certificates: new Set([
      ...of("ClientCertificate").map((one) => outputsOf(one)["certificateName"]),
      ...consents.map(({ stack, model }) => certificateNameOf(String(stack), String(model))),
    ]),
    /** Number of credentials that stay as they are: a rotation leaves the former one. */
    credentials: kept.filter(({ type, old }) => old && givenUpOf(type)?.isCredential).length,
    models: consents.map(({ model }) => String(model)),
    things: new Set(kept.map(thing)),
  };
}

/** A resource's outputs; the engine writes null for none. */
const outputsOf = ({ old }: Step): Properties => (old?.outputs as Properties | null | undefined) ?? {};

type Kept = ReturnType<typeof keptIn>;
type Rule = (id: string, outputs: Properties, kept: Kept) => boolean;

/** Rule for a type whose resources the program may give up by itself. */
interface GivenUp {
  /** Whether the deleted resource is of a former generation, or one that a setting has left out. */
  isOwn: Rule;
  /** Outputs by which its provider deletes; default: the id. Services ignore their case. */
  by?: readonly string[];
  /** Whether it is a credential: a rotation adds one beside the previous one, so only a mark in the state has one replaced. */
  isCredential?: true;
}

/** The whole part of an id below its vault's: a prefix alone would match any other resource behind it. */
function belowVault(id: string, { vaults }: Kept): string {
  const one = vaults.find((vault) => id.toLowerCase().startsWith(vault)) ?? id;
  return id.toLowerCase().slice(one.length - 1);
}

const assignment =
  /^(?:\/(?:secrets|keys|certificates)\/[0-9a-z-]+)?\/providers\/microsoft\.authorization\/roleassignments\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/u;

/** Whether the program made the role assignment: it derives the name from principal, role and scope; a person's has another. */
const isOwnRole: Rule = (id, { principalId }, kept) => {
  const [, name] = assignment.exec(belowVault(id, kept)) ?? [];
  const [scope = ""] = id.toLowerCase().split("/providers/microsoft.authorization/");
  return Object.values(roleIds).some((role) => guidOf(scope, role, String(principalId)) === name);
};

const isOwnDiagnostics: Rule = (id, _, kept) =>
  belowVault(id, kept) === `${diagnosticsOf("")}/${diagnosticsName}`.toLowerCase();

/** Types whose resources the program gives up, none of which holds data. */
const givenUp: Readonly<Record<string, GivenUp>> = {
  "azuread:index/applicationPassword:ApplicationPassword": {
    isOwn: (id, _, { applications }) => applications.has(id.split("/password/", 1)[0]),
    isCredential: true,
  },
  [dynamicType("ApplicationCertificate")]: {
    isOwn: (_, { applicationId }, { applications }) => applications.has(lastOf(String(applicationId))),
    by: ["applicationId", "keyId"],
    isCredential: true,
  },
  [dynamicType("ClientCertificate")]: {
    isOwn: (_, { vaultUri, certificateName }, { uris, certificates }) =>
      uris.has(String(vaultUri).toLowerCase()) && certificates.has(certificateName),
    // The version is needed, because the certificates of all generations have one id.
    by: ["certificateName", "version"],
    isCredential: true,
  },
  "azuread:index/groupMember:GroupMember": { isOwn: (id, _, { principals }) => principals.has(lastOf(id)) },
  [dynamicType("Grants")]: {
    isOwn: (_, { servicePrincipalObjectId }, { principals }) => principals.has(servicePrincipalObjectId),
    by: ["servicePrincipalObjectId"],
  },
  "azure-native:authorization:RoleAssignment": { isOwn: isOwnRole },
  "azure-native:monitor:DiagnosticSetting": { isOwn: isOwnDiagnostics },
  // Deleting these sends no request, or refuses.
  [dynamicType("VaultRules")]: { isOwn: () => true },
  [dynamicType("VaultCreateMode")]: { isOwn: () => true },
};

const givenUpOf = (type: string): GivenUp | undefined => (Object.hasOwn(givenUp, type) ? givenUp[type] : undefined);

function thing(one: Step): string {
  const outputs = outputsOf(one);
  const parts = givenUpOf(one.type)?.by?.map((name) => lastOf(String(outputs[name]))) ?? [one.old?.id ?? ""];
  return [one.type, ...parts].join(" ").toLowerCase();
}

/** Questions whose answer leaves no former credential. */
const leaving: readonly string[] = ["revoke", "finish"] satisfies Question[];

/** @param asked the question of the run, or "": its plan is by the state's outputs, and a forged one would give up the credential in use */
function unexpectedIn({ steps, deletions }: PreviewResult, asked: string): Step[] {
  const kept = keptIn(steps);
  const isReplaced = leaving.includes(asked) || kept.credentials > 0;
  return deletions.filter((one) => {
    const { op, type, urn, old } = one;
    // Components and providers have no counterpart in the cloud.
    if (old?.custom === false || type.startsWith("pulumi:providers:")) return false;
    const name = nameIn(urn);
    const isNamed = kept.models.some((model) => name === model || name.startsWith(`${model}-`));
    const { isOwn, isCredential = false } = givenUpOf(type) ?? {};
    const isGivenUp = isNamed && isOwn?.(old?.id ?? "", outputsOf(one), kept) === true;
    return !isGivenUp || (isCredential && (op !== "delete" || !isReplaced)) || kept.things.has(thing(one));
  });
}
