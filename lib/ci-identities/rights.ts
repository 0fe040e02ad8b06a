/** The rights of each CI identity: the table of docs/ci.md, and no more. */
import { deployerPermissions } from "../application/permissions";
import type { RoleName } from "../azure/roles";

/** preview: reads, for pull requests; read: reads; up: deploys; renew: redeems and stores tokens; rotate: creates credentials, with a calendar. */
export const identityNames = ["preview", "read", "up", "renew", "rotate"] as const;
export type IdentityName = (typeof identityNames)[number];

/** The settings of a model that affect rights. */
export interface ModelNeeds {
  /** Whether the stack creates the vault: then it also manages its group, the vault and their roles. */
  makesVault: boolean;
  /** Whether it also creates the vault's resource group, which needs a role on the subscription. */
  makesGroup: boolean;
  preconsent: boolean;
  adminConsent: boolean;
  certificate: boolean;
  /** Whether a calendar rotates its credential. */
  calendar: boolean;
}

/** Resource ids at which roles are assigned; undefined: it does not exist yet, or is not needed. */
export interface Places {
  subscription: string;
  group: string | undefined;
  vault: string | undefined;
  /** The secret of the refresh token. */
  token: string | undefined;
  /** The secret of the client secret, or the key of the certificate, that the token names. */
  credential: string | undefined;
  /** The container of the engine's state, and the key that encrypts it. */
  container: string | undefined;
  key: string | undefined;
}

export interface Right {
  role: RoleName;
  at: keyof Places;
}

export const identitiesOf = ({ calendar }: Pick<ModelNeeds, "calendar">): readonly IdentityName[] =>
  identityNames.filter((name) => name !== "rotate" || calendar);

/** Application permissions of Microsoft Graph. AppRoleAssignment.ReadWrite.All is never one of them, because it can grant itself anything. */
export function graphPermissionsOf(name: IdentityName, { preconsent, adminConsent }: ModelNeeds): readonly string[] {
  const [applications] = deployerPermissions.applications;
  const [directory] = deployerPermissions.directory;
  const [members] = deployerPermissions.members;
  const [grants] = deployerPermissions.grants;
  switch (name) {
    case "preview":
    case "read":
      return ["Application.Read.All", directory.value];
    case "up":
      return [
        ...[applications.value, directory.value],
        ...(preconsent ? [members.value] : []),
        ...(adminConsent ? [grants.value] : []),
      ];
    case "renew":
      return [];
    case "rotate":
      return [applications.value, directory.value];
  }
}

export function rightsOf(name: IdentityName, needs: ModelNeeds): readonly Right[] {
  const { makesVault, makesGroup, certificate, calendar } = needs;
  const certificateMakers = certificate ? [at("certificatesOfficer", "vault"), at("cryptoUser", "credential")] : [];
  // By a calendar a client secret has another name every few months; certificates are versions of one key.
  const redeemer = certificate ? at("cryptoUser", "credential") : at("secretsUser", calendar ? "vault" : "credential");
  switch (name) {
    case "preview":
    case "read":
      return [...(makesVault ? [at("reader", "group")] : []), at("vaultReader", "vault"), ...stateOf("blobReader")];
    case "up":
      return [
        ...(makesVault ? [at("owner", makesGroup ? "subscription" : "group")] : []),
        at("secretsOfficer", "vault"),
        ...certificateMakers,
        ...stateOf("blobContributor"),
      ];
    case "renew":
      return [...[at("vaultReader", "vault"), at("secretsOfficer", "token")], redeemer];
    case "rotate":
      return [
        ...(makesVault ? [at("reader", "group"), at("vaultContributor", "vault")] : []),
        at("secretsOfficer", "vault"),
        ...certificateMakers,
        ...stateOf("blobContributor"),
      ];
  }
}

const at = (role: RoleName, place: keyof Places): Right => ({ role, at: place });

const stateOf = (role: RoleName): Right[] => [at(role, "container"), at("cryptoUser", "key")];
