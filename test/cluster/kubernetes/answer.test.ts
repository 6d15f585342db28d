import { expect, test } from 'vitest';
import { z } from 'zod';
import { plainRefusal, read } from '../../../lib/cluster/kubernetes/answer.ts';

const status = (code: number, message: string) => ({
  status: code,
  body: { kind: 'Status', status: 'Failure', message, code },
});

test.each([
  [
    status(
      403,
      'deployments.apps "web" is forbidden: User "u" cannot patch resource "deployments" in API group "apps" in the namespace "n"',
    ),
    'drover may not patch deployments.apps: setting it needs that right',
  ],
  [
    status(
      403,
      'pods "web-1" is forbidden: User "u" cannot get resource "pods/log" in API group "" in the namespace "n"',
    ),
    'drover may not get pods/log: setting it needs that right',
  ],
  [
    status(403, 'admission webhook "policy" denied the request: image must be signed'),
    'setting it is refused (403): admission webhook "policy" denied the request: image must be signed',
  ],
  [
    status(422, 'Deployment.apps "web" is invalid: spec: Required value'),
    'setting it is refused (422): Deployment.apps "web" is invalid: spec: Required value',
  ],
  [{ status: 404, body: '404 page not found\n' }, 'setting it is refused (404)'],
])('a refusal is one plain line', (answer, line) => {
  expect(plainRefusal(answer, 'setting it')).toBe(line);
});

test('a very long message of admission is cut', () => {
  expect(plainRefusal(status(422, 'x\n'.repeat(5_000)), 'it').length).toBeLessThan(600);
});

test('an answer of 200 that is something else is an outage', () => {
  expect(() => read(z.object({ spec: z.object({}) }), { status: 200, body: {} }, 'the Deployment')).toThrow(
    'makes no sense: spec',
  );
});
