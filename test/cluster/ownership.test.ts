import { expect, test } from 'vitest';
import { jsonPatch, merge } from '../../local/cluster/merge.ts';
import { type Fields, isFields } from '../../local/cluster/objects.ts';
import { afterUpdate, serverSideApply } from '../../local/cluster/ownership.ts';

const at = '2026-01-01T00:00:00Z';
const containers = (...items: Fields[]) => ({ spec: { template: { spec: { containers: items } } } });
const live = containers(
  { name: 'web', image: 'one', env: [{ name: 'A', value: '1' }] },
  { name: 'sidecar', image: 's' },
);
const managers = afterUpdate({}, live, [], { manager: 'helm', at });
const applied = (patch: Fields, more: { force?: boolean; object?: Fields; managers?: typeof managers } = {}) =>
  serverSideApply(more.object ?? live, patch, more.managers ?? managers, {
    manager: 'drover',
    force: more.force ?? false,
    at,
  });

test('another value of another manager is a conflict that names field and manager', () => {
  expect(applied(containers({ name: 'web', image: 'two' }))).toEqual({
    kind: 'conflicts',
    conflicts: [{ manager: 'helm', operation: 'Update', field: '.spec.template.spec.containers[name="web"].image' }],
  });
});

test('the same value is shared, and forced is taken; everything else stays', () => {
  const shared = applied(containers({ name: 'web', image: 'one' }));
  expect(shared).toMatchObject({ kind: 'applied', object: live });
  const forced = applied(containers({ name: 'web', image: 'two' }), { force: true });
  expect(forced).toMatchObject({
    object: containers(
      { name: 'web', image: 'two', env: [{ name: 'A', value: '1' }] },
      { name: 'sidecar', image: 's' },
    ),
  });
  const helm =
    forced.kind === 'applied' ? JSON.stringify(forced.managers.find(({ manager }) => manager === 'helm')) : '';
  expect(helm.match(/f:image/g)).toHaveLength(1);
});

test('what was applied and is not named any more goes, unless others own it', () => {
  const first = applied({ metadata: { annotations: { ours: 'a', both: 'b' } } });
  if (first.kind !== 'applied' || !isFields(first.object)) throw new Error('not applied');
  const both = [
    ...first.managers,
    {
      manager: 'other',
      operation: 'Update' as const,
      fieldsV1: { 'f:metadata': { 'f:annotations': { 'f:both': {} } } },
    },
  ];
  const second = applied(containers({ name: 'web', image: 'one' }), { object: first.object, managers: both });
  expect(second).toMatchObject({ object: { metadata: { annotations: { both: 'b' } } } });
  expect(JSON.stringify(second)).not.toContain('"ours"');
});

test('an update takes what it changed', () => {
  const after = containers(
    { name: 'web', image: 'two', env: [{ name: 'A', value: '1' }] },
    { name: 'sidecar', image: 's' },
  );
  const now = afterUpdate(live, after, managers, { manager: 'kubectl-set', at });
  expect(now.map(({ manager }) => manager)).toEqual(['helm', 'kubectl-set']);
  expect(now[1]?.fieldsV1).toEqual({
    'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"web"}': { 'f:image': {} } } } } },
  });
});

test('a strategic merge adds an unknown container, and takes a named one off', () => {
  const strategic = (patch: Fields) => merge(live, patch, { nulls: 'delete', lists: 'by-key' });
  expect(JSON.stringify(strategic(containers({ name: 'wbe', image: 'x' })))).toContain('"wbe"');
  expect(JSON.stringify(strategic(containers({ name: 'sidecar', $patch: 'delete' })))).not.toContain('sidecar');
});

test('a JSON patch is carried out, or refused', () => {
  const operations = [
    { op: 'test', path: '/a/0', value: 1 },
    { op: 'replace', path: '/a/0', value: 2 },
    { op: 'add', path: '/a/-', value: 3 },
    { op: 'add', path: '/m~1n', value: 4 },
    { op: 'remove', path: '/b' },
  ];
  expect(jsonPatch({ a: [1], b: 1 }, operations)).toEqual({ a: [2, 3], 'm/n': 4 });
  expect(() => jsonPatch({}, [{ op: 'replace', path: '/x', value: 1 }])).toThrow('no such path');
  expect(() => jsonPatch({ a: 1 }, [{ op: 'test', path: '/a', value: 2 }])).toThrow('failed');
});
