/** Two stacks, one in each cloud, concurrently, with each check made in both. */
import "../e2e/two-clouds.test";
