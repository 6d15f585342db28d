import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listPage } from '../../local/pages/list-page.ts';
import { aRelease, oldImage, rollout, toldBuild } from '../approval/records.ts';
import { listData } from './list-data.ts';

test('it shows what waits with its link, targets with their addresses, and releases with their standings', () => {
  const page = listPage(listData());
  for (const words of [
    '(1) The herd',
    '1 release waits',
    'href="http://127.0.0.1:4000/approvals/v1.x.y"',
    'rolling out',
    'black friday',
    'the tests failed',
    'href="http://127.0.0.1:5001"',
    '<meta http-equiv="refresh" content="5">',
  ])
    expect(page).toContain(words);
  expect(page).not.toMatch(/<script|style="/);
  expect(page.match(/<h1/g)).toHaveLength(1);
});

test('it says what a build told, and where its log is', () => {
  const page = listPage({ ...listData(), releases: [aRelease({ build: toldBuild })] });
  expect(page).toContain(
    'took 72 s, 1 of 42 tests failed, 2 skipped, cache hit, 1 crate compiled, 0.68 cents, 12.3 MB',
  );
  expect(page).toContain('<a href="https://logs.example/drover-shop-1">log</a>');
});

test('an empty herd is said to be empty', () => {
  const page = listPage({ ...listData(), releases: [], targets: [], waiting: [], services: [] });
  for (const words of ['Nothing waits for you.', 'Nothing was pushed yet.', 'Nothing was offered'])
    expect(page).toContain(words);
});

test('no text of a record breaks out of it', () => {
  const tags = (page: string) => [...page.matchAll(/<[^>]*>?/g)].map(([tag]) => tag.replace(/"[^"]*"/g, '""')).join('');
  const with_ = (text: string) => {
    const data = listData();
    const [target] = data.targets;
    if (!target) throw new Error('no target');
    return listPage({
      ...data,
      releases: [
        aRelease({
          message: text,
          author: text,
          reason: text,
          environments: { production: { state: 'held', reason: text, at: 0, version: 1 } },
        }),
      ],
      targets: [
        {
          ...target,
          live: { image: text, order: 0, approved: false, since: 0 },
          rollout: { ...rollout, image: oldImage, reason: text },
        },
      ],
    });
  };
  const plain = tags(with_('plain'));
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.constantFrom('</td><script>', '"><b>', "' onclick='")),
      (text) => {
        expect(tags(with_(text))).toBe(plain);
      },
    ),
  );
});
