import type { IncomingMessage } from "node:http";
import { BlockList } from "node:net";
import * as v from "valibot";
import { callerOf, type VaultContext } from "./authorization";
import { forbidden } from "./errors";

const networkRules = v.object({
  publicNetworkAccess: v.string(),
  networkAcls: v.optional(v.object({ defaultAction: v.string(), ipRules: v.array(v.object({ value: v.string() })) })),
});

/** Refuses addresses that the vault's network rules exclude. Here all callers come from loopback. */
export function checkNetwork(c: VaultContext): void {
  const { name, location, properties } = c.var.vault.resource;
  const { publicNetworkAccess, networkAcls } = v.parse(networkRules, properties);
  const where = `Caller: ${callerOf(c)}\r\nVault: ${name};location=${location}`;
  if (publicNetworkAccess.toLowerCase() === "disabled") {
    const reason =
      "Public network access is disabled and request is not from a trusted service nor via an approved private link.";
    throw forbidden(`${reason}\r\n${where}`, "ForbiddenByConnection");
  }
  const address = clientAddress(c);
  if (networkAcls?.defaultAction === "Deny" && !isListed(address, networkAcls.ipRules)) {
    const reason = "Client address is not authorized and caller is not a trusted service.";
    throw forbidden(`${reason}\r\nClient address: ${address}\r\n${where}`, "ForbiddenByFirewall");
  }
}

function isListed(address: string, rules: { value: string }[]): boolean {
  const list = new BlockList();
  for (const { value } of rules) {
    const [network = "", bits = "32"] = value.split("/");
    list.addSubnet(network, Number(bits), "ipv4");
  }
  return list.check(address, "ipv4");
}

/** Address of the connection; a request that came without one, in a test, counts as loopback. */
function clientAddress(c: VaultContext): string {
  const { incoming } = (c.env ?? {}) as { incoming?: IncomingMessage };
  return incoming?.socket.remoteAddress?.replace(/^::ffff:/, "") ?? "127.0.0.1";
}
