/** Every command with every failure around it; test/cli/json-failures.test.ts has a third of them. */
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
