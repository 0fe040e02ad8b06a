/** One request in so many to GitHub meets a fault that passes: in the gate a sample of reports, in the soak more of them. */
import { keepComment } from "../../../cli/report/comment";
import { keepIssue } from "../../../cli/report/issue";
import { isSoak } from "../../e2e/support/soak";
import { withShortPauses } from "../../support/pauses";
import { type Listeners, listenersForEach } from "../support/listeners";
import { kinds } from "./looks";

let { tracker, variables } = {} as Listeners;
listenersForEach((fresh) => ({ tracker, variables } = fresh));

const [oneIn, reports] = isSoak ? [20, 500] : [3, 40];
/** The number of the first pull request, behind those of the issues. */
const first = 100_000;

/** As the next run does, where one could not tell. */
async function untilTold<T>(tell: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await withShortPauses(tell);
    } catch (error) {
      expect(String(error)).toMatch(/The next run tries again\.$/u);
    }
  }
}

test("each report is told by the next run at the latest, in one issue and in one comment of each pull request", async () => {
  for (let nth = 0; nth < reports; nth += 1) tracker.pullRequests.set(first + nth, []);
  tracker.passing.add({ passing: true, oneIn, times: 0 });
  for (let nth = 0; nth < reports; nth += 1) {
    const look = kinds.drift({ stack: "dev", wrong: [{ name: `a${nth}`, words: "x" }] });
    await untilTold(() => keepIssue(look, variables));
    expect(tracker.issues.at(-1)?.body).toContain(`a${nth}`);
    await untilTold(() => keepComment(String(first + nth), look, variables));
  }
  await untilTold(() => keepIssue(kinds.drift({ stack: "dev" }), variables));
  expect(tracker.issues).toMatchObject([{ state: "closed" }]);
  expect([...tracker.pullRequests.values()].map(({ length }) => length)).toEqual(Array(reports).fill(1));
});
