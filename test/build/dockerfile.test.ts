import { describe, expect, test } from 'vitest';
import { blamesCache, cacheSaid, dockerfileReason, lintReason } from '../../lib/build/recipe/dockerfile.ts';

/** BuildKit 0.29's own output, shortened to the lines that are read. */
const ended = (place: string[], last: string): string =>
  ['#3 [internal] load .dockerignore', '#3 DONE 0.0s', ...place, `error: failed to solve: ${last}`].join('\n');
const at = (line: number, text: string): string[] => [
  `Dockerfile:${line}`,
  '--------------------',
  `   ${line} | >>> ${text}`,
  '--------------------',
];

describe('why BuildKit ended', () => {
  const none = '127.0.0.1:5000/none:1';
  test.each<[string, string, string]>([
    [
      'a base that does not exist',
      ended(at(1, `FROM ${none}`), `${none}: failed to resolve source metadata for ${none}: ${none}: not found`),
      `Dockerfile:1: the base image ${none} does not exist`,
    ],
    [
      'a base whose registry does not answer',
      ended(
        at(2, 'FROM alpine'),
        'alpine: failed to resolve source metadata for docker.io/library/alpine:latest: failed to do request: Head "https://registry-1.docker.io/v2/library/alpine/manifests/latest": dial tcp: lookup registry-1.docker.io: no such host',
      ),
      'Dockerfile:2: the base image docker.io/library/alpine:latest cannot be fetched: no such host',
    ],
    [
      'a frontend that cannot be fetched',
      ended(
        [
          '#2 resolve image config for docker-image://docker.io/docker/dockerfile:1',
          ...at(1, '# syntax=docker/dockerfile:1'),
        ],
        'failed to resolve source metadata for docker.io/docker/dockerfile:1: failed to do request: Head "https://registry-1.docker.io/v2/": dial tcp: i/o timeout',
      ),
      'Dockerfile:1: docker.io/docker/dockerfile:1 of “# syntax=” cannot be fetched: i/o timeout',
    ],
    [
      'a COPY of nothing',
      ended(
        at(7, 'COPY dist /app'),
        'failed to compute cache key: failed to calculate checksum of ref xz4h::l7k0: "/dist": not found',
      ),
      'Dockerfile:7: /dist is not in the repository, or .dockerignore leaves it out',
    ],
    [
      'a RUN that fails, by what it printed',
      ended(
        [
          '#9 0.31 compiling',
          '#9 0.52 a.c:3: error: no x',
          '------',
          ' > [2/3] RUN make:',
          '0.31 compiling',
          '0.52 a.c:3: error: no x',
          '0.52 make: ***',
          '------',
          ...at(4, 'RUN make'),
        ],
        'process "/bin/sh -c make" did not complete successfully: exit code: 2',
      ),
      'Dockerfile:4: “make” ended with 2: a.c:3: error: no x',
    ],
    [
      'a line that is no instruction',
      ended([], 'dockerfile parse error on line 2: unknown instruction: COPPY (did you mean COPY?)'),
      'dockerfile parse error on line 2: unknown instruction: COPPY (did you mean COPY?)',
    ],
    ['no such stage', ended([], 'target stage "none" could not be found'), 'there is no stage none in Dockerfile'],
    [
      "Docker's words for it",
      'ERROR: failed to build: failed to solve: target stage "none" could not be found',
      'there is no stage none in Dockerfile',
    ],
    [
      'no builder',
      'error: listing workers for Build: failed to list workers: Unavailable: connection error: dial unix /nowhere: connect: no such file or directory',
      'BuildKit does not answer',
    ],
  ])('%s', (_, output, reason) => {
    expect(dockerfileReason(output, 'Dockerfile')).toBe(reason);
  });

  test('a Dockerfile in a folder is named by its path', () => {
    const output = ended(
      at(3, 'COPY b /'),
      'failed to compute cache key: failed to calculate checksum of ref a::b: "/b": not found',
    );
    expect(dockerfileReason(output, 'services/shop/Dockerfile')).toMatch(/^services\/shop\/Dockerfile:3: \/b is not/);
  });
});

test('what the checks found: the first, how many more, and how to leave it out', () => {
  const warning = (rule: string, line: number, text: string): string =>
    `WARNING: ${rule} - https://docs.docker.com/go/dockerfile/rule/x/\n${text}\nDockerfile:${line}\n--------------------\n`;
  const found = `${warning('StageNameCasing', 1, "Stage name 'A' should be lowercase")}\n${warning('JSONArgsRecommended', 4, 'JSON')}`;
  expect(lintReason(found, 'Dockerfile')).toBe(
    "Dockerfile:1: Stage name 'A' should be lowercase (StageNameCasing) (and 1 more); “# check=skip=StageNameCasing” at its top leaves it out",
  );
  const byBuildx = found.replaceAll('\nDockerfile:', '\n/codebuild/work/.drover-work/context/Dockerfile:');
  expect(lintReason(byBuildx, 'Dockerfile')).toBe(lintReason(found, 'Dockerfile'));
  expect(lintReason('#1 [internal] load build definition\n', 'Dockerfile')).toBeUndefined();
});

describe("what came of the registry's cache", () => {
  const asked = '#4 importing cache manifest from r/drover/shop:cache-dockerfile-amd64\n';
  test.each([
    [`${asked}#4 DONE 0.0s\n#7 [make 2/2] RUN make\n#7 CACHED\n`, 'hit'],
    [`${asked}#4 DONE 0.0s\n#7 [make 2/2] RUN make\n#7 sha256:00 0B / 12B 0.1s\n#7 DONE 3.0s\n`, 'hit'],
    [
      `${asked}#4 DONE 0.0s\n#5 [make 1/2] FROM debian\n#5 sha256:00 0B / 12B 0.1s\n`,
      'cold: nothing of the cache fits',
    ],
    [`${asked}#4 DONE 0.0s\n#7 [make 2/2] RUN make\n#7 DONE 3.0s\n`, 'cold: nothing of the cache fits'],
    [
      `${asked}#4 ERROR: failed to configure registry cache importer: r/drover/shop:x: not found\n`,
      'cold: there is no cache yet',
    ],
    [
      `${asked}#4 ERROR: failed to configure registry cache importer: unexpected status from HEAD request: 500\n`,
      'cold: unexpected status from HEAD request: 500',
    ],
    ['#1 DONE\n', 'cold: the cache was not asked for'],
  ])('%j', (output, said) => {
    expect(cacheSaid(output)).toBe(said);
  });

  test('only what cannot be fetched is blamed on it, not what the Dockerfile does', () => {
    const by = (last: string) => `${asked}#4 DONE 0.0s\nerror: failed to solve: ${last}\n`;
    expect(blamesCache(by('failed to compute cache key: failed to copy: httpReadSeeker: failed open: 416'))).toBe(true);
    expect(blamesCache(by('process "/bin/sh -c make" did not complete successfully: exit code: 2'))).toBe(false);
    expect(blamesCache('error: failed to solve: failed to copy: httpReadSeeker: failed open: 416\n')).toBe(false);
  });
});
