/** Two stacks, one in each cloud, at once; test/e2e/two-clouds.test.ts looks at one where the other is alike. */
import { testTwoClouds } from "../e2e/support/two-clouds";

testTwoClouds({ whole: true });
