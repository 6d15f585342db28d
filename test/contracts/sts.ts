import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from './engine.ts';
import { unlessMoto } from './engine.ts';
import { presignedUrl } from './presigned-url.ts';

export type StartedSts = { client: STSClient; url: string; close: () => Promise<void> };

/** What drover relies on in STS: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export function stsContract(engine: Engine, start: () => Promise<StartedSts>): void {
  describe(`STS: ${engine}`, () => {
    let sts: StartedSts;
    beforeAll(async () => {
      sts = await start();
    });
    afterAll(() => sts.close());

    test('says who calls', async () => {
      const caller = await sts.client.send(new GetCallerIdentityCommand({}));
      expect(caller.Account).toMatch(/^\d{12}$/);
      expect(caller.Arn).toContain(caller.Account);
      expect(caller.UserId).toBeTruthy();
    });

    unlessMoto(engine, 'takes a GET at / for one of S3')(
      'a presigned URL, called with the header that it signed, says the same',
      async () => {
        const url = await presignedUrl({ endpoint: sts.url, cluster: 'production' });
        const answer = await fetch(url, { headers: { 'x-k8s-aws-id': 'production' } });
        expect(answer.status).toBe(200);
        expect(await answer.text()).toContain('<Account>');
      },
    );

    unlessMoto(engine, 'looks at no signature')('a presigned URL for another cluster, or too old, is 403', async () => {
      const url = await presignedUrl({ endpoint: sts.url, cluster: 'production' });
      const other = await fetch(url, { headers: { 'x-k8s-aws-id': 'staging' } });
      expect(other.status).toBe(403);
      expect(await other.text()).toContain('<Code>SignatureDoesNotMatch</Code>');
      const old = await presignedUrl({ endpoint: sts.url, cluster: 'production', at: Date.now() - 3_600_000 });
      expect((await fetch(old, { headers: { 'x-k8s-aws-id': 'production' } })).status).toBe(403);
    });
  });
}
