/** One event of a stream. */
interface ServerEvent {
  /** Its place in the stream; undefined: it has none. */
  readonly id: string | undefined;
  readonly name: string;
  readonly data: string;
}

/** The server-sent events of a response, until it ends. */
export async function* readEvents({ body }: Response): AsyncIterable<ServerEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => fieldOf(line)));
      const [name, data] = [fields.get('event'), fields.get('data')];
      if (name !== undefined && data !== undefined) {
        yield { id: fields.get('id'), name, data };
      }
    }
  }
}

function fieldOf(line: string): readonly [name: string, value: string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
}
