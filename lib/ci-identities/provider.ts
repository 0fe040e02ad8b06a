/** The CI provider that runs the stacks' jobs, and the issuer and subject of its tokens that Entra trusts. */
import type { AzureDevOpsSettings, BootstrapSettings } from "../config/bootstrap";
import { byPerson, Failure, setSettings } from "../errors/failure";
import { clouds } from "../config/clouds";
import { subjectOf } from "./github";

export type Provider = BootstrapSettings["ci"]["provider"];

export interface Trust {
  name: string;
  issuer: string;
  subject: string;
}

/** @param environment of a stack's identity: that of a job, or the name of a service connection */
export function trustOf(provider: Provider, environment: string): Trust {
  if ("github" in provider)
    return { name: "github", issuer: provider.github.issuer, subject: subjectOf(provider.github, environment) };
  const { issuer, organization, project } = provider.azureDevOps;
  const shown = shownBy(provider.azureDevOps, environment);
  return { name: "azure-pipelines", issuer, subject: shown ?? `sc://${organization}/${project}/${environment}` };
}

/**
 * Newer connections have Entra's issuer, https://login.microsoftonline.com/<tenant>/v2.0, and a subject,
 * <Entra's prefix>/sc/<organization id>/<connection id>, which only the connection itself shows. Other clouds
 * keep https://vstoken.dev.azure.com/<organization id>. Sources: Azure DevOps release notes, sprint 253, and
 * "Convert service connections to the Microsoft Entra issuer" (unverified against a live organization).
 * @param environments of all identities @throws Failure naming each connection without its subject
 */
export function requireSubjects(provider: Provider, environments: readonly string[]): void {
  if ("github" in provider || new URL(provider.azureDevOps.issuer).host !== entra) return;
  const { azureDevOps } = provider;
  const { subjects = [] } = azureDevOps;
  const unknown = environments.filter((connection) => shownBy(azureDevOps, connection) === undefined);
  if (unknown.length === 0) return;
  const settings = unknown.flatMap((connection, index) => {
    const path = `ci.azureDevOps.subjects[${subjects.length + index}]`;
    return [
      [`${path}.connection`, connection],
      [`${path}.subject`, `<subject of ${connection}>`],
    ];
  });
  throw new Failure(
    "ci-subjects",
    {
      what: `Entra issues the tokens of these service connections, so their subjects cannot be derived: ${unknown.join(", ")}.`,
      why: "Each connection shows its issuer and its subject, even as a draft.",
    },
    byPerson(
      "Begin each in the project's settings (Azure Resource Manager, app registration, manual, workload identity federation), keep it as a draft, and copy its subject",
      setSettings(Object.fromEntries(settings) as Record<string, string>),
    ),
  );
}

/** Entra's host as the issuer, in the global cloud only: elsewhere Azure Pipelines issues its tokens itself. */
const entra = new URL(clouds.AzureCloud.authority).host;

const shownBy = ({ subjects = [] }: AzureDevOpsSettings, connection: string): string | undefined =>
  subjects.find((one) => one.connection === connection)?.subject;
