import { equal } from "../../lib/azure/graph";
import { passes } from "../../embedded-cloud/emulator/odata/evaluate";
import { parseFilter } from "../../embedded-cloud/emulator/odata/filter";

test.each(["Contoso", "Contoso's API", "''", "a & b + c", "100%"])("a filter finds what is named %p", (displayName) => {
  const filter = new URL(`https://graph.example/v1.0/groups${equal("displayName", displayName)}`).searchParams.get(
    "$filter",
  );
  expect(passes({ displayName }, parseFilter(filter ?? ""))).toBe(true);
});
