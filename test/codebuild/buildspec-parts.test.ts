// What a buildspec's texts mean, without a build: patterns, on-failure, secrets, source versions.
import { describe, expect, test } from 'vitest';
import { patternOf } from '../../local/codebuild/file-pattern.ts';
import { hider } from '../../local/codebuild/hidden.ts';
import { OnFailure } from '../../local/codebuild/on-failure.ts';
import { secretReference, secretValue } from '../../local/codebuild/secret-reference.ts';
import { refsOf } from '../../local/codebuild/source-version.ts';

describe('a pattern of files', () => {
  // build-spec-ref, artifacts/files and artifacts/exclude-paths, with its own examples.
  test.each([
    ['**/*', ['a', 'a/b', '.env', 'a/.b/c'], []],
    ['my-file.jar', ['my-file.jar'], ['a/my-file.jar', 'my-filexjar']],
    ['my-subdirectory/*', ['my-subdirectory/a'], ['my-subdirectory/a/b', 'a']],
    ['my-subdirectory/**/*', ['my-subdirectory/a', 'my-subdirectory/a/b'], ['a']],
    ['**/file/**/*', ['file/a', 'x/file/y/z'], ['file', 'files/a']],
    ['**/.*/**/*', ['.git/a', 'a/.b/c'], ['a', '.env']],
    ['**/.*', ['.env', 'a/.env'], ['a']],
    ['./a[1].*', ['a[1].txt'], ['a1.txt']],
  ])('%s', (pattern, yes, no) => {
    expect(yes.filter((path) => !patternOf(pattern).test(path))).toEqual([]);
    expect(no.filter((path) => patternOf(pattern).test(path))).toEqual([]);
  });
});

describe('on-failure', () => {
  // build-spec-ref, phases/*/on-failure: "up to 3 times", "`count` must be between 0 and 100", and its examples.
  test.each([
    ['RETRY', 3, 'anything', true],
    ['RETRY-4', 4, 'anything', true],
    ['RETRY-0', 0, 'anything', true],
    ['Retry-.*Error: Unable to connect to database.*', 3, 'x Error: Unable to connect to database y', true],
    ['RETRY-invalid+', 3, 'valid', false],
    ['RETRY-8-invalid+', 8, 'it is invaliddd', true],
    ['Retry-3-.*connection timed out.*', 3, 'connection refused', false],
  ])('%s', (text, count, message, matches) => {
    const read = OnFailure.parse(text);
    expect(read).toMatchObject({ kind: 'retry', count });
    expect(read.kind === 'retry' && read.pattern.test(message)).toBe(matches);
  });

  test.each(['abort', 'RETRY-', 'RETRY-101', 'RETRY-3-(', 'RETRYX', ''])('%j is refused', (text) => {
    expect(OnFailure.safeParse(text).success).toBe(false);
  });
});

describe('a secret', () => {
  // build-spec-ref, env/secrets-manager.
  const arn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:a-AbCdEf';
  test.each([
    ['TestSecret', { id: 'TestSecret' }],
    ['TestSecret:MY_SECRET_VAR', { id: 'TestSecret', jsonKey: 'MY_SECRET_VAR' }],
    ['a:b:AWSPREVIOUS', { id: 'a', jsonKey: 'b', stage: 'AWSPREVIOUS' }],
    ['a:::1234', { id: 'a', version: '1234' }],
    [`${arn}:key`, { id: arn, jsonKey: 'key' }],
    // "If you use version-stage, don't specify version-id."
    ['a:b:AWSCURRENT:1234', { wrong: 'a:b:AWSCURRENT:1234 has both a version-stage and a version-id' }],
    ['a:b:c::e', { wrong: 'a:b:c::e is not secret-id:json-key:version-stage:version-id' }],
  ])('%s', (text, expected) => {
    expect(secretReference(text)).toEqual(expected);
  });

  test('its key, or its whole text', () => {
    expect(secretValue('{"a": 1, "b": {}}', { id: 's' })).toBe('{"a": 1, "b": {}}');
    expect(secretValue('{"a": 1}', { id: 's', jsonKey: 'a' })).toBe('1');
    for (const text of ['{"b": 1}', 'no json', 'null', '{"a": {}}'])
      expect(secretValue(text, { id: 's', jsonKey: 'a' })).toBeUndefined();
  });
});

describe('a source version', () => {
  // sample-source-version; a build of each kind is in api.test.ts.
  const commit = 'c'.repeat(40);
  test.each([
    ['HEAD', { names: ['HEAD'] }],
    [commit, { names: [commit] }],
    ['side', { names: ['refs/remotes/origin/side', 'refs/tags/side', 'side'] }],
    ['refs/heads/side', { names: ['refs/remotes/origin/side', 'refs/tags/refs/heads/side', 'refs/heads/side'] }],
    ['refs/tags/v1', { names: ['refs/remotes/origin/refs/tags/v1', 'refs/tags/v1', 'refs/tags/v1'] }],
    ['pr/25', { names: ['FETCH_HEAD'], fetched: 'refs/pull/25/head' }],
    ['refs/pull/25/head', { names: ['FETCH_HEAD'], fetched: 'refs/pull/25/head' }],
    [`refs/pull/25/head^{${commit}}`, { names: [commit], fetched: 'refs/pull/25/head' }],
    [`refs/heads/side^{${commit}}`, { names: [commit] }],
    [`refs/tags/v1^{${commit}}`, { names: [commit] }],
  ])('%s', (version, expected) => {
    expect(refsOf(version)).toEqual(expected);
  });
});

test('a log hides the values of secrets and AWS access key IDs', () => {
  // build-spec-ref, env: "the following are hidden in CodeBuild logs".
  const hide = hider(['hush-hush', 'line one\nline two', 'ab', '']);
  expect(hide('say hush-hush, AKIAABCDEFGHIJKLMNOP!')).toBe('say ***, ***!');
  expect(hide('line two ab')).toBe('*** ab');
});
