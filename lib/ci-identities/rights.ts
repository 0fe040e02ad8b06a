/** The rights of each CI identity: the table of docs/ci.md, and no more. */
import { deployerPermissions } from "../application/permissions";
import type { RoleName } from "../azure/roles";

/** preview (pull requests) and read only read; up deploys; renew stores tokens; rotate makes credentials. */
export const identityNames = ["preview", "read", "up", "renew", "rotate"] as const;
export type IdentityName = (typeof identityNames)[number];

export interface ModelNeeds {
  /** Whether the stack creates the vault: then it also manages its group, the vault and their roles. */
  makesVault: boolean;
  /** Whether it also creates the vault's resource group, which needs a role on the subscription. */
  makesGroup: boolean;
  preconsent: boolean;
  adminConsent: boolean;
  certificate: boolean;
  calendar: boolean;
}

/** Resource ids at which roles are assigned; undefined: the resource does not exist yet, or is not needed. */
export interface Places {
  subscription: string;
  group: string | undefined;
  vault: string | undefined;
  token: string | undefined;
  /** The vault secret that the token names, and the key of the certificates in it. */
  record: string | undefined;
  signer: string | undefined;
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

interface Held {
  permissions: readonly string[];
  rights: readonly Right[];
}

/** AppRoleAssignment.ReadWrite.All is never among the permissions, because it can grant itself anything. */
export function heldBy(needs: ModelNeeds): Record<IdentityName, Held> {
  const { makesVault, makesGroup, preconsent, adminConsent, certificate } = needs;
  const { applications, directory, members, grants } = deployerPermissions;
  const makers = certificate ? [at("certificatesOfficer", "vault"), at("cryptoUser", "signer")] : [];
  const maker = [at("secretsOfficer", "vault"), ...makers, ...stateOf("blobContributor")];
  const redeemers = [at("secretsUser", "record"), ...(certificate ? [at("cryptoUser", "signer")] : [])];
  const groupReader = makesVault ? [at("reader", "group")] : [];
  const looks: Held = {
    permissions: ["Application.Read.All", directory[0].value],
    rights: [...groupReader, at("vaultReader", "vault"), ...stateOf("blobReader")],
  };
  const changes = [applications[0].value, directory[0].value];
  return {
    preview: looks,
    read: looks,
    up: {
      permissions: [...changes, ...(preconsent ? [members[0].value] : []), ...(adminConsent ? [grants[0].value] : [])],
      rights: [...(makesVault ? [at("owner", makesGroup ? "subscription" : "group")] : []), ...maker],
    },
    renew: { permissions: [], rights: [at("vaultReader", "vault"), at("secretsOfficer", "token"), ...redeemers] },
    rotate: {
      permissions: changes,
      rights: [...groupReader, ...(makesVault ? [at("vaultContributor", "vault")] : []), ...maker],
    },
  };
}

const at = (role: RoleName, place: keyof Places): Right => ({ role, at: place });

const stateOf = (role: RoleName): Right[] => [at(role, "container"), at("cryptoUser", "key")];
