/** What a test of rotations looks at, of a stack whose application has one credential a label. */
import { madeSecretIn } from "../../../lib/consent/credential-reference";
import { type Application, type CertificateVersion } from "../../../embedded-cloud/testing/directory";
import type { Project } from "./project";
import { newestOf, tokenVersions } from "./vault";

export const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

export async function applicationOf(project: Project): Promise<Application> {
  const { applicationId } = await project.outputs();
  const all = [...project.cloud.tenants.values()].flatMap(({ applications }) => [...applications.values()]);
  const found = all.find(({ appId }) => appId === applicationId);
  if (found === undefined) throw new Error("The stack's application is gone.");
  return found;
}

export const certificatesOf = ({ cloud }: Project): CertificateVersion[] =>
  [...cloud.tenants.values()]
    .flatMap(({ subscriptions }) => [...subscriptions.values()])
    .flatMap(({ vaults }) => [...vaults.values()])
    .flatMap(({ certificates }) => [...certificates.values()])
    .flatMap(({ versions }) => versions);

export async function labelsOf(project: Project): Promise<(string | null)[]> {
  const { passwordCredentials, keyCredentials } = await applicationOf(project);
  const certificates = certificatesOf(project);
  const labelWith = (key: string) => certificates.find(({ certificate }) => certificate === key)?.tags["label"];
  return [
    ...passwordCredentials.map(({ displayName }) => displayName),
    ...keyCredentials.map(({ key }) => labelWith(key) ?? null),
  ];
}

/** The label of the credential that a token's tag names; of a certificate its version's tag. */
function labelNamed(project: Project, reference: string): string | undefined {
  const named = certificatesOf(project).find(({ id }) => reference.includes(`/${id}#`));
  return named === undefined ? madeSecretIn(reference)?.label : named.tags["label"];
}

export async function publishedIn(project: Project): Promise<string | undefined> {
  const { tags } = newestOf(await tokenVersions(project));
  return labelNamed(project, tags["client-secret"] ?? "");
}
