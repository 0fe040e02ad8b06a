/** Doctor's findings in a stack's settings: each printed fix is run, and doctor checks again. */
import { least } from "../config/configuration";
import { partnerTenant } from "../../embedded-cloud/testing/applications";
import { askResourceManager, groupPath } from "../../embedded-cloud/testing/azure";
import { type Emulator, emulatorForEach } from "../../embedded-cloud/testing/emulator";
import { finding, repairs } from "./support/here";
import { StackFolder } from "./support/stack-folder";
import { ownEndpoints } from "../support/own-endpoints";

let emulator: Emulator;
let stack: StackFolder;
emulatorForEach((started) => {
  emulator = started;
});
beforeAll(async () => {
  stack = await StackFolder.make();
});
afterAll(() => stack.close());

interface Row {
  fix: string;
  name: string;
  breaks: () => void | Promise<void>;
  /** The state afterwards; default ok. */
  after?: "warning";
}

const rows: Row[] = [
  {
    name: "azure-roles",
    fix: "cli/doctor/checks/azure.ts: Use the one that exists",
    breaks: async () => {
      const ask = await askResourceManager(emulator);
      await ask("PUT", groupPath(emulator, least.vault.resourceGroupName), { location: "westeurope" });
    },
  },
  {
    name: "admin-agents",
    fix: "cli/doctor/checks/directory.ts: Leave pre-consent out",
    breaks: () => {
      const group = partnerTenant(emulator).groups.get(emulator.seeds.groups.adminAgents.id);
      Object.assign(group ?? {}, { displayName: "Agents" });
    },
    after: "warning",
  },
];

test.each(rows)("$name: $fix", async ({ name, fix, breaks, after }) => {
  await breaks();
  const { url, origins } = emulator;
  const { microsoftGraph, resourceManager } = origins;
  const endpoints = ownEndpoints({ authority: url, microsoftGraph, resourceManager });
  await stack.configure({ ...least, endpoints, configurePreconsent: true });
  const env = stack.deployerVariables(emulator);
  const look = finding(name, { stack: "dev", cwd: stack.folder }, after === undefined ? ["ok"] : ["ok", after]);
  await repairs({ env, cwd: stack.folder }, { look, fix });
});
