/** The Azure SDK's own client for an emulator's vault, and how it reports refusals. */
import { ClientSecretCredential } from "@azure/identity";
import { SecretClient } from "@azure/keyvault-secrets";
import type { Emulator } from "../emulator/emulator";

/** A client that signs in as the deployer and retries nothing. */
export function vaultClient(emulator: Emulator, origin: string): SecretClient {
  const { partner, deployer } = emulator.seeds;
  const credential = new ClientSecretCredential(partner.id, deployer.clientId, deployer.clientSecret, {
    authorityHost: emulator.url,
    disableInstanceDiscovery: true,
  });
  return new SecretClient(origin, credential, {
    disableChallengeResourceVerification: true,
    retryOptions: { maxRetries: 0 },
  });
}

/** Status, code and inner code of the refusal that an attempt ended with. */
export async function refusalOf(attempt: Promise<unknown>): Promise<[number, string, string | undefined]> {
  const error: unknown = await attempt.then(
    () => new Error("it was not refused"),
    (reason: unknown) => reason,
  );
  const { statusCode, code, details } = error as {
    statusCode: number;
    code: string;
    details?: { error: { innerError?: { code: string } } };
  };
  return [statusCode, code, details?.error.innerError?.code];
}

/** All entries of an SDK list, which the SDK reads page by page. */
export async function all<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of iterable) found.push(item);
  return found;
}
