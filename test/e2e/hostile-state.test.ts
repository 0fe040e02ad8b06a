/** A refresh obeys what the state holds: code, plugins, hosts. No command of ours begins one where these are not this program's. */
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { ExportedState } from "../../acceptance/former-state";
import { serverCertificate } from "../../embedded-cloud/testing/emulator";
import { aboutStack } from "./support/command";
import { deployedOnce } from "./support/deployed-once";
import type { DoctorResult } from "./support/doctor-result";
import { keptKeys, Project, rewriteState } from "./support/project";
import { story } from "../support/story";

let project: Project;
let canary: string;
/** As it was deployed. */
let before: ExportedState;

beforeAll(async () => {
  project = await Project.start({ deployed: await deployedOnce("AzureCloud") });
  canary = join(project.folder, "canary");
  const __provider = `require("node:fs").writeFileSync(${JSON.stringify(canary)}, "it ran");`;
  await rewriteState(project, ({ deployment: { resources, ...rest }, ...state }) => {
    before = { ...state, deployment: { ...rest, resources } };
    return {
      ...state,
      deployment: {
        ...rest,
        resources: resources.map((resource) => {
          if (!resource.type.endsWith(":Consent")) return resource;
          const { inputs, outputs } = resource;
          return { ...resource, inputs: { ...inputs, __provider }, outputs: { ...outputs, __provider } };
        }),
      },
    };
  });
});
afterAll(() => project.close());
const test = story(() => {
  rmSync(canary, { force: true });
});

const holds = "its state holds code, a plugin or a host that is not this program's, in";
const named = `${holds} partner.Consent partner. None of it was run.`;

for (const words of ["drift", "preview", "up", "rotate --scheduled", "rotate --yes"])
  test(words, async () => {
    const { code, stdout, stderr } = await aboutStack(project, ...words.split(" "));
    expect([existsSync(canary), code, stdout]).toEqual([false, 1, ""]);
    expect(stderr).toContain(`error: Stack dev: ${named} A refresh obeys it`);
  });

test("doctor --fix", async () => {
  const { code, stdout } = await aboutStack(project, "doctor", "--fix", "--json");
  const results = JSON.parse(stdout) as DoctorResult[];
  expect([existsSync(canary), code]).toEqual([false, 1]);
  expect(results.find(({ state }) => state === "failed")).toMatchObject({
    name: "stack",
    what: expect.stringContaining(`dev: ${named}`) as string,
  });
  expect(results.find(({ name }) => name === "interrupted")?.state).toBe("skipped");
});

test("the engine by itself runs it: what is left to whoever types pulumi", async () => {
  expect((await project.drift()).code).not.toBe(0);
  expect(existsSync(canary)).toBe(true);
});

type Properties = Record<string, unknown>;
type Resources = ExportedState["deployment"]["resources"];
type Attack = (resources: Resources) => Resources;

describe("what leads elsewhere", () => {
  let server: Server;
  const got: string[] = [];
  const elsewhere = () => `127.0.0.1:${(server.address() as AddressInfo).port}`;
  beforeAll(async () => {
    const { certificate: cert, key } = await serverCertificate(keptKeys);
    server = createServer({ cert, key }, ({ method = "", url = "" }, response) => {
      got.push(`${method} ${url}`);
      response.writeHead(400).end();
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
  });
  afterAll(async () => {
    server.closeAllConnections();
    await server[Symbol.asyncDispose]();
  });

  const changed =
    (type: RegExp, change: (properties: Properties) => Properties): Attack =>
    (resources) =>
      resources.map((one) => {
        if (!type.test(one.type)) return one;
        const { inputs = {}, outputs = {} } = one as { inputs?: Properties; outputs?: Properties };
        return { ...one, inputs: change(inputs), outputs: change(outputs) };
      });

  const attacks: [what: string, named: string, Attack][] = [
    [
      "where a resource signs in",
      "partner.VaultSecret partner-",
      changed(/:VaultSecret$/u, (all) => ({
        ...all,
        endpoints: { ...(all["endpoints"] as object), authority: `https://${elsewhere()}` },
      })),
    ],
    [
      "where a plugin asks for its hosts",
      "pulumi.providers.azure",
      changed(/^pulumi:providers:azure/u, (all) => ({ ...all, metadataHost: elsewhere() })),
    ],
    [
      "a plugin that runs commands",
      "pulumi.providers.command default",
      (resources) => [
        ...resources,
        {
          ...{ urn: "urn:pulumi:dev::secure-application-model::pulumi:providers:command::default", custom: true },
          ...{ id: "11111111-1111-4111-8111-111111111111", type: "pulumi:providers:command", inputs: {}, outputs: {} },
        },
      ],
    ],
  ];
  for (const [what, names, attack] of attacks)
    test(what, async () => {
      const { resources, ...rest } = before.deployment;
      await rewriteState(project, () => ({ ...before, deployment: { ...rest, resources: attack(resources) } }));
      for (const command of ["drift", "up"]) {
        const { code, stderr } = await aboutStack(project, command);
        expect([code, got]).toEqual([1, []]);
        expect(stderr).toContain(holds);
        expect(stderr).toContain(names);
      }
      await rewriteState(project, () => before);
    });
});
