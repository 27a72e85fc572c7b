/** What /metrics shows, in Prometheus' text format. One registry a process; times in seconds. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Everything this process measures. */
export const registry = new Registry();
collectDefaultMetrics({ register: registry });

/** Answered requests, by route pattern (never the address itself: it names people), method and status. */
export const requestSeconds = new Histogram({
  name: 'support_http_request_seconds',
  help: 'Time from the first byte of a request to the last of its answer.',
  labelNames: ['route', 'method', 'status'] as const,
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  registers: [registry],
});

/** Ingestion items that wait for a commit. */
export const queuedItems = new Gauge({
  name: 'support_ingest_queued_items',
  help: 'Items waiting for a commit.',
  registers: [registry],
});

/** Items of one commit. */
export const flushItems = new Histogram({
  name: 'support_ingest_flush_items',
  help: 'Items stored by one commit.',
  buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
  registers: [registry],
});

/** Duration of one commit. */
export const flushSeconds = new Histogram({
  name: 'support_ingest_flush_seconds',
  help: 'Time one commit took.',
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  registers: [registry],
});

/** Items by outcome: accepted, duplicate, suppressed, rejected. */
export const ingestedItems = new Counter({
  name: 'support_ingest_items_total',
  help: 'Items answered, by outcome.',
  labelNames: ['status'] as const,
  registers: [registry],
});

/** Runs of recurring jobs by outcome: done, interrupted, failed. */
export const jobRuns = new Counter({
  name: 'support_job_runs_total',
  help: 'Runs of recurring jobs in this process, by outcome.',
  labelNames: ['job', 'outcome'] as const,
  registers: [registry],
});

/** Duration of one run of a recurring job. */
export const jobSeconds = new Histogram({
  name: 'support_job_seconds',
  help: 'Time one run of a recurring job took.',
  labelNames: ['job'] as const,
  buckets: [0.01, 0.1, 1, 10, 60, 600, 3600],
  registers: [registry],
});
