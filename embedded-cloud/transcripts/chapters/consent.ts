import { administrator } from "../administrator";
import { addressOfBrowserElsewhere } from "../browser-elsewhere";
import { type Chapter, helpOf } from "../chapter";
import type { Stage } from "../stage";

/** As `pulumi up` prints it where nobody can sign in, with a port that the stack does not use. */
const first = [
  "secure-app-model consent --tenant partner.example --account svc-partner@partner.example --port 8401 \\",
  '  --client-id "$(pulumi stack output applicationId)" --client-secret-name "$(pulumi stack output clientSecretName)"',
].join("\n");
/** Once the vault holds a token that says the rest. */
const command = "secure-app-model consent --port 8401";

/** The command for a person at a terminal. */
export const consent: Chapter = {
  title: "consent",
  prose:
    "Lets the service account sign in once and stores the refresh token, where `pulumi up` could not. A robot signs in here, through the pages a person sees.",
  sections: [
    helpOf("consent"),
    {
      title: "The first consent",
      prose:
        "The line that `pulumi up` prints. The token is there by now: it is redeemed and verified, and no browser opens.",
      command: first,
    },
    {
      title: "A later one",
      prose: "The token in the vault says what for, and whose.",
      command,
    },
    { title: "Signing in again", prose: "With `--force`, whatever is there.", command: `${command} --force` },
    {
      title: "Over ssh",
      prose:
        "No browser opens on this machine. The second address is opened elsewhere, and the one it ends at is pasted.",
      command: `${command} --force`,
      terminal: true,
      typed: { prompt: "Paste the address it ended at: ", text: addressOfBrowserElsewhere },
      environment: { BROWSER: "true" },
    },
    {
      title: "As JSON",
      prose: "All that is known of the consent; never a token.",
      command: `${command} --json`,
    },
    {
      title: "Without multi-factor authentication",
      prose: "An account of that kind signs in. Partner Center would refuse its token, so it is not stored.",
      command: `${command} --account svc-nomfa@partner.example --force`,
      exitCode: 3,
      environment: { SIGN_IN_ROBOT_ACCOUNT: "svc-nomfa@partner.example" },
    },
    {
      title: "Another account",
      prose: "Somebody who has a browser session of their own signs in with it.",
      command: `${command} --force`,
      exitCode: 3,
      environment: { SIGN_IN_ROBOT_ACCOUNT: "alice@partner.example" },
    },
    {
      title: "A token that exists already",
      prose: "It is redeemed, verified and stored without a sign-in. It comes in by standard input alone.",
      command: `${command} --import`,
      stdin: { from: "az keyvault secret show --vault-name old --name token --query value -o tsv", text: storedToken },
    },
    {
      title: "An access token in its place",
      prose: "What is no refresh token is refused before anything is asked.",
      command: `secure-app-model token partner-center | ${command} --import`,
      exitCode: 3,
    },
    {
      title: "A device code",
      prose: "Refused; what to do instead.",
      command: `${command} --device-code`,
      exitCode: 2,
    },
    {
      title: "A tenant of another cloud",
      prose: "Discovery says where it lives, before any sign-in.",
      command: `${command} --tenant partner-gov.example`,
      exitCode: 2,
    },
  ],
};

async function storedToken(stage: Stage): Promise<string> {
  const { vault } = await administrator(stage);
  return (await vault.newest(stage.outputs.refreshTokenName)).value;
}
