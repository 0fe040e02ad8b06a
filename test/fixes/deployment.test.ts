/** Situations in which a stack cannot be previewed: each printed fix is run, and the program's check is run again. */
import { randomUUID } from "node:crypto";
import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { principalOf } from "../../lib/application/delegated-grants";
import { microsoftGraph } from "../../lib/azure/graph";
import { readEither } from "../../cli/engine/stack";
import { adminAgents } from "../../components/admin-agents";
import { identifierOf } from "../../components/naming";
import { shownElsewhere } from "../../components/secret-exposure";
import { firstPartyApps } from "../../lib/config/clouds";
import type { Settings } from "../../lib/config/combinations";
import { documentOf } from "../../lib/errors/document";
import { Failure } from "../../lib/errors/failure";
import { type Application } from "../../embedded-cloud/testing/directory";
import { partnerTenant, registerApplication } from "../../embedded-cloud/testing/applications";
import { least } from "../config/configuration";
import { ownEndpoints } from "../support/own-endpoints";
import { repository } from "../e2e/support/dev-configuration";
import { failureOf, removePrincipal } from "./support/here";
import { eachNumber, fixesInWords, numberIn, type } from "./support/printed";
import { cloudIn, lookUp, type Undeployed, undeployedForEach } from "./support/undeployed";

let emulator: Undeployed["emulator"];
let stack: Undeployed["stack"];
let warnings: string[];
const testFix = undeployedForEach((fresh) => {
  ({ emulator, stack, warnings } = fresh);
});

const partner = () => emulator.seeds.partner.id;
const register = (changes: Partial<Application> = {}) => registerApplication(emulator, changes);

/** An adoption names the application; an existing vault is not part of it. */
const adopting = (existingApplication: string, more: object = {}) => ({
  existingApplication,
  displayName: undefined,
  ...more,
});

describe("an application that exists", () => {
  testFix("lib/application/adoption/find.ts: Take one from this list, and check the tenant", {
    settings: () => adopting(randomUUID()),
    fill: () => ({ "client id": register().clientId }),
  });
  testFix("lib/application/adoption/find.ts: Name the application", {
    settings: () => adopting(register().servicePrincipal.id),
  });
  testFix("lib/application/adoption/find.ts: Remove the setting, and name the application as before", {
    settings: () => {
      const uri = `api://${partner()}/${identifierOf(partner(), "partner")}`;
      return adopting(register({ identifierUris: [uri] }).clientId);
    },
  });
  testFix("lib/application/sign-in-audience.ts: Allow that change", {
    settings: () => adopting(register({ signInAudience: "AzureADMyOrg" }).clientId),
  });
  testFix("lib/application/adoption/checks.ts: Remove it there, then run this again, which adds it under web", {
    settings: () => {
      const publicClient = { redirectUris: ["http://localhost/desktop", "urn:ietf:wg:oauth:2.0:oob"] };
      return adopting(register({ web: { redirectUris: [] }, publicClient }).clientId);
    },
  });
  testFix("lib/application/directory.ts: Name the service account", {
    settings: () => ({ consent: { account: "nobody@partner.example" } }),
    fill: () => ({ "user principal name": emulator.seeds.users.serviceAccount.userPrincipalName }),
  });
  // A warning is a text.
  testFix("lib/application/adoption/plan.ts: Disable them", {
    settings: () => adopting(register({ isFallbackPublicClient: true }).clientId),
    look: async (variables) => {
      warnings.length = 0;
      jest.replaceProperty(process, "env", { ...process.env, ...variables });
      await lookUp(emulator, await stack.settings());
      return warnings[0] === undefined ? undefined : fixesInWords(warnings[0], "Disable them");
    },
  });
});

describe("resources of permissions", () => {
  const reports = randomUUID();
  const without = (appId: string) => () => {
    removePrincipal(emulator, appId);
  };
  testFix("lib/application/resource-principals.ts: Make it", { given: without(firstPartyApps.partnerCenter) });
  testFix("lib/application/resource-principals.ts: Leave out that resource, which is retired", {
    given: without(firstPartyApps.azureAdGraph),
  });
  testFix("lib/application/find-permissions.ts: If it is not in this tenant yet", {
    settings: () => {
      const scope = { id: randomUUID(), value: "Reports.Read", isEnabled: true, type: "User" };
      const api = { oauth2PermissionScopes: [scope] };
      const { servicePrincipal } = register({ displayName: "Reports", appId: reports, api });
      partnerTenant(emulator).servicePrincipals.delete(servicePrincipal.id);
      return { permissions: { extra: [{ resource: "Reports", delegated: ["Reports.Read"] }] } };
    },
    fill: () => ({ "client id": reports }),
  });
});

describe("a tenant that another cloud has", () => {
  const situation = (number: number) => ({
    // With a vault that the stack creates, the region would be wrong as well and be reported first.
    settings: () => {
      emulator.faults.add({ cloud: "AzureUSGovernment", service: "authority", entra: number, times: 0 });
      const vault = { uri: "https://127.0.0.1:8443/" };
      return adopting(randomUUID(), { cloud: "AzureUSGovernment", endpoints: ownEndpoints(), vault });
    },
    fill: () => ({ cloud: "AzureCloud" }),
    fails: ({ cloud, consent }: Settings) =>
      principalOf(microsoftGraph(cloudIn(emulator, cloud), partner()), String(consent.account)),
  });

  for (const fix of eachNumber("AADSTS90038,900382,900432: Set the tenant's own cloud"))
    testFix(fix, situation(numberIn(fix)));
});

describe("settings", () => {
  const right = "11111111-1111-1111-1111-111111111111";
  const of = (settings: object, looks: (after: Settings) => void = () => undefined) => ({
    settings: () => settings,
    fill: () => ({ "object id": "22222222-2222-2222-2222-222222222222" }),
    fails: looks,
  });
  const withReaders = (readers: unknown) => ({ vault: { ...least.vault, readers } });

  testFix("lib/config/problems.ts: Remove it", of({ colour: "red" }));
  testFix(
    "lib/config/problems.ts: Rename it",
    of({ protekt: true, consent: { ...least.consent, deadlineMinute: 7 } }, ({ protect, consent }) => {
      expect([protect, consent.deadlineMinutes]).toEqual([true, 7]);
    }),
  );
  describe("under the project's own name", () => {
    const ofProject = (text: string) => writeFile(join(stack.folder, "Pulumi.yaml"), text);
    afterEach(() => copyFile(join(repository, "Pulumi.yaml"), join(stack.folder, "Pulumi.yaml")));
    let isNew = true;
    testFix("lib/config/problems.ts: Rename it (2)", {
      given: async () => {
        await ofProject("name: contoso\nruntime: nodejs\n");
        await type({ env: stack.environment, cwd: stack.folder }, ["pulumi stack init dev"]);
      },
      look: async (variables) => {
        // As `pulumi config set protect false` writes it there.
        const line = "pulumi config set protect false --stack dev";
        if (isNew) await type({ env: stack.environment, cwd: stack.folder }, [line]);
        isNew = false;
        return await failureOf(async () => {
          expect((await stack.settings()).protect).toBe(false);
        })(variables);
      },
    });
  });
  test("what the engine encrypts is read by no command, and told instead of what would be missing", async () => {
    const env = stack.deployerVariables(emulator, { PULUMI_CONFIG_PASSPHRASE: "" });
    await stack.configure(least);
    const set = "pulumi config set --secret --path secure-application-model:vault.name contoso --stack dev";
    await type({ env, cwd: stack.folder }, [set]);
    const read = readEither({ stack: "dev", cwd: stack.folder }, env);
    await expect(read).rejects.toThrow(
      /has 1 problem:\n\n {2}\S+:vault\n {4}found: {3}a value that is encrypted, or has a part/u,
    );
  });
  const { name, ...unnamed } = least.vault as Record<string, unknown>;
  testFix(
    "lib/config/problems.ts: Set it with --path",
    of({ "vault.name": name, vault: unnamed, "consent.account": "svc@partner.example" }, ({ vault, consent }) => {
      expect([vault, consent.account]).toEqual([expect.objectContaining({ name }), "svc@partner.example"]);
    }),
  );
  testFix("lib/config/problems.ts: Remove that one", of({ "vault.colour": "red" }));
  testFix("lib/config/problems.ts: Set it", of(withReaders([{}])));
  testFix("lib/config/problems.ts: Set it", of(withReaders("everybody")));
  testFix(
    "lib/config/problems.ts: Set it",
    // A text beside one that is right, which stays.
    of(withReaders(["x", { principalId: right, principalType: "User" }]), ({ vault }) => {
      expect(vault).toMatchObject({ readers: [{ principalId: right, principalType: "User" }] });
    }),
  );
  testFix("lib/config/problems.ts: Set the other one", of({ cloud: "AzureUSGovernment" }));
  testFix(
    "lib/config/settings.ts: Name your own",
    of({ endpoints: { authority: "https://login.example" } }, ({ endpoints: { authority } = {} }) => {
      expect(authority).toBe("https://login.example");
    }),
  );
  testFix(
    "lib/config/settings.ts: Use Microsoft's",
    of({ endpoints: { authority: "https://login.example" } }, ({ endpoints }) => {
      expect(endpoints).toBeUndefined();
    }),
  );
});

describe("a tenant without the group AdminAgents", () => {
  testFix("components/admin-agents.ts: Leave the pre-consent out", {
    settings: () => ({ configurePreconsent: true }),
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
  });
});

describe("a run that writes the client secret elsewhere", () => {
  testFix("components/secret-exposure.ts: Run it without", {
    environment: () => ({ TF_LOG: "DEBUG", PULUMI_DEBUG_GRPC: "calls.json" }),
    look: (variables) => {
      const parts = shownElsewhere(variables, ["node"]);
      const fixes = parts.flatMap((one) => documentOf(new Failure("shown", one)).fixes);
      return Promise.resolve(fixes.length === 0 ? undefined : fixes);
    },
  });
});
