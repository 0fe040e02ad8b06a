/**
 * Stacks as a release wrote them: the exported state, a line a resource, and the stack's file. Values that differ from run to run or from
 * machine to machine have a name there, and get their value from a cloud in which the same configuration is deployed.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { type Project, repository, type StateResource, thatIsThere } from "./project";

const fixtures = join(repository, "test", "fixtures");

/** `<version>/<stack>` of each. */
export const releasedStacks = (): string[] =>
  readdirSync(fixtures, { recursive: true, withFileTypes: true })
    .filter(({ name }) => name === "state.jsonl")
    .map(({ parentPath }) => parentPath.slice(fixtures.length + 1))
    .sort();

const stateOf = (stack: string): string => join(fixtures, stack, "state.jsonl");
const configurationOf = (stack: string): string => join(fixtures, stack, "Pulumi.dev.yaml");

interface Exported {
  version: number;
  deployment: { manifest: { time?: string }; resources: StateResource[] };
}

type Named = readonly [name: string, value: string];

function valuesOf({ cloud, folder, tenant, subscription }: Project): Named[] {
  const applications = [...tenant.applications.values()];
  const application = thatIsThere(applications.find(({ displayName }) => displayName === "Partner Center Web App"));
  const { id, appId, passwordCredentials, keyCredentials } = application;
  const principal = thatIsThere([...tenant.servicePrincipals.values()].find((one) => one.appId === appId));
  const credential = thatIsThere([...passwordCredentials, ...keyCredentials][0]);
  const { secrets, certificates } = thatIsThere([...subscription.vaults.values()][0]);
  const newest = (kind: string) =>
    thatIsThere([...secrets].find(([name]) => name.startsWith(kind))?.[1].versions.at(-1));
  const record = newest("client-credential-");
  const token = newest("refresh-token-");
  const hosts = [...Object.entries<string>({ ...cloud.origins }), ...cloud.vaultOrigins];
  const certificate = [...certificates.values()][0]?.versions[0];
  return [
    ["folder", folder],
    ...hosts.map(([name, origin]): Named => [`host of ${name}`, new URL(origin).host]),
    ["application", id],
    ["client id", appId],
    ["service principal", principal.id],
    ["key id", credential.keyId],
    ["start of the credential", credential.startDateTime],
    ["end of the credential", credential.endDateTime],
    ["day of the credential", credential.startDateTime.slice(0, 10)],
    ["credential", record.value],
    ["version of the record", record.id],
    ["version of the token", token.id],
    ["consent", token.tags["consented-at"] ?? ""],
    ["end of the consent", new Date((token.expires ?? 0) * 1000).toISOString()],
    ...(certificate === undefined
      ? []
      : [["certificate", certificate.certificate] as const, ["version of the certificate", certificate.id] as const]),
  ];
}

/** A port is a number, in a text that is JSON too. */
const withPort = (text: string, from: number, to: number): string =>
  text.replace(new RegExp(String.raw`(?<=\bport\\*"?:\s*)${from}\b`, "gu"), String(to));
const writtenPort = 8400;

/** Values that contain others come first. */
const withNames = (text: string, project: Project): string =>
  valuesOf(project)
    .toSorted(([, one], [, other]) => other.length - one.length)
    .reduce(
      (all, [name, value]) => all.replaceAll(value, `<${name}>`),
      withPort(text, project.signInPort, writtenPort),
    );

const withValues = (text: string, project: Project, values: readonly Named[]): string =>
  values.reduce(
    (all, [name, value]) => all.replaceAll(`<${name}>`, value),
    withPort(text, writtenPort, project.signInPort),
  );

/** The stack's file, before anything is deployed. */
export function configureAs(stack: string, project: Project): void {
  const text = readFileSync(configurationOf(stack), "utf8");
  writeFileSync(project.configFile, withValues(text, project, [["folder", project.folder]]));
}

/** Replaces the state of a stack that is deployed with this configuration. @returns the outputs that the release gave it */
export async function importState(stack: string, project: Project): Promise<object> {
  const text = withValues(readFileSync(stateOf(stack), "utf8"), project, valuesOf(project));
  const [head, ...resources] = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
  const { deployment, ...rest } = head as Exported;
  const file = join(project.folder, "released.json");
  writeFileSync(file, JSON.stringify({ ...rest, deployment: { ...deployment, resources } }));
  const { code, text: said } = await project.pulumi("stack", "import", "--file", file);
  if (code !== 0) throw new Error(said);
  return thatIsThere((resources as StateResource[])[0]?.outputs);
}

/** Times, and positions in sources, which the engine does not compare. */
const left = new Set(["created", "modified", "sourcePosition", "stackTrace", "time"]);

export async function writeReleased(stack: string, project: Project): Promise<void> {
  const { text } = await project.pulumi("stack", "export", "--show-secrets");
  const kept = JSON.parse(text, (name, value: unknown) => (left.has(name) ? undefined : value)) as Exported;
  const { resources, ...deployment } = kept.deployment;
  const lines = [{ ...kept, deployment }, ...resources].map((line) => JSON.stringify(line));
  const configuration = stringify(JSON.parse(readFileSync(project.configFile, "utf8")));
  mkdirSync(join(fixtures, stack), { recursive: true });
  writeFileSync(stateOf(stack), `${withNames(lines.join("\n"), project)}\n`);
  writeFileSync(configurationOf(stack), withNames(configuration, project));
}
