/** Who this process is to Azure, and its way to the control planes. */
import type { TokenCredential } from "@azure/identity";
import { AzureApi } from "../../azure/api";
import { azureCredential } from "../../azure/credential";
import { credentialError } from "../../azure/credential-error";
import type { Cloud } from "../../config/clouds";
import { type Claims, claimsOf } from "../../oauth/claims";
import { Directory } from "./directory";
import { Once } from "./once";

export class Access {
  readonly #once = new Once();
  readonly credential: TokenCredential;
  readonly resourceManager: AzureApi;
  readonly directory: Directory;

  /** @param tenant where to sign in, as the Pulumi providers do for a stack's tenant; undefined: the credential's own */
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
  login(): Promise<Claims> {
    return this.#once.ask("login", () => this.#claims("Azure", this.cloud.resourceManager));
  }

  /** The same login to Microsoft Graph: that token names its roles there. @throws CredentialError */
  graphLogin(): Promise<Claims> {
    return this.#once.ask("graph login", () => this.#claims("Microsoft Graph", this.cloud.microsoftGraph));
  }

  async #claims(service: string, origin: string): Promise<Claims> {
    try {
      const found = await this.credential.getToken(`${origin}/.default`);
      return claimsOf(found?.token ?? "");
    } catch (error) {
      throw credentialError(`Signing in to ${service}`, undefined, error);
    }
  }
}
