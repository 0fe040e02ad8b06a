/** Who runs the stacks' jobs, and what Entra is to trust of its tokens. */
import { type Github, subjectOf } from "./github";

export interface AzureDevOps {
  organization: string;
  project: string;
  /** What the names of its service connections begin with, before a dash. Default: nothing stands before them. */
  serviceConnection?: string | undefined;
  issuer: string;
}

export type Provider = { github: Github & { issuer: string } } | { azureDevOps: AzureDevOps };

export interface Trust {
  /** Of the federated credential. */
  name: string;
  issuer: string;
  subject: string;
}

/** @param environment of a stack's identity: a job in it, or the service connection of its name */
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
