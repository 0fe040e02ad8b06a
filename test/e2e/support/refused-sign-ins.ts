/** Sign-ins whose outcome must not be stored, each with what the deployment says of it. */
import { type DeployedStack } from "./deployed-stack";
import { Project } from "./project";

const administrator = "admin@partner.example";

const refusals = {
  "another account": [
    { SIGN_IN_ROBOT_ACCOUNT: "alice@partner.example" },
    { adminConsent: "everybody" },
    /alice@partner\.example signed in, but svc-partner@partner\.example was expected/u,
  ],
  "an account without multi-factor authentication": [
    { SIGN_IN_ROBOT_ACCOUNT: "svc-nomfa@partner.example" },
    { consent: { account: "svc-nomfa@partner.example" } },
    /svc-nomfa@partner\.example signed in without multi-factor authentication.*900421/u,
  ],
  "a declined consent": [
    { SIGN_IN_ROBOT_ACCOUNT: administrator, SIGN_IN_ROBOT_CONSENT: "cancel" },
    // Only who is asked can decline.
    { adminConsent: undefined, consent: { account: administrator } },
    /error: 1 error occurred:\s+\* The sign-in was refused: the consent was declined\. .*AADSTS65004.*Consent again, .*: pulumi up$/mu,
  ],
} as const satisfies Record<string, readonly [environment: object, settings: object, text: RegExp]>;

/**
 * @param unfinished gives a stack of which everything is in place but the consent
 * @param options whether a sign-in that counts comes behind them
 */
export function testRefusedSignIns(
  unfinished: () => DeployedStack | Promise<DeployedStack>,
  names: readonly (keyof typeof refusals)[],
  { finishes }: { finishes: boolean },
): void {
  describe("a sign-in that must not be stored", () => {
    let project: Project;

    beforeAll(async () => {
      project = await Project.start({ deployed: await unfinished() });
    });
    afterAll(() => project.close());

    test.each(names)("%s: one clear error, nothing stored", async (name) => {
      const [environment, settings, text] = refusals[name];
      Object.assign(project.environment, environment);
      await project.configure(settings);
      const up = await project.pulumi("up", "--yes", "--skip-preview");
      for (const variable of Object.keys(environment)) Reflect.deleteProperty(project.environment, variable);
      expect(up.code).toBe(1);
      expect(up.text).toMatch(text);
      const consent = (await project.state()).find(({ type }) => type === "pulumi-nodejs:dynamic/partner:Consent");
      expect(consent?.outputs).toMatchObject({ health: "unfinished" });
      const stored = project.emulator.requests
        .entries()
        .filter(({ method, path }) => method === "PUT" && path.includes("/secrets/refresh-token"));
      expect(stored).toEqual([]);
    });

    if (!finishes) return;
    test("the next up finishes, once the service account signs in and accepts", async () => {
      await project.configure({});
      expect(await project.up()).toMatch(/[12] updated/u);
      expect((await project.outputs())["consent"]).toMatchObject({ health: "ok" });
    });
  });
}
