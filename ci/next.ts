/** What is left to do once a bootstrap stack is up, as lines to paste. */
import { type Command, pulumi, setVariable } from "../errors/failure";
import { placeless } from "../errors/invocation";
import { commandLine } from "../errors/text";
import type { Cloud } from "../config/clouds";
import { azureDevOpsLines } from "./azure-devops";
import type { Environment } from "./environments";
import { githubLines } from "./github";
import type { Provider } from "./provider";
import { backendOf, secretsProviderOf, type StatePlace } from "./state";

export interface Done {
  cloud: Cloud;
  /** Name of the bootstrap stack. */
  bootstrap: string;
  provider: Provider;
  subscriptionId: string;
  stacks: readonly { stack: string; places: { vault: string | undefined } }[];
  state?: Omit<StatePlace, "subscriptionId"> | undefined;
  environments: readonly Environment[];
}

/** Of stacks that are still to be deployed first those lines, and this stack's own once more: its roles in their vaults need the vaults. */
export function linesAfter(done: Done): string[] {
  const { stacks, bootstrap, provider, environments } = done;
  const missing = stacks.filter(({ places }) => places.vault === undefined);
  const lines =
    missing.length === 0
      ? linesFor(provider, environments.map(withPlaceholder))
      : [...missing.flatMap(({ stack }) => deployment(stack, done)), pulumi("up", "--stack", bootstrap)];
  // They are an output of the stack.
  return lines.map((one) => commandLine(one, placeless()));
}

/** What the provider's side needs, in the order to run it. */
export const linesFor = (provider: Provider, environments: readonly Environment[]): Command[] =>
  "github" in provider
    ? githubLines(provider.github, environments)
    : azureDevOpsLines(provider.azureDevOps, environments);

/** Where the state is kept elsewhere, only who logged in there knows. */
const withPlaceholder = (environment: Environment): Environment =>
  withBackend(environment, "<address of pulumi login>");

/** @param backend where the state is, if the bootstrap stack did not make that */
export function withBackend(environment: Environment, backend: string): Environment {
  const { identity, variables } = environment;
  return identity === "renew"
    ? environment
    : { ...environment, variables: { PULUMI_BACKEND_URL: backend, ...variables } };
}

/** For the engine alone: this stack's own state stays where it is. */
function deployment(stack: string, { cloud, state, subscriptionId }: Done): Command[] {
  const deploy = pulumi("up", "--stack", stack);
  if (state === undefined) return [deploy];
  const place = { ...state, subscriptionId };
  return [
    setVariable("AZURE_AUTHORITY_HOST", cloud.authority),
    setVariable("PULUMI_BACKEND_URL", backendOf(cloud, place)),
    pulumi("stack", "init", stack, "--secrets-provider", secretsProviderOf(cloud, place)),
    deploy,
    { program: "unset", args: ["PULUMI_BACKEND_URL"] },
  ];
}
