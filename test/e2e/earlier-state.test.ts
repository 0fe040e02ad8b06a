/** Stacks that an earlier program deployed: the present one goes on with them (test/fixtures/state-before/README.md). */
import { goOn } from "./support/earlier-state";
import type { Project } from "./support/project";

const typesIn = async (project: Project) => (await project.state()).map(({ type }) => type);

/** What is left in the tenant and in the vault. */
function left(project: Project) {
  const tenant = project.cloud.tenants.get(project.seeds.partner.id);
  const [vault] = [...(tenant?.subscriptions.values() ?? [])].flatMap(({ vaults }) => [...vaults.values()]);
  return {
    applications: [...(tenant?.applications.values() ?? [])]
      .map(({ displayName }) => displayName)
      .filter((name) => name !== project.seeds.deployer.displayName),
    vault: vault?.deletedAt === undefined ? "there" : "recoverable",
    enabled: [...(vault?.secrets ?? [])]
      .filter(([, { versions }]) => versions.some(({ enabled }) => enabled))
      .map(([name]) => /^(?:client-secret|refresh-token)/u.exec(name)?.[0] ?? name),
  };
}

describe.each([
  ["plain", ["Consent", "VaultCreateMode"], { applications: [], vault: "recoverable", enabled: ["client-secret"] }],
  [
    "adopted",
    ["Adoption", "Consent", "VaultCreateMode"],
    { applications: ["Portal of 2019"], vault: "recoverable", enabled: ["client-secret"] },
  ],
  [
    "existing-vault",
    ["Adoption", "Consent", "VaultSecret"],
    { applications: ["Portal of 2019"], vault: "there", enabled: [] },
  ],
] as const)("a stack of the program before, %s", (name, dynamic, afterwards) => {
  let project: Project;

  beforeAll(async () => {
    project = await goOn(name);
  });
  afterAll(() => project.close());

  test("has the dynamic resources of that program", async () => {
    const types = (await typesIn(project)).filter((type) => type.startsWith("pulumi-nodejs:dynamic/partner:"));
    expect(types.map((type) => type.split(":").at(-1)).sort()).toEqual(dynamic);
  });

  test("previews empty, and so it does after its dynamic resources were refreshed by the code in their state", async () => {
    for (const words of [[], ["--refresh"]]) {
      const { code, text } = await project.pulumi("preview", "--expect-no-changes", "--diff", ...words);
      expect({ code, text: code === 0 ? "" : text }).toEqual({ code: 0, text: "" });
    }
  });

  test("is destroyed, and nothing is left but what outlives every stack", async () => {
    const { code, text } = await project.pulumi("destroy", "--yes", "--skip-preview");
    expect({ code, text: code === 0 ? "" : text }).toEqual({ code: 0, text: "" });
    expect(await typesIn(project)).toEqual([]);
    expect(left(project)).toEqual(afterwards);
  });
});
