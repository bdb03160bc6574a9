/** Tells how far a comparison is. */
export interface JobMeter {
  /** Words for a job that begins: "37 of 412; about 2 h 10 min left at this pace". */
  next(done: ReadonlyMap<string, number>): string;
  /** A job of this group took so long. */
  took(group: string, seconds: number): void;
}

/**
 * Jobs of several groups (targets), each with a pace of its own: a group's mean time a job, or that of all where none of
 * its jobs has ended yet.
 * @param totals jobs of each group
 */
export function jobMeter(totals: ReadonlyMap<string, number>): JobMeter {
  const seconds = new Map<string, number[]>();
  const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
  return {
    next(done) {
      const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0);
      const position = `${Math.min(sum(done) + 1, sum(totals))} of ${sum(totals)}`;
      const all = [...seconds.values()].flat();
      if (all.length === 0) return position;
      const left = [...totals].map(([group, total]) => {
        const own = seconds.get(group) ?? all;
        return Math.max(0, total - (done.get(group) ?? 0)) * mean(own);
      });
      return `${position}; about ${span(left.reduce((a, b) => a + b, 0))} left at this pace`;
    },
    took(group, time) {
      seconds.set(group, [...(seconds.get(group) ?? []), time]);
    },
  };
}

/** "40 s", "12 min", "3 h 20 min" */
function span(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
