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
export const protection = `\
    + secure-application-model:index:DestroyProtection: (create)
        [urn=urn:pulumi:dev::secure-application-model::secure-application-model:index:SecureApplicationModel$secure-application-model:index:DestroyProtection::partner]
`;

/** Declared from now on: with the protection, the only change that this release makes to a stack of the release before. */
const consentChange = `\
    ~ pulumi-nodejs:dynamic/partner:Consent: (update)
        [id=<vault>/secrets/<refresh token>]
        [urn=urn:pulumi:dev::secure-application-model::secure-application-model:index:SecureApplicationModel$pulumi-nodejs:dynamic/partner:Consent::partner]
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

const consentUpdate = `\
${consentChange}${protection}    --outputs:--
  ~ consent                 : {
        health: "ok"
    }
Resources:
    + 1 to create
    ~ 1 to update
    2 changes. `;

/** The engine's planned changes, after the results of a refresh and of the program's lookups of tenant and application. */
export async function firstPreview(project: Project, ...argv: string[]): Promise<string> {
  const { code, text } = await project.pulumi("preview", "--diff", ...argv);
  if (code !== 0) throw new Error(text);
  const [, said = text] = text.split("from ARM_TENANT_ID.\n");
  return withoutVault(said.replace(/^The application "[^]*?(?=^ {4}~ )/mu, "")).trimEnd();
}

const withoutVault = (text: string): string =>
  text.replace(/https:\/\/127\.0\.0\.1:\d+\/secrets\/refresh-token-[0-9a-f-]+/gu, "<vault>/secrets/<refresh token>");

export const signIns = (project: Project): number =>
  project.emulator.requests.entries().filter(({ path }) => /\/(?:authorize|adminconsent)/u.test(path)).length;

interface Row {
  name: Parameters<typeof goOn>[0];
  /** How many other resources there are. */
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

      if (isWhole) {
        test("previews what the consent has to bring, line by line, and nothing else, after a refresh by the code in state", async () => {
          const expected = `${consentUpdate}${others} unchanged`;
          expect(await firstPreview(project, "--refresh")).toBe(expected);
          expect(await firstPreview(project)).toBe(expected);
        });
      }

      test("gets what the consent has to bring, line by line, and nothing else, after a refresh by the code in state, and goes on without a sign-in", async () => {
        const text = withoutVault(await project.up("--refresh", "--diff"));
        expect(text).toContain(consentChange);
        expect(text).toContain(protection);
        expect(text).toContain(`\nResources:\n    + 1 created\n    ~ 1 updated\n    2 changes. ${others} unchanged\n`);
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
