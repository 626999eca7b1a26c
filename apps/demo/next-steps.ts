/** Steps as the terminal shows them. */
export function numbered(steps: readonly string[]): readonly string[] {
  return ['Next:', ...steps.map((step, index) => `  ${index + 1}. ${step}`)];
}

/** How the rollout is steered without the page. */
export function steerFromShell(url: string, token: string): string {
  return `from another shell: RESYNC_URL=${url} RESYNC_TOKEN=${token} npm run -s resync-migrate -- status`;
}
