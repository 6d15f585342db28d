import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { routes } from '../../lib/history/api.ts';
import { openApi } from '../../lib/history/openapi.ts';

const kept = readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8');

test('openapi.json is current (npm run openapi writes it)', () => {
  expect(kept).toBe(`${JSON.stringify(openApi(), null, 2)}\n`);
});

test('it names every route of the API, and no other', () => {
  const described = Object.entries(openApi().paths ?? {}).flatMap(([path, item]) =>
    ['get', 'post'].filter((method) => method in item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.toSorted()).toEqual(routes.map(({ method, pattern }) => `${method} ${pattern}`).toSorted());
});

test('redocly finds nothing in it', { timeout: 60_000 }, () => {
  const root = new URL('../../', import.meta.url);
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  const report = execFileSync('node_modules/.bin/redocly', ['lint', '--format=json', 'openapi.json'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  expect(JSON.parse(report.toString())).toMatchObject({ totals: { errors: 0, warnings: 0 } });
});
