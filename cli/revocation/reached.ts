/** The customers that a stolen token reached, in a file for whoever has to tell them. */
import { randomBytes } from "node:crypto";
import { renameSync, writeFileSync } from "node:fs";
import { byPerson, Failure, ownCommand, partsOf } from "../../errors/failure";
import { within } from "../../http/within";
import type { Customer } from "../../partner-center/customers";
import { type Partner, partnerOf } from "../customers/partner";
import { everyCustomer } from "../customers/selection";
import { lookWindow, type Plan } from "./plan";

export interface Reached {
  file: string;
  count: number;
}

/**
 * Redeems the token before it is revoked: its access token for Partner Center outlives it, and lists the customers afterwards, so that thousands
 * of them keep nothing waiting.
 * @returns the reason if it cannot be redeemed, for example because an earlier run disabled it
 */
export async function redeemed({ stack: { settings }, tenantId, vault }: Plan): Promise<Partner | Failure> {
  const { cloud, endpoints = {} } = settings;
  const options = { cloud, endpoints: JSON.stringify(endpoints), vault: vault.uri, partnerTenant: tenantId };
  const over = () => new Failure("customers-not-listed", "The refresh token could not be redeemed in time.");
  return await within(lookWindow, undefined, over, () => partnerOf(options)).catch(failureOr);
}

export async function writeReached(partner: Partner | Failure, file: string): Promise<Reached | Failure> {
  if (partner instanceof Failure) return partner;
  try {
    const customers: Customer[] = await everyCustomer(partner);
    // A new file under a name that nobody can have made a link of.
    const part = `${file}.${randomBytes(6).toString("hex")}.part`;
    writeFileSync(part, `${JSON.stringify(customers, undefined, 2)}\n`, { flag: "wx", mode: 0o600 });
    renameSync(part, file);
    return { file, count: customers.length };
  } catch (error) {
    return failureOr(error);
  }
}

/** Once a person has consented again there is a token that lists them. */
export function notListed({ tenantId }: Plan, error: Failure): Failure {
  const { what, why } = partsOf(error);
  return new Failure("customers-not-listed", {
    what: `Which customers the token reached is not listed: ${what}`,
    why,
    fixes: [
      byPerson(
        "List them once a person has consented again",
        ownCommand("customers", "list", "--partner-tenant", tenantId, "--json"),
      ),
    ],
  });
}

function failureOr(error: unknown): Failure {
  if (error instanceof Failure && error.code === "interrupted") throw error;
  if (error instanceof Failure) return error;
  return new Failure("customers-not-listed", partsOf(error).what);
}
