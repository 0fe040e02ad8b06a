/** The customers that a stolen token reached, in a file. */
import { escapedControls } from "../../lib/errors/harmless";
import { byPerson, Failure, ownCommand, partsOf } from "../../lib/errors/failure";
import { interruption } from "../../lib/startup/waiting";
import { type Partner, partnerOf } from "../customers/partner";
import { everyCustomer } from "../customers/selection";
import { writeWhole } from "../terminal/whole-file";
import { inTime, type Plan } from "./plan";

const code = "customers-not-listed";

/** Redeems the token before it is revoked: the access token stays valid. @returns why it cannot be redeemed */
export async function redeemed({ stack: { settings }, tenantId, vault }: Plan): Promise<Partner | Failure> {
  const { cloud, endpoints = {} } = settings;
  const options = { cloud, endpoints: JSON.stringify(endpoints), vault: vault.uri, partnerTenant: tenantId };
  const slow = "The refresh token could not be redeemed in time.";
  return await inTime(code, slow, () => partnerOf(options)).catch((error: unknown) => {
    interruption().throwIfAborted();
    return notListed(tenantId, error);
  });
}

/** @returns the reason also for an interruption: what else is left is to be printed */
export async function writeReached(partner: Partner, file: string): Promise<{ file: string; count: number } | Failure> {
  try {
    const customers = await everyCustomer(partner);
    const text = `${escapedControls(JSON.stringify(customers, undefined, 2))}\n`;
    await writeWhole(file, { name: "The list of customers", text, code });
    return { file, count: customers.length };
  } catch (error) {
    return notListed(partner.stored.tags.tenant, error);
  }
}

/** The failure to list customers. After another consent a new token can list them. */
function notListed(tenantId: string, error: unknown): Failure {
  const { what, why } = partsOf(error);
  const listing = ownCommand("customers", "list", "--partner-tenant", tenantId, "--json");
  const fix = byPerson("List them once a person has consented again", listing);
  return new Failure(code, { what: `Could not list the customers that the token reached: ${what}`, why }, fix);
}
