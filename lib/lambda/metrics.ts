import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** What the alarms read, by name. `DueSeconds`: how long what is owed has been due, or has failed. */
export type MetricName = 'DueSeconds' | 'RecordsUnreadable' | 'NoticesLost';

/** Counts and seconds as embedded metric lines (namespace `drover`), the service their one dimension, so that a codebase more costs nothing. */
export type Measure = { count: (name: MetricName, n?: number) => void; seconds: (name: MetricName, n: number) => void };

/** Written by Powertools, each line at once, so that a function that dies later has still said it. */
export function startMetrics(metrics = new Metrics({ namespace: 'drover', serviceName: 'drover' })): Measure {
  const put = (name: MetricName, unit: (typeof MetricUnit)[keyof typeof MetricUnit], n: number) => {
    metrics.addMetric(name, unit, n);
    metrics.publishStoredMetrics();
  };
  return {
    count: (name, n = 1) => put(name, MetricUnit.Count, n),
    seconds: (name, n) => put(name, MetricUnit.Seconds, n),
  };
}
