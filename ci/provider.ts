/** The CI provider of the stacks' jobs, and what Entra must trust in its tokens. */
import { type Github, subjectOf } from "./github";

export interface AzureDevOps {
  organization: string;
  project: string;
  /** The prefix of its service connections' names, before a dash. Default: none. */
  serviceConnection?: string | undefined;
  issuer: string;
}

export type Provider = { github: Github & { issuer: string } } | { azureDevOps: AzureDevOps };

export interface Trust {
  /** Name of the federated credential. */
  name: string;
  issuer: string;
  subject: string;
}

/** @param environment of a stack's identity: that of a job, or the name of a service connection */
export function trustOf(provider: Provider, environment: string): Trust {
  if ("github" in provider)
    return { name: "github", issuer: provider.github.issuer, subject: subjectOf(provider.github, environment) };
  const { issuer, ...named } = provider.azureDevOps;
  return {
    name: "azure-pipelines",
    issuer,
    subject: `sc://${named.organization}/${named.project}/${connectionOf(named, environment)}`,
  };
}

/** The name of an identity's service connection: <stack>, <stack>-read, <stack>-renew or <stack>-rotate. */
const connectionOf = ({ serviceConnection }: Pick<AzureDevOps, "serviceConnection">, environment: string): string =>
  serviceConnection === undefined ? environment : `${serviceConnection}-${environment}`;
