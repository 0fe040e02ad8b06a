import * as pulumi from "@pulumi/pulumi";
import { SecureApplicationModel } from "../../components/secure-application-model";
test("x", async () => {
  const seen: unknown[] = [];
  const opts: unknown[] = [];
  await pulumi.runtime.setMocks({
    newResource: (args) => { seen.push({...args, inputs: {...args.inputs, __provider: undefined}}); return { id: `${args.name}-id`, state: { ...args.inputs, clientId: "cid", objectId: "oid", keyId: "12345678-aaaa", value: pulumi.secret("canary"), endDate: "2027-01-01T00:00:00Z", ...(args.type.includes("keyvault:Vault") ? {properties: {vaultUri: "https://x/"}}: {}) } }; },
    call: (args) => { seen.push({call: args}); return { objectId: "dep", domains: [{domainName: "d.example"}], subscriptionId: "sub", type: "User" }; },
  }, "secure-application-model", "dev");
  const model = new SecureApplicationModel("partner", { cloud: "AzureCloud", tenantId: "t", displayName: "x", clientSecret: {label: "initial"}, vault: {name: "v", resourceGroupName: "rg", location: "we"}, consent: {account: "a"} },
   { transformations: [ (a) => { opts.push([a.type, a.name, Object.keys(a.opts)]); return undefined; } ] });
  await new Promise((r) => model.consent.urn.apply(r));
  await pulumi.runtime.disconnect();
  require("fs").writeFileSync("/tmp/out.txt", JSON.stringify(seen, null, 1) + JSON.stringify(opts, null, 1));
});
