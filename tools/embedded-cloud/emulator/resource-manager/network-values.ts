import { BlockList, isIPv4 } from "node:net";
import * as v from "valibot";
import { strictObject } from "../strict-json";

const mostAddressRules = 1000;
const mostNetworkRules = 200;

/** Networks that no rule may contain. Source: "Configure Azure Key Vault firewalls". */
const privateRanges = [
  { network: "10.0.0.0", bits: 8, last: "10.255.255.255" },
  { network: "172.16.0.0", bits: 12, last: "172.31.255.255" },
  { network: "192.168.0.0", bits: 16, last: "192.168.255.255" },
].map(({ network, bits, last }) => {
  const list = new BlockList();
  list.addSubnet(network, bits, "ipv4");
  return { list, range: `${network}–${last}` };
});

const addressRange = v.pipe(
  v.string(),
  v.check(isAddressRange, "an IPv4 address or CIDR range is expected"),
  v.check(
    (value) => privateRangeOf(value) === undefined,
    ({ input }) => `${input} belongs to forbidden range ${privateRangeOf(input) ?? ""} (private IP addresses)`,
  ),
);

const addressRule = v.pipe(
  strictObject({ value: addressRange }),
  v.transform(({ value }) => ({ value: value.includes("/") ? value : `${value}/32` })),
);

const subnet =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/iu;
const networkRule = strictObject({
  id: v.pipe(
    v.string(),
    v.check((id) => subnet.test(id), "a subnet's id is expected"),
  ),
  ignoreMissingVnetServiceEndpoint: v.nullish(v.boolean()),
});

/** `networkAcls` of a vault in the form of requests. */
export const networkValues = v.pipe(
  strictObject({
    bypass: v.nullish(v.picklist(["AzureServices", "None"])),
    defaultAction: v.nullish(v.picklist(["Allow", "Deny"])),
    ipRules: v.nullish(v.pipe(v.array(addressRule), v.maxLength(mostAddressRules))),
    virtualNetworkRules: v.nullish(v.pipe(v.array(networkRule), v.maxLength(mostNetworkRules))),
  }),
  v.transform(({ bypass, defaultAction, ipRules, virtualNetworkRules }) => ({
    bypass: bypass ?? "AzureServices",
    defaultAction: defaultAction ?? "Allow",
    ipRules: ipRules ?? [],
    virtualNetworkRules: virtualNetworkRules ?? [],
  })),
);

function isAddressRange(value: string): boolean {
  const [, address = "", bits = "32"] = /^([\d.]+)(?:\/(\d{1,2}))?$/u.exec(value) ?? [];
  return isIPv4(address) && Number(bits) <= 32;
}

function privateRangeOf(value: string): string | undefined {
  const [address = ""] = value.split("/");
  return privateRanges.find(({ list }) => list.check(address, "ipv4"))?.range;
}
