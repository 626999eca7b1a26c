/** The kinds of question, each with a prompt of its own. */
export type PromptTemplate =
  | 'job_failure'
  | 'system_health'
  | 'job_dependencies'
  | 'troubleshooting'
  | 'job_status'
  | 'custom';

const INTRODUCTIONS: Readonly<Record<PromptTemplate, string>> = {
  job_failure: 'Explain why this job failed, and what to do: ',
  system_health: 'Summarise the health of the system: ',
  job_dependencies: 'List what this job depends on: ',
  troubleshooting: 'Find the cause, step by step: ',
  job_status: 'State the status of this job: ',
  custom: 'Answer briefly: ',
};

/** The first whose words are in the question; else `custom`. */
const WORDS: readonly (readonly [PromptTemplate, RegExp])[] = [
  ['job_failure', /\b(fail|abend|error)/i],
  ['system_health', /\b(health|alive|up)\b/i],
  ['job_dependencies', /\b(depend|after|before)/i],
  ['troubleshooting', /\b(why|how|troubleshoot)/i],
  ['job_status', /\b(status|state|running)/i],
];

export function templateFor(query: string): PromptTemplate {
  return WORDS.find(([, words]) => words.test(query))?.[0] ?? 'custom';
}

/** The prompt: the template's words, the question, and a line for each part of the context. */
export function promptOf(
  query: string,
  context: readonly (readonly [name: string, value: string])[],
): string {
  const lines = context.map(([name, value]) => `${name}: ${value}`);
  return [INTRODUCTIONS[templateFor(query)] + query, ...lines].join('\n');
}
