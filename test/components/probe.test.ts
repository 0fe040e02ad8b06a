import { SecureApplicationModel } from "../../components/secure-application-model";
import { declared } from "./declared";
test("x", async () => {
  const stack = await declared((opts) => new SecureApplicationModel("partner", { cloud: "AzureCloud", tenantId: "tenant-id", displayName: "x", clientSecret: {label: "initial"}, vault: {name: "v", resourceGroupName: "rg", location: "we"}, consent: {account: "a"} }, opts));
  require("fs").writeFileSync("/tmp/out.txt", JSON.stringify(stack, null, 1));
});
