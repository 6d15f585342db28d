import { stripVTControlCharacters } from 'node:util';

/**
 * Why BuildKit ended, in one plain line. Its own words come last in its output, after `failed to solve: `, and name things of its
 * inside; what a developer can do something about is said in theirs. `file` is the Dockerfile's path in the repository.
 */
export function dockerfileReason(output: string, file: string): string {
  const log = stripVTControlCharacters(output);
  const lines = log.split(/[\r\n]+/).map((line) => line.trim());
  const last =
    lines.findLast((line) => /failed to solve: |^(error|ERROR): /.test(line)) ?? lines.findLast(Boolean) ?? '';
  const said = last.replace(/^(error|ERROR): /, '').replace(/^.*?failed to solve: /, '');
  const place = placeIn(lines, file);
  const [, image] = /failed to resolve source metadata for (\S+): /.exec(said) ?? [];
  if (image !== undefined) {
    const syntax =
      lines.some((line) => line.includes('resolve image config for docker-image://')) && !place.isInstruction;
    const what = syntax ? `${image} of “# syntax=”` : `the base image ${image}`;
    const why = /: not found$|manifest unknown/.test(said)
      ? 'does not exist'
      : `cannot be fetched: ${said.split(': ').at(-1)}`;
    return `${place.text}${what} ${why}`;
  }
  const [, missing] = /failed to calculate checksum of ref [^"]*"([^"]+)": not found/.exec(said) ?? [];
  if (missing !== undefined) return `${place.text}${missing} is not in the repository, or .dockerignore leaves it out`;
  const [, command = '', code] = /^process "(.*)" did not complete successfully: exit code: (\d+)/s.exec(said) ?? [];
  if (code !== undefined) {
    const words = command.replace(/^\/bin\/sh -c /, '').replace(/\s+/g, ' ');
    const told = lastOutput(lines);
    return `${place.text}“${words.length > 60 ? `${words.slice(0, 59)}…` : words}” ended with ${code}${told ? `: ${told}` : ''}`;
  }
  const [, stage] = /target stage "([^"]+)" could not be found/.exec(said) ?? [];
  if (stage !== undefined) return `there is no stage ${stage} in ${file}`;
  if (/failed to list workers|connection refused|no such file or directory.*\.sock|buildkitd\.sock/.test(said))
    return 'BuildKit does not answer';
  return `${place.text}${said}`;
}

/** Where BuildKit pointed: `Dockerfile:3` with the line marked by `>>>`. */
function placeIn(lines: string[], file: string): { text: string; isInstruction: boolean } {
  const name = file.slice(file.lastIndexOf('/') + 1);
  const at = lines.findLastIndex((line) => new RegExp(`^${escaped(name)}:\\d+$`).test(line));
  if (at < 0) return { text: '', isInstruction: false };
  const marked = lines.slice(at).find((line) => line.includes('>>>')) ?? '';
  const number = /^\s*(\d+)\s*\|/.exec(marked)?.[1] ?? lines[at]?.slice(name.length + 1);
  return { text: `${file}:${number}: `, isInstruction: !/>>>\s*#/.test(marked) };
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The telling line of what the failed step printed: BuildKit repeats its end between two rules, each line with its seconds. */
function lastOutput(lines: string[]): string | undefined {
  const begun = lines.findLastIndex((line) => /^> /.test(line) && line.endsWith(':'));
  const ended = lines.findIndex((line, index) => index > begun && /^-{6,}$/.test(line));
  const printed = (begun < 0 ? [] : lines.slice(begun + 1, ended < 0 ? undefined : ended))
    .map((line) => line.replace(/^\d+\.\d+ /, '').trim())
    .filter(Boolean);
  return printed.findLast((line) => /\berror\b/i.test(line)) ?? printed.at(-1);
}

/** What Docker's own checks found first, and how many more; undefined where they found nothing. */
export function lintReason(output: string, file: string): string | undefined {
  const lines = output.split('\n');
  const found = lines.flatMap((line, index) => (/^WARNING: /.test(line) ? [index] : []));
  const [first] = found;
  if (first === undefined) return undefined;
  const rule = /^WARNING: (\w+)/.exec(lines[first] ?? '')?.[1] ?? 'a check';
  const more = found.length > 1 ? ` (and ${found.length - 1} more)` : '';
  // buildx says the whole path of the context, buildctl the name alone.
  const number = /:(\d+)\s*$/.exec(lines[first + 2] ?? '')?.[1] ?? '1';
  return `${file}:${number}: ${lines[first + 1]?.trim()} (${rule})${more}; “# check=skip=${rule}” at its top leaves it out`;
}

/** What came of the registry's cache: `hit`, or `cold: ` and why. */
export function cacheSaid(output: string): string {
  const lines = output.split(/[\r\n]+/);
  const begun = lines.find((line) => /^#\d+ importing cache manifest from /.test(line));
  const number = begun?.split(' ')[0];
  if (number === undefined) return 'cold: the cache was not asked for';
  const error = lines.find((line) => line.startsWith(`${number} ERROR: `));
  if (error === undefined) return fromCache(lines) ? 'hit' : 'cold: nothing of the cache fits';
  if (/: not found$|manifest unknown|name unknown|NAME_UNKNOWN/i.test(error)) return 'cold: there is no cache yet';
  return `cold: ${error.replace(/^#\d+ ERROR: (failed to configure registry cache importer: )?/, '')}`;
}

/** A step that was not done again is called CACHED, or its layer is fetched; that of a FROM is fetched in any case. */
const fromCache = (lines: string[]): boolean =>
  lines.some((line) => {
    const number = /^(#\d+) \[[^\]]+ \d+\/\d+\] (?!FROM )/.exec(line)?.[1];
    return (
      number !== undefined && lines.some((other) => new RegExp(`^${number} (CACHED$|sha256:|extracting )`).test(other))
    );
  });

/**
 * Whether a build may have ended because of what its cache holds: it read one, and a blob could not be fetched or was not what its
 * digest says. The words are those of containerd, which BuildKit fetches by.
 */
export const blamesCache = (output: string): boolean =>
  /^#\d+ importing cache manifest from /m.test(output) &&
  /failed to solve: .*(failed to copy|httpReadSeeker|failed commit on ref|unexpected commit digest|failed size validation|blob .*not found|failed to load cache|unexpected EOF|gzip: invalid|archive\/tar)/.test(
    output,
  );
