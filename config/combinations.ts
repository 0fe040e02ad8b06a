/** Which settings go together: what is made has to be described, and what exists is named instead. */
import { cloudNames, cloudOf, cloudOfRegion, type CloudName, type Endpoints, regionOf, isVaultIn } from "./clouds";
import type { AnySettings } from "./catalogue";
import { consentModes, defaultConsentMode, firstLabel, protectStack } from "./limits";
import { type Located, shown, superfluous, wrong } from "./problems";

type Values = Readonly<Record<string, unknown>>;
type Needed<T, K extends keyof T> = Required<Pick<T, K>>;
type Secret = AnySettings["clientSecret"];
type Vault = AnySettings["vault"];
type Place = "name" | "resourceGroupName" | "location";
type Described =
  "displayName" | "owners" | "existingApplication" | "changeSignInAudience" | "clientSecret" | "vault" | "protect";

type MadeApplication = Needed<AnySettings, "displayName"> & Pick<AnySettings, "owners">;
type FoundApplication = Needed<AnySettings, "existingApplication" | "changeSignInAudience">;
type FoundVault = Needed<Vault, "uri">;
type AnyVault = (Omit<Vault, "uri" | "protect" | Place> & Needed<Vault, Place>) | FoundVault;
interface MadeSecret {
  clientSecret: Omit<Secret, "vaultSecretName">;
  vault: AnyVault;
}
interface FoundSecret {
  clientSecret: Needed<Secret, "vaultSecretName">;
  vault: FoundVault;
}

/** A stack's settings, defaults filled in. Units and ranges: catalogue.ts. */
export type Settings = Omit<AnySettings, Described> & { protect: boolean } & (
    (MadeApplication & MadeSecret) | (FoundApplication & (MadeSecret | FoundSecret))
  );

/** Settings without conflicts, without the defaults of what is not made. */
export function combined(settings: AnySettings): Settings {
  const { existingApplication, changeSignInAudience, clientSecret, vault, ...common } = settings;
  const { vaultSecretName, ...madeSecret } = clientSecret;
  const { uri, protect: protectVault = protectStack, ...madeVault } = vault;
  return {
    ...common,
    protect: settings.protect ?? protectVault,
    ...(existingApplication === undefined ? {} : { existingApplication, changeSignInAudience }),
    clientSecret: vaultSecretName === undefined ? madeSecret : { vaultSecretName },
    vault: uri === undefined ? madeVault : { uri },
  } as Settings;
}

/** What is missing beside what is set, or set beside what it contradicts. A mistyped setting decides nothing. */
export function conflictsIn(found: Values): Located[] {
  return [
    ...ofApplication(found),
    ...ofPermissions(found),
    ...ofClientSecret(found),
    ...ofCalendar(found),
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

/** A resource that nothing is asked of is a slip. */
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

/** Rotating to the same label would rotate nothing. */
function ofPrevious({ label = firstLabel, previous }: Values): Located[] {
  const out = asValues(previous)?.["label"];
  return typeof out === "string" && out === label
    ? [wrong("clientSecret.previous.label", `${shown(out)}, which is the current one`)]
    : [];
}

/** A calendar has a length and a beginning, and nothing to rotate where somebody else makes the secret. */
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
  ];
}

function ofVault(found: Values): Located[] {
  const vault = asValues(found["vault"]);
  if (vault === undefined) return [];
  const { uri, ...others } = vault;
  if (typeof uri === "string") {
    const ownersBusiness = "only without vault.uri: a vault that exists is its owner's to describe";
    return [...ofUri(found, uri), ...present(vault, "vault.", Object.keys(others), ownersBusiness)];
  }
  if (uri !== undefined) return [];
  const renamed =
    found["protect"] === undefined
      ? []
      : present(vault, "vault.", ["protect"], "only without protect, its name of today");
  const absent = ["name", "resourceGroupName"].filter((name) => vault[name] === undefined);
  return [...renamed, ...absent.map((name) => missing(`vault.${name}`)), ...ofLocation(found, vault)];
}

function ofConsent(found: Values): Located[] {
  const { account, mode = defaultConsentMode } = asValues(found["consent"]) ?? { mode: "never" };
  const asks = consentModes.some((one) => one === mode && one !== "never") || found["adminConsent"] === "account";
  return account === undefined && asks ? [missing("consent.account")] : [];
}

/** Resource Manager would refuse it, with half of the stack made. A custom cloud names its regions as it likes. */
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

/** A vault of another cloud would be sent tokens of this one. */
function ofUri({ cloud: name, endpoints }: Values, uri: string): Located[] {
  const isVaults = URL.canParse(uri) && new URL(uri).protocol === "https:" && new URL(uri).pathname === "/";
  if (!cloudNames.includes(name as CloudName) || !isVaults) return [];
  const overrides = (asValues(endpoints) ?? {}) as Partial<Endpoints>;
  const home = cloudNames.find((other) => other !== name && isVaultIn(cloudOf(other), uri));
  if (isVaultIn(cloudOf(name as CloudName, overrides), uri)) return [];
  const where = `${shown(uri)}, ${home ? `a vault of ${home}` : "no vault"}, in a stack of ${String(name)}`;
  const example = `https://contoso-partner-tokens.${cloudOf(name as CloudName).vaultSuffix}/`;
  return [wrong("vault.uri", where, example, home && { path: "cloud", value: home })];
}

function missing(path: string, example?: string): Located {
  return wrong(path, shown(undefined), example);
}

/** A problem for each of these settings that is there. */
function present(values: Values, below: string, names: string[], allowed: string): Located[] {
  const there = names.filter((name) => values[name] !== undefined);
  return there.map((name) => superfluous(`${below}${name}`, shown(values[name]), allowed));
}

function asValues(value: unknown): Values | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Values) : undefined;
}
