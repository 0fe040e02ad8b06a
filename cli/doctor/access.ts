/** This process's Azure identity, and its access to the control planes. */
import type { TokenCredential } from "@azure/identity";
import { AzureApi } from "../../lib/azure/api";
import { present } from "../../lib/errors/failure";
import { azureCredential } from "../../lib/azure/credential";
import { credentialError } from "../../lib/azure/credential-error";
import type { Cloud } from "../../lib/config/clouds";
import { type Claims, claimsOf } from "../../lib/oauth/claims";
import { Directory } from "../../lib/application/directory";

/** Runs a request once and keeps its result or failure: every check gets the same. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}

export class Access {
  readonly credential: TokenCredential;
  readonly resourceManager: AzureApi;
  readonly directory: Directory;

  /** @param tenant to sign in to, as the Pulumi providers do for a stack's tenant; undefined: the credential's own */
  constructor(
    private readonly cloud: Cloud,
    tenant: string | undefined,
    environment: NodeJS.ProcessEnv,
  ) {
    this.credential = azureCredential(cloud, {
      ...environment,
      ...(tenant === undefined ? {} : { ARM_TENANT_ID: tenant }),
    });
    this.resourceManager = new AzureApi("Resource Manager", cloud.resourceManager, this.credential);
    this.directory = new Directory(new AzureApi("Microsoft Graph", cloud.microsoftGraph, this.credential));
  }

  /** @throws CredentialError */
  readonly login = once(() => this.#claims("Azure", this.cloud.resourceManager));

  /** The same login for Microsoft Graph: its token contains the roles there. @throws CredentialError */
  readonly graphLogin = once(() => this.#claims("Microsoft Graph", this.cloud.microsoftGraph));

  async #claims(service: string, origin: string): Promise<Claims> {
    try {
      const found = await this.credential.getToken(`${origin}/.default`);
      return claimsOf(present(found, `The credential has no token for ${service}.`).token);
    } catch (error) {
      throw credentialError(`Signing in to ${service}`, undefined, error);
    }
  }
}
