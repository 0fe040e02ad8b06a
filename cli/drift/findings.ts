/** Derives what has drifted from the engine's planned changes. */
import { firstDeployerIn, kindIn, resourceName, type StateResource } from "../engine/deployment";
import type { PreviewResult, Properties, Refreshed, Step } from "../engine/preview";
import { addedReplyUrl } from "../../lib/application/reply-urls";
import type { Finding } from "../report/finding";
import { type Difference, difference, idsIn, secretText, type Value } from "./differences";
import { adopted, differencesOf } from "./step-differences";

/** A thing in the cloud that is not as declared. It has a fix with commands only if `pulumi up` does not help. */
export interface DriftFinding extends Finding {
  /** Such as "azuread.Application partner". */
  resource: string;
  urn: string;
  /** Path of the property; "" when the whole resource is missing, or exists and is not declared. */
  property: string;
  declared: Value | null;
  live: Value | null;
  /** Set if the property is not declared: `pulumi up` accepts the live value as its default. */
  adopted?: true;
}

export interface Findings {
  drift: DriftFinding[];
  /** Resources that change only because another resource is repaired. */
  consequences: string[];
  /** Resources that could not be read, so that nothing is known about them. */
  unreadable: string[];
}

export function findingOf(
  resource: Pick<StateResource, "type" | "urn">,
  { property, declared, live, adopted }: Pick<Difference, "property"> & Partial<Difference>,
): DriftFinding {
  const values = { declared: declared ?? null, live: live ?? null, ...(adopted && { adopted }) };
  const isAdded =
    declared === undefined && property.endsWith(".redirectUris") && kindIn(resource.type) === "Application";
  const fixes = isAdded ? { fixes: [addedReplyUrl] } : {};
  return {
    state: "failed",
    what: "",
    resource: resourceName(resource),
    urn: resource.urn,
    property,
    ...values,
    ...fixes,
  };
}

export function findingsOf({ steps, refreshed, unseen }: PreviewResult): Findings {
  const first = firstDeployerIn(steps.map(({ old, ...step }) => ({ ...step, inputs: old?.inputs ?? {} })));
  const all = steps
    .map((step) => ({ step, found: [...(step.op === "same" ? [] : unrepaired(step)), ...adoptedBy(step)] }))
    .filter(({ found }) => found.length > 0);
  const blind = all.filter(({ step, found }) => kindIn(step.type) === "Consent" && found.some(isUnreadable));
  const seen = all.filter((each) => !blind.includes(each));
  const follows = seen.filter(({ found }) => found.some(({ pending }) => pending) && found.every(isConsequence));
  // If there is nothing else to repair, they are the drift themselves.
  const consequences = follows.length === seen.length ? [] : follows;
  const drifted = seen.filter((each) => !consequences.includes(each));
  return {
    drift: drifted.flatMap(({ step, found }) => own(found).map((difference) => findingOf(step, difference))),
    consequences: consequences.map(({ step }) => resourceName(step)),
    unreadable: [
      ...blind.map(({ step }) => `${resourceName(step)}: the vault could not be read`),
      ...Object.values(unseen).flatMap((what) => (what === "" ? [] : [`partner.Consent: ${what}`])),
    ],
  };

  function adoptedBy(step: Step): Difference[] {
    const read = refreshed.filter(({ urn }) => urn === step.urn);
    return read.flatMap((one) => [...adopted(one, step), ...deployerGone(one, step, first)]);
  }
}

/** Differences without those that recovering a vault leaves, which the next run removes. */
function unrepaired(step: Step): Difference[] {
  const kind = kindIn(step.type);
  if (kind === "VaultRules" && !step.new) return [];
  const differences = differencesOf(step);
  const isLeft = kind === "Vault" && isRecovered(step);
  return isLeft ? differences.filter(({ property }) => !property.endsWith("createMode")) : differences;
}

const isRecovered = ({ old }: Step): boolean =>
  (old?.inputs["properties"] as Properties | undefined)?.["createMode"] === "recover";

/**
 * The first deployer, removed from the owners: where the program declares none, the next deployment takes it so.
 * @param first who that is, as the vault's role shows; undefined: the only owner
 */
function deployerGone({ type, old, new: live }: Refreshed, { detailedDiff }: Step, first: unknown): Difference[] {
  const isTold = Object.keys(detailedDiff ?? {}).some((path) => /^owners\b/u.test(path));
  if (!type.startsWith("azuread:") || !live || isTold) return [];
  const recorded = idsIn(old?.outputs["owners"]);
  const id = recorded.length === 1 && first === undefined ? recorded[0] : recorded.find((one) => one === first);
  if (id === undefined || idsIn(live.outputs["owners"]).includes(id)) return [];
  return [{ ...difference("owners", id, undefined), adopted: true }];
}

const isUnreadable = ({ property, live }: Difference): boolean => property === "health" && live === "unreadable";

/** Without differences that follow from another resource, or of secrets that were not read back. */
function own(found: readonly Difference[]): readonly Difference[] {
  const certain = found.filter((one) => !one.pending && !isUnread(one));
  return certain.length > 0 ? certain : found;
}

const isUnread = ({ property, declared, live }: Difference): boolean =>
  property !== "" && declared === secretText && live === undefined;

const isConsequence = ({ pending, declared }: Difference): boolean => pending || declared === secretText;
