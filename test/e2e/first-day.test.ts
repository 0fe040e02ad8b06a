/**
 * Problems of a new subscription. In the gate only a deployer who owns no more than a group: what the others print is run by
 * test/fixes/{deployment,vault-before-deployment}.test.ts. All of them, under the engine: npm run soak -- first-day.
 */
import { type SubscriptionConditions } from "../../embedded-cloud/testing/directory";
import { askResourceManager, assign, groupPath, roleIds, subscriptionPath } from "../../embedded-cloud/testing/azure";
import { aboutStack } from "./support/command";
import { deployedOnce } from "./support/deployed-once";
import { type DeployedStack, recordStack } from "./support/deployed-stack";
import type { DoctorResult as Result } from "./support/doctor-result";
import { Project } from "./support/project";
import { isSoak, testInSoak } from "./support/soak";

let project: Project;
/** Before anything is deployed. */
let empty: DeployedStack;

beforeAll(async () => {
  project = await Project.start();
  empty = await recordStack(project, project.cloud);
});
afterAll(() => project.close());

/** Each scenario begins with an empty subscription and an empty stack. */
const scenario = (name: string, tests: () => void) => {
  describe(name, () => {
    beforeAll(async () => {
      project.emulator.reset();
      await project.become(empty);
    });
    tests();
  });
};

const scenarioOfTheSoak = isSoak ? scenario : () => undefined;

const conditions = (given: SubscriptionConditions) => {
  project.subscription.conditions = given;
};
const applications = () => [...project.tenant.applications.values()].map(({ displayName }) => displayName);
const ask = () => askResourceManager(project.emulator);

/** A run of the engine, with variables for this run only. */
async function pulumi(argv: string[], variables: Record<string, string | undefined> = {}) {
  const before = { ...project.environment };
  try {
    // An undefined variable is not passed on.
    Object.assign(project.environment, variables);
    return await project.pulumi(...argv);
  } finally {
    Object.assign(
      project.environment,
      Object.fromEntries(Object.keys(variables).map((name) => [name, undefined])),
      before,
    );
  }
}

async function doctor(...more: string[]): Promise<Record<string, Result>> {
  const { stdout } = await aboutStack(project, "doctor", "--json", ...more);
  return Object.fromEntries((JSON.parse(stdout) as Result[]).map((result) => [result.name, result]));
}

scenario(
  "a subscription where Microsoft.KeyVault is not registered, whose deployer then owns a resource group alone",
  () => {
    const command = () =>
      `az provider register --namespace Microsoft.KeyVault --subscription ${project.seeds.subscription.id} --wait`;

    testInSoak(
      "not registered: fails with the command that registers it, before anything is made, and doctor names it too",
      async () => {
        conditions({ unregistered: ["Microsoft.KeyVault"] });
        const before = applications();
        const { code, text } = await pulumi(["up", "--yes", "--skip-preview"]);
        expect({
          code,
          said: text.includes("409 MissingSubscriptionRegistration"),
          told: text.includes(command()),
        }).toEqual({
          ...{ code: 1, said: true, told: true },
        });
        expect([applications(), [...project.subscription.resourceGroups]]).toEqual([before, []]);
        const { "vault-provider": found } = await doctor();
        expect(found).toMatchObject({ state: "failed", message: expect.stringContaining(command()) as string });
        // The effect of that command.
        await (
          await ask()
        )("POST", `${subscriptionPath(project.emulator)}/providers/Microsoft.KeyVault/register`);
        expect((await doctor())["vault-provider"]?.state).toBe("ok");
      },
    );

    const group = () => groupPath(project.emulator, "partner-tokens");

    /** The assignment by an administrator. */
    async function ownsGroup(): Promise<void> {
      await (
        await ask()
      )("PUT", group(), { location: "westeurope" });
      await assign(project.emulator, await ask(), group(), roleIds.owner);
      project.subscription.roleAssignments.delete(project.seeds.deployer.ownerAssignment);
    }
    const inExistingGroup = async () => {
      const vault = { name: "partner-tokens", resourceGroupName: "partner-tokens", location: "westeurope" };
      await project.configure({ vault: { ...vault, retentionDays: 7, createResourceGroup: false } });
    };

    testInSoak("a group that has to be there: which one is missing, and a command that makes it", async () => {
      await inExistingGroup();
      const { code, text } = await pulumi(["preview"]);
      const made = `az group create --name partner-tokens --location westeurope --subscription ${project.seeds.subscription.id}`;
      expect({ code, told: text.includes(made) }).toEqual({ code: 1, told: true });
      expect((await doctor())["azure-roles"]).toMatchObject({
        state: "failed",
        message: expect.stringContaining(made) as string,
      });
      await (
        await ask()
      )("PUT", group(), { location: "westeurope" });
    });

    test("deploys into it, and destroys without it", async () => {
      await ownsGroup();
      await inExistingGroup();
      expect((await doctor())["azure-roles"]).toMatchObject({
        state: "warning",
        what: expect.stringMatching(/may create the vault.*not find a soft-deleted vault/su) as string,
      });
      await project.up();
      const destroyed = await pulumi(["destroy", "--yes", "--skip-preview"]);
      expect(destroyed.code).toBe(0);
      expect([...project.subscription.resourceGroups.keys()]).toEqual(["partner-tokens"]);
    });

    testInSoak("is told about a deleted vault that it cannot see", async () => {
      const again = await pulumi(["up", "--yes", "--skip-preview"]);
      expect(again.code).toBe(1);
      expect(again.text).toMatch(/ConflictError/u);
      const role = `az role assignment create --role 'Key Vault Reader' --assignee '<object id of the deployer>' --scope ${subscriptionPath(project.emulator)}`;
      expect(again.text).toContain(role);
      // The effect of that command.
      project.subscription.roleAssignments.set("reader", {
        name: "reader",
        scope: subscriptionPath(project.emulator),
        roleDefinitionId: `${subscriptionPath(project.emulator)}/providers/Microsoft.Authorization/roleDefinitions/${roleIds.vaultReader}`,
        principalId: project.seeds.deployer.servicePrincipalId,
        principalType: "ServicePrincipal",
        effectiveAt: 0,
      });
      await project.up("--refresh");
      expect(await project.outputs()).toMatchObject({ consent: { health: "ok" } });
    });
  },
);

scenarioOfTheSoak("an Azure Policy about vaults that the public network reaches", () => {
  test("that closes them: the vault says that it is closed, and the ways in are named", async () => {
    conditions({ publicAccessPolicy: "modify" });
    const { code, text } = await pulumi(["up", "--yes", "--skip-preview"]);
    expect({ code, said: text.includes("403 ForbiddenByConnection") }).toEqual({ code: 1, said: true });
    expect(text).toMatch(/private endpoint or a trusted network.*docs\/runbook\.md, a vault that is closed/u);
    const [made] = [...project.subscription.vaults.values()];
    const uri = String(made?.resource.properties["vaultUri"]);
    expect((await doctor("--vault", uri))["vault"]).toMatchObject({
      state: "failed",
      what: expect.stringMatching(/is closed to the public network$/u) as string,
    });
    // Nothing was stored in it.
    expect((await pulumi(["destroy", "--yes", "--skip-preview"])).code).toBe(0);
  });
});

scenarioOfTheSoak("another subscription than the stack's", () => {
  const other = "0d1c2b3a-1111-4222-8333-444455556666";

  function secondSubscription(): void {
    const { ownerAssignment } = project.seeds.deployer;
    const own = project.subscription.roleAssignments.get(ownerAssignment);
    if (own === undefined) throw new Error("The deployer is no owner.");
    const scope = `/subscriptions/${other}`;
    project.tenant.subscriptions.set(other, {
      subscriptionId: other,
      displayName: "Sandbox",
      resourceGroups: new Map(),
      vaults: new Map(),
      roleAssignments: new Map([[ownerAssignment, { ...own, scope }]]),
    });
  }

  test("fails in preview, saying where the vault is; the setting subscriptionId pins it", async () => {
    await project.become(await deployedOnce("AzureCloud"));
    secondSubscription();
    const own = project.seeds.subscription.id;
    const { code, text } = await pulumi(["preview"], { ARM_SUBSCRIPTION_ID: other });
    expect({ code, told: text.includes(`export ARM_SUBSCRIPTION_ID=${own}`) }).toEqual({ code: 1, told: true });
    expect(text).toContain(`resource group partner-tokens of subscription ${own}`);
    await project.configure({ subscriptionId: own });
    const pinned = await pulumi(["preview", "--diff"], { ARM_SUBSCRIPTION_ID: other });
    expect({ code: pinned.code, text: pinned.text }).toEqual({
      code: 0,
      text: expect.not.stringMatching(/keyvault:Vault|ResourceGroup|replace/u) as string,
    });
  });
});
