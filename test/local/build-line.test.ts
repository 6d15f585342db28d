import { expect, test } from 'vitest';
import { buildLine } from '../../local/build-line.ts';

const said = (text: string) => buildLine(`[Container] 2026/11/23 16:41:52.779 ${text}`);

test('shows what commands print, the steps, and phases that did not succeed', () => {
  expect(buildLine('test result: ok. 3 passed')).toBe('test result: ok. 3 passed');
  expect(said('Running command $step clippy bash "$shared/rust.sh" clippy')).toBe('▸ clippy');
  expect(said('Running command $check fmt bash "$shared/rust.sh" fmt')).toBe('▸ fmt');
  expect(said('Phase complete: BUILD State: FAILED')).toBe('Phase complete: BUILD State: FAILED');
  expect(said('Phase context status code: COMMAND_EXECUTION_ERROR Message: it failed')).toContain('it failed');
});

test('leaves out what says nothing', () => {
  expect(buildLine('  ')).toBeUndefined();
  expect(said('Entering phase BUILD')).toBeUndefined();
  expect(said('Running command . "$shared/end.sh"')).toBeUndefined();
  expect(said('Phase complete: BUILD State: SUCCEEDED')).toBeUndefined();
  expect(said('Phase context status code:  Message: ')).toBeUndefined();
  expect(
    said("phases.install.runtime-versions: no effect here: nodejs 24: this machine's own is used"),
  ).toBeUndefined();
  expect(said('computeTypeOverride: BUILD_GENERAL1_LARGE: no effect here: it runs on this machine')).toBeUndefined();
  expect(said('proxy: no effect here: why')).toBe('proxy: no effect here: why');
});
