/** Combinations of settings: a resource that the stack creates must be described, an existing resource only named. */
import { cloudNames, clouds, cloudOfRegion, isVaultIn, regionOf } from "./clouds";
import type { AnySettings } from "./catalogue";
import { consentModes, defaultConsentMode, protectStack, validityMonths as months } from "./limits";
import { type Located, shown, superfluous, wrong } from "./problems";

type Values = Readonly<Record<string, unknown>>;
type Needed<T, K extends keyof T> = Required<Pick<T, K>>;
type Vault = AnySettings["vault"];
type Place = "name" | "resourceGroupName" | "location";
type Described = "displayName" | "owners" | "existingApplication" | "changeSignInAudience" | "vault" | "protect";

/** A vault that the stack makes. */
export type MadeVault = Omit<Vault, "uri" | Place> & Needed<Vault, Place>;

/** A stack's settings, defaults filled in. Units and ranges: catalogue.ts. */
export type Settings = Omit<AnySettings, Described> & { protect: boolean; vault: MadeVault | Needed<Vault, "uri"> } & (
    | (Needed<AnySettings, "displayName"> & Pick<AnySettings, "owners">)
    | Needed<AnySettings, "existingApplication" | "changeSignInAudience">
  );

/** Settings without conflicts, and without defaults for what is not created. */
export function combined(settings: AnySettings): Settings {
  const { existingApplication, changeSignInAudience, vault, ...common } = settings;
  const { uri, ...madeVault } = vault;
  return {
    ...common,
    protect: settings.protect ?? protectStack,
    ...(existingApplication === undefined ? {} : { existingApplication, changeSignInAudience }),
    vault: uri === undefined ? madeVault : { uri },
  } as Settings;
}

/** Settings that are missing or contradict each other. A value of the wrong type is not considered. */
export function conflictsIn(found: Values): Located[] {
  return [
    ...ofApplication(found),
    ...ofPermissions(found),
    ...ofCredential(found),
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

/** Rotation settings: none for somebody else's client secret; a credential must outlive the next rotation. */
function ofCredential(found: Values): Located[] {
  const credential = asValues(found["credential"]);
  if (credential === undefined) return [];
  const { kind, vaultSecretName, rotateEvery, validityMonths = months.default } = credential;
  const only = (allowed: string, ...names: string[]) => present(credential, "credential.", names, allowed);
  const exists = found["existingApplication"] !== undefined && asValues(found["vault"])?.["uri"] !== undefined;
  const ofMade = ["validityMonths", "rotateEvery"];
  const alone = "only with existingApplication and vault.uri: it is their secret that is in their vault";
  const period = typeof rotateEvery === "string" ? Number.parseInt(rotateEvery, 10) : 0;
  const needed = Math.ceil((2 * period * 12) / 365);
  // A period longer than allowed is reported separately.
  const isShort = typeof validityMonths === "number" && validityMonths < needed && needed <= months.most;
  return [
    ...(rotateEvery === undefined ? only("only with credential.rotateEvery", "overdueDays") : []),
    ...(kind === "certificate"
      ? only("only without credential.kind certificate: the vault makes it", "vaultSecretName")
      : []),
    ...(vaultSecretName === undefined
      ? []
      : only("only without credential.vaultSecretName: who made that secret rotates it", ...ofMade)),
    ...(vaultSecretName === undefined || exists ? [] : only(alone, "vaultSecretName")),
    ...(isShort && vaultSecretName === undefined
      ? [
          wrong(
            "credential.validityMonths",
            `${shown(validityMonths)}, less than two periods of ${shown(rotateEvery)}`,
            String(needed),
          ),
        ]
      : []),
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
  const absent = ["name", "resourceGroupName", "location"].filter((name) => vault[name] === undefined);
  const own = cloudNames.find((name) => name === found["cloud"]);
  return [
    ...absent.map((name) => missing(`vault.${name}`, name === "location" && own ? regionOf[own] : undefined)),
    ...ofRegion("vault.location", vault["location"], found),
  ];
}

function ofConsent(found: Values): Located[] {
  const { account, mode = defaultConsentMode } = asValues(found["consent"]) ?? { mode: "never" };
  const asks = consentModes.some((one) => one === mode && one !== "never") || found["adminConsent"] === "account";
  return account === undefined && asks ? [missing("consent.account")] : [];
}

/** Resource Manager would refuse it in mid-deployment. A custom cloud may use any region names. */
export function ofRegion(path: string, location: unknown, { cloud, endpoints }: Values): Located[] {
  const name = cloudNames.find((one) => one === cloud);
  if (name === undefined || typeof location !== "string" || asValues(endpoints)?.["resourceManager"] !== undefined)
    return [];
  const home = cloudOfRegion(location);
  if (home === name) return [];
  const where = `${shown(location)}, a region of ${home}, in a stack of ${name}`;
  return [wrong(path, where, regionOf[name], { path: "cloud", value: home })];
}

/** A vault URI in another cloud: tokens of this cloud would be sent there. */
function ofUri({ cloud, endpoints }: Values, uri: string): Located[] {
  const name = cloudNames.find((one) => one === cloud);
  if (name === undefined || isVaultIn({ ...clouds[name], ...asValues(endpoints) }, uri)) return [];
  const home = cloudNames.find((other) => other !== name && isVaultIn(clouds[other], uri));
  const where = `${shown(uri)}, ${home ? `a vault of ${home}` : "no vault"}, in a stack of ${name}`;
  return [
    wrong(
      "vault.uri",
      where,
      `https://<vault name>.${clouds[name].vaultSuffix}/`,
      home && { path: "cloud", value: home },
    ),
  ];
}

export function missing(path: string, example?: string): Located {
  return wrong(path, shown(undefined), example);
}

function present(values: Values, below: string, names: string[], allowed: string): Located[] {
  const there = names.filter((name) => values[name] !== undefined);
  return there.map((name) => superfluous(`${below}${name}`, shown(values[name]), allowed));
}

export function asValues(value: unknown): Values | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Values) : undefined;
}
