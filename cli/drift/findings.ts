/** What has drifted, from what the engine would do about it. */
import type { Fix } from "../../errors/failure";
import { type Difference, secretText, type Value } from "./differences";
import type { PreviewResult, Step } from "./preview";
import { resourceName } from "./resource-name";
import { adopted, differencesOf } from "./step-differences";

/** One thing in the cloud that is not as the stack declares it. */
export interface Finding {
  /** Such as "azuread.Application partner". */
  resource: string;
  urn: string;
  /** Path of the property; "" when the whole resource is missing, or is there and not declared. */
  property: string;
  /** null: not declared. */
  declared: Value | null;
  /** null: not there. */
  live: Value | null;
  /** Set where `pulumi up --refresh` takes the live value for the property's default in place of repairing it: nothing declares it. */
  adopted?: true;
  /** Set where something else than `pulumi up --refresh` puts it right. */
  fix?: Fix;
}

export interface Findings {
  drift: Finding[];
  /** Resources that only follow: they change because something above is repaired. */
  consequences: string[];
  /** What could not be looked at, so that nothing can be said about it. */
  unreadable: string[];
  /** Of an application that the stack adopted, what it neither made nor may judge. */
  others?: Finding[];
}

const consentType = "pulumi-nodejs:dynamic/partner:Consent";

export function findingsOf({ steps, refreshed, unseen }: PreviewResult): Findings {
  const all = steps
    .map((step) => ({ step, found: [...(step.op === "same" ? [] : differencesOf(step)), ...adoptedBy(step)] }))
    .filter(({ found }) => found.length > 0);
  const blind = all.filter(({ step, found }) => step.type === consentType && found.some(isUnreadable));
  const seen = all.filter((each) => !blind.includes(each));
  const follows = seen.filter(({ found }) => found.some(({ pending }) => pending) && found.every(isConsequence));
  // Something has to be first: with nothing else to repair, they are the drift.
  const first = follows.length === seen.length ? [] : follows;
  const drifted = seen.filter((each) => !first.includes(each));
  return {
    drift: drifted.flatMap(({ step, found }) => own(found).map((difference) => findingOf(step, difference))),
    consequences: first.map(({ step }) => resourceName(step)),
    unreadable: [
      ...blind.map(({ step }) => `${resourceName(step)}: the vault could not be read`),
      ...Object.values(unseen).flatMap((what) => (what === "" ? [] : [`partner.Consent: ${what}`])),
    ],
  };

  function adoptedBy(step: Step): Difference[] {
    return refreshed.filter(({ urn }) => urn === step.urn).flatMap((one) => adopted(one, step));
  }
}

const isUnreadable = ({ property, live }: Difference): boolean => property === "health" && live === "unreadable";

/** What a resource follows another one in says nothing beside what is wrong with itself, nor does a secret that nobody read back. */
function own(found: readonly Difference[]): readonly Difference[] {
  const certain = found.filter((one) => !one.pending && !isUnread(one));
  return certain.length > 0 ? certain : found;
}

const isUnread = ({ property, declared, live }: Difference): boolean =>
  property !== "" && declared === secretText && live === undefined;

const isConsequence = ({ pending, declared }: Difference): boolean => pending || declared === secretText;

function findingOf(step: Step, { property, declared, live, adopted }: Difference): Finding {
  const values = { declared: declared ?? null, live: live ?? null };
  return { resource: resourceName(step), urn: step.urn, property, ...values, ...(adopted && { adopted }) };
}
