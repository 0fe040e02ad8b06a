/** Situations in which a stack cannot be previewed: each printed fix is run, and the program's check is run again. */
import { randomUUID } from "node:crypto";
import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { principalOf } from "../../lib/application/delegated-grants";
import { microsoftGraph } from "../../lib/azure/graph";
import { adminAgents } from "../../components/partner-application";
import { identifierIn } from "../../lib/application/identifier";
import { shownElsewhere } from "../../components/secret-exposure";
import { firstPartyApps } from "../../lib/config/clouds";
import type { Settings } from "../../lib/config/combinations";
import { documentOf } from "../../lib/errors/document";
import { Failure } from "../../lib/errors/failure";
import { type Application } from "../../tools/embedded-cloud/testing/directory";
import { partnerTenant, registerApplication } from "../../tools/embedded-cloud/testing/applications";
import { type Emulator } from "../../tools/embedded-cloud/testing/emulator";
import { least } from "../config/configuration";
import { ownEndpoints } from "../support/own-endpoints";
import { repository } from "../e2e/support/dev-configuration";
import { failureIn, removePrincipal } from "./support/here";
import { fixesInWords } from "./support/printed";
import { type } from "./support/shell";
import { cloudIn, undeployedForEach } from "./support/undeployed";

const testFix = undeployedForEach();

/** An adoption names the application; an existing vault is not part of it. */
const adopting = (existingApplication: string, more: object = {}) => ({
  settings: { existingApplication, displayName: undefined, ...more },
});

describe("an application that exists", () => {
  const registered = (fix: string, message: string, of: (emulator: Emulator) => Partial<Application>) => {
    testFix(fix, ({ emulator }) => ({
      ...adopting(registerApplication(emulator, { displayName: "Portal", ...of(emulator) }).clientId),
      message,
    }));
  };

  testFix("lib/application/adoption/find.ts: Take one from this list, and check the tenant", ({ emulator }) => {
    const id = randomUUID();
    const message = `No application of this tenant has the client id or object id ${id}. `;
    return { ...adopting(id), fill: { "client id": registerApplication(emulator).clientId }, message };
  });
  testFix("lib/application/adoption/find.ts: Name the application", ({ emulator }) => {
    const { id, displayName } = registerApplication(emulator).servicePrincipal;
    const kind = `the object id of the service principal (enterprise application) of "${displayName}"`;
    return { ...adopting(id), message: `${id} is ${kind}, not of the application itself. ` };
  });
  registered(
    "lib/application/adoption/find.ts: Remove the setting, and name the application as before",
    "was created by this stack, which still manages it; adopting it would delete it. ",
    ({ seeds: { partner } }) => ({
      identifierUris: [`api://${partner.id}/${identifierIn(partner.id, "project", "stack", "partner")}`],
    }),
  );
  for (const signInAudience of ["AzureADMyOrg", "PersonalMicrosoftAccount"])
    registered(
      "lib/application/sign-in-audience.ts: Allow that change",
      `${signInAudience}, and the model needs AzureADMultipleOrgs: no other organization could use it. `,
      () => ({ signInAudience }),
    );
  for (const [platform, name, consequence] of [
    [
      "publicClient",
      "public client",
      "takes the application for a public client and refuses its secret (AADSTS700025)",
    ],
    ["spa", "single-page application", "gives tokens to browsers' own requests alone (AADSTS9002327)"],
  ] as const)
    registered(
      "lib/application/adoption/checks.ts: Remove it there, then run this again, which adds it under web",
      `the platform ${name}: Entra then ${consequence}. This program removes nothing unasked. `,
      () => ({
        web: { redirectUris: [] },
        [platform]: { redirectUris: ["http://localhost/desktop", "urn:ietf:wg:oauth:2.0:oob"] },
      }),
    );
  registered(
    "lib/application/adoption/plan.ts: Disable them",
    "public client flows (isFallbackPublicClient). The model does not need them: where Entra cannot tell the kind of client, it then expects no secret (AADSTS700025).",
    () => ({ isFallbackPublicClient: true }),
  );
  testFix("lib/application/directory.ts: Name the service account", () => ({
    settings: { consent: { account: "nobody@partner.example" } },
  }));
});

describe("resources of permissions", () => {
  const { partnerCenter, azureAdGraph } = firstPartyApps;
  for (const [fix, name, appId] of [
    ["lib/application/resource-principals.ts: Make it", "Partner Center", partnerCenter],
    ["lib/application/resource-principals.ts: Make it", "Azure AD Graph", azureAdGraph],
    [
      "lib/application/resource-principals.ts: Leave out that resource, which is retired",
      "Azure AD Graph",
      azureAdGraph,
    ],
  ] as const)
    testFix(fix, ({ emulator }) => {
      removePrincipal(emulator, appId);
      return { message: `This tenant has no service principal of ${name} (${appId}).` };
    });
  testFix("lib/application/find-permissions.ts: Set it", () => ({
    settings: { permissions: { extra: [{ resource: "Microsoft Graph", delegated: ["User.Reed"] }] } },
    message: 'permissions.extra[0].delegated[0]: Microsoft Graph publishes no delegated permission "User.Reed".',
  }));
  testFix("lib/application/find-permissions.ts: If it is not in this tenant yet", ({ emulator }) => {
    const scope = { id: randomUUID(), value: "Reports.Read", isEnabled: true, type: "User" };
    const api = { oauth2PermissionScopes: [scope] };
    const { servicePrincipal, clientId } = registerApplication(emulator, { displayName: "Reports", api });
    partnerTenant(emulator).servicePrincipals.delete(servicePrincipal.id);
    const permissions = { extra: [{ resource: "Reports", delegated: ["Reports.Read"] }] };
    return { settings: { permissions }, fill: { "client id": clientId } };
  });
});

// A tenant that another cloud has.
testFix("AADSTS90038,900382,900432: Set the tenant's own cloud", ({ emulator, number }) => {
  emulator.faults.add({ cloud: "AzureUSGovernment", service: "authority", entra: number, times: 0 });
  // With a vault that the stack creates, the region would be wrong as well and be reported first.
  const vault = { uri: "https://127.0.0.1:8443/" };
  return {
    ...adopting(randomUUID(), { cloud: "AzureUSGovernment", endpoints: ownEndpoints(), vault }),
    fails: ({ cloud, consent }) =>
      principalOf(microsoftGraph(cloudIn(emulator, cloud), emulator.seeds.partner.id), String(consent.account)),
  };
});

describe("settings", () => {
  const right = "11111111-1111-1111-1111-111111111111";
  const fill = { "object id": "22222222-2222-2222-2222-222222222222" };
  const testSettings = (
    fix: string,
    settings: object,
    fails: (after: Settings) => void = () => undefined,
    inBash = false,
  ) => {
    testFix(fix, () => ({ settings, fill, fails, inBash }));
  };
  const withReaders = (readers: unknown) => ({ vault: { ...least.vault, readers } });
  const { name, ...unnamed } = least.vault as Record<string, unknown>;

  testSettings("lib/config/problems.ts: Remove it", { colour: "red" });
  testSettings(
    "lib/config/problems.ts: Rename it",
    { protekt: true, consent: { ...least.consent, deadlineMinute: 7 } },
    ({ protect, consent }) => {
      expect([protect, consent.deadlineMinutes]).toEqual([true, 7]);
    },
  );
  testSettings(
    "lib/config/problems.ts: Set it with --path",
    { "vault.name": name, vault: unnamed, "consent.account": "svc@partner.example" },
    ({ vault, consent }) => {
      expect([vault, consent.account]).toEqual([expect.objectContaining({ name }), "svc@partner.example"]);
    },
  );
  testSettings("lib/config/problems.ts: Remove that setting", { "vault.colour": "red" });
  for (const readers of [[{}], "everybody"]) testSettings("lib/config/problems.ts: Set it", withReaders(readers));
  testSettings(
    "lib/config/problems.ts: Set it",
    // A text beside one that is right, which stays.
    withReaders(["x", { principalId: right, principalType: "User" }]),
    ({ vault }) => {
      expect(vault).toMatchObject({ readers: [{ principalId: right, principalType: "User" }] });
    },
    true,
  );
  testSettings("lib/config/problems.ts: Set the other setting", { cloud: "AzureUSGovernment" });
  const authority = "https://login.example";
  for (const [fix, left] of [
    ["lib/config/settings.ts: Name your own", { authority }],
    ["lib/config/settings.ts: Use Microsoft's", undefined],
  ] as const)
    testSettings(fix, { endpoints: { authority } }, ({ endpoints }) => {
      expect(endpoints).toEqual(left && expect.objectContaining(left));
    });

  // Under the project's own name.
  testFix("lib/config/problems.ts: Rename it (2)", async ({ stack }) => {
    const [env, cwd, file] = [stack.environment, stack.folder, join(stack.folder, "Pulumi.yaml")];
    await writeFile(file, "name: contoso\nruntime: nodejs\n");
    await type({ env, cwd }, ["pulumi stack init dev"]);
    let isNew = true;
    const look = async () => {
      // As the engine writes it there.
      if (isNew) await type({ env, cwd }, ["pulumi config set protect false --stack dev"]);
      else await copyFile(join(repository, "Pulumi.yaml"), file);
      isNew = false;
      return await failureIn(
        stack.settings().then(({ protect }) => {
          expect(protect).toBe(false);
        }),
      );
    };
    return { look };
  });
});

// A tenant without the group AdminAgents.
testFix("lib/application/admin-agents.ts: Leave the pre-consent out", ({ stack }) => ({
  settings: { configurePreconsent: true },
  look: async () => {
    await pulumi.runtime.setMocks({
      newResource: ({ name }) => ({ id: name, state: {} }),
      call: () => {
        const details = "No group found matching specified filter";
        // In gRPC's form.
        throw Object.assign(new Error(details), { details });
      },
    });
    if (!(await stack.settings()).configurePreconsent) return undefined;
    const text = await adminAgents({}).catch((error: unknown) => (error as Error).message);
    return fixesInWords(text, "Leave the pre-consent out");
  },
}));

// A run that writes the client secret elsewhere.
testFix("components/secret-exposure.ts: Run it without", () => ({
  environment: { TF_LOG: "DEBUG", PULUMI_DEBUG_GRPC: "calls.json" },
  look: (variables) => {
    const parts = shownElsewhere(variables, ["node"]);
    const fixes = parts.flatMap((one) => documentOf(new Failure("defect", one)).fixes);
    return Promise.resolve(fixes.length === 0 ? undefined : fixes);
  },
}));
