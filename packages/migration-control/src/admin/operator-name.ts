const LONGEST = 60;
/** What may stand in a record: nothing that moves a cursor, breaks a line or imitates a field. */
const REFUSED = /[^\p{L}\p{N} ._@'+-]/gu;

/**
 * Who asks, for the record: what a client says of itself, which proves nothing.
 *
 * @param given a header, in percent-encoding where it is not ASCII
 */
export function operatorName(given: string | null): string {
  const name = decoded(given ?? '')
    .replace(REFUSED, '')
    .trim()
    .slice(0, LONGEST);
  return name === '' ? 'admin' : `${name} (admin)`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
