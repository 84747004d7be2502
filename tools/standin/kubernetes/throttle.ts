/** Lets `burst` requests through at once and then `rate` a second, in the order in which they came. No rate, no limit. */
export class Throttle {
  private tokens: number;
  private filledAt = performance.now();
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly rate: number,
    private readonly burst: number,
  ) {
    this.tokens = burst;
  }

  /** Resolves when the caller may send. */
  pass(): Promise<void> {
    this.queue = this.queue.then(() => this.take());
    return this.queue;
  }

  private take(): Promise<void> | void {
    if (this.rate <= 0) return;
    const now = performance.now();
    this.tokens = Math.min(this.burst, this.tokens + ((now - this.filledAt) / 1000) * this.rate);
    this.filledAt = now;
    this.tokens -= 1;
    if (this.tokens >= 0) return;
    const wait = (-this.tokens / this.rate) * 1000;
    return new Promise((resolve) => setTimeout(resolve, wait));
  }
}
