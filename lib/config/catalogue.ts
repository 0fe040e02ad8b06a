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
const publicIpv4OrCidr = new RegExp(`^(?!${isPrivate})(${octet}\\.){3}${octet}(/([0-9]|[12][0-9]|3[0-2]))?$`, "u");
const objectId = (about: string) =>
  text(limits.guid, { about, allowed: "an object id (GUID)", example: "<object id>" });
const networkRules = object("The vault's firewall.", {
  ipRules: required(
    listOf(
      "Who may reach the vault; everybody else is refused, and so is a job on a hosted runner of a CI, whose address differs each time.",
      "public IPv4 addresses or CIDR ranges",
      text(publicIpv4OrCidr, {
        about: "One of them.",
        allowed: "a public IPv4 address or CIDR range: none of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16",
        example: "203.0.113.0/24",
      }),
    ),
  ),
});

const reader = object("One of them.", {
  principalId: required(objectId("The principal: for an application its service principal, not itself.")),
  principalType: required(oneOf("What it is.", ["User", "Group", "ServicePrincipal"])),
});

const uriIsSet = "vault.uri is set";
const vault = object(
  "The Key Vault that holds the tokens and the client secret.",
  {
    name: textUnless(uriIsSet, limits.vaultName, {
      about: "Its name. Another one makes another vault and drops this one: docs/day-two.md, Moving the vault.",
      allowed: limits.vaultNameWords,
      example: "contoso-partner-tokens",
    }),
    resourceGroupName: textUnless(uriIsSet, limits.resourceGroup, {
      about: "Its resource group.",
      allowed: limits.resourceGroupWords,
      example: "partner-tokens",
    }),
    createResourceGroup: yesOrNo(
      "Whether the resource group is made, which takes a role on the subscription; `false` uses one that exists. Do not change it on a deployed stack: the engine deletes the group that it made, with the vault in it.",
      true,
    ),
    location: textUnless(uriIsSet, /^[a-z][a-z0-9 ]*$/iu, {
      about: "Where both lie; fixed once the vault exists.",
      allowed: `a region of the cloud, such as ${regionOf.AzureCloud}, or ${regionOf.AzureUSGovernment} in AzureUSGovernment`,
      example: regionOf.AzureCloud,
    }),
    retentionDays: wholeNumber(
      "How long it can be recovered once deleted; fixed once it exists.",
      limits.retentionDays,
    ),
    networkRules: optional(networkRules, "no restriction"),
    diagnostics: optionalText(limits.logDestination, {
      about:
        "Where its audit log goes, which says who read or changed what in it: a Log Analytics workspace, or a storage account in its region.",
      allowed: limits.logDestinationWords,
      example: "<resource id>",
      absent: "nobody keeps one",
    }),
    readers: withDefault(listOf("Who may read its secrets, beside the deployer.", "principals", reader), [], "none"),
    uri: optionalText(/^https:\/\/[a-z0-9.-]+(:\d{1,5})?\/?$/iu, {
      about: "A vault that exists, in place of one that is made.",
      allowed: "https://<vault name>.<vault suffix of the cloud>/",
      example: "https://contoso-partner-tokens.vault.azure.net/",
      absent: "a vault is made",
    }),
  },
  ["uri"],
);

const consent = object("The sign-in that brings the refresh token.", {
  mode: withDefault(
    oneOf(
      "Whether `pulumi up` waits for it. auto: when BROWSER is set or, outside CI, at a terminal; interactive: always; never: you run `secure-app-model consent`.",
      limits.consentModes,
    ),
    limits.defaultConsentMode,
  ),
  account: textUnless("consent.mode is never and adminConsent not account", v.pipe(v.string(), v.email()), {
    about: "Who has to sign in.",
    allowed: "the user principal name of the service account that signs in",
    example: "service-account@partner.example",
  }),
  deadlineMinutes: wholeNumber("How long a deployment waits for it.", limits.deadlineMinutes),
  warnBeforeDays: wholeNumber("How long before its end a token is expiring, which is drift.", limits.warnBeforeDays),
  port: wholeNumber("The loopback port that the browser returns to.", limits.signInPort),
  takeOverFrom: optionalText(/^\S{1,256}$/u, {
    about:
      "The stack whose token in the same vault this one takes over; without it a preview that meets another stack's token is refused.",
    allowed: "that stack, as the token's tag and the refusal name it",
    example: "secure-application-model/global",
    absent: "no other stack's token is touched",
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
    about: "Whose permissions they are.",
    allowed: "the name of its service principal in the tenant, or its client id",
    example: "Microsoft Graph",
  }),
  delegated: permissionNames("Those that an account delegates."),
  application: permissionNames("Those that the application has by itself; only an administrator can grant them."),
});

const permissions = object("What the application asks for.", {
  legacy: yesOrNo(
    "Whether it asks for Azure AD Graph, which no longer answers, and for application permissions, as the model's first publication did. Without them an ordinary account can consent.",
    true,
  ),
  extra: withDefault(
    listOf("More permissions, of any resource; the first preview looks them up.", "resources", extraPermission),
    [],
    "none",
  ),
});

export const settings = object("All settings.", {
  cloud: required(oneOf("The cloud that the partner tenant lives in: see docs/clouds.md.", cloudNames)),
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
    example: "partner.example",
    absent: "the deployer's tenant",
  }),
  subscriptionId: optionalText(limits.guid, {
    about: "The subscription of the vault that is made, whatever the deployer's own default is.",
    allowed: "a subscription's id (GUID)",
    example: "<subscription id>",
    absent: "ARM_SUBSCRIPTION_ID, or the one that `az account show` names",
  }),
  displayName: textUnless("existingApplication is set", name, {
    about: "The application's name, which people see on the consent page.",
    allowed: "a text of 1 to 120 characters",
    example: limits.applicationName,
  }),
  existingApplication: optionalText(limits.guid, {
    about: "An application to adopt, in place of one that is made.",
    allowed: "its client id or object id (GUID)",
    example: "<client id>",
    absent: "one is made",
  }),
  changeSignInAudience: yesOrNo(
    "Whether an adopted application that admits one organization alone is widened; it is refused otherwise.",
    false,
  ),
  configurePreconsent: yesOrNo(
    "Whether the service principal joins AdminAgents, whose members act in customers' tenants.",
    false,
  ),
  owners: optional(
    listOf(
      "The application's owners; not with `existingApplication`.",
      "one or more object ids",
      objectId("One of them."),
      1,
    ),
    "the deployer",
  ),
  azureManagement: yesOrNo(
    "Whether the application asks for Azure Resource Manager; Entra refuses tokens for it otherwise (AADSTS65001).",
    false,
  ),
  delegatedGraph: yesOrNo(
    "Whether it asks for delegated Microsoft Graph; a delegated token for Graph carries no permission otherwise.",
    false,
  ),
  permissions: withDefault(permissions, {}, "the model's own"),
  adminConsent: optional(
    oneOf(
      "Whom the deployment grants the delegated permissions to, without a consent page: the service account alone, or every account of the tenant. It takes rights that a deployer mostly lacks: docs/runbook.md, roles.",
      limits.adminConsents,
    ),
    "nobody; who signs in consents",
  ),
  credential: withDefault(credential, {}, "a client secret, rotated by hand"),
  vault: required(vault),
  protect: optional(
    flag(
      "Whether `pulumi destroy` refuses, before anything is deleted. An application that is made anew has another client id: every customer consents again.",
    ),
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
