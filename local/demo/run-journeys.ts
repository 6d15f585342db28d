import { buildSeconds } from './build-seconds.ts';
import type { DroverApi } from './drover-api.ts';
import type { Journey } from './journeys.ts';

/** Runs journeys in order until one fails, a line of what each saw. False if one failed. */
export async function runJourneys(journeys: Journey[], say: (line: string) => void): Promise<boolean> {
  for (const { name, run } of journeys) {
    const from = Date.now();
    const seconds = () => `${((Date.now() - from) / 1_000).toFixed(1).padStart(5)} s`;
    try {
      const saw = await run();
      say(`ok   ${seconds()}  ${name}\n                ${saw}`);
    } catch (error) {
      say(`FAIL ${seconds()}  ${name}\n                ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }
  return true;
}

/** What happened, as anyone can ask for it. */
export async function sayHistory(url: string, api: DroverApi, say: (line: string) => void): Promise<void> {
  say(`\nThe history, as GET ${url}/releases gives it:\n`);
  const releases = await api.releases('limit=50');
  for (const { commit, codebase, state, message, reason, environments } of releases) {
    const standings = Object.entries(environments).map(([name, { state: standing }]) => `${name}: ${standing}`);
    say(
      `  ${codebase.padEnd(6)} ${commit.slice(0, 7)}  ${state.padEnd(10)}  ${standings.join(', ').padEnd(24)}  ${message}${reason ? ` (${reason})` : ''}`,
    );
  }
  const { builds, sum, clock } = buildSeconds(releases);
  say(`\n${builds} builds took ${sum.toFixed(1)} s; for ${clock.toFixed(1)} s one or more were under way.`);
}
