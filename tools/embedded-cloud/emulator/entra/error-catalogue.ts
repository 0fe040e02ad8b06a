/** One refusal. */
export interface ErrorRow {
  /** The OAuth error. */
  error: string;
  status: number;
  /** Text after `AADSTSnnnn: `; `{name}` is replaced by a detail. */
  text: string;
  suberror?: string;
  /** The claim that the client has to ask for after the refusal. */
  claim?: string;
}

const row = (error: string, text: string, status = 400, suberror?: string, claim?: string): ErrorRow => ({
  error,
  status,
  text,
  ...(suberror === undefined ? {} : { suberror }),
  ...(claim === undefined ? {} : { claim }),
});

const noFederatedCredential = (what: string): string =>
  `No matching federated identity record found for presented assertion ${what} '{${what}}'. ` +
  "Check your federated identity credential Subject, Audience and Issuer against the presented assertion. " +
  "https://learn.microsoft.com/entra/workload-id/workload-identity-federation";

/** Every refusal that this emulator can return, by AADSTS number, with Entra's texts. */
export const catalogue = {
  28000: row(
    "invalid_request",
    "Provided value for the input parameter scope is not valid because it contains more than one resource. Scope {scope} is not valid.",
  ),
  50011: row(
    "invalid_request",
    "The redirect URI '{redirectUri}' specified in the request does not match the redirect URIs configured for the application '{client}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about how to troubleshoot this error.",
  ),
  50020: row(
    "invalid_grant",
    "User account '{user}' from identity provider '{provider}' does not exist in tenant '{tenant}' and cannot access the application '{client}'({clientName}) in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different Azure Active Directory user account.",
  ),
  50027: row("invalid_request", "JWT token is invalid or malformed."),
  50034: row(
    "invalid_grant",
    "The user account {user} does not exist in the {tenant} directory. To sign into this application, the account must be added to the directory.",
  ),
  50053: row(
    "invalid_grant",
    "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
  ),
  50055: row("invalid_grant", "The password is expired."),
  50057: row("invalid_grant", "The user account is disabled."),
  50058: row("login_required", "A silent sign-in request was sent but no user is signed in."),
  50059: row(
    "invalid_request",
    "No tenant-identifying information found in either the request or implied by any provided credentials.",
  ),
  50074: row("interaction_required", "Strong Authentication is required.", 400, "basic_action"),
  50076: row(
    "interaction_required",
    "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '{resource}'.",
    400,
    "basic_action",
    "polids",
  ),
  50078: row(
    "interaction_required",
    "Presented multi-factor authentication has expired due to policies configured by your administrator, you must refresh your multi-factor authentication to access '{resource}'.",
    400,
    "basic_action",
  ),
  50079: row(
    "interaction_required",
    "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access '{resource}'.",
    400,
    "basic_action",
  ),
  50089: row("invalid_grant", "Authentication failed due to flow token expired."),
  50097: row("interaction_required", "Device authentication is required.", 400, "basic_action"),
  50105: row(
    "invalid_grant",
    "Your administrator has configured the application {clientName} ('{client}') to block users unless they are specifically granted ('assigned') access to the application. The signed in user '{user}' is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator.",
  ),
  50126: row("invalid_grant", "Error validating credentials due to invalid username or password."),
  50129: row(
    "interaction_required",
    "Device is not workplace joined. Workplace join is required to register the device.",
    400,
    "basic_action",
  ),
  50158: row(
    "interaction_required",
    "External security challenge not satisfied. User will be redirected to another page or authentication provider to satisfy additional authentication challenges.",
    400,
    "basic_action",
  ),
  50166: row("invalid_request", "Request to External OIDC endpoint failed."),
  50173: row(
    "invalid_grant",
    "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '{issued}' and the TokensValidFrom date (before which tokens are not valid) for this user is '{validFrom}'.",
    400,
    "bad_token",
  ),
  50177: row(
    "invalid_grant",
    "User account '{user}' from identity provider '{provider}' does not exist in tenant '{tenant}' and cannot access the application '{client}'({clientName}) in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different Azure Active Directory user account.",
  ),
  50194: row(
    "invalid_request",
    "Application '{client}'({clientName}) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.",
  ),
  53000: row(
    "interaction_required",
    "Device is not in required device state: compliant. Conditional Access policy requires a compliant device, and the device is not compliant. The user must enroll their device with an approved MDM provider like Intune.",
    400,
    "message_only",
  ),
  53001: row(
    "interaction_required",
    "Device is not in required device state: domain_joined. Conditional Access policy requires a domain joined device, and the device is not domain joined.",
    400,
    "message_only",
  ),
  53002: row(
    "interaction_required",
    "The application used is not an approved application for conditional access. User needs to use one of the apps from the list of approved applications to use in order to get access.",
    400,
    "message_only",
  ),
  53003: row(
    "invalid_grant",
    "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
    400,
    "message_only",
    "capolids",
  ),
  54005: row(
    "invalid_grant",
    "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
  ),
  65001: row(
    "invalid_grant",
    "The user or administrator has not consented to use the application with ID '{client}' named '{clientName}' to access the resource '{resource}'. Send an interactive authorization request for this user and resource.",
    400,
    "consent_required",
  ),
  65004: row("access_denied", "User declined to consent to access the app."),
  65005: row(
    "invalid_client",
    "The app requested consent to access resource {resource}. This request failed because it does not match how the app was preconfigured during app registration. Contact the app vendor.",
  ),
  70000: row("invalid_grant", "Provided grant is invalid or malformed."),
  70003: row("unsupported_grant_type", "The app requested an unsupported grant type '{grantType}'."),
  70007: row(
    "unsupported_response_mode",
    "'{responseMode}' is not a supported value of 'response_mode' when requesting a token.",
  ),
  70008: row(
    "invalid_grant",
    "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.",
  ),
  70011: row(
    "invalid_scope",
    "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {scope} is not valid.",
  ),
  70043: row(
    "invalid_grant",
    "The refresh token has expired or is invalid due to sign-in frequency checks by conditional access. The token was issued on {issued} and the maximum allowed lifetime for this request is {lifetime}.",
    400,
    "bad_token",
  ),
  90002: row(
    "invalid_tenant",
    "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.",
  ),
  90014: row(
    "invalid_request",
    "The required field '{parameter}' is missing from the credential. Ensure that you have all the necessary parameters for the login request.",
  ),
  90023: row("invalid_request", "Unsupported '{parameter}' value '{value}'."),
  90033: row("temporarily_unavailable", "A transient error has occurred. Please try again.", 503),
  90038: row("invalid_request", "Tenant '{tenant}' request is being redirected to the National Cloud '{instance}'."),
  90093: row(
    "access_denied",
    "An administrator of {tenant} has set a policy that prevents you from granting {clientName} the permissions it is requesting. Contact an administrator of {tenant}, who can grant permissions to this app on your behalf.",
  ),
  90094: row(
    "access_denied",
    "{clientName} needs permission to access resources in your organization that only an admin can grant. Please ask an admin to grant permission to this app before you can use it.",
  ),
  90099: row(
    "invalid_grant",
    "The application '{client}' ({clientName}) has not been authorized in the tenant '{tenant}'. Applications must be authorized to access the external tenant before partner delegated administrators can use them.",
  ),
  135011: row("invalid_grant", "Device used during the authentication is disabled."),
  500011: row(
    "invalid_resource",
    "The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.",
  ),
  500014: row(
    "invalid_resource",
    "The service principal for resource '{resource}' is disabled. This indicates that a subscription within the tenant has lapsed, or that the administrator for this tenant has disabled the application, preventing tokens from being issued for it.",
  ),
  500112: row(
    "invalid_grant",
    "The reply address '{redirectUri}' does not match the reply address '{registered}' provided when requesting Authorization code.",
  ),
  500121: row("access_denied", "Authentication failed during strong authentication request."),
  501481: row(
    "invalid_grant",
    "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
  ),
  501491: row("invalid_request", "Invalid size of Code_Challenge parameter."),
  530003: row(
    "interaction_required",
    "Your device is required to be managed to access this resource.",
    400,
    "message_only",
  ),
  530034: row(
    "invalid_grant",
    "A delegated administrator was blocked from accessing the tenant due to account risk in their home tenant.",
  ),
  530035: row(
    "invalid_grant",
    "Access has been blocked by security defaults. This is due to the request using legacy auth or being deemed unsafe by security defaults policies.",
  ),
  650052: row(
    "access_denied",
    "The app is trying to access a service '{resource}' that your organization '{tenant}' lacks a service principal for. Contact your IT Admin to review the configuration of your service subscriptions or consent to the application in order to create the required service principal.",
  ),
  650053: row(
    "invalid_client",
    "The application '{clientName}' asked for scope '{scope}' that doesn't exist on the resource '{resource}'. Contact the app vendor.",
  ),
  650056: row(
    "invalid_client",
    "Misconfigured application. This could be due to one of the following: the client has not listed any permissions for '{resource}' in the requested permissions in the client's application registration. Or, the admin has not consented in the tenant. Or, check the application identifier in the request to ensure it matches the configured client application identifier. Please contact your admin to fix the configuration or consent on behalf of the tenant. Client app ID: {client}.",
  ),
  650057: row(
    "invalid_resource",
    "Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration. Client app ID: {client}({clientName}). Resource value from request: {resource}. Resource app ID: {resourceApp}. List of valid resources from app registration: {declared}.",
  ),
  700005: row("invalid_grant", "Provided Authorization Code is intended to use against other tenant, thus rejected."),
  700007: row("invalid_grant", "The provided grant was issued to another client, not to '{client}'."),
  700016: row(
    "unauthorized_client",
    "Application with identifier '{client}' was not found in the directory '{tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
  ),
  700021: row(
    "invalid_client",
    "Client assertion application identifier doesn't match 'client_id' parameter. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .",
    401,
  ),
  700023: row(
    "invalid_client",
    "Client assertion audience claim does not match Realm issuer. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .",
    401,
  ),
  700024: row(
    "invalid_client",
    "Client assertion is not within its valid time range. Current time: {now}, assertion valid from {from}, expiry time of assertion {until}. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .",
    401,
  ),
  700025: row(
    "invalid_client",
    "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    401,
  ),
  700027: row("invalid_client", "{problem}{reason}", 401),
  700051: row("unsupported_response_type", "response_type '{responseType}' is not enabled for the application."),
  700082: row(
    "invalid_grant",
    "The refresh token has expired due to inactivity. The token was issued on {issued} and was inactive for {lifetime}.",
    400,
    "bad_token",
  ),
  700211: row("invalid_client", noFederatedCredential("issuer"), 401),
  700212: row("invalid_client", noFederatedCredential("audience"), 401),
  700213: row("invalid_client", noFederatedCredential("subject"), 401),
  900023: row(
    "invalid_request",
    "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain.",
  ),
  900144: row("invalid_request", "The request body must contain the following parameter: '{parameter}'."),
  900382: row("invalid_request", "Confidential Client is not supported in Cross Cloud request."),
  900432: row("invalid_request", "Confidential Client is not supported in Cross Cloud request."),
  900561: row("invalid_request", "The endpoint only accepts POST, OPTIONS requests. Received a {method} request."),
  900941: row("access_denied", "Administrator consent is required. App is considered risky."),
  900971: row("invalid_request", "No reply address provided."),
  900981: row("access_denied", "An admin consent request was received for a risky app."),
  901002: row("invalid_request", "The 'resource' request parameter is not supported."),
  1002012: row(
    "invalid_scope",
    "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).",
  ),
  7000112: row("unauthorized_client", "Application '{client}'({clientName}) is disabled."),
  7000215: row(
    "invalid_client",
    "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{client}'.",
    401,
  ),
  7000218: row(
    "invalid_client",
    "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    401,
  ),
  7000222: row(
    "invalid_client",
    "The provided client secret keys for app '{client}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.",
    401,
  ),
  7000272: row(
    "invalid_client",
    "The certificate with identifier {kid} used to sign the federated credential could not be found in the metadata of identity provider {issuer}. Please validate that your Identity Provider's metadata exposes the key used to sign the incoming token.",
    401,
  ),
  7000229: row(
    "unauthorized_client",
    "The client application {client} is missing service principal in the tenant {tenant}. See instructions here: https://go.microsoft.com/fwlink/?linkid=2225119",
  ),
  5002738: row(
    "invalid_client",
    "Invalid JWT token. '{algorithm}' is not a supported signature algorithm. Supported signing algorithms are: '{supported}'",
    401,
  ),
  9002313: row("invalid_request", "Invalid request. Request is malformed or invalid."),
  9002327: row(
    "invalid_request",
    "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
  ),
} as const satisfies Record<number, ErrorRow>;

export type AadstsCode = keyof typeof catalogue;

export const isAadstsCode = (code: number): code is AadstsCode => Object.hasOwn(catalogue, code);
