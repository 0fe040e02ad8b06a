import { type Chapter, helpOf } from "../chapter";

/** Whom the partner serves. */
export const customers: Chapter = {
  title: "customers",
  prose:
    "The partner's customers in Partner Center, and the application's consent in their tenants. The embedded cloud serves three.",
  sections: [
    helpOf("customers list"),
    { title: "The customers", prose: "Tenant, domain, name.", command: "secure-app-model customers list" },
    {
      title: "The customers as JSON",
      prose: "For a loop over them.",
      command: "secure-app-model customers list --json",
    },
    helpOf("customers consent"),
    {
      title: "Consenting for a customer",
      prose: "Without `--grant`: reading the account's own profile in Graph, and Azure.",
      command: "secure-app-model customers consent contoso.example",
    },
    {
      title: "A token for that customer",
      prose: "It was refused before (token, above).",
      command: "secure-app-model token graph --tenant contoso.example",
    },
    {
      title: "A resource that the consent leaves out",
      prose: "Each resource has to be named.",
      command: "secure-app-model token aad-graph --tenant contoso.example",
      exitCode: 3,
    },
    {
      title: "Consenting again",
      prose: "Nothing changes, the scopes neither.",
      command: "secure-app-model customers consent contoso.example",
    },
    {
      title: "Other scopes",
      prose: "Named by resource.",
      command:
        "secure-app-model customers consent wingtip.example --json \\\n  --grant graph=User.Read,Directory.Read.All --grant arm=user_impersonation",
    },
    {
      title: "A grant without scopes",
      prose: "Nothing is sent.",
      command: "secure-app-model customers consent wingtip.example --grant graph",
      exitCode: 2,
    },
    {
      title: "A domain that nobody has",
      prose: "Entra does not know it.",
      command: "secure-app-model customers consent nobody.example",
      exitCode: 2,
    },
    {
      title: "A customer that does not exist",
      prose: "A tenant that is not a customer of this partner, here the partner's own.",
      command: "secure-app-model customers consent partner.example",
      exitCode: 1,
    },
    helpOf("customers revoke"),
    {
      title: "Taking a consent back",
      prose: "Tokens for the customer are refused from then on; those that are out live to their end.",
      command: "secure-app-model customers revoke contoso.example",
    },
    {
      title: "Nothing to take back",
      prose: "That is fine too.",
      command: "secure-app-model customers revoke contoso.example --json",
    },
  ],
};
