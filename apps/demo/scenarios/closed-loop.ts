import type { ClosedLoop, LoadWindow } from '../load/load-messages.js';
import type { World } from './world.js';

/**
 * Users who each wait for their answer, until they are done: what was seen, and requests a second. Time in
 * which the generator stood still counts here: nobody asked meanwhile.
 */
export async function runClosedLoop(
  world: Pick<World, 'load' | 'endWindow'>,
  loop: ClosedLoop,
  signal: AbortSignal,
): Promise<{ readonly window: LoadWindow; readonly perSecond: number }> {
  await world.endWindow();
  await world.load.runLoop(loop, signal);
  const window = await world.endWindow();
  return { window, perSecond: window.requests / (window.seconds + window.stoodStillSeconds) };
}
