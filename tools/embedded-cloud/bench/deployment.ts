/** `up` of the whole model, beside the same resources in an engine whose plugins do nothing. */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { engineHome } from "../engine/engine-environment";
import { scriptFile, scriptText } from "../engine/launcher";
import { folderWith } from "../engine/put-in-place";
import { stackResources, stackType } from "../engine/stack-outputs";
import { alternately, median, time } from "./measure";
import { emptyProject, type Stage } from "./stage";

/** Registers what the list has: each below its parent, after what it depends on, by its provider. */
const program = `
const pulumi = require("@pulumi/pulumi");
const made = new Map();
const code = 'exports.handler = () => ({ create: async () => ({ id: "made", outs: {} }) });';
for (const { urn, type, custom, parent, dependencies = [], provider = "" } of require("./resources.json")) {
  const name = urn.slice(urn.lastIndexOf("::") + 2);
  const options = {
    parent: made.get(parent),
    dependsOn: dependencies.flatMap((one) => made.get(one) ?? []),
    provider: made.get(provider.slice(0, provider.lastIndexOf("::"))),
  };
  const [, of, plugin] = type.split(":");
  if (!custom) made.set(urn, new pulumi.ComponentResource(type, name, {}, options));
  else if (of === "providers") made.set(urn, new pulumi.ProviderResource(plugin, name, {}, options));
  else made.set(urn, new pulumi.CustomResource(type, name, type.startsWith("pulumi-nodejs") ? { __provider: code } : {}, options));
}
`;

/** Seconds, medians. */
export async function measureDeployment(stage: Stage): Promise<{ ours: number; bare: number }> {
  const folder = await emptyProject(stage, "bare", program);
  await writeFile(join(folder, "resources.json"), JSON.stringify(resourcesOf(stage)));
  const env = { ...stage.env, PULUMI_HOME: await homeOfEmptyPlugins(stage) };
  let round = 0;
  const bare = async () => {
    const run = (...argv: string[]) => time({ command: "pulumi", argv, cwd: folder, env });
    const stack = `bare-${round}`;
    await run("stack", "init", stack, "--non-interactive");
    const taken = await run("up", "--yes", "--skip-preview", "--stack", stack, "--non-interactive");
    await run("stack", "rm", stack, "--yes", "--force", "--non-interactive");
    return taken;
  };
  const ours = async () => {
    const name = `model-${++round}`;
    const stack = await stage.newStack(name);
    const taken = await time(stack("up", "--yes", "--skip-preview"));
    const destroy = stack("destroy", "--yes", "--skip-preview");
    await time(destroy);
    // With its configuration file, which the engine writes beside the program.
    await time({ ...destroy, argv: ["stack", "rm", name, "--yes", "--non-interactive"] });
    return taken;
  };
  const [whole, engine] = await alternately(3, ours, bare);
  return { ours: median(whole) / 1000, bare: median(engine) / 1000 };
}

/** Of stack dev, without what the engine itself adds. */
const resourcesOf = ({ workDirectory }: Stage) =>
  stackResources(workDirectory, "dev").filter(({ type, urn }) => type !== stackType && !urn.includes("::default"));

/** A PULUMI_HOME with plugins of the same names and versions. */
async function homeOfEmptyPlugins({ workDirectory }: Stage): Promise<string> {
  const home = join(workDirectory, "empty-plugins");
  const plugin = join(__dirname, "empty-plugin.js");
  for (const folder of await readdir(join(engineHome(workDirectory), "plugins"))) {
    const [, name = ""] = /^resource-(.+)-v/u.exec(folder) ?? [];
    await folderWith(scriptFile(`pulumi-resource-${name}`), scriptText(plugin), join(home, "plugins", folder));
  }
  return home;
}
