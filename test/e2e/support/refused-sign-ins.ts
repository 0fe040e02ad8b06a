/** Sign-ins whose result must not be stored, each with the deployment's error. */
import type { Project } from "./project";

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
    // Only an account with a consent page can decline.
    { adminConsent: undefined, consent: { account: administrator } },
    /error: 1 error occurred:\s+\* The sign-in was refused: the consent was declined\. .*AADSTS65004.*Consent again, .*: pulumi up --stack dev --config-file \S+$/mu,
  ],
} as const satisfies Record<string, readonly [environment: object, settings: object, text: RegExp]>;

/** `up` with such a sign-in: one clear error, and nothing is stored. @param project in which only the consent is missing */
export async function expectRefused(project: Project, name: keyof typeof refusals): Promise<void> {
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
}
