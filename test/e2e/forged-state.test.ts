/** A state that names what is somebody else's, under types that the program has: nobody is asked in `up` and `rotate`, and the engine deletes it. */
import type { StateResource } from "../../cli/engine/deployment";
import { providerCode } from "../../lib/startup/provider-code";
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

/** The state's resources, without the forged one. */
const forge = async (change: (all: StateResource[]) => StateResource[]) => {
  await rewriteState(project, ({ deployment: { resources, ...rest }, ...state }) => {
    const kept = resources.filter(({ id, urn }) => id !== victim && !urn.endsWith("::partner-forged"));
    return { ...state, deployment: { ...rest, resources: change(kept) } };
  });
};

const marks = [
  ["pendingReplacement", ":Consent", "does not give up by itself: partner.Consent partner (https://"],
  ["external", ":Application", "that is not this program's, in azuread.Application partner."],
] as const;

test.each(
  marks,
  ([member, kind]) => `none gets another one in its place by ${member}: ${kind}`,
  async ([member, kind, what]) => {
    const { size } = project.tenant.applications;
    const mark = async (is: boolean) => {
      await forge((all) => all.map((one) => (one.type.endsWith(kind) ? { ...one, [member]: is } : one)));
    };
    await mark(true);
    const { code, stderr } = await aboutStack(project, "up");
    await mark(false);
    expect([code, project.tenant.applications.size]).toEqual([1, size]);
    expect(stderr).toContain(what);
  },
);

test("rules of a vault under a name that has another type in it: their deletion asks for nothing", async () => {
  const rules = "pulumi-nodejs:dynamic/partner:VaultRules";
  await forge((all) => {
    const group = thatIsThere(all.find((one) => one.type === type));
    const { provider = "", urn, ...own } = thatIsThere(all.find((one) => one.type.endsWith(":VaultCreateMode")));
    const properties = { __provider: providerCode("VaultRules"), vaultId: victim };
    const name = `${type}::partner-forged`;
    const forged = { ...own, provider, type: rules, id: victim, inputs: properties, outputs: properties };
    return [
      ...all,
      { ...forged, urn: `${urn.split("::").slice(0, 2).join("::")}::${rules}::${name}`, parent: group.parent ?? "" },
    ];
  });
  const { code } = await aboutStack(project, "up");
  expect([code, isThere()]).toEqual([0, true]);
});

test("a rotation that is due and alone goes on, and its second one deletes the first credential", async () => {
  await forge((all) => all);
  for (const label of ["c2", "c3"]) {
    const { code, stdout } = await aboutStack(project, "rotate", "--yes");
    expect([code, stdout]).toEqual([0, expect.stringContaining(`New credential ${label} in use.`)]);
  }
});
