/** azuread.getDomains: filtered here, because Graph cannot. */
import { createHash } from "node:crypto";
import type { FunctionType } from "../../base/plugin";
import { flag, items, text, texts, type Values } from "../../base/values";
import { saying } from "../failures";
import type { Graph } from "../graph";

export const getDomains: FunctionType<Graph> = {
  token: "azuread:index/getDomains:getDomains",
  async call(graph, args) {
    const found = await saying("listing domains", () => graph.list("/v1.0/domains"));
    const domains = found.filter((domain) => isWanted(domain, args)).map(stateOf);
    const none = "no domains found for the provided filters";
    if (domains.length === 0) throw new Error(`${none}: ${none}`);
    const names = domains.map(({ domainName }) => text(domainName)).join("/");
    const hash = createHash("sha1").update(names).digest("base64url");
    return {
      adminManaged: flag(args["adminManaged"]),
      domains,
      // A SHA-1 digest ends in one padding character, which is part of the recorded id.
      id: `domains#${graph.caller.tenantId}#${hash}=`,
      includeUnverified: flag(args["includeUnverified"]),
      onlyDefault: flag(args["onlyDefault"]),
      onlyInitial: flag(args["onlyInitial"]),
      onlyRoot: flag(args["onlyRoot"]),
      supportsServices: items(args["supportsServices"]),
    };
  },
};

function isWanted(domain: Values, args: Values): boolean {
  const conditions = {
    adminManaged: "isAdminManaged",
    onlyDefault: "isDefault",
    onlyInitial: "isInitial",
    onlyRoot: "isRoot",
  };
  if (!flag(args["includeUnverified"]) && domain["isVerified"] === false) return false;
  const supported = texts(domain["supportedServices"]);
  if (!texts(args["supportsServices"]).every((service) => supported.includes(service))) return false;
  return Object.entries(conditions).every(([arg, property]) => !flag(args[arg]) || domain[property] !== false);
}

function stateOf(domain: Values): Values {
  return {
    adminManaged: flag(domain["isAdminManaged"]),
    authenticationType: text(domain["authenticationType"]),
    default: flag(domain["isDefault"]),
    domainName: text(domain["id"]),
    initial: flag(domain["isInitial"]),
    root: flag(domain["isRoot"]),
    supportedServices: items(domain["supportedServices"]),
    verified: flag(domain["isVerified"]),
  };
}
