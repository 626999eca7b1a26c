/** Where the relative links and pictures of a text lead, as they are written. */
export function linksIn(markdown: string): readonly string[] {
  const links = markdown.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g);
  return [...links]
    .map(([, link, picture]) => link ?? picture ?? '')
    .filter((link) => !link.startsWith('https://'));
}

/** The names under which links may lead to the headings of a text, as GitHub makes them. */
export function anchorsOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
}

/**
 * The files and folders that a text names in code, as they are written; `*` stands for any part of a
 * name. What begins with `./` is a subpath of a package.
 */
export function pathsNamedIn(markdown: string): readonly string[] {
  const prose = markdown.replaceAll(/^```[^]*?^```$/gm, '');
  return [...prose.matchAll(/`([^`\s]+)`/g)]
    .map(([, span = '']) => span)
    .filter((span) => !span.startsWith('./') && /^[\w.*/-]+$/.test(span))
    .filter((span) => /(\.(ts|mjs|cjs|md|yml|json)|\/[\w-]*)$/.test(span));
}
