/**
 * The load generator: a process of its own that is sent plans and sends back what it measured. Raw sockets, because the
 * usual HTTP client costs more per request than the servers it is to measure.
 */
import { Connection, type Loop } from './connection.ts';
import { Histogram } from './histogram.ts';
import { type Envelope, type EventWorkload, type ReadWorkload, type RequestMaker, requestMaker } from './workload.ts';

/** What to send, where to, and for how long. */
export interface LoadPlan extends Envelope {
  readonly port: number;
  readonly workload: EventWorkload | ReadWorkload;
  /** Keep-alive connections, each with one request at a time. */
  readonly connections: number;
  readonly seconds: number;
}

/** What became of it. Latencies in milliseconds. */
export interface LoadResult {
  readonly seconds: number;
  /** Answers of the class 2xx. */
  readonly acknowledged: number;
  /** Other answers, by status. */
  readonly refused: Readonly<Record<number, number>>;
  /** Why connections ended early, if any did. */
  readonly broken: readonly string[];
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Processor time of this process, in microseconds. */
  readonly cpu: number;
}

/** How long the last answers may take after no more requests are made. */
const DRAIN_MS = 10_000;

class Run implements Loop {
  readonly port: number;
  readonly #make: RequestMaker;
  readonly #latencies = new Histogram();
  readonly #refused: Record<number, number> = {};
  readonly #broken: string[] = [];
  readonly #startedAt = performance.now();
  readonly #startedCpu = process.cpuUsage();
  readonly #endsAt: number;
  readonly #done: (result: LoadResult) => void;
  #acknowledged = 0;
  #lastAnswerAt = this.#startedAt;
  #open: number;

  constructor(plan: LoadPlan, done: (result: LoadResult) => void) {
    this.port = plan.port;
    this.#make = requestMaker(plan.workload, plan);
    this.#endsAt = this.#startedAt + plan.seconds * 1000;
    this.#done = done;
    this.#open = plan.connections;
    const connections = Array.from({ length: plan.connections }, (_, i) => new Connection(this, i));
    const patience = setTimeout(() => connections.forEach((each) => void each.cut()), plan.seconds * 1000 + DRAIN_MS);
    patience.unref();
  }

  next(connection: number): string | null {
    return performance.now() < this.#endsAt ? this.#make(connection) : null;
  }

  answered(status: number, ms: number): void {
    this.#lastAnswerAt = performance.now();
    this.#latencies.add(ms);
    if (status >= 200 && status < 300) this.#acknowledged++;
    else this.#refused[status] = (this.#refused[status] ?? 0) + 1;
  }

  ended(broken: string | null): void {
    if (broken !== null) this.#broken.push(broken);
    this.#open--;
    if (this.#open === 0) this.#done(this.#result());
  }

  #result(): LoadResult {
    const { user, system } = process.cpuUsage(this.#startedCpu);
    return {
      seconds: (this.#lastAnswerAt - this.#startedAt) / 1000,
      acknowledged: this.#acknowledged,
      refused: this.#refused,
      broken: this.#broken,
      p50: this.#latencies.quantile(0.5),
      p95: this.#latencies.quantile(0.95),
      p99: this.#latencies.quantile(0.99),
      cpu: user + system,
    };
  }
}

process.on('message', (plan: LoadPlan) => void new Run(plan, (result) => process.send?.(result)));
process.on('disconnect', () => process.exit());
process.send?.({ port: 0 });
