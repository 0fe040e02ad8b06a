import type { Emulator } from "../../emulator/emulator";
import { seeds } from "../../emulator/seeds";
import { send, type Sent } from "./send";

const roles = [
  "Application.ReadWrite.All",
  "AppRoleAssignment.ReadWrite.All",
  "DelegatedPermissionGrant.ReadWrite.All",
  "Directory.Read.All",
  "GroupMember.ReadWrite.All",
];

/** Object ids of the initial data. */
export const seeded = seeds;
export const deployerApplication = seeds.deployer.objectId;
export const deployerPrincipal = seeds.deployer.servicePrincipalId;
export const adminAgents = seeds.groups.adminAgents.id;

/** Sends a request to Microsoft Graph as the deployer, with every permission that the rows need. */
export const graph =
  (request: string, sent: Sent = {}) =>
  (cloud: Emulator): Promise<Response> =>
    send(cloud, "microsoftGraph", request, { caller: { roles }, ...sent });
