/** Separates a preview's changes into the rotation and everything else. */
import type { CredentialKind } from "../../lib/config/limits";
import { type AppliedCredential, isSame, labelsOf } from "../../lib/consent/credential-plan";
import type { PreviewResult, Step } from "../engine/preview";
import { resourceName } from "../engine/deployment";
import { differencesOf } from "../drift/step-differences";
import { appliedIn } from "./due";

export interface Classified {
  /** Labels of credentials that are created, and that are removed. */
  made: string[];
  gone: string[];
  /** Whether the consent begins or continues a publication, or a run was killed before the outputs recorded it. */
  publishes: boolean;
  /** All other changes, a line each. */
  others: string[];
}

/** Resource types of a credential: on the application, and in the vault. */
export const credentialTypes: ReadonlyMap<string, CredentialKind> = new Map([
  ["azuread:index/applicationPassword:ApplicationPassword", "secret"],
  ["pulumi-nodejs:dynamic/partner:VaultSecret", "secret"],
  ["pulumi-nodejs:dynamic/partner:ApplicationCertificate", "certificate"],
  ["pulumi-nodejs:dynamic/partner:ClientCertificate", "certificate"],
]);
export const consentType = "pulumi-nodejs:dynamic/partner:Consent";
const withoutSignIn: readonly unknown[] = ["unfinished", "expiring"];
/** Inputs of the consent that a rotation changes. */
const ofRotation = ["credentialNames", "rollTokens"];

export function classify({ steps, outputs }: PreviewResult): Classified {
  const [before, after] = [appliedIn(outputs.applied), appliedIn(outputs.declared)];
  const isIn = (all: readonly AppliedCredential[]) => (one: AppliedCredential) =>
    all.some((other) => isSame(one, other));
  // After a rotation by hand, existing credentials are not in these lists.
  const isMade = (one: AppliedCredential) => steps.some((step) => step.op === "create" && isOf(step, one));
  const made = after.filter((one) => !isIn(before)(one) && isMade(one));
  const gone = before.filter((one) => !isIn(after)(one));
  const changes = steps.filter(({ op }) => op !== "same");
  const publishing = changes.filter(isPublication);
  return {
    made: labelsOf(made),
    gone: labelsOf(gone),
    publishes: publishing.length > 0 || !after.every(isIn(before)),
    others: changes.filter((step) => !publishing.includes(step) && !isOfRotation(step)).map(told),
  };

  function isOfRotation(step: Step): boolean {
    if (!credentialTypes.has(step.type)) return false;
    const its = (one: AppliedCredential) => isOf(step, one);
    return (step.op === "create" && made.some(its)) || (step.op === "delete" && !after.some(its));
  }
}

const isOf = ({ type, urn }: Step, one: AppliedCredential): boolean =>
  credentialTypes.get(type) === one.kind && urn.endsWith(`-${one.label}`);

/** A consent that is unfinished or expiring is settled without a sign-in. */
function isPublication(step: Step): boolean {
  if (step.type !== consentType || step.op !== "update") return false;
  const diffs = step.diffs ?? [];
  const isSettled = withoutSignIn.includes(step.old?.inputs["health"]);
  return diffs.length > 0 && diffs.every((name) => ofRotation.includes(name) || (name === "health" && isSettled));
}

function told(step: Step): string {
  const properties = step.op === "update" ? differencesOf(step).map(({ property }) => property) : [];
  const what = properties.length === 0 ? step.op : `${step.op} ${[...new Set(properties)].join(", ")}`;
  return `${resourceName(step)} (${what})`;
}
