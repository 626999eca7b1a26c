/** Something that whoever started the demo can put right; one line says what was expected and what came. */
export class DemoError extends Error {
  override readonly name = 'DemoError';
}
