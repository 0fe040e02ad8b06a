/** Two stacks, one in each cloud, at once; test/soak/two-clouds.test.ts makes each look at both. */
import { testTwoClouds } from "./support/two-clouds";

testTwoClouds({ whole: false });
