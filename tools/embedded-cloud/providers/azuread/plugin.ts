/** The local azuread plugin: the recorded one's behaviour against an embedded cloud's Graph. */
import {
  claimsOf,
  clientCredentials,
  discover,
  refuseUnfit,
  settingsOf,
  sleepIn,
  type Surroundings,
} from "../base/cloud";
import { isEmpty } from "../base/empty-values";
import { messageOf } from "../base/errors";
import { azureadFederation, federation } from "../base/federation";
import type { Plugin } from "../base/plugin";
import { RestClient } from "../base/rest";
import { text, type Values } from "../base/values";
import { appRoleAssignment } from "./app-role-assignment";
import { application } from "./application";
import { applicationFederatedIdentityCredential } from "./application-federated-identity-credential";
import { applicationPassword } from "./application-password";
import { refuseUnknownEnvironment } from "./environments";
import { explain } from "./failures";
import { getClientConfig } from "./functions/get-client-config";
import { getDirectoryObject } from "./functions/get-directory-object";
import { getDomains } from "./functions/get-domains";
import { getGroup } from "./functions/get-group";
import { getServicePrincipal } from "./functions/get-service-principal";
import { Graph } from "./graph";
import { groupMember } from "./group-member";
import { inputsAfterRead } from "./read-inputs";
import { sendingInOrder } from "./sent-order";
import { servicePrincipal } from "./service-principal";
import { snakeCase } from "./snake-case";
import { waitsOf } from "./waits";

/** Headers of every Graph request, as recorded. */
const headers = {
  accept: "application/json; charset=utf-8; IEEE754Compatible=false",
  "odata-version": "4.0",
  "odata-maxversion": "4.0",
  "user-agent": "secure-application-model local azuread plugin",
};

export function azureadPlugin(surroundings: Surroundings): Plugin<Graph> {
  const { environment } = surroundings;
  return {
    name: "azuread",
    version: "6.9.1",
    resources: [
      application,
      applicationFederatedIdentityCredential,
      applicationPassword,
      appRoleAssignment,
      groupMember,
      servicePrincipal,
    ].map(sendingInOrder),
    functions: [getClientConfig, getDirectoryObject, getDomains, getGroup, getServicePrincipal],
    secretConfig: ["clientId", "clientSecret"],
    checkConfig(config) {
      const name = text(config["environment"]);
      try {
        refuseUnknownEnvironment(name);
      } catch (error) {
        throw new Error(`failed to read Azure environment "${name}": ${messageOf(error)}`, { cause: error });
      }
    },
    configure: (config, cancelled) => connect(surroundings, config, cancelled),
    argument: snakeCase,
    marksDefaults: true,
    compares: "outputs",
    saysNothing: isEmpty,
    deletesBeforeReplace: false,
    keptInPreview: () => true,
    inputsAfterRead,
    explain,
  };

  async function connect({ sleep, debug }: Surroundings, config: Values, cancelled: AbortSignal): Promise<Graph> {
    const settings = settingsOf(config, environment);
    if (settings.metadataHost === "") refuseUnknownEnvironment(settings.environment);
    const assertion = federation(azureadFederation, environment);
    const proof = assertion === undefined ? (["clientSecret"] as const) : [];
    refuseUnfit("azuread", settings, ["tenantId", "clientId", ...proof]);
    const { authority, microsoftGraph } = await discover(settings.metadataHost);
    const token = clientCredentials(authority, settings, microsoftGraph, assertion);
    const objectId = text(claimsOf(await token())["oid"]);
    if (objectId === "") {
      throw new Error("building client: the access token has no oid claim: the caller's object id is not known");
    }
    const pause = sleepIn({ environment, sleep }, cancelled);
    const client = new RestClient({ token, headers, sleep: pause, debug });
    const waits = waitsOf(environment["LOCAL_PROVIDERS_REAL_WAITS"] === "true");
    const { tenantId, clientId } = settings;
    return new Graph(microsoftGraph, { tenantId, clientId, objectId }, client, pause, waits);
  }
}
