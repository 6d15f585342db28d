import { stripVTControlCharacters } from 'node:util';
import type { LogPlace } from '../lib/build/build-log.ts';
import { ReleaseAnswer, ReleasesAnswer } from '../lib/history/answers.ts';
import type { ReleaseView } from '../lib/history/views.ts';
import { type ApiClient, apiClient, Refused } from './api-client.ts';
import type { CliServices } from './services.ts';
import type { TakeWord } from './usage.ts';

/** Milliseconds between two looks at a log that grows. */
const between = 2_000;
/** CodeBuild hands its lines on a few seconds late: so many looks in a row must bring nothing after a build's end. */
const quietLooks = 3;

/** Prints the log of a build, and with `--follow` what is added to it until the build has ended. */
export async function logs(
  word: TakeWord,
  { follow }: Record<string, string | undefined>,
  services: CliServices,
): Promise<{ text: string; code: 0 | 1 }> {
  const [codebase, given] = [word('CODEBASE'), word.optional()];
  word.end();
  const api = apiClient(services.env, services.fetch);
  const commit = given ?? (await newestOf(api, codebase));
  const release = await begun(api, codebase, commit, follow !== undefined, services);
  if (release.build === undefined) return { text: notBegun(release, follow !== undefined), code: 1 };
  const printed = await show(release.build.id, follow !== undefined, services);
  if (printed === 'unknown')
    return { text: `CodeBuild does not know the build ${release.build.id} any more.`, code: 1 };
  if (follow !== undefined) return { text: `\n${stateText(await releaseOf(api, codebase, release.commit))}`, code: 0 };
  return printed === 'nothing'
    ? { text: `${nameOf(release)}: its build has written nothing yet.`, code: 1 }
    : { text: '', code: 0 };
}

/** The release, waited for until its build has begun, if that is wished and may still happen. */
async function begun(
  api: ApiClient,
  codebase: string,
  commit: string,
  follow: boolean,
  { wait, print }: CliServices,
): Promise<ReleaseView> {
  let release = await releaseOf(api, codebase, commit);
  if (follow && release.state === 'queued') print(`${nameOf(release)} is queued: waiting for its build to begin`);
  while (follow && release.state === 'queued') {
    await wait(between);
    release = await releaseOf(api, codebase, release.commit);
  }
  return release;
}

async function show(buildId: string, follow: boolean, services: CliServices): Promise<'all' | 'nothing' | 'unknown'> {
  let [from, lines, quiet]: [string | undefined, number, number] = [undefined, 0, 0];
  for (;;) {
    const found = await services.buildLog.find(buildId);
    if (!found) return 'unknown';
    const rest: Printed = found.place ? await printRest(found.place, from, services) : { from, lines: 0 };
    from = rest.from;
    lines += rest.lines;
    quiet = rest.lines > 0 ? 0 : quiet + 1;
    if (!follow || (found.hasEnded && quiet >= quietLooks)) return lines > 0 ? 'all' : 'nothing';
    await services.wait(between);
  }
}

type Printed = { from: string | undefined; lines: number };

/** Prints what is there from a point on; returns the point where it ends now, and how many lines there were. */
async function printRest(place: LogPlace, begin: string | undefined, services: CliServices): Promise<Printed> {
  let [from, lines] = [begin, 0];
  for (;;) {
    const page = await services.buildLog.read(place, from);
    for (const line of page?.lines ?? []) services.print(shown(line));
    lines += page?.lines.length ?? 0;
    if (!page || page.isEnd) return { from, lines };
    from = page.next;
  }
}

/** A line that cannot move the cursor, colour the terminal or turn the direction of text, whatever the build printed. */
const shown = (line: string): string => stripVTControlCharacters(line.toWellFormed()).replace(/[^\P{C}\t]/gu, '');

async function newestOf(api: ApiClient, codebase: string): Promise<string> {
  const { releases } = await api.get('/releases', { codebase, limit: '1' }, ReleasesAnswer);
  const [newest] = releases;
  if (!newest) throw new Refused(`${codebase} has no release yet.`);
  return newest.commit;
}

async function releaseOf(api: ApiClient, codebase: string, commit: string): Promise<ReleaseView> {
  const path = `/releases/${encodeURIComponent(codebase)}/${encodeURIComponent(commit)}`;
  return (await api.get(path, {}, ReleaseAnswer)).release;
}

const nameOf = ({ codebase, commit }: ReleaseView): string => `${codebase} ${commit.slice(0, 10)}`;

const stateText = (release: ReleaseView): string =>
  `${nameOf(release)} is ${release.state}${release.reason ? `: ${release.reason}` : ''}`;

function notBegun(release: ReleaseView, followed: boolean): string {
  if (release.state === 'queued' && !followed)
    return `${stateText(release)}: its build has not begun (--follow waits for it).`;
  return `${stateText(release)}; it has no build.`;
}
