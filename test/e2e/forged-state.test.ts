/** A state that names what is somebody else's, under types that the program has: nobody is asked in `up` and `rotate`, and the engine deletes it. */
import { story } from "../support/story";
import { aboutStack } from "./support/command";
import { stackForAll } from "./support/deployed-once";
import { rewriteState } from "./support/deployed-stack";
import { type Project, thatIsThere } from "./support/project";

let project: Project;
let victim: string;

const type = "azure-native:resources:ResourceGroup";

stackForAll({ deployed: true }, async (started) => {
  project = started;
  const groups = project.subscription.resourceGroups;
  const group = thatIsThere([...groups.values()][0]);
  victim = String(group["id"]).replace(/[^/]+$/u, "victim");
  groups.set("victim", { ...group, id: victim, name: "victim" });
  await rewriteState(project, ({ deployment: { resources, ...rest }, ...state }) => {
    const own = thatIsThere(resources.find((one) => one.type === type));
    const [inputs, urn] = [{ ...own.inputs, resourceGroupName: "victim" }, own.urn.replace(/[^:]+$/u, "victim")];
    const forged = {
      ...own,
      urn,
      id: victim,
      inputs,
      outputs: { ...own.outputs, id: victim, name: "victim" },
      protect: false,
    };
    return { ...state, deployment: { ...rest, resources: [...resources, forged] } };
  });
});

const test = story();
const isThere = () => project.subscription.resourceGroups.has("victim");

test.each(["up", "rotate --yes"], String, async (words) => {
  const { code, stderr } = await aboutStack(project, ...words.split(" "));
  expect([isThere(), code]).toEqual([true, 1]);
  expect(stderr).toContain(
    `does not give up by itself: azure-native.resources.ResourceGroup victim (${victim}). Nothing was deployed.`,
  );
});

test("a rotation that is due and alone goes on, and its second one deletes the first credential", async () => {
  await rewriteState(project, ({ deployment: { resources, ...rest }, ...state }) => {
    const kept = resources.filter(({ id }) => id !== victim);
    return { ...state, deployment: { ...rest, resources: kept } };
  });
  for (const label of ["c2", "c3"]) {
    const { code, stdout } = await aboutStack(project, "rotate", "--yes");
    expect([code, stdout]).toEqual([0, expect.stringContaining(`New credential ${label} in use.`)]);
  }
});
