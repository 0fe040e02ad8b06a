import type { Check } from "../check";
import type { Facts } from "../facts";
import { failed, ok } from "../finding";

export const servicePrincipalCheck: Check = {
  name: "service-principal",
  title: "The application's service principal",
  needs: ["application"],
  right: "Application.Read.All on Microsoft Graph",
  look: async (facts) => {
    const clientId = await clientIdOf(facts);
    const principal = await (await facts.directory()).principalOf(clientId);
    if (principal === undefined) {
      const fix = `secure-app-model doctor --fix, or pulumi up --refresh`;
      return failed("missing: nobody can consent to the application for this tenant", fix);
    }
    if (!principal.accountEnabled) {
      const fix = `az ad sp update --id ${clientId} --set accountEnabled=true`;
      return failed(`object ${principal.id} is switched off (AADSTS7000112)`, fix);
    }
    return ok(`object ${principal.id}`);
  },
  repair: async (facts) => {
    const clientId = await clientIdOf(facts);
    const directory = await facts.directory();
    if ((await directory.principalOf(clientId)) !== undefined) {
      throw new Error("an administrator switched it off, and has to switch it on");
    }
    await directory.createPrincipal(clientId);
    return `Made the application's service principal (${clientId}).`;
  },
};

async function clientIdOf(facts: Facts): Promise<string> {
  return (await facts.clientId()) ?? "";
}
