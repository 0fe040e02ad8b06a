import type { Command } from "commander";
import { applicationName } from "../../config/limits";
import { runtime } from "../lazy-runtime";
import { withPartnerTenant, withTargetOptions } from "./shared-options";

type ConsentOptions = import("../commands/customers").CustomerConsentOptions;

const collect = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

export function defineCustomers(root: Command): void {
  const customers = root
    .command("customers")
    .description("the partner's customers, and the application's consent in their tenants")
    .addHelpText(
      "after",
      `
Example:
  secure-app-model customers list`,
    );
  withPartnerTenant(withTargetOptions(customers.command("list")))
    .description("list the customers: tenant, domain, name")
    .addHelpText(
      "after",
      `
Example:
  secure-app-model customers list --json`,
    )
    .action(async (options: import("../partner-token").PartnerTenantOptions) => {
      await runtime().printCustomers(options);
    });
  withPartnerTenant(withTargetOptions(customers.command("consent <customer>")))
    .description("consent to the application for a customer (tenant id or domain), so that token --tenant works there")
    .option(
      "--grant <resource=scopes>",
      "a resource (graph, arm, aad-graph, partner-center or a client id) and its scopes, separated by commas; may be repeated (default: graph=User.Read and arm=user_impersonation)",
      collect,
    )
    .option("--display-name <name>", "the application's name in the customer's tenant", applicationName)
    .addHelpText(
      "after",
      `
Example:
  secure-app-model customers consent customer.example --grant graph=User.Read,Directory.Read.All`,
    )
    .action(async (customer: string, options: ConsentOptions) => {
      await runtime().consentForCustomer(customer, options);
    });
  withPartnerTenant(withTargetOptions(customers.command("revoke <customer>")))
    .description("take the application's consent for a customer back")
    .addHelpText(
      "after",
      `
Example:
  secure-app-model customers revoke customer.example`,
    )
    .action(async (customer: string, options: import("../partner-token").PartnerTenantOptions) => {
      await runtime().revokeForCustomer(customer, options);
    });
}
