import { business } from './business.js';
import { dashboardJson } from './dashboard.js';
import { migration } from './migration.js';
import { realTime } from './real-time.js';

/** The text of each dashboard, by the name of its file in `dashboards/`. */
export function dashboardFiles(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries({ 'real-time': realTime, business, migration }).map(([name, dashboard]) => [
      `${name}.json`,
      `${JSON.stringify(dashboardJson(dashboard), undefined, 2)}\n`,
    ]),
  );
}
