/** The remaining steps after a bootstrap stack is deployed, as lines to paste. */
import { type Command, ownCommand, pulumi, setVariable } from "../errors/failure";
import { invocation } from "../errors/invocation";
import { commandLine } from "../errors/text";
import type { Cloud } from "../config/clouds";
import type { Provider } from "./provider";
import { backendOf, secretsProviderOf, type StatePlace } from "./state";

export interface Done {
  cloud: Cloud;
  bootstrap: string;
  provider: Provider;
  subscriptionId: string;
  stacks: readonly { stack: string; places: { vault: string | undefined } }[];
  state?: Omit<StatePlace, "subscriptionId"> | undefined;
}

/** Lines that deploy missing stacks, then the bootstrap stack again, because its roles need their vaults. */
export function linesAfter(done: Done): string[] {
  const { stacks, bootstrap, provider } = done;
  // Azure Pipelines is set up by hand, with the addresses in that output.
  const setUp =
    "github" in provider
      ? ownCommand("ci", "set-up", "--stack", bootstrap)
      : pulumi("stack", "output", "environments", "--stack", bootstrap);
  const missing = stacks.filter(({ places }) => places.vault === undefined);
  const lines =
    missing.length === 0
      ? [setUp]
      : [...missing.flatMap(({ stack }) => deployment(stack, done)), pulumi("up", "--stack", bootstrap)];
  // The lines are an output of the stack, which must not depend on the options of this run.
  return lines.map((one) => commandLine(one, { ...invocation(), complete: undefined }));
}

/** Commands that deploy a model. PULUMI_BACKEND_URL is unset again: the bootstrap stack's state does not move. */
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
