/** The vendor's credentials with their MSAL: a built file of its own, because no import takes longer. */
export { DefaultAzureCredential } from "@azure/identity";
export { AuthError } from "@azure/msal-node";
