import { describe, expect, it } from 'vitest';
import { Failure, isRetryable } from '../../lib/lambda/failure.ts';
import { problem, problemOf } from '../../lib/lambda/problem.ts';

describe('problemOf', () => {
  it.each([
    [new Failure('table-busy', 'secret words', { retryable: true, retryAfter: 1_500 }), 503, 'table-busy', '2'],
    [new Failure('table-busy', 'secret words', { retryable: true }), 503, 'table-busy', '30'],
    [new Failure('project-missing', 'secret words', { retryable: false }), 500, 'project-missing', undefined],
    [new Error('secret words'), 500, 'unexpected', undefined],
    ['secret words', 500, 'unexpected', undefined],
  ])('%s: %i', (error, status, code, retryAfter) => {
    const answer = problemOf(error);

    expect(answer).toMatchObject({ status, headers: { 'content-type': 'application/problem+json' } });
    expect(answer.headers['retry-after']).toBe(retryAfter);
    expect(JSON.parse(answer.body)).toMatchObject({ status, code });
    expect(answer.body).not.toContain('secret words');
  });
});

it('problem has the members of RFC 9457, and what else is given', () => {
  expect(JSON.parse(problem(404, 'no-release', 'There is none.', { nearest: '4f2a' }).body)).toEqual({
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    code: 'no-release',
    detail: 'There is none.',
    nearest: '4f2a',
  });
});

it('isRetryable: only a Failure that says so is not', () => {
  expect(isRetryable(new Failure('x', 'x', { retryable: false }))).toBe(false);
  expect(isRetryable(new Failure('x', 'x', { retryable: true }))).toBe(true);
  expect(isRetryable(new Error('reset by peer'))).toBe(true);
});
