/** The vendors' clients for JavaScript, unmodified, as a program of a partner uses them: `identity-clients.cjs <client> <resource>` prints a token. */
const { DefaultAzureCredential, ManagedIdentityCredential } = require("@azure/identity");
const { ManagedIdentityApplication } = require("@azure/msal-node");

const [, , client, resource] = process.argv;
const ofIdentity = (Credential) => async () => (await new Credential().getToken(`${resource}/.default`)).token;
const clients = {
  DefaultAzureCredential: ofIdentity(DefaultAzureCredential),
  ManagedIdentityCredential: ofIdentity(ManagedIdentityCredential),
  ManagedIdentityApplication: async () =>
    (await new ManagedIdentityApplication().acquireToken({ resource })).accessToken,
};

void clients[client]().then(
  (token) => process.stdout.write(`${token}\n`),
  (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);
