import { holdPort } from "../oauth/browser";
import { secureAppModel } from "./support/command";
import { type DeployedStack, recordStack } from "./support/deployed-stack";
import { Project } from "./support/project";

/** The command that the failure printed, without the words before its options. */
function printedCommand(text: string): string[] {
  const line = /npx secure-app-model (consent .*)$/mu.exec(text)?.[1] ?? "";
  return [...line.matchAll(/'([^']*)'|(\S+)/gu)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

/** As it is when nobody could sign in: everything is in place but the consent. */
let unfinished: DeployedStack;

describe("a deployment where nobody can sign in", () => {
  let project: Project;
  let robot: string;
  let failed: { code: number; text: string };

  beforeAll(async () => {
    project = await Project.start({ signIn: "nobody" });
    robot = `${project.folder}/sign-in-robot`;
    // Whoever began to wait for a sign-in would fail for the port.
    const holder = await holdPort("127.0.0.1", project.signInPort);
    failed = await project.pulumi("up", "--yes", "--skip-preview");
    await holder.release();
    unfinished = await recordStack(project, project.cloud);
  });
  afterAll(() => project.close());

  test("fails at once, after everything else is in place, with the command to run", async () => {
    const { resources } = await project.exported();
    const consent = resources.find(({ type }) => type === "pulumi-nodejs:dynamic/partner:Consent");
    const signIns = project.emulator.requests.entries().filter(({ path }) => path.includes("/authorize")).length;
    expect({ code: failed.code, others: resources.length, health: consent?.outputs?.["health"], signIns }).toEqual({
      code: 1,
      others: 18,
      health: "unfinished",
      signIns: 0,
    });
    expect(failed.text).not.toMatch(/Sign in with the service account|Port \d+ of this machine/u);
    expect(failed.text).toMatch(
      /A person has to sign in once.*npx secure-app-model consent --cloud AzureCloud --vault https:\/\/127/su,
    );
  });

  test("goes on failing the same way while nobody consented", async () => {
    const again = await project.pulumi("up", "--yes", "--skip-preview");
    expect({ code: again.code, command: printedCommand(again.text) }).toEqual({
      code: 1,
      command: printedCommand(failed.text),
    });
  });

  test("after the printed command, the next up finishes without a browser", async () => {
    const words = printedCommand(failed.text);
    const port = String(project.signInPort);
    const consent = await secureAppModel(project, [...words, "--port", port, "--json"], { BROWSER: robot });
    expect({ code: consent.code, health: (JSON.parse(consent.stdout) as { health: string }).health }).toEqual({
      code: 0,
      health: "ok",
    });
    const before = project.emulator.requests.entries().filter(({ path }) => path.includes("/authorize")).length;
    const up = await project.up();
    expect(up).toMatch(/1 updated/u);
    const after = project.emulator.requests.entries().filter(({ path }) => path.includes("/authorize")).length;
    expect(after).toBe(before);
    expect((await project.drift()).code).toBe(0);
  });
});

test("after the printed command, the next up --refresh finishes as well", async () => {
  const project = await Project.start({ signIn: "nobody", deployed: unfinished });
  try {
    const failed = await project.pulumi("up", "--yes", "--skip-preview");
    const port = String(project.signInPort);
    const robot = { BROWSER: `${project.folder}/sign-in-robot` };
    const consent = await secureAppModel(project, [...printedCommand(failed.text), "--port", port], robot);
    expect(consent.code).toBe(0);
    expect(await project.up("--refresh")).toMatch(/1 updated/u);
  } finally {
    await project.close();
  }
});

describe("a sign-in that must not be stored", () => {
  let project: Project;

  beforeAll(async () => {
    project = await Project.start({ deployed: unfinished });
  });
  afterAll(() => project.close());

  test("a taken redirect port: which one, and how to choose another", async () => {
    const { signInPort: port } = project;
    const holder = await holdPort("127.0.0.1", port);
    const up = await project.pulumi("up", "--yes", "--skip-preview");
    await holder.release();
    expect(up.code).toBe(1);
    expect(up.text).toMatch(new RegExp(`Port ${port} of this machine is taken.*consent\\.port ${port + 1}`, "su"));
  });

  const administrator = "admin@partner.example";
  const refusals: [
    name: string,
    environment: Record<string, string>,
    settings: Record<string, unknown>,
    text: RegExp,
  ][] = [
    [
      "another account",
      { SIGN_IN_ROBOT_ACCOUNT: "alice@partner.example" },
      { adminConsent: "everybody" },
      /alice@partner\.example signed in, but svc-partner@partner\.example was expected/u,
    ],
    [
      "an account without multi-factor authentication",
      { SIGN_IN_ROBOT_ACCOUNT: "svc-nomfa@partner.example" },
      { consent: { account: "svc-nomfa@partner.example" } },
      /svc-nomfa@partner\.example signed in without multi-factor authentication.*900421/u,
    ],
    [
      "a declined consent",
      { SIGN_IN_ROBOT_ACCOUNT: administrator, SIGN_IN_ROBOT_CONSENT: "cancel" },
      // Only who is asked can decline.
      { adminConsent: undefined, consent: { account: administrator } },
      /error: 1 error occurred:\s+\* The sign-in was refused: the consent was declined\. .*AADSTS65004.*Consent again, .*: pulumi up$/mu,
    ],
  ];

  test.each(refusals)("%s: one clear error, nothing stored", async (_name, environment, settings, text) => {
    Object.assign(project.environment, environment);
    await project.configure(settings);
    const up = await project.pulumi("up", "--yes", "--skip-preview");
    for (const name of Object.keys(environment)) Reflect.deleteProperty(project.environment, name);
    expect(up.code).toBe(1);
    expect(up.text).toMatch(text);
    const { text: state } = await project.exported();
    expect(state).toMatch(/"health": "unfinished"/u);
    const stored = project.emulator.requests
      .entries()
      .filter(({ method, path }) => method === "PUT" && path.includes("/secrets/refresh-token"));
    expect(stored).toEqual([]);
  });

  test("the next up finishes, once the service account signs in and accepts", async () => {
    await project.configure({});
    expect(await project.up()).toMatch(/1 updated/u);
    expect((await project.outputs())["consent"]).toMatchObject({ health: "ok" });
  });
});
