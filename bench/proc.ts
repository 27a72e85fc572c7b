/** What the system knows of a process: processor time and memory. Linux only; elsewhere everything is unknown (NaN). */
import { readFileSync } from 'node:fs';

/** Ticks of the kernel's clock per second, as every Linux on a usual machine has it. */
const TICKS = 100;
const USER_FIELD = 11;
const SYSTEM_FIELD = 12;

/** Processor time used so far, user and system, in microseconds. */
export function cpuOf(pid: number): number {
  const stat = readText(`/proc/${pid}/stat`);
  // The name in parentheses may hold anything, so fields are counted from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[USER_FIELD]) + Number(fields[SYSTEM_FIELD])) / TICKS) * 1e6;
}

/** Processor times of several processes; those that are gone or are no `postgres` of this machine are left out. */
export function cpuOfPostgres(pids: readonly number[]): Map<number, number> {
  const ours = pids.filter((pid) => readText(`/proc/${pid}/comm`).trim() === 'postgres');
  return new Map(ours.map((pid) => [pid, cpuOf(pid)]));
}

/** Resident memory in megabytes, now and at its highest. */
export function memoryOf(pid: number): { now: number; peak: number } {
  const status = readText(`/proc/${pid}/status`);
  const megabytes = (field: string) => Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
  return { now: megabytes('VmRSS'), peak: megabytes('VmHWM') };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
