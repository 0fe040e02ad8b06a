/** Failures of any command, with --json: standard output is valid JSON, and agrees with the exit code. */
import { failureIn } from "./failure-document";
import { clientSecretName, type Stage } from "./stage";

/** Every command, with valid arguments. */
export const commands: Record<string, (stage: Stage) => string[]> = {
  token: () => ["token", "graph"],
  "token --powershell": () => ["token", "arm", "--powershell"],
  status: () => ["status"],
  renew: () => ["renew"],
  "customers list": () => ["customers", "list"],
  "customers consent": () => ["customers", "consent", "contoso.example"],
  "customers revoke": () => ["customers", "revoke", "contoso.example"],
  consent: (stage) => [
    ...["consent", "--tenant", "partner.example", "--client-id", stage.application.clientId],
    ...["--client-secret-name", clientSecretName, "--port", "65533"],
  ],
  "consent --import": (stage) => [
    ...["consent", "--import", "--tenant", "partner.example", "--client-id", stage.application.clientId],
    ...["--client-secret-name", clientSecretName],
  ],
};

/** Possible failures: further arguments, environment, and the exit code. */
const failures: Record<string, [string[], Record<string, string>, number]> = {
  "an unknown option": [["--clout"], {}, 2],
  "no vault": [[], { SECURE_APP_MODEL_VAULT: "" }, 2],
  "no such cloud": [["--cloud", "AzureGermanCloud"], {}, 2],
  "a vault of another cloud": [["--vault", "https://contoso.vault.azure.cn"], {}, 2],
  "endpoints that are none": [["--endpoints", "{"], {}, 2],
  "a credential that is refused": [[], { ARM_CLIENT_SECRET: "wrong-canary" }, 1],
};

/** Runs one of them with --json; only the document goes to stdout, and there is no secret in any output. */
export async function failing(
  stage: Stage,
  command: string,
  more: string[],
  environment: Record<string, string>,
): Promise<{ code: number; exitCode: number; message: string }> {
  const argv = [...(commands[command]?.(stage) ?? []), ...more, "--json"];
  const { code, stdout, stderr } = await stage.run(argv, environment, "1.Asome-token-canary");
  expect(stdout + stderr).not.toContain("canary");
  const { message, exitCode } = failureIn(stdout);
  return { code, exitCode, message };
}
export const failed = (code: number, message: unknown = expect.stringMatching(/\S/u)): object => ({
  code,
  exitCode: code,
  message,
});

/** @param isRun which commands are run with which failures, by their indices in the lists */
export function testFailures(stage: () => Stage, isRun: (command: number, failure: number) => boolean): void {
  const table = Object.keys(commands).flatMap((command, row) =>
    Object.keys(failures).flatMap((failure, column) => (isRun(row, column) ? [[command, failure] as const] : [])),
  );
  test.each(table)("%s with %s", async (command, failure) => {
    const [more, environment, code] = failures[failure] ?? [[], {}, -1];
    expect(await failing(stage(), command, more, environment)).toEqual(failed(code));
  });
}
