/** A stack that an earlier release deployed is read as it is: an upgrade changes nothing in anybody's tenant. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { aboutStack, doctor, redeem } from "./support/command";
import { devVault, type StackSettings } from "./support/dev-configuration";
import { Project, repository } from "./support/project";
import { configureAs, importState, releasedStacks, writeReleased } from "./support/released-state";
import { secretsProvider } from "./support/state-key";

/** A stack of each kind of credential; the second has the template's settings. */
const written: Readonly<Record<string, StackSettings>> = {
  secret: {},
  certificate: {
    configurePreconsent: undefined,
    azureManagement: "true",
    delegatedGraph: "true",
    permissions: {
      legacy: false,
      extra: [{ resource: "Microsoft Graph", delegated: ["DelegatedAdminRelationship.Read.All"] }],
    },
    credential: { kind: "certificate" },
    vault: { name: devVault.name, resourceGroupName: devVault.resourceGroupName, location: devVault.location },
    protect: undefined,
  },
};

const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as { version: string };

// Until it is published; the next version writes its own, and both are read.
if (process.env["WRITE_PAGES"]) {
  test.each(Object.entries(written))(
    "the stack %s is written down as this version makes it",
    async (name, settings) => {
      await using project = await Project.start({ settings });
      await project.up();
      await writeReleased(`${version}/${name}`, project);
    },
  );
}

test.each(releasedStacks())(
  "%s: its state and its configuration are read, and nothing changes (WRITE_PAGES=1 writes this version's)",
  async (stack) => {
    await using project = await Project.start({ made: false });
    configureAs(stack, project);
    const made = await project.pulumi("stack", "init", "dev", "--secrets-provider", secretsProvider);
    expect(made).toMatchObject({ code: 0 });
    await project.up();
    const outputs = await importState(stack, project);

    for (const run of [() => project.drift(), () => aboutStack(project, "drift")]) {
      const ran = await run();
      expect(ran).toEqual({ ...ran, code: 0 });
    }
    const { code, results } = await doctor(project);
    expect([code, results.filter(({ state }) => state === "failed")]).toEqual([0, []]);
    expect(await redeem(project)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^eyJ/u) as string });
    const up = await aboutStack(project, "up");
    expect(up).toEqual({ ...up, code: 0 });
    expect(await project.outputs()).toMatchObject(outputs);
  },
);
