export declare const startShort: typeof setTimeout;
export declare const sleepShort: (typeof import("node:timers/promises"))["setTimeout"];
