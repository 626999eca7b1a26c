import { describeRung } from '../plan/rung.js';
import type { ComponentReport, RolloutReport } from '../operator/rollout-operator.js';
import type { CommandCall, CommandOption } from './command.js';

/** The option that every request takes. */
export const WHY: CommandOption = { value: '<text>', about: 'the reason, for the record' };

/** The reason that was given. */
export function whyOf({ options }: Pick<CommandCall, 'options'>): string {
  return options.text('why') ?? 'no reason given';
}

/** A component of a report. */
export function componentIn(report: RolloutReport, name: string): ComponentReport {
  const found = report.components.find((component) => component.name === name);
  if (found === undefined) throw new Error(`the report says nothing of ${name}`);
  return found;
}

/** Where a component is, in a sentence. */
export function whereIs(report: RolloutReport, name: string): string {
  return `${name} is in ${describeRung(componentIn(report, name).at)}`;
}
