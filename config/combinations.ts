/** Which settings go together: what is made has to be described, and what exists is named instead. */
import { type Cloud, cloudNames, cloudOf, type CloudName, type Endpoints, vaultOriginIn } from "./clouds";
import { type Problem, shown } from "./problems";
import { cloudOfRegion, regionOf } from "./regions";
import type { AnySettings } from "./settings-schema";

type Values = Readonly<Record<string, unknown>>;
type AnyVault = AnySettings["vault"];
type AnySecret = AnySettings["clientSecret"];
type Described = "displayName" | "owners" | "existingApplication" | "changeSignInAudience" | "clientSecret" | "vault";

interface MadeApplication extends Pick<AnySettings, "owners"> {
  displayName: string;
}
interface FoundApplication {
  existingApplication: string;
  changeSignInAudience: boolean;
}
type VaultPlace = "name" | "resourceGroupName" | "location";
type MadeVault = Omit<AnyVault, "uri" | VaultPlace> & Record<VaultPlace, string>;
interface FoundVault {
  uri: string;
}
interface MadeSecret {
  clientSecret: Omit<AnySecret, "vaultSecretName">;
  vault: MadeVault | FoundVault;
}
interface FoundSecret {
  clientSecret: { vaultSecretName: string };
  vault: FoundVault;
}

/** A stack's settings, defaults filled in. Units and ranges: `rules.ts`. */
export type Settings = Omit<AnySettings, Described> &
  ((MadeApplication & MadeSecret) | (FoundApplication & (MadeSecret | FoundSecret)));

/** Settings without conflicts, without the defaults of what is not made. */
export function combined(settings: AnySettings): Settings {
  const { existingApplication, changeSignInAudience, clientSecret, vault, ...common } = settings;
  const { vaultSecretName, ...madeSecret } = clientSecret;
  const { uri, ...madeVault } = vault;
  return {
    ...common,
    ...(existingApplication === undefined ? {} : { existingApplication, changeSignInAudience }),
    clientSecret: vaultSecretName === undefined ? madeSecret : { vaultSecretName },
    vault: uri === undefined ? madeVault : { uri },
  } as Settings;
}

/** What is missing beside what is set, or set beside what it contradicts. A mistyped setting decides nothing. */
export function conflictsIn(found: Values): Problem[] {
  return [...ofApplication(found), ...ofClientSecret(found), ...ofVault(found)];
}

function ofApplication(found: Values): Problem[] {
  const { existingApplication, displayName, changeSignInAudience } = found;
  if (typeof existingApplication === "string") {
    return present(found, "", ["displayName", "owners"], "only without existingApplication, which keeps its own");
  }
  if (existingApplication !== undefined) return [];
  return [
    ...(displayName === undefined ? [{ path: "displayName", found: shown(undefined) }] : []),
    ...(typeof changeSignInAudience === "boolean"
      ? present(found, "", ["changeSignInAudience"], "only with existingApplication")
      : []),
  ];
}

function ofClientSecret(found: Values): Problem[] {
  const secret = asValues(found["clientSecret"]);
  if (typeof secret?.["vaultSecretName"] !== "string") return [];
  const others = present(secret, "clientSecret.", ["label", "endDate", "previous"], "only without vaultSecretName");
  const exists = found["existingApplication"] !== undefined && asValues(found["vault"])?.["uri"] !== undefined;
  const alone = "only with existingApplication and vault.uri: it is their secret that is in their vault";
  return exists ? others : [...others, ...present(secret, "clientSecret.", ["vaultSecretName"], alone)];
}

function ofVault(found: Values): Problem[] {
  const vault = asValues(found["vault"]);
  if (vault === undefined) return [];
  const { uri, ...others } = vault;
  if (typeof uri === "string") {
    const ownersBusiness = "only without vault.uri: a vault that exists is its owner's to describe";
    return [...ofUri(found, uri), ...present(vault, "vault.", Object.keys(others), ownersBusiness)];
  }
  if (uri !== undefined) return [];
  const missing = ["name", "resourceGroupName", "location"].filter((name) => vault[name] === undefined);
  return [...missing.map((name) => ({ path: `vault.${name}`, found: shown(undefined) })), ...ofLocation(found, vault)];
}

/** Resource Manager would refuse it, with half of the stack made. A custom cloud names its regions as it likes. */
function ofLocation({ cloud, endpoints }: Values, { location }: Values): Problem[] {
  const name = cloudNames.find((one) => one === cloud);
  if (name === undefined || typeof location !== "string" || asValues(endpoints)?.["resourceManager"] !== undefined)
    return [];
  const home = cloudOfRegion(location);
  if (home === name) return [];
  const where = `a region of ${home}, in a stack of ${name}`;
  const or = { path: "cloud", value: home };
  return [{ path: "vault.location", found: `${shown(location)}, ${where}`, example: regionOf[name], or }];
}

/** A vault of another cloud would be sent tokens of this one. */
function ofUri({ cloud: name, endpoints }: Values, uri: string): Problem[] {
  const isVaults = URL.canParse(uri) && new URL(uri).protocol === "https:" && new URL(uri).pathname === "/";
  if (!cloudNames.includes(name as CloudName) || !isVaults) return [];
  const overrides = (asValues(endpoints) ?? {}) as Partial<Endpoints>;
  const home = cloudNames.find((other) => other !== name && liesIn(cloudOf(other), uri));
  if (liesIn(cloudOf(name as CloudName, overrides), uri)) return [];
  return [
    {
      path: "vault.uri",
      found: `${shown(uri)}, ${home ? `a vault of ${home}` : "no vault"}, in a stack of ${String(name)}`,
      example: `https://contoso-partner-tokens.${cloudOf(name as CloudName).vaultSuffix}/`,
      or: home && { path: "cloud", value: home },
    },
  ];
}

function liesIn(cloud: Cloud, uri: string): boolean {
  try {
    vaultOriginIn(cloud, uri);
    return true;
  } catch {
    return false;
  }
}

/** A problem for each of these settings that is there. */
function present(values: Values, below: string, names: string[], allowedInstead: string): Problem[] {
  return names
    .filter((name) => values[name] !== undefined)
    .map((name) => ({ path: `${below}${name}`, found: shown(values[name]), allowedInstead }));
}

function asValues(value: unknown): Values | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Values) : undefined;
}
