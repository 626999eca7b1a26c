import type { Side } from './side.js';
import type { SideName } from '../stages/stage.js';

/** Both sides of a migration. */
export type Sides<V> = Readonly<Record<SideName, Side<V>>>;

/** The other side. */
export function otherSide<V>(sides: Sides<V>, side: Side<V>): Side<V> {
  return side === sides.legacy ? sides.next : sides.legacy;
}
