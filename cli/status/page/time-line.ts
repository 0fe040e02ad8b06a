/** The time line: near dates get more space, as all steps have one width. Within a step time is linear. */

/** In whole days from now. */
const steps = [
  { days: 0, label: "now" },
  { days: 7, label: "1 week" },
  { days: 30, label: "1 month" },
  { days: 90, label: "3 months" },
  { days: 180, label: "6 months" },
  { days: 365, label: "1 year" },
  { days: 730, label: "2 years" },
];

export class TimeLine {
  readonly ticks: typeof steps;
  /** Percent of its width from one tick to the next. */
  readonly step: number;

  /** @param most days to show; at least three months are shown */
  constructor(most: number) {
    const last = steps.findIndex(({ days }) => days >= Math.max(90, most));
    this.ticks = last === -1 ? steps : steps.slice(0, last + 1);
    this.step = 100 / (this.ticks.length - 1);
  }

  /** Percent of its width, with one decimal place; times beyond its ends are placed at the ends. */
  positionOf(days: number): number {
    const after = this.ticks.findIndex((tick) => tick.days > days);
    if (after <= 0) return after === 0 ? 0 : 100;
    const [from = 0, to = 1] = [this.ticks[after - 1]?.days, this.ticks[after]?.days];
    return Math.round(10 * this.step * (after - 1 + (days - from) / (to - from))) / 10;
  }
}
