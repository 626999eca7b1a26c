import { HandWrittenRouter, type Write } from './hand-written-router.js';

/** Its mistake: a write is well when one side has taken it, and the other one is read all the same. */
export class WriteBothIgnoreErrors<V = unknown> extends HandWrittenRouter<V> {
  protected override async write<T>(write: Write<V, T>): Promise<T> {
    const { stage } = this.state;
    if (stage === 'off' || stage === 'complete') return super.write(write);
    const outcomes = await Promise.allSettled([write(this.legacy), write(this.next)]);
    const taken = outcomes.find((outcome) => outcome.status === 'fulfilled');
    if (taken !== undefined) return taken.value;
    throw new AggregateError(
      outcomes.map((outcome): unknown => outcome.status === 'rejected' && outcome.reason),
    );
  }
}
