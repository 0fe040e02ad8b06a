/** Refusals of an assertion: of a deployer's federated credential, and of an application's certificate. */
import { az, byPerson, ownCommand, pulumi, rotateNow, run, setVariable } from "../../errors/failure";
import { type Entries, entry } from "../remedies";

const noMatch =
  "The identity in the CI system's token matches none of the federated credentials of the deployer's application.";
const lookAgain = ownCommand("doctor");
const compare = byPerson(
  "Compare the federated credential with the token, then check again. Issuer: " +
    "https://token.actions.githubusercontent.com; subject as the refusal quotes it; audience of the cloud: api://AzureADTokenExchange, " +
    "in AzureUSGovernment api://AzureADTokenExchangeUSGov, in AzureChinaCloud api://AzureADTokenExchangeChina",
  az("ad", "app", "federated-credential", "list", "--id", "<client id>"),
  lookAgain,
);
const forged = "The token is not the CI system's own, or the system has changed its keys since it was made.";

export const federationCodes: Entries = {
  70021: entry.credential("no federated credential fits the token of this workload", noMatch, compare),
  700211: entry.credential("no federated credential names this workload's issuer", noMatch, compare),
  700212: entry.credential(
    "no federated credential names the audience of this workload's token",
    "Each cloud has an audience of its own: api://AzureADTokenExchange, …USGov in AzureUSGovernment, …China in AzureChinaCloud.",
    compare,
  ),
  700213: entry.credential("no federated credential names this workload's subject", noMatch, compare),
  700024: entry.credential(
    "the workload's own token has expired, or this machine's clock is off",
    "A token of the CI system lives a few minutes, and was used after that.",
    byPerson("Ask for the token in the step that uses it, and compare the clocks", lookAgain),
  ),
  700027: entry.credential("the signature of the workload's own token does not hold", forged, compare),
  7000272: entry.credential("the issuer does not publish the key of the workload's own token", forged, compare),
  50166: entry.credential(
    "the issuer of the workload's own token was out of Entra's reach",
    "Entra reads the issuer's keys over the public network: a private or mistyped issuer is out of its reach.",
    compare,
  ),
  7000229: entry.credential(
    "the deployer's application has no service principal in this tenant",
    "The deployer was registered in another tenant, or its service principal was deleted.",
    run("Create it, then check again", az("ad", "sp", "create", "--id", "<client id>"), lookAgain),
    run("Name the deployer's own tenant, then check again", setVariable("ARM_TENANT_ID", "<tenant>"), lookAgain),
  ),
};

/** Meanings of the application's numbers when this process itself signed in: then nothing is wrong with a stack. */
export const deployerCodes: Entries = {
  7000215: entry.credential(
    "the client secret that this process signs in with is wrong, or is the secret's id instead of its value",
    "Entra's text names the application that it belongs to: the one in ARM_CLIENT_ID is the deployer's, with ARM_CLIENT_SECRET.",
  ),
  7000222: entry.credential(
    "the client secret that this process signs in with has expired",
    "Entra's text names the application that it belongs to: the one in ARM_CLIENT_ID is the deployer's, with ARM_CLIENT_SECRET.",
  ),
};

/** Numbers for an application's certificate. Entra uses them for a deployer's assertion too, with other meanings. */
export const certificateCodes: Entries = {
  700027: entry.secret(
    "the application does not have the certificate whose key signed, or it has ended",
    "Somebody took its public part off the application, or it was never there.",
    run("Put its public part back on the application", pulumi("up")),
    run("If it has ended, rotate it", rotateNow),
  ),
  700024: entry.credential(
    "what the vault signed is not valid now",
    "It is valid for ten minutes by this machine's clock, which is off.",
    byPerson("Correct this machine's clock, then check again", lookAgain),
  ),
};
