/** Refusals of the providers for storage accounts and for a vault's keys. */
import { seeds } from "../../emulator/seeds";
import { groupPath } from "../../testing/azure";
import { type Refusal, refused, type Send } from "./refusal";
import { aGroup, aVault, group, manager, type Step, vault } from "./resource-manager-requests";

const name = "contosostate";
const least = { location: "westeurope", kind: "StorageV2", sku: { name: "Standard_LRS" } };
const at = (account: string, inGroup = group) => `${inGroup}/providers/Microsoft.Storage/storageAccounts/${account}`;
const put = (body: object = {}, account = name): Step => [`PUT ${at(account)}`, { ...least, ...body }];
const container = (named: string, properties?: object): Send =>
  manager([aGroup, put(), [`PUT ${at(name)}/blobServices/default/containers/${named}`, { properties }]]);
const key = (properties: object): Send => manager([aGroup, aVault(), [`PUT ${vault}/keys/pulumi`, { properties }]]);
const elsewhere = groupPath({ seeds }, "rg-other");
const moved: Step = [`PUT ${at(name, elsewhere)}`, least];

const creation = "PUT …/Microsoft.Storage/storageAccounts/{name}";
const containers = `${creation}/blobServices/default/containers/{container}`;

export const storageRefusals: Refusal[] = [
  ...refused(creation, "unverified", {
    "a name with capitals": ["400 AccountNameInvalid", manager([aGroup, put({}, "Contoso")])],
    "a property that there is not": [
      "400 InvalidRequestContent",
      manager([aGroup, put({ properties: { allowEverything: true } })]),
    ],
    "a region of another cloud": [
      "400 LocationNotAvailableForResourceType",
      manager([aGroup, put({ location: "usgovvirginia" })]),
    ],
    "another location than it has": [
      "409 InvalidResourceLocation",
      manager([aGroup, put(), put({ location: "northeurope" })]),
    ],
    "a name that is taken in another group": [
      "409 StorageAccountInAnotherResourceGroup",
      manager([aGroup, put(), [`PUT ${elsewhere}`, { location: "westeurope" }], moved]),
    ],
  }),
  ...refused(containers, "unverified", {
    "a name with two hyphens": ["400 ContainerOperationFailure", container("a--b")],
    "a public container of an account that is not": [
      "409 PublicAccessNotPermitted",
      container("open", { publicAccess: "Blob" }),
    ],
  }),
  ...refused("PUT …/vaults/{name}/keys/{key}", "unverified", {
    "a hardware key in a vault that has none": ["400 BadRequest", key({ kty: "RSA-HSM" })],
    "a size for an elliptic curve": ["400 BadRequest", key({ kty: "EC", keySize: 2048 })],
  }),
];
