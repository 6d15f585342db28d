import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { git } from '../../local/demo/person.ts';
import { firstPush } from '../../local/herd/first-push.ts';
import { shop } from '../approval/records.ts';
import { testFolder } from '../disk/folder.ts';

test('after the first push of a folder that was made here, “git push” alone does', async () => {
  const folder = testFolder();
  const [url, clone] = [join(folder, 'shop.git'), join(folder, 'shop')];
  mkdirSync(clone);
  await git(folder, 'init', '--quiet', '--bare', url);
  await git(clone, 'init', '--quiet', '--initial-branch', 'main');
  await git(clone, 'remote', 'add', 'origin', url);
  const commit = () =>
    git(clone, '-c', 'user.name=a', '-c', 'user.email=a@b.c', 'commit', '--quiet', '--allow-empty', '--message', 'it');
  await commit();
  await firstPush(shop, { url, clone });
  await commit();
  await git(clone, 'push', '--quiet');
  expect(await git(url, 'rev-parse', 'main')).toBe(await git(clone, 'rev-parse', 'HEAD'));
});
