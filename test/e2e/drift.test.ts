import { type Graph, openGraph } from "./support/graph";
import { Project } from "./support/project";
import { openVault, versionsOf } from "./support/vault";

interface StackOutputs {
  applicationId: string;
  applicationObjectId: string;
  servicePrincipalObjectId: string;
  refreshTokenName: string;
  clientSecretName: string;
  consent: { health: string };
}

/** Microsoft Graph, application permission Group.Read.All. */
const groupReadAll = "5b567255-7703-4780-807c-7be8301ae99b";

describe("a stack that somebody changed by hand", () => {
  let project: Project;
  let graph: Graph;

  const outputs = async () => (await project.outputs()) as unknown as StackOutputs;

  beforeAll(async () => {
    project = await Project.start();
    await project.up();
    graph = await openGraph(project);
  });
  afterAll(() => project.close());

  /** Each tamper, what the preview must name, and how the repair shows in the cloud. */
  const tampers: [name: string, named: RegExp[], tamper: () => Promise<void>, repaired: () => Promise<void>][] = [
    [
      "a removed reply URL",
      [/azuread:index\/application:Application/u, /redirectUris/u],
      async () => {
        const { applicationObjectId } = await outputs();
        const web = { redirectUris: ["http://localhost:8400/consent"] };
        await graph("PATCH", `/applications/${applicationObjectId}`, { web });
      },
      async () => {
        const { applicationObjectId } = await outputs();
        const { web } = await graph<{ web: { redirectUris: string[] } }>("GET", `/applications/${applicationObjectId}`);
        expect(web.redirectUris.sort()).toEqual(["http://localhost:8400/consent", "urn:ietf:wg:oauth:2.0:oob"]);
      },
    ],
    [
      "an added permission",
      [/azuread:index\/application:Application/u, /requiredResourceAccess/u, new RegExp(groupReadAll, "u")],
      async () => {
        const path = `/applications/${(await outputs()).applicationObjectId}`;
        const { requiredResourceAccess } = await graph<{ requiredResourceAccess: object[] }>("GET", path);
        const more = requiredResourceAccess.map((access) =>
          "resourceAppId" in access && access.resourceAppId === "00000003-0000-0000-c000-000000000000"
            ? { ...access, resourceAccess: [{ id: groupReadAll, type: "Role" }] }
            : access,
        );
        await graph("PATCH", path, { requiredResourceAccess: more });
      },
      async () => {
        const found = await graph("GET", `/applications/${(await outputs()).applicationObjectId}`);
        expect(JSON.stringify(found)).not.toContain(groupReadAll);
      },
    ],
    [
      "a removed group member",
      [/azuread:index\/groupMember:GroupMember/u],
      async () => {
        const group = project.emulator.seeds.groups.adminAgents.id;
        await graph("DELETE", `/groups/${group}/members/${(await outputs()).servicePrincipalObjectId}/$ref`);
      },
      async () => {
        const group = project.emulator.seeds.groups.adminAgents.id;
        const members = await graph("GET", `/groups/${group}/members`);
        expect(JSON.stringify(members)).toContain((await outputs()).servicePrincipalObjectId);
      },
    ],
    [
      "a deleted client secret",
      [/azuread:index\/applicationPassword:ApplicationPassword/u],
      async () => {
        const path = `/applications/${(await outputs()).applicationObjectId}`;
        const { passwordCredentials } = await graph<{ passwordCredentials: { keyId: string }[] }>("GET", path);
        await graph("POST", `${path}/removePassword`, { keyId: passwordCredentials[0]?.keyId });
      },
      async () => {
        // The new secret has a name of its own, and the token was rolled with it: its tag names the new one.
        const { refreshTokenName, clientSecretName } = await outputs();
        const newest = (await versionsOf(await openVault(project), refreshTokenName)).filter(({ enabled }) => enabled);
        expect(newest.map(({ tags }) => tags["client-secret"])).toContain(clientSecretName);
      },
    ],
    [
      "a disabled refresh token",
      [/pulumi-nodejs:dynamic\/partner:Consent/u, /health\s*: "ok" => "disabled"|"disabled" => "ok"/u],
      async () => {
        const vault = await openVault(project);
        const { refreshTokenName } = await outputs();
        for (const { version, enabled } of await versionsOf(vault, refreshTokenName)) {
          if (enabled) await vault.updateSecretProperties(refreshTokenName, version, { enabled: false });
        }
      },
      async () => {
        const { refreshTokenName, consent } = await outputs();
        const versions = await versionsOf(await openVault(project), refreshTokenName);
        expect({ health: consent.health, enabled: versions.filter(({ enabled }) => enabled).length }).toEqual({
          health: "ok",
          enabled: 1,
        });
      },
    ],
  ];

  test.each(tampers)("%s is named by the preview, repaired by up, and gone", async (_name, named, tamper, repaired) => {
    await tamper();
    const found = await project.drift();
    expect(found.code).toBe(7);
    for (const pattern of named) expect(found.text).toMatch(pattern);
    await project.up("--refresh");
    await repaired();
    const after = await project.drift();
    expect({ code: after.code, text: after.code === 0 ? "" : after.text }).toEqual({ code: 0, text: "" });
  });

  test("plain preview looks at nothing, as the documentation says", async () => {
    await graph("PATCH", `/applications/${(await outputs()).applicationObjectId}`, { displayName: "Tampered" });
    const plain = await project.pulumi("preview", "--expect-no-changes");
    const refreshed = await project.drift();
    expect({ plain: plain.code, refreshed: refreshed.code }).toEqual({ plain: 0, refreshed: 7 });
    await project.up("--refresh");
  });

  test("a vault that cannot be read is reported, and blocks neither the repair of the rest nor destroy", async () => {
    const refused = {
      error: {
        code: "Forbidden",
        message: "Client address is not authorized",
        innererror: { code: "ForbiddenByFirewall" },
      },
    };
    project.emulator.faults.add({ service: "keyVault", status: 403, body: refused, times: 0 });
    await graph("PATCH", `/applications/${(await outputs()).applicationObjectId}`, { displayName: "Tampered" });
    const found = await project.drift();
    expect(found.code).toBe(7);
    expect(found.text).toMatch(/unreadable/u);
    const up = await project.pulumi("up", "--refresh", "--yes", "--skip-preview");
    expect(up.code).toBe(1);
    expect(up.text).toMatch(/ForbiddenByFirewall.*networkRules/su);
    const application = await graph<{ displayName: string }>(
      "GET",
      `/applications/${(await outputs()).applicationObjectId}`,
    );
    expect(application.displayName).toBe("Partner Center Web App");
    const destroyed = await project.pulumi("destroy", "--yes", "--skip-preview", "--refresh");
    expect({ code: destroyed.code, warned: destroyed.text.includes("may still be enabled") }).toEqual({
      code: 0,
      warned: true,
    });
  });
});
