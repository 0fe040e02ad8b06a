import { type Graph, openGraph } from "./support/graph";
import { Project } from "./support/project";
import { handsOn, tampers } from "./support/tampers";

describe("a stack that somebody changed by hand", () => {
  let project: Project;
  let graph: Graph;

  const applicationPath = async () => `/applications/${String((await project.outputs())["applicationObjectId"])}`;

  beforeAll(async () => {
    project = await Project.start();
    await project.up();
    graph = await openGraph(project);
  });
  afterAll(() => project.close());

  test.each(tampers)("$name is named by the preview, repaired by up, and gone", async ({ named, tamper, repaired }) => {
    await tamper(await handsOn(project));
    const found = await project.drift();
    expect(found.code).toBe(7);
    for (const pattern of named) expect(found.text).toMatch(pattern);
    await project.up("--refresh");
    await repaired(await handsOn(project));
    const after = await project.drift();
    expect({ code: after.code, text: after.code === 0 ? "" : after.text }).toEqual({ code: 0, text: "" });
  });

  test("plain preview looks at nothing, as the documentation says", async () => {
    await graph("PATCH", await applicationPath(), { displayName: "Tampered" });
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
    await graph("PATCH", await applicationPath(), { displayName: "Tampered" });
    const found = await project.drift();
    expect(found.code).toBe(7);
    expect(found.text).toMatch(/unreadable/u);
    const up = await project.pulumi("up", "--refresh", "--yes", "--skip-preview");
    expect(up.code).toBe(1);
    expect(up.text).toMatch(/ForbiddenByFirewall.*networkRules/su);
    const application = await graph<{ displayName: string }>("GET", await applicationPath());
    expect(application.displayName).toBe("Partner Center Web App");
    const destroyed = await project.pulumi("destroy", "--yes", "--skip-preview", "--refresh");
    expect({ code: destroyed.code, warned: destroyed.text.includes("may still be enabled") }).toEqual({
      code: 0,
      warned: true,
    });
  });
});
