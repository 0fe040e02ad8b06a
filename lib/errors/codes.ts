/**
 * The code of every failure, for scripts, by the exit code of a command that fails with it (cli/terminal/exit-code.ts).
 * A refusal's code ends with its reason: `entra-secret` with the kind of fix, `vault-no-role`, `http-timeout`.
 */
export const codes = {
  // prettier-ignore
  failed: [
    "acceptance", "account-missing", "admin-agents", "admin-consent-answer", "application-audience",
    "application-deleted", "application-dropped", "application-elsewhere", "application-gone",
    "application-missing", "application-none", "application-not-found", "application-of-others",
    "application-own", "application-principal", "application-reply-url", "application-reply-urls-full",
    "application-unnamed", "authority-unexpected", "az-login", "azure-credential", "certificate-making",
    "certificate-refused", "ci-account", "ci-administrator", "ci-container", "ci-rights", "ci-set-up",
    "ci-stack", "ci-subjects", "ci-unguarded", "ci-vault", "ci-vault-deleted", "command-failed",
    "command-refused", "configuration-not-written", "consent-outlook", "credential-not-removed",
    "credential-scope", "credential-tenant",
    "credential-unproven", "customer-consent-unread", "customers-not-listed", "defect", "deployer-half-set",
    "deployer-tenant", "deployment-deletes", "diagnostics-elsewhere", "diagnostics-none", "drift-preview",
    "drift-sign-in", "drift-unread", "drift-unreadable", "endpoints", "endpoints-mixed", "entra-account",
    "entra-administrator", "entra-credential", "entra-defect", "entra-passing", "entra-registration",
    "entra-restart", "entra-unexpected", "entra-vault", "github-refused", "graph-slow", "http-certificate",
    "http-elsewhere", "http-exposing", "http-proxy", "http-redirect", "http-timeout", "http-too-large",
    "http-unexpected", "http-unreachable", "http-unresolved", "http-wait", "input-late", "no-aadsts-number",
    "no-engine", "oidc-file", "oidc-nowhere", "oidc-refused", "older-tokens-enabled", "output-lost",
    "page-not-written", "partner-center-refused", "permission-disabled", "permission-kind",
    "permission-unknown", "port-taken", "powershell-value", "preview-proposed", "principal-disabled",
    "principal-missing", "protected", "proxy-setting", "relationships-not-served", "renewal-overtaken",
    "reply-urls-by-hand", "report-not-written", "resource-ambiguous", "resource-group-none",
    "resource-group-taken", "resource-missing", "resource-unknown", "revocation-unfinished",
    "rotation-question", "rotation-unfinished", "secret-shown", "service-refused", "sessions-not-revoked",
    "several-tokens", "sign-in-code", "sign-in-ended", "sign-in-state", "state-code", "state-lost",
    "state-names-another", "state-old", "subscription-none", "token-not-found", "token-not-ours",
    "token-of-another-stack", "token-overtaken", "token-still-enabled", "token-unreadable", "unexpected",
    "vault-access-policy", "vault-closed", "vault-deleted", "vault-dropped", "vault-elsewhere",
    "vault-expired", "vault-firewall", "vault-fixed", "vault-forbidden", "vault-moved", "vault-name-taken",
    "vault-no-client-secret", "vault-no-role", "vault-none", "vault-not-found", "vault-of-others",
    "vault-other", "vault-other-value", "vault-own", "vault-reader", "vault-recovering", "vault-region",
    "vault-slow", "vault-unreachable", "vault-unresolved", "vault-uri", "webhook-refused",
  ],
  // prettier-ignore
  usage: [
    "customer-ambiguous", "customer-unknown", "entra-cloud", "entra-tenant", "foreign-token", "settings",
    "usage",
  ],
  // prettier-ignore
  consentNeeded: [
    "administrator-required", "consent-incomplete", "consent-required", "customer-access-lacking",
    "customer-consent-absent", "customer-consent-different", "entra-admin-consent", "entra-consent",
    "entra-customer-consent", "entra-permission", "relationships-unreadable", "sign-in-deadline",
    "token-refused", "vault-disabled",
  ],
  rotationNeeded: ["credential-unusable", "entra-secret"],
  drift: ["rotation-not-alone"],
  commandUnusable: ["command-unusable"],
  commandMissing: ["command-missing"],
  interrupted: ["interrupted"],
} as const;

export type Code = (typeof codes)[keyof typeof codes][number];

/** The last part of a family's codes: "timeout" of "http-timeout". */
export type ReasonOf<Family extends string, C = Code> = C extends `${Family}-${infer Reason}` ? Reason : never;
