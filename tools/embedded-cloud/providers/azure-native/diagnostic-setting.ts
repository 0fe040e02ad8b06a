/** azure-native:monitor:DiagnosticSetting. Its `resourceUri` is an input alone: no response repeats it. */
import type { Properties } from "../base/plugin";
import { fields, text } from "../base/values";
import { armResource, only } from "./arm-resource";

const string = { type: "string" } as const;
const common: Properties = {
  category: string,
  enabled: { type: "boolean", required: true },
  retentionPolicy: {
    type: "object",
    properties: { days: { type: "number", required: true }, enabled: { type: "boolean", required: true } },
  },
};

const bodyProperties: Properties = {
  eventHubAuthorizationRuleId: string,
  eventHubName: string,
  logAnalyticsDestinationType: string,
  logs: { type: "list", of: { type: "object", properties: { ...common, categoryGroup: string } } },
  marketplacePartnerId: string,
  metrics: { type: "list", of: { type: "object", properties: { ...common, timeGrain: string } } },
  serviceBusRuleId: string,
  storageAccountId: string,
  workspaceId: string,
};

const provider = /\/providers\/microsoft\.insights\/diagnosticSettings\//iu;

export const diagnosticSetting = armResource({
  token: "azure-native:monitor:DiagnosticSetting",
  apiVersion: "2021-05-01-preview",
  properties: { ...bodyProperties, name: string, resourceUri: { type: "string", required: true } },
  outputs: ["systemData", "type"],
  replaceOn: ["name", "resourceUri"],
  nameInput: "name",
  idOf: ({ resourceUri = "", name = "" }) =>
    `/${text(resourceUri).replace(/^\/+|\/+$/g, "")}/providers/Microsoft.Insights/diagnosticSettings/` +
    encodeURIComponent(text(name)),
  inputsFromId: (id) => {
    const [resourceUri = "", name = ""] = id.split(provider);
    return { resourceUri, name: decodeURIComponent(name) };
  },
  bodyOf: (inputs) => ({ properties: only(inputs, ...Object.keys(bodyProperties)) }),
  outputsOf: (found) => ({
    ...only(found, "id", "name", "systemData", "type"),
    ...only(fields(found["properties"]), ...Object.keys(bodyProperties)),
  }),
});
