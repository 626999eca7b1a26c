import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * Stands between a client and a server, and keeps back what the client sends, as a network does that
 * delivers late what a closed socket still holds.
 */
export class HoldingProxy {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [client: Socket, server: Socket]>();
  readonly #held: { readonly to: Socket; readonly bytes: Buffer }[] = [];
  #text: string | undefined;
  #isHeld = (): void => undefined;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async before(port: number): Promise<HoldingProxy> {
    const server = createServer();
    const proxy = new HoldingProxy(server);
    server.on('connection', (client) => proxy.#join(client, port));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Keeps back from now on whatever has this text in it, and resolves once there is some. */
  hold(text: string): Promise<void> {
    this.#text = text;
    return new Promise((resolve) => (this.#isHeld = resolve));
  }

  /** Clients lose their connections; those to the server stay. */
  cut(): void {
    for (const [client] of this.#pairs) client.destroy();
  }

  /** Hands on what clients that were cut off had sent, and resolves once the server has answered it. */
  async deliver(): Promise<void> {
    for (const { to, bytes } of this.#held) to.write(bytes);
    for (const to of new Set(this.#held.splice(0).map(({ to }) => to))) {
      to.end('*1\r\n$4\r\nQUIT\r\n');
      await once(to, 'close');
    }
  }

  async stop(): Promise<void> {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(client: Socket, port: number): void {
    const server = connect({ port, host: '127.0.0.1' });
    this.#pairs.add([client, server]);
    client.on('data', (bytes) => {
      if (this.#text === undefined || !bytes.includes(this.#text)) {
        server.write(bytes);
      } else {
        this.#held.push({ to: server, bytes });
        this.#isHeld();
      }
    });
    server.on('data', (bytes) => {
      if (!client.destroyed) client.write(bytes);
    });
    for (const socket of [client, server]) socket.on('error', () => undefined);
  }
}
