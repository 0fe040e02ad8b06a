import { type Cloud, hasOwnEndpoints } from "../config/clouds";
import {
  again,
  byPerson,
  type Command,
  consentAnew,
  type Fix,
  forCommand,
  forStack,
  ownCommand,
  pulumi,
  removeSetting,
  rotateNow,
  run,
  sentence,
  setSetting,
} from "../errors/failure";

export const cloudFixes = (cloud = "<cloud>"): readonly Fix[] => [
  forStack("Set the tenant's own cloud", setSetting("cloud", cloud)),
  forCommand("Name the tenant's own cloud", again("--cloud", cloud)),
];

export const endpointsFix = sentence("Check the endpoints (secure-application-model:endpoints, --endpoints).");

/** The fix for wrong endpoints, if the cloud has custom endpoints. */
export const endpointsFixes = (cloud: Cloud): readonly Fix[] => (hasOwnEndpoints(cloud) ? [endpointsFix] : []);

/** @param who the subject of the sentence @param command opens the page that grants permissions */
export const grantedByAdministrator = (who: string, command: Command): Fix =>
  byPerson(`${who} grants all that is declared to everybody in the tenant, application permissions included`, command);

/** The fix without this program. @param what is granted @param url of the page */
export const grantedInBrowser = (who: string, what: string, url: string): Fix =>
  sentence(
    `${who} opens this, which grants ${what} to everybody in the tenant and ends at a page that does not open: ${url}`,
  );

export const grantedByDeployment = run(
  "The deployer grants the delegated permissions to the account alone, with DelegatedPermissionGrant.ReadWrite.All on Microsoft Graph",
  setSetting("adminConsent", "account"),
  pulumi("up"),
);

export const leaveTenantOut = forStack("Leave the tenant to the deployer's sign-in", removeSetting("tenantId"));

export const declareGraph = run(
  "Declare that of Microsoft Graph, and deploy",
  setSetting("delegatedGraph", "true"),
  pulumi("up"),
);

/** A person decides it: the setting declares application permissions too, which an administrator grants. */
const declareLegacy = byPerson(
  "Declare Azure AD Graph, which is retired, and the model's application permissions, and deploy",
  setSetting("permissions.legacy", "true"),
  pulumi("up"),
);

export const fixes = {
  cloud: cloudFixes(),
  tenant: [
    { ...sentence("Check the tenant, by its GUID or a verified domain, and the cloud."), helps: "command" },
    forStack("Name the right tenant", setSetting("tenantId", "<tenant>")),
    leaveTenantOut,
  ],
  consent: [run("Consent again, with multi-factor authentication", consentAnew)],
  permission: [
    run(
      "Declare the permission of Azure Resource Manager, and deploy: that grants it, or names who must",
      setSetting("azureManagement", "true"),
      pulumi("up"),
    ),
    declareGraph,
    declareLegacy,
    run("If the permission is declared already, consent", ownCommand("consent")),
  ],
  "customer-consent": [
    run("Consent to the application for that customer", ownCommand("customers", "consent", "<customer tenant>")),
  ],
  secret: [
    run("If the client secret is gone, create a new one", pulumi("up")),
    run("If it has expired, rotate it", rotateNow),
  ],
  registration: [run("Repair the application", pulumi("up"))],
  account: [byPerson("Sign in with the service account, or repair that account", ownCommand("consent"))],
  "admin-consent": [
    grantedByAdministrator(
      "An administrator",
      ownCommand("consent", "--as-administrator", "--client-id", "<client id>"),
    ),
    grantedByDeployment,
  ],
  administrator: [byPerson("An administrator of the tenant must allow it; then consent again", consentAnew)],
  vault: [
    byPerson("Check the vault's URI, which holds another application's token", ownCommand("doctor")),
    run("If the URI is right, consent again", consentAnew),
  ],
  credential: [byPerson("Repair the Azure credential of this process, then check again", ownCommand("doctor"))],
  passing: [
    sentence(
      "Run it again in some minutes: nothing has to be repaired. Azure's status page (https://azure.status.microsoft) reports outages.",
    ),
  ],
  restart: [run("Start again; a code works once", ownCommand("consent"))],
  defect: [byPerson("Please report this, with the words above and what this prints", ownCommand("doctor"))],
} satisfies Record<string, readonly Fix[]>;

/** The kind of fix, by which other code branches, never by Entra's numbers. */
export type Remedy = keyof typeof fixes;

export interface AadstsEntry {
  remedy: Remedy;
  /** A part of a sentence, without capital letter and full stop. */
  meaning: string;
  /** The causes, in whole sentences. */
  why: string;
  fixes: readonly Fix[];
}

export type Entries = Readonly<Record<number, AadstsEntry>>;

/** Creates an entry of a kind; without fixes of its own it has the kind's. */
export const entry = Object.fromEntries(
  Object.entries(fixes).map(([remedy, ofKind]) => [
    remedy,
    (meaning: string, why: string, ...own: Fix[]) => ({ remedy, meaning, why, fixes: own.length === 0 ? ofKind : own }),
  ]),
) as Record<Remedy, (meaning: string, why: string, ...own: Fix[]) => AadstsEntry>;
