/** Refusals caused by the wrong endpoint: cloud, tenant, another customer's tenant. */
import { byPerson, ownCommand, pulumi, run, setSetting, setVariable } from "../../errors/failure";
import { type Entries, entry } from "../remedies";

const elsewhere =
  "The authority belongs to one cloud, and the tenant to another one: the cloud is set wrong, or was never set.";

export const placeCodes: Entries = {
  90038: entry.cloud("the tenant is in another cloud than the one asked", elsewhere),
  900382: entry.cloud("a confidential client cannot sign in across clouds", elsewhere),
  900432: entry.cloud("a confidential client cannot sign in across clouds", elsewhere),
  90002: entry.tenant(
    "this cloud has no such tenant",
    "The tenant's GUID or domain is mistyped, its domain is not verified, or it is in another cloud.",
  ),
  900023: entry.tenant(
    "the tenant is neither a GUID nor a domain",
    "A display name, an account's name or an empty text was given where the tenant belongs.",
    run("Name the deployer's tenant by its GUID or a verified domain", setVariable("ARM_TENANT_ID", "<tenant>")),
  ),
  700005: entry.tenant(
    "the authorization code belongs to another tenant",
    "The sign-in went to one tenant and its code was redeemed at another one.",
    run("Name the same tenant for both, and start again", ownCommand("consent", "--tenant", "<tenant>")),
  ),
  700016: entry.tenant(
    "the application is not in this tenant, or the tenant is in another cloud",
    "The client id is mistyped, the application was deleted, or it was made in another tenant.",
    byPerson("Compare client id, tenant and cloud with what was deployed", ownCommand("doctor", "--stack", "<stack>")),
  ),
  50194: entry.tenant(
    "a single-tenant application was asked for at /common",
    "The application lost its multi-tenant sign-in audience, or no tenant was named.",
    run("Name the tenant, and restore the audience", setSetting("tenantId", "<tenant>"), pulumi("up")),
  ),
  90099: entry["customer-consent"](
    "the application is not authorised in the customer's tenant",
    "Access to a customer's tenant needs that customer's consent; membership in AdminAgents grants none under granular admin privileges (GDAP).",
  ),
};
