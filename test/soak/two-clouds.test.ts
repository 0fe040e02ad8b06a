/** Two stacks, one in each cloud, at once, where each look is made at both. */
import "../e2e/two-clouds.test";
