/** A stack that is destroyed while its token is renewed: what is printed deploys it again. */
import { retiredTag } from "../../lib/consent/tags";
import { makeVault } from "../e2e/support/existing";
import { stackForAll } from "../e2e/support/deployed-once";
import type { Project } from "../e2e/support/project";
import { openVaultAt } from "../e2e/support/vault";
import { proveFix } from "../fixes/support/printed";
import { terminalOf } from "../fixes/support/robot";

let project: Project;
stackForAll({}, (started) => (project = started));

test("the renewed token is disabled, and the stack comes back with what is printed", async () => {
  const { emulator } = project;
  const uri = await makeVault(project);
  await project.configure({ vault: { uri } });
  await project.up();
  const name = (await project.outputs()).refreshTokenName;
  const vault = openVaultAt(project, uri);
  const terminal = await terminalOf(project, { SECURE_APP_MODEL_VAULT: uri, SECURE_APP_MODEL_CLOUD: "AzureCloud" });
  // A destroy's first act, between the renewal's look and its store.
  const { faults } = emulator;
  const strike = faults.strike.bind(faults);
  faults.strike = async (struck) => {
    if (struck.request.method === "PUT" && struck.request.url.includes(`/secrets/${name}`)) {
      faults.strike = strike;
      const { version = "", tags = {} } = (await vault.getSecret(name)).properties;
      const retired = { ...tags, [retiredTag]: String(tags["stack"]) };
      await vault.updateSecretProperties(name, version, { enabled: false, tags: retired });
    }
    return await strike(struck);
  };
  const meanwhile = async () => {
    await project.destroy();
  };
  const fix = "lib/consent/overtaken.ts: If it is wanted again, deploy it, which asks for a sign-in";
  await proveFix(terminal, { command: "secure-app-model renew", fix, meanwhile });
});
