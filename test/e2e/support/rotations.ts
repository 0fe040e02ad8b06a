/** What a test of rotations looks at, of a stack: each credential is a generation. */
import { type Application, type CertificateVersion } from "../../../tools/embedded-cloud/testing/directory";
import type { Project } from "./project";
import { openVault, versionsOf } from "./vault";

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

/** Of all credentials on the application: a certificate's is its version's generation. */
export async function labelsOf(project: Project): Promise<(string | null)[]> {
  const { passwordCredentials, keyCredentials } = await applicationOf(project);
  const certificates = certificatesOf(project);
  const labelWith = (key: string) => certificates.find(({ certificate }) => certificate === key)?.tags["generation"];
  return [
    ...passwordCredentials.map(({ displayName }) => displayName),
    ...keyCredentials.map(({ key }) => `partner-c${labelWith(key) ?? "?"}`),
  ];
}

/** The generations whose versions of the record are enabled, the newest first. */
export async function publishedIn(project: Project): Promise<string[]> {
  const { credential } = await project.outputs();
  const versions = await versionsOf(await openVault(project), credential.name);
  return versions
    .toReversed()
    .filter(({ enabled }) => enabled)
    .map(({ tags }) => `partner-c${tags["generation"] ?? "?"}`);
}
