/** Every setting: values, defaults, ranges, descriptions. combinations.ts defines which go together. */
import * as v from "valibot";
import { ci } from "./ci";
import { cloudNames, regionOf } from "./clouds";
import { credential } from "./credential-settings";
import { endpoints } from "./endpoints";
import {
  flag,
  listOf,
  object,
  oneOf,
  optional,
  optionalText,
  required,
  requiredText,
  type Setting,
  text,
  textUnless,
  wholeNumber,
  withDefault,
  yesOrNo,
} from "./kinds";
import * as limits from "./limits";

const domain = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/iu;
const guidOrDomain = v.pipe(
  v.string(),
  v.check((id) => limits.guid.test(id) || domain.test(id)),
);
const name = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120));
const octet = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
/** Key Vault accepts no private addresses. Source: "Configure Azure Key Vault firewalls". */
const isPrivate = "10\\.|172\\.(1[6-9]|2\\d|3[01])\\.|192\\.168\\.";
const publicIpv4OrCidr = new RegExp(`^(?!${isPrivate})(${octet}\\.){3}${octet}(/([89]|[12][0-9]|3[0-2]))?$`, "u");
const objectId = (about: string) =>
  text(limits.guid, { about, allowed: "an object id (GUID)", example: "<object id>" });
const networkRules = object("The vault's firewall.", {
  ipRules: required(
    listOf(
      "Addresses that may reach the vault. Hosted CI runners, whose addresses change, are refused.",
      "public IPv4 addresses or CIDR ranges",
      text(publicIpv4OrCidr, {
        about: "One of them.",
        allowed: "a public IPv4 address or CIDR range of at most /8: none of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16",
        example: "<address or range>",
      }),
    ),
  ),
});

const reader = object("One of them.", {
  principalId: required(objectId("The principal; of an application its service principal.")),
  principalType: required(oneOf("The principal's kind.", ["User", "Group", "ServicePrincipal"])),
});

const uriIsSet = "vault.uri is set";
const vault = object(
  "The Key Vault that holds the tokens and the client secret.",
  {
    name: textUnless(uriIsSet, limits.vaultName, {
      about: "The vault's name. A change moves the vault: docs/day-two.md.",
      allowed: limits.vaultNameWords,
      example: "<vault name>",
    }),
    resourceGroupName: textUnless(uriIsSet, limits.resourceGroup, {
      about: "The vault's resource group.",
      allowed: limits.resourceGroupWords,
      example: "partner-tokens",
    }),
    createResourceGroup: yesOrNo(
      "Whether to create the resource group, which needs a role on the subscription. Do not change it on a deployed stack: the engine would delete group and vault.",
      true,
    ),
    location: textUnless(uriIsSet, /^[a-z][a-z0-9 ]*$/iu, {
      about: "The region of vault and group.",
      allowed: `a region of the cloud, such as ${regionOf.AzureCloud}, or ${regionOf.AzureUSGovernment} in AzureUSGovernment`,
      example: regionOf.AzureCloud,
    }),
    retentionDays: wholeNumber("Days in which a deleted vault can be recovered.", limits.retentionDays),
    networkRules: optional(networkRules, "no restriction"),
    diagnostics: optionalText(limits.logDestination, {
      about: "The destination of the vault's audit log, recommended; a storage account in the vault's region.",
      allowed: limits.logDestinationWords,
      example: "<resource id>",
      absent: "no log",
    }),
    readers: withDefault(
      listOf("Readers of the vault's secrets, besides the deployer.", "principals", reader),
      [],
      "none",
    ),
    uri: optionalText(/^https:\/\/[a-z0-9.-]+(:\d{1,5})?\/?$/iu, {
      about: "An existing vault, instead of a new one.",
      allowed: "https://<vault name>.<vault suffix of the cloud>/",
      example: "<vault URI>",
      absent: "a new vault",
    }),
  },
  ["uri"],
);

const consent = object("The sign-in that gets the refresh token.", {
  mode: withDefault(
    oneOf(
      "Whether `pulumi up` waits for the sign-in. auto: if BROWSER is set or, outside CI, at a terminal; interactive: always; never: you run `secure-app-model consent`.",
      limits.consentModes,
    ),
    limits.defaultConsentMode,
  ),
  account: textUnless("consent.mode is never and adminConsent: account is absent", v.pipe(v.string(), v.email()), {
    about: "The service account, which signs in.",
    allowed: "a user principal name",
    example: "<service account>",
  }),
  deadlineMinutes: wholeNumber("Minutes that a deployment waits for the sign-in.", limits.deadlineMinutes),
  warnBeforeDays: wholeNumber(
    "Days before a token's end in which it counts as expiring, which is drift.",
    limits.warnBeforeDays,
  ),
  port: wholeNumber("The loopback port for the browser's return.", limits.signInPort),
  takeOverFrom: optionalText(/^\S{1,256}$/u, {
    about: "The stack whose token in this vault the new stack takes over.",
    allowed: "that stack, as the token's tag and the refusal name it",
    example: "secure-application-model/global",
    absent: "the preview refuses another stack's token",
  }),
});

const permissionName = text(/^[^\s,]{1,255}$/u, {
  about: "One of them.",
  allowed: "a permission's name or id (GUID)",
  example: "User.Read",
});
const permissionNames = (about: string) =>
  withDefault(listOf(about, "names or ids of permissions", permissionName), [], "none");

const extraPermission = object("One resource.", {
  resource: requiredText(name, {
    about: "The resource that has the permissions.",
    allowed: "the name of its service principal in the tenant, or its client id",
    example: "Microsoft Graph",
  }),
  delegated: permissionNames("Delegated permissions."),
  application: permissionNames("Application permissions; only an administrator can grant them."),
});

const permissions = object("The permissions that the application declares.", {
  legacy: yesOrNo(
    "Whether to declare Azure AD Graph, which is retired, and application permissions; without them an ordinary account can consent.",
    true,
  ),
  extra: withDefault(
    listOf("More permissions, of any resource; the first preview looks them up.", "resources", extraPermission),
    [],
    "none",
  ),
});

export const settings = object("All settings.", {
  cloud: required(oneOf("The cloud of the partner tenant: docs/clouds.md.", cloudNames)),
  endpoints: optional(
    {
      ...endpoints,
      allowed: "an object of endpoint overrides, or the path of a JSON file that holds one",
      example: "endpoints.json",
    },
    "the cloud's own",
  ),
  tenantId: optionalText(guidOrDomain, {
    about: "The partner tenant.",
    allowed: "a tenant's GUID or one of its verified domains",
    example: "<tenant>",
    absent: "the deployer's tenant",
  }),
  subscriptionId: optionalText(limits.guid, {
    about: "The subscription for the new vault.",
    allowed: "a subscription's id (GUID)",
    example: "<subscription id>",
    absent: "ARM_SUBSCRIPTION_ID, or the one that `az account show` names",
  }),
  displayName: textUnless("existingApplication is set", name, {
    about: "The application's name, shown on the consent page.",
    allowed: "a text of 1 to 120 characters",
    example: limits.applicationName,
  }),
  existingApplication: optionalText(limits.guid, {
    about: "An existing application to adopt, instead of a new one.",
    allowed: "its client id or object id (GUID)",
    example: "<client id>",
    absent: "a new one",
  }),
  replaceApplication: optionalText(limits.guid, {
    about:
      "The stack's deleted application that cannot be restored and may be replaced: every customer must consent again.",
    allowed: "its client id (GUID), which the refusal names",
    example: "<client id>",
    absent: "a run stops before it makes a new one",
  }),
  changeSignInAudience: yesOrNo(
    "Whether to make an adopted single-tenant application multi-tenant; otherwise it is refused.",
    false,
  ),
  outOfBandReplyUrl: yesOrNo(
    "Whether to declare the reply URL `urn:ietf:wg:oauth:2.0:oob`, which the model asks for and no flow uses. A tenant's policy may forbid it.",
    true,
  ),
  configurePreconsent: yesOrNo(
    "Whether to add the service principal to AdminAgents, whose members act in customers' tenants by delegated admin privileges (DAP); for granular ones (GDAP) run `secure-app-model customers consent <customer>`.",
    false,
  ),
  owners: optional(
    listOf("The application's owners.", "one or more object ids", objectId("One of them."), 1),
    "the deployer",
  ),
  azureManagement: yesOrNo(
    "Whether to declare Azure Resource Manager; without it Entra refuses tokens for Azure (AADSTS65001).",
    false,
  ),
  delegatedGraph: yesOrNo(
    "Whether to declare delegated permissions of Microsoft Graph; without them a token for Graph has no permissions.",
    false,
  ),
  permissions: withDefault(permissions, {}, "the model's own"),
  adminConsent: optional(
    oneOf(
      "Accounts to which the deployment grants the delegated permissions, without a consent page: the service account (as in the template), or all of the tenant. The deployer needs rights: docs/runbook.md, roles.",
      limits.adminConsents,
    ),
    "nobody; the account consents at its sign-in",
  ),
  credential: withDefault(credential, {}, "a client secret, rotated by hand"),
  vault: required(vault),
  protect: optional(
    flag("Whether to refuse `pulumi destroy`: every customer must consent to a new application.", limits.protectStack),
    String(limits.protectStack),
  ),
  consent: required(consent),
  ci: optional(ci),
});

export type AnySettings = v.InferOutput<typeof settings.schema>;

/** By path below the namespace, list entries written `[]`, in the order of docs/settings.md. */
export const settingsByPath: ReadonlyMap<string, Setting> = new Map(below(settings, ""));

function below({ entries = {}, entry }: Setting, path: string): [string, Setting][] {
  const parts = Object.entries(entries).map(([name, one]) => [path === "" ? name : `${path}.${name}`, one] as const);
  const all = entry === undefined ? parts : [...parts, [`${path}[]`, entry] as const];
  return all.flatMap(([name, one]) => [[name, one], ...below(one, name)]);
}
