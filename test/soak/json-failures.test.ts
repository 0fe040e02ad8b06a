/** Every command with everything that goes wrong around it; test/cli/json-failures.test.ts has a third. */
import { testFailures } from "../cli/support/json-failures";
import { Stage } from "../cli/support/stage";

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
  await stage.storeToken();
});
afterAll(() => stage.emulator.close());

testFailures(
  () => stage,
  () => true,
);
