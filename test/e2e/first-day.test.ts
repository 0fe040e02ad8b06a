/** A new subscription whose deployer owns no more than a resource group; what others lack: test/fixes/{deployment,vault-before-deployment}.test.ts. */
import { assign, groupPath, resourceManagerOf, roleIds } from "../../tools/embedded-cloud/testing/azure";
import { doctor } from "./support/command";
import { devVault } from "./support/dev-configuration";
import { Project } from "./support/project";

test("who owns a resource group alone deploys into it, and destroys without it", async () => {
  await using project = await Project.start({ settings: { vault: { ...devVault, createResourceGroup: false } } });
  const { emulator, subscription, seeds } = project;
  const group = groupPath(emulator, devVault.resourceGroupName);
  const ask = resourceManagerOf(emulator);
  await ask("PUT", group, { location: devVault.location });
  await assign(emulator, ask, group, roleIds.owner);
  subscription.roleAssignments.delete(seeds.deployer.ownerAssignment);
  expect((await doctor(project)).of("azure-roles")).toMatchObject({
    state: "warning",
    what: expect.stringMatching(/may create the vault.*not look for soft-deleted vaults/su) as string,
  });
  await project.up();
  expect(await project.drift()).toMatchObject({ code: 0 });
  await project.destroy();
  expect([...subscription.resourceGroups.keys()]).toEqual([devVault.resourceGroupName]);
});
