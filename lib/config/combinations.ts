/** Which settings go together: what the stack creates must be described, and what exists is only named. */
import { cloudNames, clouds, cloudOfRegion, type CloudName, type Endpoints, regionOf, isVaultIn } from "./clouds";
import type { AnySettings } from "./catalogue";
import { consentModes, defaultConsentMode, firstLabel, protectStack } from "./limits";
import { type Located, shown, superfluous, wrong } from "./problems";

type Values = Readonly<Record<string, unknown>>;
type Needed<T, K extends keyof T> = Required<Pick<T, K>>;
type Secret = AnySettings["clientSecret"];
type Credential = AnySettings["credential"];
type PreviousCredential = Required<Credential>["previous"];
type Calendar = Partial<Pick<Credential, "rotateEvery" | "firstDay" | "overdueDays">>;
type Vault = AnySettings["vault"];
type Place = "name" | "resourceGroupName" | "location";
type Described =
  | "displayName"
  | "owners"
  | "existingApplication"
  | "changeSignInAudience"
  | "clientSecret"
  | "credential"
  | "vault"
  | "protect";

type MadeApplication = Needed<AnySettings, "displayName"> & Pick<AnySettings, "owners">;
type FoundApplication = Needed<AnySettings, "existingApplication" | "changeSignInAudience">;
type FoundVault = Needed<Vault, "uri">;
type AnyVault = (Omit<Vault, "uri" | Place> & Needed<Vault, Place>) | FoundVault;
interface MadeSecret {
  clientSecret: Omit<Secret, "vaultSecretName">;
  /** The certificate before it, or the calendar of its rotation. */
  credential?: { kind: "secret"; previous?: PreviousCredential } & Calendar;
  vault: AnyVault;
}
interface MadeCertificate {
  credential: Omit<Credential, "kind" | keyof Calendar> & { kind: "certificate" } & Calendar;
  vault: AnyVault;
}
interface FoundSecret {
  clientSecret: Needed<Secret, "vaultSecretName">;
  vault: FoundVault;
}

/** A stack's settings, defaults filled in. Units and ranges: catalogue.ts. */
export type Settings = Omit<AnySettings, Described> & { protect: boolean } & (
    | (MadeApplication & (MadeSecret | MadeCertificate))
    | (FoundApplication & (MadeSecret | MadeCertificate | FoundSecret))
  );

/** Settings without conflicts, and without defaults for what is not created. */
export function combined(settings: AnySettings): Settings {
  const { existingApplication, changeSignInAudience, clientSecret, credential, vault, ...common } = settings;
  const { vaultSecretName, ...madeSecret } = clientSecret;
  const { uri, ...madeVault } = vault;
  return {
    ...common,
    protect: settings.protect ?? protectStack,
    ...(existingApplication === undefined ? {} : { existingApplication, changeSignInAudience }),
    ...(credential.kind === "certificate"
      ? { credential: ofKind(credential) }
      : { clientSecret: vaultSecretName === undefined ? madeSecret : { vaultSecretName } }),
    ...(credential.kind === "secret" && (credential.previous ?? credential.rotateEvery) !== undefined
      ? { credential: withoutLabel(credential) }
      : {}),
    vault: uri === undefined ? madeVault : { uri },
  } as Settings;
}

/** The settings of a certificate. */
const ofKind = (credential: Credential): Partial<Credential> => ({
  label: credential.label,
  validityMonths: credential.validityMonths,
  ...withoutLabel(credential),
});

/** The settings of a client secret, which `clientSecret` describes. */
function withoutLabel({ kind, previous, rotateEvery, firstDay, overdueDays }: Credential): Partial<Credential> {
  return {
    kind,
    ...(previous === undefined ? {} : { previous }),
    ...(rotateEvery === undefined || firstDay === undefined ? {} : { rotateEvery, firstDay, overdueDays }),
  };
}

/** Settings that are missing, and settings that contradict each other. A value of the wrong type is not considered. */
export function conflictsIn(found: Values): Located[] {
  return [
    ...ofApplication(found),
    ...ofPermissions(found),
    // Of two problems of one setting only the first is reported.
    ...ofCredential(found),
    ...ofCalendar(found),
    ...ofClientSecret(found),
    ...ofVault(found),
    ...ofConsent(found),
  ];
}

function ofApplication(found: Values): Located[] {
  const { existingApplication, displayName, changeSignInAudience } = found;
  if (typeof existingApplication === "string") {
    return present(found, "", ["displayName", "owners"], "only without existingApplication, which keeps its own");
  }
  if (existingApplication !== undefined) return [];
  return [
    ...(displayName === undefined ? [missing("displayName")] : []),
    ...(typeof changeSignInAudience === "boolean"
      ? present(found, "", ["changeSignInAudience"], "only with existingApplication")
      : []),
  ];
}

/** A resource without any permission is a mistake. */
function ofPermissions({ permissions }: Values): Located[] {
  const extra = asValues(permissions)?.["extra"];
  if (!Array.isArray(extra)) return [];
  return extra.flatMap((one: unknown, index) => {
    const { delegated = [], application = [] } = asValues(one) ?? { delegated: undefined };
    const isEmpty = [delegated, application].every((names) => Array.isArray(names) && names.length === 0);
    return asValues(one) !== undefined && isEmpty ? [missing(`permissions.extra[${index}].delegated[0]`)] : [];
  });
}

function ofClientSecret(found: Values): Located[] {
  const secret = asValues(found["clientSecret"]) ?? {};
  if (typeof secret["vaultSecretName"] !== "string") return ofPrevious(secret);
  const others = present(secret, "clientSecret.", ["label", "endDate", "previous"], "only without vaultSecretName");
  const exists = found["existingApplication"] !== undefined && asValues(found["vault"])?.["uri"] !== undefined;
  const alone = "only with existingApplication and vault.uri: it is their secret that is in their vault";
  return exists ? others : [...others, ...present(secret, "clientSecret.", ["vaultSecretName"], alone)];
}

/** A rotation to the same label would rotate nothing. */
function ofPrevious({ label = firstLabel, previous }: Values): Located[] {
  const out = asValues(previous)?.["label"];
  return typeof out === "string" && out === label
    ? [wrong("clientSecret.previous.label", `${shown(out)}, which is the current one`)]
    : [];
}

/** Each kind has its own settings, and the previous credential may be named only once. */
function ofCredential(found: Values): Located[] {
  const { kind = "secret", previous, ...others } = asValues(found["credential"]) ?? { kind: undefined };
  const secret = asValues(found["clientSecret"]) ?? {};
  const out = asValues(previous);
  if (kind === "certificate") {
    const itsOwn = "only without credential.kind certificate, which has credential.label and credential.previous";
    return [...present(secret, "clientSecret.", Object.keys(secret), itsOwn), ...ofOut(out, others["label"], kind)];
  }
  if (kind !== "secret") return [];
  const ofCertificate =
    "only with credential.kind certificate: a client secret has clientSecret.label and clientSecret.endDate";
  const between =
    "only where either of the two is a certificate: a client secret that follows another has clientSecret.previous";
  const isSecret = out?.["kind"] === "secret";
  const both = "only without credential.previous: one is rotated out at a time";
  return [
    ...present(others, "credential.", ["label", "validityMonths"], ofCertificate),
    ...(isSecret ? present({ previous }, "credential.", ["previous"], between) : ofOut(out, undefined, kind)),
    ...(out === undefined || isSecret ? [] : present(secret, "clientSecret.", ["previous"], both)),
  ];
}

/** @param label of the current credential, if that may be of the same kind */
function ofOut(out: Values | undefined, label: unknown, kind: string): Located[] {
  if (out?.["kind"] !== "certificate") return [];
  const dates = present(
    out,
    "credential.previous.",
    ["endDate"],
    "only with kind secret: a certificate's end is its own",
  );
  const isSame = kind === "certificate" && typeof out["label"] === "string" && out["label"] === (label ?? firstLabel);
  return isSame
    ? [...dates, wrong("credential.previous.label", `${shown(out["label"])}, which is the current one`)]
    : dates;
}

/** A calendar needs a length and a first day, and cannot rotate a secret that somebody else creates. */
function ofCalendar(found: Values): Located[] {
  const credential = asValues(found["credential"]);
  if (credential === undefined) return [];
  const { rotateEvery, firstDay } = credential;
  if (rotateEvery === undefined)
    return present(credential, "credential.", ["firstDay", "overdueDays"], "only with credential.rotateEvery");
  const brought = asValues(found["clientSecret"])?.["vaultSecretName"] !== undefined;
  const makesNone = "only without clientSecret.vaultSecretName: who made that secret rotates it";
  return [
    ...(firstDay === undefined ? [missing("credential.firstDay")] : []),
    ...(brought ? present(credential, "credential.", ["rotateEvery"], makesNone) : []),
    ...present(
      credential,
      "credential.",
      ["validityMonths"],
      "only without credential.rotateEvery, which a certificate's months follow from",
    ),
  ];
}

function ofVault(found: Values): Located[] {
  const vault = asValues(found["vault"]);
  if (vault === undefined) return [];
  const { uri, ...others } = vault;
  if (typeof uri === "string") {
    const managedByItsOwner = "only without vault.uri: a vault that exists is managed by its owner";
    return [...ofUri(found, uri), ...present(vault, "vault.", Object.keys(others), managedByItsOwner)];
  }
  if (uri !== undefined) return [];
  const absent = ["name", "resourceGroupName"].filter((name) => vault[name] === undefined);
  return [...absent.map((name) => missing(`vault.${name}`)), ...ofLocation(found, vault)];
}

function ofConsent(found: Values): Located[] {
  const { account, mode = defaultConsentMode } = asValues(found["consent"]) ?? { mode: "never" };
  const asks = consentModes.some((one) => one === mode && one !== "never") || found["adminConsent"] === "account";
  return account === undefined && asks ? [missing("consent.account")] : [];
}

/** Resource Manager would refuse it after half of the stack is created. A custom cloud may use any region names. */
function ofLocation({ cloud, endpoints }: Values, { location }: Values): Located[] {
  const name = cloudNames.find((one) => one === cloud);
  if (location === undefined) return [missing("vault.location", name && regionOf[name])];
  if (name === undefined || typeof location !== "string" || asValues(endpoints)?.["resourceManager"] !== undefined)
    return [];
  const home = cloudOfRegion(location);
  if (home === name) return [];
  const where = `${shown(location)}, a region of ${home}, in a stack of ${name}`;
  return [wrong("vault.location", where, regionOf[name], { path: "cloud", value: home })];
}

/** Tokens of this cloud would be sent to a vault of another one. */
function ofUri({ cloud: name, endpoints }: Values, uri: string): Located[] {
  const isVaults = URL.canParse(uri) && new URL(uri).protocol === "https:" && new URL(uri).pathname === "/";
  if (!cloudNames.includes(name as CloudName) || !isVaults) return [];
  const overrides = (asValues(endpoints) ?? {}) as Partial<Endpoints>;
  const row = clouds[name as CloudName];
  const home = cloudNames.find((other) => other !== name && isVaultIn(clouds[other], uri));
  if (isVaultIn({ ...row, ...overrides }, uri)) return [];
  const where = `${shown(uri)}, ${home ? `a vault of ${home}` : "no vault"}, in a stack of ${String(name)}`;
  const example = `https://contoso-partner-tokens.${row.vaultSuffix}/`;
  return [wrong("vault.uri", where, example, home && { path: "cloud", value: home })];
}

function missing(path: string, example?: string): Located {
  return wrong(path, shown(undefined), example);
}

/** A problem for each of these settings that is set. */
function present(values: Values, below: string, names: string[], allowed: string): Located[] {
  const there = names.filter((name) => values[name] !== undefined);
  return there.map((name) => superfluous(`${below}${name}`, shown(values[name]), allowed));
}

function asValues(value: unknown): Values | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Values) : undefined;
}
