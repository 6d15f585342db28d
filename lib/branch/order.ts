import type { Push } from './record.ts';

/** Orders of one second lie between `second * 1000` and the next; the first push known of a second is in the middle. */
const ORDERS_A_SECOND = 1_000;

export const secondOf = (order: number): number => Math.floor(order / ORDERS_A_SECOND);

/** The order of a push that is alone in its second: it comes from the push itself, never from when it arrived. */
export const orderOf = (push: Push): number => push.pushedAt * ORDERS_A_SECOND + ORDERS_A_SECOND / 2;
