/** What of a preview is the rotation, and what is anything else. */
import type { AppliedCredential } from "../../consent/credential-plan";
import type { PreviewResult, Step } from "../drift/preview";
import { resourceName } from "../drift/resource-name";
import { differencesOf } from "../drift/step-differences";
import { appliedIn } from "./due";

export interface Classified {
  /** Labels of credentials that are made, and that go. */
  made: string[];
  gone: string[];
  /** Whether the consent publishes something, or goes on with what was begun. */
  publishes: boolean;
  /** What else would be done, a line each. */
  others: string[];
}

/** Where a credential is kept: on the application, and in the vault. */
const credentialTypes = [
  "azuread:index/applicationPassword:ApplicationPassword",
  "azure-native:keyvault:Secret",
  "pulumi-nodejs:dynamic/partner:VaultSecret",
];
const consentType = "pulumi-nodejs:dynamic/partner:Consent";
/** Inputs of the consent that a rotation changes. */
const ofRotation = ["clientSecretName", "previousClientSecretName", "olderClientSecretNames", "rollTokens"];

export function classify({ steps, outputs }: PreviewResult): Classified {
  const [before, after] = [appliedIn(outputs.applied), appliedIn(outputs.declared)].map(labelsOf) as [
    string[],
    string[],
  ];
  // From labels by hand, those that are there already are in no list.
  const isMade = (label: string) => steps.some(({ op, urn }) => op === "create" && urn.endsWith(`-${label}`));
  const made = after.filter((label) => !before.includes(label) && isMade(label));
  const gone = before.filter((label) => !after.includes(label));
  const changes = steps.filter(({ op }) => op !== "same");
  const publishing = changes.filter(isPublication);
  return {
    made,
    gone,
    publishes: publishing.length > 0,
    others: changes.filter((step) => !publishing.includes(step) && !isOfRotation(step)).map(told),
  };

  function isOfRotation({ op, type, urn }: Step): boolean {
    if (!credentialTypes.includes(type)) return false;
    const ends = (label: string) => urn.endsWith(`-${label}`);
    return (op === "create" && made.some(ends)) || (op === "delete" && !after.some(ends));
  }
}

const labelsOf = (credentials: readonly AppliedCredential[]): string[] => credentials.map(({ label }) => label);

/** A consent that was begun and not finished goes on: nothing else of its health is a rotation's business. */
function isPublication(step: Step): boolean {
  if (step.type !== consentType || step.op !== "update") return false;
  const diffs = step.diffs ?? [];
  const isBegun = step.old?.inputs["health"] === "unfinished";
  return diffs.length > 0 && diffs.every((name) => ofRotation.includes(name) || (name === "health" && isBegun));
}

function told(step: Step): string {
  const properties = step.op === "update" ? differencesOf(step).map(({ property }) => property) : [];
  const what = properties.length === 0 ? step.op : `${step.op} ${[...new Set(properties)].join(", ")}`;
  return `${resourceName(step)} (${what})`;
}
