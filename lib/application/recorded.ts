import { dynamicType } from "../startup/provider-code";

/** The resources that the engine has of a stack, in a state or while a program runs. */
export interface Recorded {
  type: string;
  outputs?: object;
}

export const applicationType = "azuread:index/application:Application";
export const adoptionType = dynamicType("Adoption");
export const consentType = dynamicType("Consent");
export const recordType = dynamicType("CredentialRecord");
const stackType = "pulumi:pulumi:Stack";

/** Whether a state with these types has no resource of a model: a refused run leaves only the stack and providers. */
export const isEmpty = (types: Iterable<string>): boolean =>
  [...types].every((type) => type === stackType || type.startsWith("pulumi:providers:"));

const naming = /^pulumi-nodejs:dynamic\/partner:Consent$|:(?:Partner|Adopted)Application$/u;

/**
 * The client ids that a stack has worked with. Its outputs have none before the first complete deployment, and the
 * former id after a failed run. The components keep their ids when a refresh removes the application.
 */
export function clientIdsIn(recorded: readonly Recorded[]): string[] {
  const clientIds = recorded.flatMap(({ type, outputs }) => {
    const { applicationId, clientId }: { applicationId?: unknown; clientId?: unknown } = { ...outputs };
    return type === stackType ? [applicationId] : type === applicationType || naming.test(type) ? [clientId] : [];
  });
  return [...new Set(clientIds.filter((id) => typeof id === "string" && id !== ""))] as string[];
}
