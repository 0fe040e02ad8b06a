import { describeLife } from "./support/canary";

describe("tokens and secrets of a whole life of a stack, at the level where the engine tells all it says and hears", () => {
  describeLife(["-v=9", "--logtostderr"], /RegisterResource/u);
});
