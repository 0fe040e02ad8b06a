/** Directory roles by their template ids, the same in every tenant, grouped by what they allow. */
type Roles = Readonly<Record<string, string>>;

const globalAdministrator: Roles = { "62e90394-69f5-4237-9190-012177145e10": "Global Administrator" };
const privilegedRoleAdministrator: Roles = { "e8611ab8-c189-46e8-94e1-60213ab1f814": "Privileged Role Administrator" };

/** Roles that may grant every permission but the application permissions of Microsoft Graph and Azure AD Graph. */
export const grantingMost: Roles = {
  "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3": "Application Administrator",
  "158c047a-c907-4556-b7ef-446551a6b5f7": "Cloud Application Administrator",
};

/** Roles that may grant every permission, in the whole tenant. */
export const grantingAll: Roles = { ...globalAdministrator, ...privilegedRoleAdministrator };

/** Roles that may create and change every application. */
export const applicationAdministrators: Roles = { ...globalAdministrator, ...grantingMost };
