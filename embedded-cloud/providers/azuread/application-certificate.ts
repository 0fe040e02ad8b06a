/** azuread.ApplicationCertificate: it cannot be changed in place. */
import { randomUUID } from "node:crypto";
import type { ResourceType } from "../base/plugin";
import { fields, items, text, type Values } from "../base/values";
import { credentialParts, objectIdOf } from "./application-ids";
import { alreadyExists, named, saying } from "./failures";
import type { Graph } from "./graph";
import { meta } from "./meta";
import { empty, noneOf, notApplicationId, notRfc3339, notUuid } from "./problems";

const resourceMeta = meta({ create: 10, delete: 5, read: 5, update: 10 });

export const applicationCertificate: ResourceType<Graph> = {
  token: "azuread:index/applicationCertificate:ApplicationCertificate",
  properties: {
    applicationId: { type: "string", required: true, problem: notApplicationId },
    encoding: { type: "string", default: "pem", problem: noneOf("base64", "hex", "pem") },
    endDate: { type: "string", computed: true, problem: notRfc3339, conflictsWith: "endDateRelative" },
    endDateRelative: { type: "string", problem: empty, conflictsWith: "endDate" },
    keyId: { type: "string", computed: true, problem: notUuid },
    startDate: { type: "string", computed: true, problem: notRfc3339 },
    type: { type: "string", problem: noneOf("AsymmetricX509Cert", "Symmetric") },
    value: { type: "string", required: true },
  },
  outputs: ["id", "keyId"],
  secrets: ["value"],
  replaceOn: ["applicationId", "encoding", "endDate", "endDateRelative", "keyId", "startDate", "type", "value"],

  create(graph, { inputs }) {
    const objectId = objectIdOf(text(inputs["applicationId"]));
    return graph.credentials.run(objectId, () => addCertificate(graph, objectId, inputs));
  },

  async read(graph, { id, state }) {
    const { objectId, keyId } = credentialParts(id);
    // Recorded: other types treat a missing application as the end of their resource; this one fails.
    const credentials = await keysOf(graph, objectId);
    const credential = keyIn(credentials, keyId);
    return credential === undefined ? undefined : stateOf(id, credential, state);
  },

  async delete(graph, { id }) {
    const { objectId, keyId } = credentialParts(id);
    await graph.credentials.run(objectId, async () => {
      const kept = (await keysOf(graph, objectId, "")).filter((credential) => !isKey(credential, keyId));
      await saying(`Removing certificate credential "${keyId}" from ${named("Application", objectId)}`, () =>
        graph.patch(`/v1.0/applications/${objectId}`, patchOf(objectId, kept)),
      );
      await graph.untilDeleted(async () => keyIn(await keysOf(graph, objectId), keyId) === undefined);
    });
  },
};

async function addCertificate(graph: Graph, objectId: string, inputs: Values): Promise<{ id: string; state: Values }> {
  const credential = credentialOf(inputs);
  const keyId = text(credential["keyId"]);
  const id = `${objectId}/certificate/${keyId}`;
  const credentials = await keysOf(graph, objectId);
  if (keyIn(credentials, keyId) !== undefined) throw new Error(alreadyExists(id, "azuread_application_certificate"));
  await saying(`Adding certificate for ${named("Application", objectId)}`, () =>
    graph.patch(`/v1.0/applications/${objectId}`, patchOf(objectId, [...credentials, credential])),
  );
  await graph.untilCreated(async () => keyIn(await keysOf(graph, objectId), keyId) !== undefined);
  const made = keyIn(await keysOf(graph, objectId), keyId) ?? credential;
  return { id, state: stateOf(id, made, inputs) };
}

const patchOf = (objectId: string, keyCredentials: Values[]): Values => ({
  "@odata.type": "#microsoft.graph.application",
  id: objectId,
  keyCredentials,
});

/** The request body from the inputs: the certificate always as the text of a PEM file, in base64. */
function credentialOf(inputs: Values): Values {
  const [start, end] = [text(inputs["startDate"]), endOf(inputs)];
  return {
    ...(end === "" ? {} : { endDateTime: end }),
    key: Buffer.from(pemText(inputs)).toString("base64"),
    keyId: text(inputs["keyId"]) || randomUUID(),
    ...(start === "" ? {} : { startDateTime: start }),
    type: text(inputs["type"]),
    usage: "Verify",
  };
}

function pemText(inputs: Values): string {
  const value = text(inputs["value"]);
  switch (text(inputs["encoding"])) {
    case "base64":
      return pemOf(Buffer.from(value.trim(), "base64"));
    case "hex":
      return pemOf(Buffer.from(value.trim(), "hex"));
    default:
      return value;
  }
}

function pemOf(der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

/** `endDateRelative` counts from now, in whole hours, minutes and seconds. */
function endOf(inputs: Values): string {
  const relative = text(inputs["endDateRelative"]);
  if (relative === "") return text(inputs["endDate"]);
  const parts = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(relative);
  if (parts === null) throw new Error(`Unable to parse \`end_date_relative\` ("${relative}") as a duration`);
  const [hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part || 0));
  const end = new Date(Date.now() + ((hours * 60 + minutes) * 60 + seconds) * 1000);
  return end.toISOString().replace(/\.\d+Z$/, "Z");
}

async function keysOf(graph: Graph, objectId: string, argument = "[application_id] "): Promise<Values[]> {
  const application = await saying(`${argument}Retrieving ${named("Application", objectId)}`, () =>
    graph.get(`/v1.0/applications/${objectId}`),
  );
  return items(application["keyCredentials"]).map(fields);
}

const isKey = (credential: Values, keyId: string): boolean =>
  text(credential["keyId"]).toLowerCase() === keyId.toLowerCase();
const keyIn = (credentials: Values[], keyId: string): Values | undefined =>
  credentials.find((credential) => isKey(credential, keyId));

/** @param kept inputs, or the state before: Graph does not return the certificate again */
function stateOf(id: string, credential: Values, kept: Values): Values {
  const { objectId, keyId } = credentialParts(id);
  return {
    __meta: resourceMeta,
    applicationId: `/applications/${objectId}`,
    encoding: kept["encoding"] ?? null,
    endDate: text(credential["endDateTime"]),
    endDateRelative: kept["endDateRelative"] ?? null,
    id,
    keyId,
    startDate: text(credential["startDateTime"]),
    type: text(credential["type"]),
    value: kept["value"] ?? null,
  };
}
