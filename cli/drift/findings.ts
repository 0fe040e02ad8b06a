/** What has drifted, from what the engine would do about it. */
import {
  type Difference,
  differences,
  entriesOf,
  isRecord,
  isSecret,
  isUnknown,
  secretText,
  shown,
  type Value,
} from "./differences";
import { permissionEntries, permissionsProperty } from "./permissions";
import type { PreviewResult, Properties, Step } from "./preview";

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
}

export interface Findings {
  drift: Finding[];
  /** Resources that only follow: they change because something above is repaired. */
  consequences: string[];
  /** What could not be looked at, so that nothing can be said about it. */
  unreadable: string[];
}

const consentType = "pulumi-nodejs:dynamic/partner:Consent";

export function findingsOf({ steps, unseen }: PreviewResult): Findings {
  const all = steps.map((step) => ({ step, found: differencesOf(step) }));
  const blind = all.filter(({ step, found }) => step.type === consentType && found.some(isUnreadable));
  const seen = all.filter((each) => !blind.includes(each));
  const follows = seen.filter(({ found }) => found.some(({ pending }) => pending) && found.every(isConsequence));
  // Something has to be first: with nothing else to repair, they are the drift.
  const first = follows.length === seen.length ? [] : follows;
  const drifted = seen.filter((each) => !first.includes(each));
  return {
    drift: drifted.flatMap(({ step, found }) => {
      const whose = { resource: resourceName(step), urn: step.urn };
      return own(found).map(({ property, declared = null, live = null }) => ({ ...whose, property, declared, live }));
    }),
    consequences: first.map(({ step }) => resourceName(step)),
    unreadable: [
      ...blind.map(({ step }) => `${resourceName(step)}: the vault could not be read`),
      ...Object.values(unseen).flatMap((what) => (what === "" ? [] : [`partner.Consent: ${what}`])),
    ],
  };
}

const isUnreadable = ({ property, live }: Difference): boolean => property === "health" && live === "unreadable";

/** What a resource follows another one in says nothing beside what is wrong with itself. */
function own(found: readonly Difference[]): readonly Difference[] {
  const certain = found.filter(({ pending }) => !pending);
  return certain.length > 0 ? certain : found;
}

const isConsequence = ({ pending, declared }: Difference): boolean => pending || declared === secretText;

/** The type without its repetitions, and the name: "azuread:index/application:Application" and "partner". */
function resourceName({ type, urn }: Step): string {
  const [provider = "", module = "", name = ""] = type.split(":");
  const shortModule = module.split("/")[0] === "index" ? "" : module.replace(/^dynamic\//u, "");
  const place = provider === "pulumi-nodejs" ? [shortModule] : [provider, shortModule];
  return `${[...place, name].filter((part) => part !== "").join(".")} ${urn.slice(urn.lastIndexOf(":") + 1)}`;
}

function differencesOf(step: Step): Difference[] {
  const declared = hidden(step.type, step.new?.inputs ?? {});
  const live = hidden(step.type, step.old?.inputs ?? {});
  if (!step.old) return [{ property: "", declared: summary(declared), live: undefined, pending: false }];
  if (!step.new) return [{ property: "", declared: undefined, live: summary(live), pending: false }];
  const properties = step.diffs?.length ? step.diffs : [...new Set([...Object.keys(declared), ...Object.keys(live)])];
  const named = Object.keys(step.detailedDiff ?? {});
  const isNamed = (property: string): boolean =>
    named.some((path) => path === property || path.startsWith(`${property}.`));
  const outputs = hidden(step.type, step.old.outputs);
  const found = properties
    .filter((property) => !property.startsWith("__"))
    .flatMap((property) => propertyDifferences(property, [declared, live, outputs], isNamed));
  return found.length > 0 ? found : [{ property: properties.join(", "), ...unexplained }];
}

/** Inputs as they were read back; where those tell nothing, the outputs, of which only what is declared counts. */
function propertyDifferences(
  property: string,
  [declared, live, outputs]: [Properties, Properties, Properties],
  isNamed: (property: string) => boolean,
): Difference[] {
  const wanted = comparable(property, declared[property]);
  const byInputs = differences(property, wanted, comparable(property, live[property]), isNamed);
  if (byInputs.length > 0 || outputs[property] === undefined) return byInputs;
  return differences(property, wanted, comparable(property, likeDeclared(wanted, outputs[property])), isNamed);
}

const comparable = (property: string, value: unknown): unknown =>
  property === permissionsProperty ? permissionEntries(value) : value;

function likeDeclared(declared: unknown, live: unknown): unknown {
  if (!isRecord(declared) || !isRecord(live)) return live;
  return Object.fromEntries(Object.keys(declared).map((key) => [key, likeDeclared(declared[key], live[key])]));
}

/** The engine sees a change, and no value of it can be told apart. */
const unexplained = { declared: "as declared", live: "the same in another order or form", pending: false } as const;

/** A missing resource by what identifies it: its short inputs. */
function summary(inputs: Properties): Value {
  const short = entriesOf(inputs).filter(([, value]) => !isRecord(value) && !Array.isArray(value) && !isUnknown(value));
  return shown(Object.fromEntries(short)) ?? {};
}

/** The engine marks secrets; those that a provider forgot to mark go by their names. */
function hidden(type: string, properties: Properties): Properties {
  if (!/(?:Secret|Password)$/u.test(type)) return properties;
  const entries = entriesOf(properties).map(([key, value]) => {
    if (key === "value" && !isUnknown(value)) return [key, secretText] as const;
    return [key, isRecord(value) && !isSecret(value) ? hidden(type, value) : value] as const;
  });
  return Object.fromEntries(entries);
}
