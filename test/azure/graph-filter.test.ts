import { randomUUID } from "node:crypto";
import { partnerTenant } from "../../tools/embedded-cloud/testing/applications";
import { askAs } from "../../tools/embedded-cloud/testing/callers";
import { newGroup } from "../../tools/embedded-cloud/testing/directory";
import { type Emulator, emulatorForEach } from "../../tools/embedded-cloud/testing/emulator";
import { equal } from "../../lib/azure/graph";

let emulator: Emulator;
emulatorForEach((started) => (emulator = started));

test.each(["Contoso", "Contoso's API", "''", "a & b + c", "100%"])(
  "a filter finds what is named %p",
  async (displayName) => {
    const group = newGroup({ id: randomUUID(), displayName }, new Date().toISOString());
    partnerTenant(emulator).groups.set(group.id, group);
    const graph = await askAs(emulator, emulator.origins.microsoftGraph, { roles: ["Group.Read.All"] });
    const { body } = await graph("GET", `/v1.0/groups${equal("displayName", displayName)}`);
    expect(body).toMatchObject({ value: [{ displayName }] });
  },
);
