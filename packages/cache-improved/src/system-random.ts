/** The randomness of the machine, 0 up to 1. */
export const systemRandom = (): number => Math.random();
