/** When a release's build began and ended, as the history API says it. */
type Built = { build?: { startedAt: string; finishedAt?: string | undefined } | undefined };

/** Builds that ended: how many, the seconds of all together, and the seconds of the clock during which one or more were under way. */
export function buildSeconds(releases: readonly Built[]): { builds: number; sum: number; clock: number } {
  const spans = releases
    .flatMap(({ build }) =>
      build?.finishedAt === undefined ? [] : [{ from: Date.parse(build.startedAt), to: Date.parse(build.finishedAt) }],
    )
    .toSorted((a, b) => a.from - b.from);
  let [sum, clock, until] = [0, 0, Number.NEGATIVE_INFINITY];
  for (const { from, to } of spans) {
    sum += to - from;
    clock += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return { builds: spans.length, sum: sum / 1_000, clock: clock / 1_000 };
}
