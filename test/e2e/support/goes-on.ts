/** A stack that an earlier release deployed: the current one continues with it, and destroys it (test/fixtures/state-before/README.md). */
import { goOn } from "./earlier-state";
import type { Project } from "./project";

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

/** Not in the earlier release: it prevents destroy from deleting anything while the stack is protected. */
export const protection = { "+ secure-application-model:index:DestroyProtection: (create)": [] };

/** Declared from now on: what this release changes in the consent of a stack of the release before. */
const permissions = `\
      + permissions: [
      +     [0]: {
              + resource     : "Azure AD Graph"
              + resourceAppId: "00000002-0000-0000-c000-000000000000"
              + scopes       : [
              +     [0]: "Directory.AccessAsUser.All"
              +     [1]: "User.Read"
                ]
            }
      +     [1]: {
              + resource     : "Partner Center"
              + resourceAppId: "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd"
              + scopes       : [
              +     [0]: "user_impersonation"
                ]
            }
      +     [2]: {
              + resource     : "Azure Resource Manager"
              + resourceAppId: "797f4846-ba00-4fd7-ba43-dac1f8f63013"
              + scopes       : [
              +     [0]: "user_impersonation"
                ]
            }
        ]
`;

/** What moves a stack's own vault to the version of Key Vault's API that is served after 2027-02-27: each resource in place. */
export const move: Readonly<Record<string, readonly string[]>> = {
  "~ pulumi-nodejs:dynamic/partner:VaultCreateMode: (update)": ['+ keyVaultVersion: "2026-02-01"'],
  "~ azure-native:keyvault/v20260201:Vault: (update)": ['~ azureApiVersion: "2024-11-01" => "2026-02-01"'],
  "~ pulumi-nodejs:dynamic/partner:VaultSecret: (update)": [
    ...["+ __provider", "+ awaitsRole", "- azureApiVersion", "+ cloud", "+ contentType", "+ endpoints", "+ expiresOn"],
    ...["- properties", "- resourceGroupName", "+ value", "- vaultName", "+ vaultUri"],
  ],
};

/** The same for state without an input azureApiVersion, which the plugins of those programs did not give: the vault gets its type alone. */
const moveOfOld = Object.fromEntries(
  Object.entries(move).flatMap(([step, inputs]) =>
    step.includes(":Vault:") ? [] : [[step, inputs.filter((input) => input !== "- azureApiVersion")]],
  ),
);

/** The steps of a run with `--diff`, each with the inputs that change: of a secret, which changes its form, their names. */
export function stepsIn(text: string): Record<string, string[]> {
  const [all = ""] = text.split(/^ {4}--outputs:--$|^Resources:$/mu);
  const steps = all.split(/^(?= {4}[~+-]{1,2} *\S)/mu).flatMap((step): [string, string[]][] => {
    const [, first = ""] = /^ {4}([~+-]{1,2} ?\S.*)$/mu.exec(step) ?? [];
    const [inputs = ""] = step.split(/^ {8}--outputs:--$/mu);
    const lines = [...inputs.matchAll(/^ {6}([~+-] \S.*)$/gmu)].map(([, line = ""]) => line);
    const alignment = first.includes(":VaultSecret:") ? /\s*: .*$/u : / +(?=: )/u;
    return first === "" ? [] : [[first, lines.map((line) => line.replace(alignment, ""))]];
  });
  return Object.fromEntries(steps);
}

/** The engine's planned changes, after the results of a refresh and of the program's lookups of tenant and application. */
export async function firstPreview(project: Project, ...argv: string[]): Promise<string> {
  const { code, text } = await project.pulumi("preview", "--diff", ...argv);
  if (code !== 0) throw new Error(text);
  const [, said = text] = text.split("from ARM_TENANT_ID.\n");
  return said.replace(/^The application "[^]*?(?=^ {4}~ )/mu, "").trimEnd();
}

export const signIns = (project: Project): number =>
  project.emulator.requests.entries().filter(({ path }) => /\/(?:authorize|adminconsent)/u.test(path)).length;

interface Row {
  name: Parameters<typeof goOn>[0];
  /** How many resources stay as they are. */
  others: number;
  /** Dynamic resources of that release. */
  dynamic: readonly string[];
  afterwards: ReturnType<typeof left>;
  /** Previews with and without a refresh before, and checks for drift afterwards: the stacks differ in what is adopted, not in the effect. */
  isWhole?: true;
}

export function testGoesOn(rows: readonly Row[]): void {
  describe.each(rows)(
    "a stack of the program before, $name",
    ({ name, others, dynamic, afterwards, isWhole = false }) => {
      let project: Project;

      beforeAll(async () => {
        project = await goOn(name);
        // An existing vault had no protection to disable; now the application has one.
        if (name === "existing-vault") await project.set({ protect: false });
      });
      afterAll(() => project.close());

      test("has the dynamic resources of that program", async () => {
        const types = (await typesIn(project)).filter((type) => type.startsWith("pulumi-nodejs:dynamic/partner:"));
        expect(types.map((type) => type.split(":").at(-1)).sort()).toEqual(dynamic);
      });

      const consent = "~ pulumi-nodejs:dynamic/partner:Consent: (update)";
      const moves = dynamic.includes("VaultCreateMode") ? moveOfOld : {};
      const updated = 1 + Object.keys(moves).length;
      const expectChanges = (text: string, verb: "create" | "created") => {
        const steps = { ...protection, ...moves, [consent]: ["+ permissions: ["] };
        expect(stepsIn(text)).toEqual(steps);
        expect(text).toContain(permissions);
        const [made, changed] = verb === "create" ? ["to create", "to update"] : ["created", "updated"];
        const counts = `+ 1 ${made}\n    ~ ${updated} ${changed}\n    ${updated + 1} changes. ${others} unchanged`;
        expect(text).toContain(`Resources:\n    ${counts}`);
      };

      if (isWhole) {
        test("previews what the consent has to bring, line by line, and nothing else, after a refresh by the code in state", async () => {
          expectChanges(await firstPreview(project, "--refresh"), "create");
          expectChanges(await firstPreview(project), "create");
        });
      }

      test("gets what the consent has to bring, line by line, and nothing else, after a refresh by the code in state, and goes on without a sign-in", async () => {
        const [, text = ""] = (await project.up("--refresh", "--diff")).split("from ARM_TENANT_ID.\n");
        expectChanges(text, "created");
        expect(signIns(project)).toBe(0);
        if (!isWhole) return;
        const { code, text: said } = await project.drift();
        expect({ code, said: code === 0 ? "" : said }).toEqual({ code: 0, said: "" });
      });

      test("is destroyed, and nothing is left but what outlives every stack", async () => {
        const { code, text } = await project.pulumi("destroy", "--yes", "--skip-preview");
        expect({ code, text: code === 0 ? "" : text }).toEqual({ code: 0, text: "" });
        expect(await typesIn(project)).toEqual([]);
        expect(left(project)).toEqual(afterwards);
      });
    },
  );
}
