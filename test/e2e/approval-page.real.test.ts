import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { listPage } from '../../local/pages/list-page.ts';
import { listData } from '../pages/list-data.ts';
import { type ApprovalSite, startApprovalSite } from './approval-site.ts';
import { startChromium } from './chromium.ts';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));

let browser: Browser;
let site: ApprovalSite;
let page: Page;
let problems: string[];
beforeAll(async () => {
  mkdirSync(docs, { recursive: true });
  browser = await startChromium();
});
afterAll(() => browser.close());
beforeEach(async () => {
  site = await startApprovalSite();
  const context = await browser.newContext({ viewport: { width: 900, height: 900 }, deviceScaleFactor: 1.5 });
  page = await context.newPage();
  problems = [];
  page.on('console', (message) => problems.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => problems.push(error.message));
});
afterEach(async () => {
  await page.context().close();
  await site.close();
});

/** What axe finds wrong by WCAG 2.2 A and AA; run beside the page's own scripts, of which there are none. */
async function accessibilityProblems(on: Page): Promise<unknown> {
  await on.evaluate(axe.source);
  return on.evaluate(`axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
    .then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => html + failureSummary)]))`);
}

test('the question is shown, and looks as it should in light, dark and on a phone', async () => {
  const response = await page.goto(site.link());
  expect(response?.status()).toBe(200);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Release shop to production?');
  await page.screenshot({ path: `${docs}approval.png`, fullPage: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await accessibilityProblems(page)).toEqual([]);
  }
  await page.setViewportSize({ width: 320, height: 700 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  expect(problems).toEqual([]);
  expect(site.decisions()).toBe(0);
});

test('it is approved by keyboard alone, without script', async () => {
  await page.goto(site.link());
  const focused = () =>
    page.evaluate('document.activeElement.id || document.activeElement.value || document.activeElement.textContent');
  const seen: unknown[] = [];
  for (let tab = 0; tab < 10 && seen.at(-1) !== 'name'; tab++) {
    await page.keyboard.press('Tab');
    seen.push(await focused());
  }
  await page.keyboard.type('Ada Lovelace');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('approve');
  expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Approved');
  expect(await page.getByRole('alert').textContent()).toContain('Approved by Ada Lovelace');
  expect(await accessibilityProblems(page)).toEqual([]);
  expect(site.target()?.rollout?.approval?.by).toEqual({ name: 'Ada Lovelace', how: 'claimed-on-link' });
  await page.reload();
  expect(site.decisions()).toBe(1);
  expect(problems).toEqual([]);
});

test('a page that has gone stale is refused, and says what is so now', async () => {
  await page.goto(site.link());
  await page.getByLabel('Your name').fill('Ada Lovelace');
  await site.moveOn();
  const [response] = await Promise.all([
    page.waitForResponse((each) => each.request().method() === 'POST'),
    page.getByRole('button', { name: 'Approve' }).click(),
  ]);
  expect(response.status()).toBe(410);
  await page.getByRole('heading', { name: 'A newer release has taken its place' }).waitFor();
  expect(await accessibilityProblems(page)).toEqual([]);
  expect(site.target()?.rollout).toBeNull();
  expect(problems.filter((problem) => !problem.includes('status of 410'))).toEqual([]);
});

test('a name left out is asked for by the browser, and nothing is sent', async () => {
  await page.goto(site.link());
  await page.getByRole('button', { name: 'Reject' }).click();
  expect(await page.getByLabel('Your name').evaluate((input) => input.matches(':invalid:focus'))).toBe(true);
  expect(site.decisions()).toBe(0);
});

test('the list page looks as it should', async () => {
  const server = createServer((_, response) =>
    response.setHeader('content-type', 'text/html').end(listPage(listData())),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await page.setViewportSize({ width: 1200, height: 800 });
  await page.goto(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  await page.screenshot({ path: `${docs}list.png`, fullPage: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    // It refreshes by itself, which WCAG 2.2.1 would have a control for; it is the page of one developer's own machine.
    const found = await accessibilityProblems(page);
    expect(Array.isArray(found) && found.filter((each) => each[0] !== 'meta-refresh')).toEqual([]);
  }
  await page.setViewportSize({ width: 320, height: 700 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  await new Promise((done) => server.close(done));
});
