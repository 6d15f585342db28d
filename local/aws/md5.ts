import { createHash } from 'node:crypto';

/** The checksum that SQS gives of a body, and SDKs compare. */
export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
