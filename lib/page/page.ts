import type { HttpResponse } from '../lambda/http.ts';
import { type Html, html } from './html.ts';
import { style, styleSource } from './style.ts';

export type Page = {
  title: string;
  body: Html;
  width: 'narrow' | 'wide';
  /** The browser asks again after so many seconds. */
  refreshSeconds?: number;
};

/** A whole document around a page's body: its language, title, the one style, and no script. */
export function documentOf({ title, body, width, refreshSeconds }: Page): string {
  const refresh = refreshSeconds === undefined ? '' : html`<meta http-equiv="refresh" content="${refreshSeconds}">`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">${refresh}
<title>${title} · drover</title>
<style>${{ markup: style }}</style>
</head>
<body>
<main class="${width}">
<p class="brand">drover</p>
${body}
</main>
</body>
</html>
`.markup;
}

/**
 * The headers of every page: nothing is kept, loaded, framed or run. `same-origin`, since with `no-referrer` a form's POST
 * would carry `Origin: null` (Fetch standard, "append a request Origin header").
 */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src ${styleSource}; form-action 'self'; frame-ancestors 'none'`,
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
} as const;

/** A page as an answer. */
export function pageResponse(status: number, page: Page, headers: Record<string, string> = {}): HttpResponse {
  return { status, headers: { ...pageHeaders, ...headers }, body: documentOf(page) };
}
