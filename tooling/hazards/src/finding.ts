/** The caller saw what must not be. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

/** The subject does not do what the situation is about. */
export class NotOffered extends Error {
  override readonly name = 'NotOffered';
}

/** The subject saw the danger before it was one: it refused, or announced it. The message says which. */
export class Averted extends Error {
  override readonly name = 'Averted';
}
