/** Told of a key that has changed; `undefined`: of all, because of a clear or because something was missed. */
export type BusListener = (key: string | undefined) => void;

/** How a process hears of what others have changed. */
export interface InvalidationBus {
  /** Resolves once nothing is missed any longer; what it resolves with ends it. */
  listen(listener: BusListener): Promise<() => Promise<void>>;
}
