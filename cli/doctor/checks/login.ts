import { CredentialError } from "../../../azure/credential-error";
import { az, run, sentence } from "../../../errors/fix";
import { textOf } from "../../../errors/text";
import type { Claims } from "../../../oauth/claims";
import type { Check } from "../check";
import { failed, type Finding, ok } from "../finding";
import { azureVariable } from "../facts";

export const loginCheck: Check = {
  name: "login",
  title: "Login",
  needs: ["cloud"],
  look: async (facts) => {
    try {
      return judgeLogin(await (await facts.access()).login(), facts.environment);
    } catch (error) {
      if (!(error instanceof CredentialError)) throw error;
      const { name } = await facts.cloud();
      const tenant = (await facts.namedTenant()) ?? "<tenant>";
      return failed(textOf({ what: error.what, why: error.why }), [
        run("Sign in", az("cloud", "set", "--name", name), az("login", "--tenant", tenant)),
        sentence("Set ARM_TENANT_ID, ARM_CLIENT_ID and ARM_CLIENT_SECRET"),
      ]);
    }
  },
};

export function judgeLogin(
  { tid, oid, appid, upn, unique_name, scp }: Claims,
  environment: NodeJS.ProcessEnv,
): Finding {
  const variables = azureVariable(environment, "CLIENT_ID");
  // A person's token carries delegated permissions, an application's carries none.
  const who = scp === undefined ? `application ${appid ?? "?"}` : (upn ?? unique_name ?? `user ${oid ?? "?"}`);
  const from =
    variables !== undefined ? "from ARM_* or AZURE_* variables" : "from the Azure CLI, a managed identity or azd";
  return ok(`${who} (object ${oid ?? "?"}) of tenant ${tid ?? "?"}, ${from}`);
}
