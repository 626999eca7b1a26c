const MEGABYTE = 2 ** 20;
const BALLAST = 256 * MEGABYTE;
/** Above what the process used at its start. */
const ROOM = 192 * MEGABYTE;

/** The memory of this process against a limit, and a weight that takes it over that. */
export class MemoryPressure {
  readonly #limit = used() + ROOM;
  #ballast: Buffer | undefined;

  get isOn(): boolean {
    return this.#ballast !== undefined;
  }

  /** Takes the weight up, or puts it down. */
  put(weight: 'on' | 'off'): void {
    // Filled, because memory that nobody has written to is not there.
    this.#ballast = weight === 'on' ? Buffer.alloc(BALLAST, 1) : undefined;
  }

  get memory(): 'within' | 'over' {
    return used() > this.#limit && this.isOn ? 'over' : 'within';
  }
}

function used(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
