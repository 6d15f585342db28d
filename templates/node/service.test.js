import assert from 'node:assert/strict';
import { once } from 'node:events';
import { afterEach, beforeEach, test } from 'node:test';
import { service } from './service.js';

let running;
let url;
beforeEach(async () => {
  running = service('4f2a1c');
  running.server.listen(0, '127.0.0.1');
  await once(running.server, 'listening');
  url = `http://127.0.0.1:${running.server.address().port}`;
});
afterEach(() => running.drain());

test('says which commit it is', async () => {
  const answer = await fetch(url);
  assert.equal(answer.headers.get('x-commit'), '4f2a1c');
  assert.match(await answer.text(), /4f2a1c/);
});

test('is ready', async () => {
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
});

test('stops taking connections when it drains', async () => {
  await running.drain();
  await assert.rejects(fetch(url));
});
